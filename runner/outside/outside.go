// Package outside runs any command under Valgrind and attributes what Valgrind says, for code that is tested without a
// test file of Test::Nginx: a Lua script, resty, busted.
//
// # What belongs to what
//
// Of most commands nothing is known but that they end. What is definitely lost at the end of
// a process is a leak of that process, since nothing follows that it could be compared with. Lua unloads C libraries when
// it ends, which makes what their variables point at look lost: standalone Lua is told to keep them (pin.lua).
//
// busted is asked to say where each test begins and ends (busted.lua). What a test has allocated and what is there still
// when it is over is what it left; all leak kinds together, since a pointer that Lua lost lives on in Lua's own heap for a
// while. Left and lost is a leak; left by several tests and not lost is growing; left by one is a thing made once.
//
// resty starts nginx by itself and is given Valgrind as its --user-runner, so that its own Perl does not run under it.
package outside

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/tap"
	"github.com/ngxtest/ngxtest/valgrind"
)

// Options say what to run, and how.
type Options struct {
	Version      string   // of ngxtest, for the event stream
	Command      []string // program and arguments
	Valgrind     string   // options of the user's own; "" or digits: Memcheck with what finds leaks
	Suppressions []string // files
	StrictLeaks  bool     // what does not fail otherwise does
	Stdin        io.Reader
	Stdout       io.Writer // of the command
	Stderr       io.Writer
}

// patience is how long a command may take to end once it was asked to.
const patience = 10 * time.Second

// Run runs the command and tells the listeners what was found: a file with the command's name, and in it one test, that
// the exit status is 0. An error means that nothing ran.
func Run(ctx context.Context, o Options, listeners ...report.Listener) (report.Summary, error) {
	c, err := recognise(o.Command)
	if err != nil {
		return report.Summary{}, err
	}
	tool, err := valgrind.Find(ctx, "")
	if err != nil {
		return report.Summary{}, err
	}
	dir, err := os.MkdirTemp("", "ngxtest-exec-")
	if err != nil {
		return report.Summary{}, err
	}
	defer os.RemoveAll(dir)
	cwd, err := os.Getwd()
	if err != nil {
		return report.Summary{}, err
	}
	if c.valgrind != "" && strings.Trim(o.Valgrind, "0123456789") == "" {
		o.Valgrind = c.valgrind
	}
	plan, err := valgrind.Setup{
		Tool: tool, Options: o.Valgrind, Dir: dir, WorkDir: cwd, Suppressions: o.Suppressions, Builtin: valgrind.Builtin,
		TraceChildren: c.trace,
	}.Plan()
	if err != nil {
		return report.Summary{}, err
	}
	if err := plan.Try(ctx); err != nil {
		return report.Summary{}, err
	}
	r := &run{
		Options: o, listeners: listeners, dir: dir, plan: plan, tool: tool,
		owner: valgrind.Owner{Roots: []string{cwd}, Programs: c.programs},
		name:  strings.Join(o.Command, " "), now: window{file: strings.Join(o.Command, " ")},
		tails: map[string]*valgrind.Tail{}, seen: map[valgrind.Key]valgrind.Record{},
	}
	return r.run(ctx, c)
}

// run is one command under Valgrind.
type run struct {
	Options
	listeners []report.Listener
	dir       string
	plan      valgrind.Plan
	tool      valgrind.Tool
	owner     valgrind.Owner
	name      string // of the command, which stands where a test file's name does

	pid     int
	now     window // to which belongs what is found next
	tails   map[string]*valgrind.Tail
	seen    map[valgrind.Key]valgrind.Record // errors so far
	ended   []ending                         // what processes had lost when they ended
	crashed map[int]bool                     // processes that a signal ended
	steps   []step                           // of busted
	held    []held
	failing map[string]bool // keys of findings that fail the run
}

// run starts the command and waits for it.
func (r *run) run(ctx context.Context, c command) (report.Summary, error) {
	start := time.Now()
	r.crashed, r.failing = map[int]bool{}, map[string]bool{}
	for _, note := range r.plan.Notes {
		r.tell(report.Event{Kind: report.Info, Text: report.Bytes(note)})
	}
	args := r.plan.Args
	logged := r.ownLog()
	if logged {
		args = append(args[:len(args):len(args)], "--log-file="+filepath.Join(r.dir, "%p.log"))
	}
	var d *dialogue
	if c.script > 0 {
		var err error
		if d, err = r.listen(logged); err != nil {
			return report.Summary{}, err
		}
		defer d.close()
		c = c.hooked(filepath.Join(r.dir, hookName))
	}
	argv := c.under(args, filepath.Join(r.dir, pinName))
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.Stdin, r.Stdout, r.Stderr
	env, err := r.environ()
	if err != nil {
		return report.Summary{}, err
	}
	cmd.Env = env
	cmd.Cancel = func() error {
		// a shell would leave behind what it has started
		for _, pid := range (valgrind.Vgdb{Prefix: r.plan.VgdbPrefix}).Processes() {
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
		return cmd.Process.Signal(syscall.SIGTERM)
	}
	cmd.WaitDelay = patience
	r.tell(report.Event{Kind: report.RunStart, Run: &report.Run{
		Stream: report.StreamVersion, Version: r.Version, Valgrind: r.tool.Version, Jobs: 1, Files: []string{r.name},
		Started: time.Now().UTC().Truncate(time.Millisecond),
	}})
	r.tell(report.Event{Kind: report.FileStart, File: r.name})
	if err := cmd.Start(); err != nil {
		return report.Summary{}, fmt.Errorf("%s: %w", argv[0], err)
	}
	r.pid = cmd.Process.Pid
	done := make(chan struct{})
	go func() {
		defer close(done)
		if d != nil {
			d.serve(ctx)
		}
	}()
	err = cmd.Wait()
	if d != nil {
		d.close()
	}
	<-done
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		return report.Summary{}, fmt.Errorf("%s: %w", argv[0], err)
	}
	r.finish(d != nil && d.met)
	return r.end(cmd.ProcessState, start, ctx.Err() != nil), nil
}

// ownLog says whether Valgrind's text can go to files of this run. Where the user has chosen another place it stays there.
func (r *run) ownLog() bool {
	if len(r.plan.Args) == 0 || r.plan.XML == "" && !r.plan.Text {
		return false
	}
	for _, arg := range r.plan.Args {
		if strings.HasPrefix(arg, "--log-") {
			return false
		}
	}
	return true
}

// end tells how the command ended.
func (r *run) end(state *os.ProcessState, start time.Time, interrupted bool) report.Summary {
	var tally report.Tally
	test := tap.Test{OK: state.Success(), Name: "exit status is 0"}
	if !test.OK {
		test.Compare, test.Got, test.Want = "is", state.String(), "exit status 0"
	}
	plan := report.Plan{Tests: 1}
	tally.Plan(plan)
	r.tell(report.Event{Kind: report.PlanMade, File: r.name, Plan: &plan})
	r.tell(report.Event{Kind: report.TestDone, File: r.name, Test: &report.Test{Number: tally.Test(test), Test: test}})
	hidden := map[string]int{}
	for _, t := range r.tails {
		for _, p := range t.Processes() {
			for name, n := range p.Suppressed {
				hidden[name] += n
			}
		}
	}
	if len(hidden) > 0 {
		r.tell(report.Event{Kind: report.Suppressed, File: r.name, Suppressed: hidden})
	}
	result := tally.End(0, "")
	result.Seconds = time.Since(start).Seconds()
	result.Times = report.Times{ChildUser: state.UserTime().Seconds(), ChildSystem: state.SystemTime().Seconds()}
	r.tell(report.Event{Kind: report.FileEnd, File: r.name, Result: &result})
	summary := report.Summary{
		Findings: len(r.failing), Suppressed: hidden, Interrupted: interrupted, Seconds: result.Seconds, Times: result.Times,
	}
	summary.Add(result)
	r.tell(report.Event{Kind: report.RunEnd, Summary: &summary})
	return summary
}

func (r *run) tell(e report.Event) {
	for _, l := range r.listeners {
		l.Handle(e)
	}
}
