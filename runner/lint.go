package runner

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/check"
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/lint"
	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// Lint returns what is probably a mistake in a test file, sorted by line: what runner/lint finds, and a plan that does not fit the
// blocks. Nothing is started; code of the file runs as far as it takes to know how many tests there will be. An error says why the file
// cannot be read or evaluated.
func Lint(ctx context.Context, s Setup, file string) ([]*spec.Problem, error) {
	w := NewWorker(ctx, s)
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", file, err)
	}
	f := &fileRun{Worker: w, ctx: ctx, job: Job{File: file}, say: func(int, report.Event) {}, slowdown: 1}
	o := f.perlOptions()
	c := counter{fileRun: f}
	o.Sink = perl.Sink{Test: func(tap.Test, int) { c.tests++ }}
	var problems []*spec.Problem
	err = perl.Load(ctx, file, o, func(suite *spec.Suite) error {
		written := suite.Blocks
		if all, err := spec.AllBlocks(spec.ParseFile(file, src), suite.Delims); err == nil && len(all) > 0 {
			written = all
		}
		problems = lint.Check(suite, written)
		if suite.Entry != spec.EntryRunTests || suite.Settings.Plan.Kind != spec.PlanTests {
			return nil
		}
		f.Suite, f.env = suite, suite.Env
		for _, b := range suite.Blocks {
			if c.block(b) != nil {
				c.unknown = true
				return nil
			}
		}
		return nil
	})
	if plan := c.plan(); plan != nil {
		problems = slices.Insert(problems, 0, plan)
	}
	return problems, err
}

// counter counts the tests that a file makes, without nginx.
type counter struct {
	*fileRun
	tests   int
	unknown bool // how many there are cannot be told
}

// plan is the problem of a plan that does not fit.
func (c *counter) plan() *spec.Problem {
	if c.Suite == nil || c.unknown || c.tests == c.Settings.Plan.Tests {
		return nil
	}
	line := 0
	for i, text := range strings.Split(c.Perl, "\n") {
		if planned.MatchString(text) {
			line = i + 1
		}
	}
	blocks, each := len(c.Blocks), max(c.Settings.RepeatEach, 1)
	formula := ""
	if c.tests%each == 0 && blocks > 0 {
		formula = fmt.Sprintf(", repeat_each() * (blocks() * %d + %d)", c.tests/each/blocks, c.tests/each%blocks)
	}
	return &spec.Problem{File: c.job.File, Line: line, Msg: fmt.Sprintf(
		"the plan is %d tests, but the blocks make %d (plan tests => %d%s)", c.Settings.Plan.Tests, c.tests, c.tests, formula)}
}

// planned is a line of Perl that makes a plan of a number of tests.
var planned = lazyregexp.New(`^[^#]*\b(?:plan\b|tests\s*=>)`)

// block counts the tests of a block: all rounds of it are dry, and a dry test counts like a real one. An error is what would end the
// block.
func (c *counter) block(b *spec.Block) error {
	if c.Preprocess != nil {
		if err := c.Preprocess(b); err != nil {
			return err
		}
	}
	r := &blockRun{fileRun: c.fileRun, block: b, name: c.File + " " + b.Name}
	r.prepare()
	// a port that is drawn anew for each run cannot matter for a number of tests
	r.expander.RandPort = func(func(int) bool) (int, error) { return 65535, nil }
	r.check.Expand = r.expander.Expand
	r.check.ErrorLog, r.check.AccessLog = noLog{}, noLog{}
	decision, err := r.check.Decide(check.Versions{
		Nginx: r.build.Canonical, OpenSSL: r.build.OpenSSL, BuildSlave: r.env["TEST_NGINX_BUILDSLAVE"],
	}, r.eval)
	if err != nil {
		return err
	}
	each := c.Settings.RepeatEach
	count := func(result check.Result) { c.tests += len(result.Tests) }
	switch {
	case decision.Skip, decision.Todo:
		c.tests += each * len(decision.Tests)
		return nil
	case b.Has("must_die"):
		for i := range each {
			count(r.check.MustDie(check.Exit{Status: 1 << 8}))
			result, err := r.check.Logs(i, "counting")
			count(result)
			if err != nil {
				return err
			}
		}
		return nil
	}
	for i := range each {
		reqs, err := r.check.Requests()
		if err != nil {
			return err
		}
		err = r.check.Round(c.ctx, reqs, check.Round{
			Repeat: i, DryRun: "counting", Emit: count, Sleep: func(context.Context, time.Duration) error { return nil },
		})
		if err != nil {
			return err
		}
		if b.Has("tcp_listen") {
			count(r.check.TCPQuery(""))
		}
		if b.Has("udp_listen") {
			count(r.check.UDPQuery(""))
		}
	}
	result, err := r.check.ShutdownLogs(true)
	count(result)
	return err
}

// noLog is a log of which nothing is known.
type noLog struct{}

func (noLog) Await(func([]string) bool) []string { return nil }
func (noLog) Glance() string                     { return "" }
