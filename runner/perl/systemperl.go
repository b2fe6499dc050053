package perl

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/perl/syntax"
	"github.com/ngxtest/ngxtest/runner/perl/system"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// evaluateAuto runs a file with the built-in evaluator. When that meets something that it lacks before anything was run, the
// system's perl gets the file, and what the file has said so far is forgotten.
func evaluateAuto(ctx context.Context, path string, src []byte, o Options, run func(*spec.Suite) error) error {
	held := &heldSink{to: o.Sink}
	inside := o
	inside.Evaluator, inside.Sink = Builtin, held.sink()
	err := evaluate(ctx, path, src, inside, func(s *spec.Suite) error {
		held.release()
		return run(s)
	})
	lacks := lacking(err)
	if lacks == "" || held.open {
		held.release()
		if lacks != "" {
			return fmt.Errorf("%w (--perl=system gives the file to the system's perl from the start)", err)
		}
		return err
	}
	if _, missing := system.Find(o.Env["PATH"]); missing != nil {
		held.release()
		return fmt.Errorf("%w (there is no perl in PATH, which could run it: install perl)", err)
	}
	if o.HandedOver != nil {
		o.HandedOver(lacks)
	}
	o.Evaluator = System
	return evaluate(ctx, path, src, o, run)
}

// lacking is what the built-in evaluator could not do: empty when err is something else.
func lacking(err error) string {
	var run *interp.Unsupported
	var text *syntax.Unsupported
	switch {
	case errors.As(err, &run):
		return strings.TrimSuffix(run.Construct, " (neither built in nor found in @INC)")
	case errors.As(err, &text):
		return text.Construct
	}
	return ""
}

// heldSink keeps what a file says until it is certain that the file is not run once more from its beginning.
type heldSink struct {
	to   Sink
	kept []func()
	open bool
}

func (k *heldSink) do(f func()) {
	if k.open {
		f()
	} else {
		k.kept = append(k.kept, f)
	}
}

func (k *heldSink) release() {
	k.open = true
	for _, f := range k.kept {
		f()
	}
	k.kept = nil
}

func (k *heldSink) sink() Sink {
	text := func(to func(string)) func(string) {
		if to == nil {
			return nil
		}
		return func(s string) { k.do(func() { to(s) }) }
	}
	held := Sink{Diag: text(k.to.Diag), Note: text(k.to.Note), Stdout: text(k.to.Stdout), Stderr: text(k.to.Stderr)}
	if k.to.Plan != nil {
		held.Plan = func(p spec.Plan) { k.do(func() { k.to.Plan(p) }) }
	}
	if k.to.Test != nil {
		held.Test = func(t tap.Test, line int) { k.do(func() { k.to.Test(t, line) }) }
	}
	return held
}

// sharedArrays are those of Test::Nginx that code on both sides uses.
var sharedArrays = []string{"Test::Nginx::Util::EnvToNginx", "Test::Nginx::Util::BlockPreprocessors",
	"Test::Nginx::Util::CleanupHandlers", "Test::Nginx::Util::TestCleanupHandlers", "Test::Nginx::Socket::ResponseBodyChecks"}

// ownModules are served from here also where perl could find them on disk.
var ownModules = []string{"Spiffy", "Test::Base", "Test::Base::Block", "Test::Base::Filter", "Test::Builder", "Test::LongString",
	"Test::More", "Test::Nginx::LWP", "Test::Nginx::Socket", "Test::Nginx::Socket::Lua", "Test::Nginx::Socket::Lua::Dgram",
	"Test::Nginx::Socket::Lua::Stream", "Test::Nginx::Util", "Test::Simple"}

// runPerl has the system's perl run the program of the file, and its END blocks.
func (h *host) runPerl(text string, line int) error {
	program, err := system.Find(h.in.Env()["PATH"])
	if err != nil {
		return fmt.Errorf("%s: there is no perl in PATH to run it (install perl, or use --perl=builtin)", h.path)
	}
	h.in.DefineSub("ngxtest::used", func(c *interp.Call) (interp.List, error) {
		if h.base.class == "" {
			h.base.class = c.Str(0)
		}
		if h.fatal != nil {
			return nil, h.stop(h.fatal)
		}
		return nil, nil
	})
	h.in.DefineSub("ngxtest::spiffy", func(c *interp.Call) (interp.List, error) { return list(spiffyText(c.Str(0))), nil })
	scalars := []string{"Test::Base::Filter::arguments"}
	for _, name := range utilScalars {
		scalars = append(scalars, "Test::Nginx::Util::"+name)
	}
	h.found = map[string]*interp.Code{}
	if h.yaml == nil && h.opts.Source == nil {
		text = "" // perl reads the file itself
	} else {
		text, _, _ = strings.Cut("\n"+text, "\n__DATA__\n")
		text = fmt.Sprintf("#line %d \"%s\"%s", line, h.path, text)
	}
	limit := h.opts.Limit
	if limit <= 0 {
		limit = 1
	}
	h.sys, err = system.Start(h.ctx, system.Options{
		Perl: program, Script: h.path, Text: text, Dir: h.opts.Dir, Inc: h.opts.IncludeDirs, Behind: []string{"lib", "inc", "."},
		In: h.in, Scalars: scalars, Arrays: sharedArrays, Modules: ownModules,
		Limits: system.Limits{Processor: time.Duration(limit * float64(time.Minute)), Memory: uint64(limit * interp.UsualMemory)},
		Stdout: func(s string) { _, _ = h.stdout.Write([]byte(s)) }, Stderr: func(s string) { _, _ = h.stderr.Write([]byte(s)) },
		Called: func() { clear(h.found) },
		Over:   h.over,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", h.path, err)
	}
	err = h.ended(plainly(h.sys.Run()))
	if err == nil && !h.ran {
		h.over()
		err = h.fatal
	}
	return err
}

// over is what happens when the program has come to its end, and its END blocks are still to run.
func (h *host) over() {
	if h.ran || h.fatal != nil {
		return
	}
	h.ran = true
	if err := h.run(h.suite(h.entry(), nil)); err != nil {
		_ = h.stop(err)
	}
}

var (
	cannotLocate = lazyregexp.New(`\ACan't locate (\S+)\.pm in @INC .* at (.*) line (\d+)\.\n`)
	syntaxError  = lazyregexp.New(`\A(.*?) at (.*) line (\d+), (near .*|at EOF)`)
)

// plainly says where a file does not compile, or which module is not there.
func plainly(err error) error {
	var die *interp.Die
	if !errors.As(err, &die) {
		return err
	}
	text := die.Error() + "\n"
	if m := cannotLocate.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s: the Perl module %s is not installed (install it; -I names a directory to look in)",
			filepath.Clean(m[2]), m[3], strings.ReplaceAll(m[1], "/", "::"))
	}
	if m := syntaxError.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s: %s, %s", m[2], m[3], m[1], m[4])
	}
	return err
}
