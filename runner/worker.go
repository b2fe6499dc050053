package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/memory"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// Worker carries out jobs, one at a time.
type Worker struct {
	setup Setup
	build nginx.Build // the zero Build when there is no nginx
	noBin error       // why there is none

	memory   *memory.Checker // nil without Valgrind, and before the first block
	measured float64         // slowdown under Valgrind; 0: not known yet
	crowd    crowd

	warmed warmed // the nginx under Valgrind that blocks are forked from

	sweeps bool          // what a file leaves running is killed
	spared map[int]bool  // but for these processes, which were there before
	apart  bool          // it has a network of its own
	ground *nginx.Ground // the server root where nobody else has a part in it; nil: one has to search it

	sanitizers map[string]bool // whether nginx with these modules, one on a line, was built with a sanitizer

	scratch nginx.Scratch // for logs that no test shows

	defaultModules []string // what the distribution enables for its nginx

	// claim makes a server root this worker's own until release is called, which removes what is in it unless it is to be kept.
	claim func(root nginx.Servroot, made []string) (release func(keep bool) error, err error)
}

var subreaper = sync.OnceValue(nginx.BecomeSubreaper)

// NewWorker returns a worker for the setup. It looks for nginx; that there is none matters only to a file that has blocks.
func NewWorker(ctx context.Context, s Setup) *Worker {
	w := &Worker{setup: s.withDefaults()}
	w.claim = w.lock
	// Where the kernel refuses, a daemonised nginx is watched all the same; only its exit status stays unknown.
	_ = subreaper()
	w.build, w.noBin = FindNginx(ctx, w.setup.Env)
	w.defaultModules = nginx.DefaultModules(w.build)
	return w
}

// FindNginx finds the nginx that the environment asks for, and what it is.
func FindNginx(ctx context.Context, env map[string]string) (nginx.Build, error) {
	binary, err := nginx.Find(env["TEST_NGINX_BINARY"], env["PATH"])
	if err != nil {
		return nginx.Build{}, err
	}
	return nginx.Probe(ctx, binary)
}

// Do runs one test file and tells what happens.
func (w *Worker) Do(ctx context.Context, job Job, tell func(report.Event)) {
	started := time.Now()
	tell(report.Event{Kind: report.FileStart, File: job.File})
	f := &fileRun{Worker: w, ctx: ctx, job: job, slowdown: w.slowdown(), say: func(_ int, e report.Event) { tell(e) }}
	o := f.run()
	f.sweep(w.Standing)
	result := f.tally.End(o.Exit, o.Died)
	result.Shuffled, result.Perl, result.Times, result.Seconds = o.Shuffled, o.Perl, o.Times, time.Since(started).Seconds()
	tell(report.Event{Kind: report.FileEnd, File: job.File, Result: &result})
}

// outcome is how a file, or a part of it, ended.
type outcome struct {
	Exit     int          `json:"exit,omitempty"` // what perl would have exited with, before Test::More has its say
	Died     string       `json:"died,omitempty"` // why it could not be run to its end
	Shuffled bool         `json:"shuffled,omitempty"`
	Perl     string       `json:"perl,omitempty"` // as in report.FileResult
	Times    report.Times `json:"times"`
}

// run runs the file's blocks, all that are asked for or those that conduct hands out.
func (f *fileRun) run() outcome {
	before := processorTimes()
	var o outcome
	if err := perl.Load(f.ctx, f.job.File, f.perlOptions(), f.suite); err != nil {
		o.Exit, o.Died = ending(err)
	}
	f.stop()
	switch {
	case o.Died != "":
		f.text(report.Abort, o.Died)
	case o.Exit != 0:
		f.text(report.Abort, fmt.Sprintf("%s: the file called exit(%d)", f.job.File, o.Exit))
	}
	o.Shuffled, o.Perl, o.Times = f.shuffled, f.perlLack, since(before)
	return o
}

// lock is claim for a worker that has its server roots to itself as long as nobody else uses them.
func (w *Worker) lock(root nginx.Servroot, made []string) (release func(keep bool) error, err error) {
	unlock, err := root.Lock()
	if err != nil {
		return nil, err
	}
	return func(keep bool) error {
		defer unlock()
		if keep {
			return nil
		}
		return clean(root, made)
	}, nil
}

// clean removes a server root, unless there is in it what no test run made, and the directories around it that were made
// for it, unless the tests have written there.
func clean(root nginx.Servroot, made []string) error {
	if err := root.Clean(); err != nil {
		return err
	}
	for _, dir := range made {
		_ = os.Remove(dir)
	}
	return nil
}

// slowdown is the factor that stretches guarding limits: that of --slowdown, or of TEST_NGINX_SLEEP where it is more.
func (w *Worker) slowdown() float64 {
	const usual = 15 * time.Millisecond // TEST_NGINX_SLEEP's default
	asked := wire.Seconds(w.setup.Env["TEST_NGINX_SLEEP"])
	return max(w.setup.Slowdown, float64(asked)/float64(usual))
}

// stretch is a guarding limit made longer by the slowdown.
func (f *fileRun) stretch(d time.Duration) time.Duration {
	const most = 24 * time.Hour // more does not fit into a Duration in the end, and guards nothing
	return time.Duration(min(float64(d)*max(f.slowdown, f.measured, float64(f.crowd)), float64(max(d, most))))
}

// loadModules returns the modules for load_module lines: those that are asked for, else what the distribution enables for its
// nginx and main_config does not load itself.
func (f *fileRun) loadModules(mainConfig string) []string {
	if asked, ok := f.env["TEST_NGINX_LOAD_MODULES"]; ok {
		return nginxconf.ParseLoadModules(asked)
	}
	return nginxconf.DropLoaded(f.defaultModules, mainConfig)
}

// servroot is where the server root of a run goes: an absolute path. The directories that it is in are made where there are
// none, and then they are returned, too, from the inside out.
func servroot(env map[string]string) (root nginx.Servroot, made []string, err error) {
	// TEST_NGINX_SERVER_ROOT is what loading the file has settled on
	root, made, err = servrootPath(cmp.Or(env["TEST_NGINX_SERVER_ROOT"], "t/servroot"))
	if err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(filepath.Dir(string(root)), 0o777); err != nil {
		return "", nil, fmt.Errorf("cannot make the directory of the server root: %w (run in a directory of yours, or name "+
			"another server root in TEST_NGINX_SERVROOT)", err)
	}
	return root, made, nil
}

// servrootPath is the absolute path of a server root, and which of the directories around it are missing, from the inside
// out.
func servrootPath(path string) (root nginx.Servroot, missing []string, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", nil, fmt.Errorf("cannot tell where %s is: %w", path, err)
	}
	for at := filepath.Dir(abs); ; at = filepath.Dir(at) {
		if _, err := os.Lstat(at); err == nil || at == filepath.Dir(at) {
			return nginx.Servroot(abs), missing, nil
		}
		missing = append(missing, at)
	}
}

// ending is what an error means for the file that it ends: the exit status that perl would have had before Test::More had
// its say, and what to tell.
func ending(err error) (exit int, died string) {
	var exited *perl.Exit
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return 255, "interrupted"
	case errors.As(err, &exited):
		return exited.Code, ""
	}
	return 255, err.Error()
}
