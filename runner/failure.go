package runner

import (
	"errors"
	"slices"
	"strings"
	"syscall"

	"github.com/ngxtest/ngxtest/runner/check"
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// recorder is a log whose lines are kept for the report of a failure.
type recorder struct {
	log       *nginx.Log
	lines     []string
	text      string       // of a glance
	meanwhile func(func()) // what waits runs in it
}

func (r *recorder) Await(done func(lines []string) bool) []string {
	r.meanwhile(func() { r.lines, r.text = r.log.Await(done), "" })
	return r.lines
}

func (r *recorder) Glance() string {
	r.lines, r.text = nil, r.log.Glance()
	return r.text
}

// seen returns what was read last.
func (r *recorder) seen() []string {
	if r.text != "" {
		return slices.Collect(strings.Lines(r.text))
	}
	return r.lines
}

func (r *recorder) forget() { r.lines, r.text = nil, "" }

// andMore returns what was read last and what has been written since, a master's line about its dead worker for instance. The
// latter remains to be read.
func (r *recorder) andMore() []string {
	log := *r.log
	if log.Accumulate {
		return log.Await(nil)
	}
	return append(slices.Clip(r.seen()), log.Await(nil)...)
}

func (r *recorder) reset() { r.log.Reset() }

var logEntry = lazyregexp.New(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] `)

// notable returns the lines of entries above debug level, without their newlines; the last ones where there are very many. An
// entry of several lines has time and level on its first one alone.
func notable(lines []string) []string {
	const most = 40
	var kept []string
	debug := false
	for _, line := range lines {
		if m := logEntry.FindStringSubmatch(line); m != nil {
			debug = m[1] == "debug"
		}
		if !debug {
			kept = append(kept, strings.Clone(strings.TrimRight(line, "\r\n"))) // a long log is not kept for a few lines
		}
	}
	return kept[max(0, len(kept)-most):]
}

// failing reports whether a test that counts has failed.
func failing(r check.Result) bool {
	return slices.ContainsFunc(r.Tests, func(t tap.Test) bool { return !t.OK && !report.Todo(t) })
}

// failedBlock is the test that stands for a block that could not be run.
func failedBlock(name string) tap.Test {
	return tap.Test{Name: name + " - the block could not be run to its end"}
}

// refusal is what a report shows of an nginx that did not start; nil for any other error.
func refusal(err error) *report.Exchange {
	var refused *nginx.StartError
	if !errors.As(err, &refused) || refused.InUse != nil {
		return nil
	}
	x := &report.Exchange{Nginx: refused.Words, Advice: "correct the configuration of this block"}
	if text := strings.TrimSpace(refused.Stderr); len(x.Nginx) == 0 && text != "" {
		x.Nginx = strings.Split(text, "\n")
	}
	switch {
	case refused.Program != "" && len(refused.Words) == 0:
		x.Advice = "see what " + refused.Program + " says, which was to run nginx"
	case refused.MissingDirective != "":
		x.Advice = "load the module that has the directive (--load-module or TEST_NGINX_LOAD_MODULES), or have such blocks " +
			"skipped with TEST_NGINX_IGNORE_MISSING_DIRECTIVES=1"
	}
	return x
}

// quitSignal is the signal that nginx is expected to end at.
func quitSignal(env spec.Env) syscall.Signal {
	if spec.Text(env["TEST_NGINX_FAST_SHUTDOWN"]).True() {
		return syscall.SIGTERM
	}
	return syscall.SIGQUIT
}

// self is what Perl code of the suite gets for the block.
func (r *blockRun) self() spec.Value { return spec.Value{Kind: spec.Object, Block: r.block} }

var _ check.Log = (*recorder)(nil)
