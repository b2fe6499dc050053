package runner

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/check"
	"github.com/ngxtest/ngxtest/runner/lint"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// fileRun is a test file while it runs.
type fileRun struct {
	*Worker
	ctx      context.Context
	job      Job
	say      func(slot int, e report.Event)
	conduct  *conductor // nil where all blocks run here, one after the other
	slot     int        // which of the blocks runs or ran last, from 1 on in the order of the run; 0 before
	saying   sync.Mutex // nginx's words come from a goroutine of their own
	slowdown float64
	blocks   int  // how many there are to run
	aside    bool // nothing is told: a block runs once more
	tally    report.Tally
	found    bool // a finding that fails the run
	shuffled bool
	perlLack string // what the built-in evaluator could not do, so that the system's perl has the file

	*spec.Suite
	env           spec.Env // Suite.Env
	environment   []string // what nginx gets of env, and env and no_mockeagain when it was made
	listed        spec.Env
	listedWithout bool
	root          nginx.Servroot
	release       func(keep bool) error // ends the claim on root
	server        *nginx.Process        // nil when nothing runs
	config        *string               // the last config section, which a block without one goes on with
	lastConf      *nginxconf.Conf       // of the nginx that was started last
	unfinished    []*blockRun           // blocks under Valgrind whose workers have not told yet what they lost
	sockets       []string              // unix sockets of peers
	left          map[int]leaving       // processes that outlive an nginx, and the first one that each outlived
	ran           int                   // the slot of the block that ended last
	previous      *check.Block          // the block that ran last, for what its nginx logs when it quits
}

// tell says an event of this file.
func (f *fileRun) tell(e report.Event) {
	f.saying.Lock()
	defer f.saying.Unlock()
	if f.aside {
		return
	}
	f.found = f.found || e.Kind == report.Found && e.Finding.Fails
	e.File = f.job.File
	f.say(f.slot, e)
}

// setAside says whether what happens is to be told to nobody.
func (f *fileRun) setAside(aside bool) {
	f.saying.Lock()
	defer f.saying.Unlock()
	f.aside = aside
}

// test numbers and tells a test.
func (f *fileRun) test(place *report.Place, t tap.Test, line int) {
	if f.aside {
		return
	}
	f.tellTest(place, report.Test{Test: t, Line: line})
}

func (f *fileRun) tellTest(place *report.Place, t report.Test) {
	t.Number = f.tally.Test(t.Test)
	f.tell(report.Event{Kind: report.TestDone, Place: place, Test: &t})
}

// warn tells a line as Perl's warn prints it.
func (f *fileRun) warn(text string) {
	f.text(report.Stderr, strings.TrimSuffix(text, "\n")+"\n")
}

// text tells a text.
func (f *fileRun) text(kind report.Kind, s string) {
	f.tell(report.Event{Kind: kind, Text: report.Bytes(s)})
}

// uncomment takes "# " from the front of each line.
func uncomment(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "# ")
	}
	return strings.Join(lines, "\n")
}

// perlOptions connects the evaluation of the file with this run.
func (f *fileRun) perlOptions() perl.Options {
	return perl.Options{
		Env: f.setup.Env, IncludeDirs: f.setup.IncludeDirs, Evaluator: f.setup.Perl,
		NginxVersion: f.build.Canonical, OpenSSLVersion: f.build.OpenSSL, PcreVersion: f.build.PCRE,
		Limit:      f.setup.PerlLimit,
		HandedOver: func(construct string) { f.perlLack = construct },
		Sink: perl.Sink{
			Plan: f.plan,
			Test: func(t tap.Test, line int) {
				f.tellTest(nil, report.Test{Test: t, Line: line, Explained: !t.OK})
			},
			Diag:   func(s string) { f.text(report.Diag, uncomment(s)) },
			Note:   func(s string) { f.text(report.Note, uncomment(s)) },
			Stdout: func(s string) { f.text(report.Stdout, s) },
			Stderr: func(s string) { f.text(report.Stderr, s) },
		},
	}
}

func (f *fileRun) plan(p spec.Plan) {
	made := report.Plan{}
	switch {
	case p.Kind == spec.PlanSkipAll:
		made = report.Plan{SkipAll: true, Reason: p.Reason}
	case p.Kind == spec.PlanTests && !f.job.partial():
		made.Tests = p.Tests
	}
	f.tally.Plan(made)
	f.tell(report.Event{Kind: report.PlanMade, Plan: &made})
}

// suite runs the blocks of the evaluated file. An error ends the file.
func (f *fileRun) suite(s *spec.Suite) (err error) {
	if s.Entry != spec.EntryRunTests {
		return nil
	}
	f.Suite, f.env = s, s.Env
	for _, problem := range lint.Unread(s) {
		f.warn(problem.Error())
	}
	blocks, err := f.job.choose(s.Blocks)
	if err != nil {
		return err
	}
	if len(blocks) == 0 && f.job.partial() {
		f.plan(spec.Plan{Kind: spec.PlanSkipAll, Reason: "no block of this file is asked for"})
		return nil
	}
	if !s.Settings.NoShuffle && len(blocks) > 1 {
		f.shuffled = true
		shuffle(f.job.Seed, f.job.File, blocks)
	}
	if f.job.List {
		for _, b := range blocks {
			f.tell(report.Event{Kind: report.BlockStart, Place: &report.Place{Block: b.Name, Line: b.Line}})
		}
		return nil
	}
	f.blocks = len(blocks)
	if err := f.ready(); err != nil {
		return err
	}
	defer func() {
		if failed := f.finish(); err == nil {
			err = failed
		}
	}()
	for i := range f.order(blocks) {
		if f.ctx.Err() != nil {
			return errInterrupted
		}
		f.enter(i + 1)
		f.block(blocks[i])
		if f.job.FailFast && (f.found || f.tally.Failed() > 0 && !f.job.LeaksOnly) {
			break
		}
	}
	f.enter(len(blocks) + 1)
	if f.ctx.Err() != nil {
		return errInterrupted
	}
	return nil
}

// enter says which block's events follow.
func (f *fileRun) enter(slot int) {
	f.saying.Lock()
	defer f.saying.Unlock()
	f.slot = slot
}

// order hands out the numbers of the blocks to run here.
func (f *fileRun) order(blocks []*spec.Block) iter.Seq[int] {
	if f.conduct == nil {
		return func(yield func(int) bool) {
			for i := range blocks {
				if !yield(i) {
					return
				}
			}
		}
	}
	var waits []float64
	if !f.job.FailFast {
		for _, b := range blocks {
			waits = append(waits, waiting(b))
		}
	}
	return f.conduct.start(len(blocks), f.leaning(blocks), waits)
}

// ready checks what all blocks need.
func (f *fileRun) ready() (err error) {
	f.look(leaving{name: f.job.File})
	if f.Settings.UseHup {
		f.Settings.MasterProcess = "on" // without, nobody reloads
	}
	if !f.Settings.NoNginxManager && f.noBin != nil {
		return fmt.Errorf("%s: %w", f.job.File, f.noBin)
	}
	if err := f.canHTTP(); err != nil {
		return err
	}
	var made []string
	f.root, made, err = servroot(f.env)
	if err == nil {
		f.release, err = f.claim(f.root, made)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.job.File, err)
	}
	return nil
}

// finish calls cleanup handlers, stops nginx and makes the tests that only its end decides. A handler that dies ends the
// file badly, as it does in perl.
func (f *fileRun) finish() (err error) {
	for _, clean := range f.CleanupHandlers {
		if _, failed := clean(); failed != nil && err == nil {
			err = fmt.Errorf("%s: cleanup handler: %w", f.job.File, failed)
		}
	}
	stays := f.staysOn()
	if stays {
		f.leave()
	}
	f.stop()
	f.shutdownLogs(f.Settings.UseHup)
	f.removeSockets()
	if left := f.release(f.setup.Keep || stays); left != nil {
		f.text(report.Info, left.Error())
	}
	return err
}

// stop ends the running nginx, if there is one, and says what was odd about its end.
func (f *fileRun) stop() {
	if f.server == nil {
		return
	}
	name := f.job.File
	from := leaving{slot: f.ran}
	if f.previous != nil {
		name = f.previous.Name
		from.place = &report.Place{Block: f.previous.Spec.Name, Line: f.previous.Spec.Line}
	}
	from.name = name
	o := nginx.StopOptions{Fast: quitSignal(f.env) == syscall.SIGTERM, Quit: f.stretch(f.timeout())}
	interrupted := f.ctx.Err() != nil
	if interrupted {
		o.Fast, o.Term = true, 300*time.Millisecond // who interrupts does not want to wait for a request that hangs
	}
	s := f.server.Stop(o)
	f.server = nil
	defer f.finishStopped()
	if interrupted {
		return
	}
	if f.ran > 0 { // that is what it is about: another lane may have what follows in the file
		defer f.enter(f.slot)
		f.enter(f.ran)
	}
	if s.Known && s.Signal != 0 && s.By == 0 {
		f.warn(fmt.Sprintf("WARNING: %s - nginx was killed by signal %d (%s)", name, int(s.Signal), s.Signal))
	}
	if s.Known && s.Code != 0 && s.By == 0 {
		f.warn(fmt.Sprintf("WARNING: %s - nginx ended by itself, with exit status %d", name, s.Code))
	}
	if s.By != 0 && s.By != quitSignal(f.env) {
		f.warn(fmt.Sprintf("WARNING: %s - nginx did not quit and was ended by signal %d (%s)", name, int(s.By), s.By))
	}
	for _, stray := range s.Strays {
		f.stray(from, stray)
	}
	f.look(from)
}

// shutdownLogs makes the tests of (no_)shutdown_error_log of the block whose nginx has just quit, or goes on running: the tests
// are skips then.
func (f *fileRun) shutdownLogs(runs bool) {
	runs = runs || f.staysOn()
	b := f.previous
	if b == nil || !b.Spec.Has("shutdown_error_log") && !b.Spec.Has("no_shutdown_error_log") {
		return
	}
	result, err := b.ShutdownLogs(runs)
	place := &report.Place{Block: b.Spec.Name, Line: b.Spec.Line}
	f.result(place, b.Spec, result)
	if err != nil {
		f.bail(place, b.Name, err)
	}
}

// result tells what a check has found.
func (f *fileRun) result(place *report.Place, b *spec.Block, r check.Result) {
	for _, w := range r.Warnings {
		f.warn(w)
	}
	for _, t := range r.Tests {
		line := 0
		if t.Section != "" {
			line = b.LineOf(t.Section)
		}
		f.test(place, t, line)
	}
}
