package perl

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/perl/system"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// host is what a test file's program finds around it: the modules of Test::Nginx and their state.
type host struct {
	ctx  context.Context
	path string
	opts Options
	run  func(*spec.Suite) error
	in   *interp.Interp
	sys  *system.Session // the program runs there, and h.in mirrors it; nil: it runs in h.in
	file *spec.File
	yaml *spec.YAMLSuite // nil for a .t file

	stdout, stderr output
	fatal          error // what Load returns, whatever the program does
	ran            bool  // run_tests was called
	lwp            bool  // run_tests is that of Test::Nginx::LWP

	plan   spec.Plan
	tests  int // made by the program itself
	failed int

	base       base
	builtin    map[string]*interp.Code // the filters, as methods
	found      map[string]*interp.Code // what perl was asked for since it last called
	evaluators map[string]*interp.Code // the subs of the preludes
	relays     relays

	blockOf  map[*interp.Hash]*block
	objectOf map[*spec.Block]*block
	logSeen  int64 // how much of error.log error_log_data has returned
}

// newHost makes an interpreter with all modules defined. Those of Test::Nginx look at the environment when they are
// first used.
func newHost(ctx context.Context, path string, o Options, run func(*spec.Suite) error) *host {
	h := &host{
		ctx: ctx, path: path, opts: o, run: run, base: newBase(), evaluators: map[string]*interp.Code{},
		blockOf: map[*interp.Hash]*block{}, objectOf: map[*spec.Block]*block{},
	}
	h.stdout.to, h.stderr.to = o.Sink.Stdout, o.Sink.Stderr
	env := maps.Clone(map[string]string(o.Env))
	if env == nil {
		env = map[string]string{}
	}
	inc := append([]string{}, o.IncludeDirs...)
	for _, dir := range filepath.SplitList(env["PERL5LIB"]) {
		if dir != "" {
			inc = append(inc, dir)
		}
	}
	inc = append(inc, "lib", "inc", ".")
	limit := o.Limit
	if limit <= 0 {
		limit = 1
	}
	h.in = interp.New(interp.Options{
		MaxSteps: max(int64(limit*interp.UsualSteps), 1), MaxMemory: max(uint64(limit*interp.UsualMemory), 1),
		Script: path, Env: env, Dir: o.Dir, Inc: inc, Stdout: &h.stdout, Stderr: &h.stderr, Context: ctx,
	})
	h.defineMore()
	h.defineLongString()
	h.defineBase()
	h.defineNginx()
	return h
}

// abs is a path of the program as the process has to see it.
func (h *host) abs(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(h.dir(), path)
}

// native is a sub in Go.
type native func(c *interp.Call) (interp.List, error)

// define defines subs of a package. A name may have its prototype behind it: "is($$;$)".
func (h *host) define(pkg string, subs map[string]native) {
	for name, f := range subs {
		if i := strings.IndexByte(name, '('); i >= 0 {
			h.in.DefineSubProto(pkg+"::"+name[:i], name[i+1:len(name)-1], f)
			continue
		}
		h.in.DefineSub(pkg+"::"+name, f)
	}
}

// exports sets a package's @EXPORT.
func (h *host) exports(pkg string, names ...string) {
	h.in.ArrayVar(pkg + "::EXPORT").Assign(texts(names))
}

// isa sets a package's @ISA.
func (h *host) isa(pkg string, parents ...string) {
	h.in.ArrayVar(pkg + "::ISA").Assign(texts(parents))
}

// croak is an error in the words of the modules that are served here, which suites may look for.
func croak(format string, args ...any) error {
	return interp.NewDie(fmt.Sprintf(format, args...))
}

func list(values ...interp.Value) interp.List { return interp.NewList(values...) }

// truthValue is Perl's true or false.
func truthValue(b bool) interp.Value {
	if b {
		return int64(1)
	}
	return ""
}

// output is STDOUT or STDERR of the program. What is written goes to the sink, or to whoever captures it.
type output struct {
	to      func(string)
	capture io.Writer
}

func (o *output) Write(p []byte) (int, error) {
	if o.capture != nil {
		return o.capture.Write(p)
	}
	if o.to != nil {
		o.to(string(p))
	}
	return len(p), nil
}
