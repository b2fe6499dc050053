package perl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/perl/syntax"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// Options say in what surroundings a suite is loaded.
type Options struct {
	Env         spec.Env // a copy of it becomes %ENV, and Suite.Env
	IncludeDirs []string // as of perl's -I
	Dir         string   // the working directory; empty: that of the process
	Source      []byte   // the file's text, instead of what is in the file; nil: read it
	ServerRoot  string   // where nginx's files go; empty: as the environment says, else t/servroot

	// The nginx that is going to be used, as Test::Nginx writes its versions: 1.022001. Empty or 0: not known.
	NginxVersion   string
	OpenSSLVersion string
	PcreVersion    int // 2, 1, or 0 for none

	// Probe fills in these three when the file first asks for one of them: starting nginx for it takes time. May be nil.
	Probe func(*Options)

	// Limit is a factor: how much more steps, processor time and memory than usual a program may use, or less. 0: 1.
	Limit float64

	Evaluator  Evaluator
	HandedOver func(construct string) // called when Auto hands the file to the system's perl, with what sends it there; may be nil

	Sink Sink
}

// Evaluator says who runs the Perl of a file.
type Evaluator string

// The evaluators. Auto, which "" stands for, is the built-in one for as long as it knows all that the file uses.
const (
	Auto    Evaluator = "auto"
	Builtin Evaluator = "builtin"
	System  Evaluator = "system"
)

// Sink is told what a file does with Test::More and what it prints. Functions that are nil are not called.
type Sink struct {
	Plan           func(spec.Plan)            // when it is made
	Test           func(t tap.Test, line int) // each test that the file's Perl makes, with its line
	Diag           func(text string)          // lines that begin with "# ", for stderr
	Note           func(text string)          // the same for stdout
	Stdout, Stderr func(text string)          // what it prints and warns of
}

// Exit is what Load returns when the file called exit with a status other than 0.
type Exit struct{ Code int }

func (e *Exit) Error() string { return fmt.Sprintf("the file called exit(%d)", e.Code) }

// BailOut is what Load returns when the file called BAIL_OUT.
type BailOut struct{ Reason string }

func (b *BailOut) Error() string { return strings.TrimSpace("Bail out!  " + b.Reason) }

// Load reads and evaluates a test file. Run is called with the suite: from inside of run_tests() (spec.EntryRunTests), or
// when the file has ended without it (spec.EntrySkipAll, spec.EntryEnd). Its blocks are filtered, but their preprocessors
// have not been called. What the file does behind run_tests(), and its END blocks, happens after run has returned.
//
// Paths that end in .yaml or .yml are read as YAML suites. An error of run is returned as it is. Other errors are one line,
// "file:line: what (what to do)"; those about a YAML file may be several, one line each.
func Load(ctx context.Context, path string, o Options, run func(*spec.Suite) error) error {
	if o.Dir == "" {
		dir, err := os.Getwd()
		if err != nil {
			return fmt.Errorf("%s: cannot tell the working directory: %w", path, err)
		}
		o.Dir = dir
	}
	src := o.Source
	if src == nil {
		var err error
		if src, err = readSuite(path, o.Dir); err != nil {
			return err
		}
	}
	if o.Evaluator == Builtin || o.Evaluator == System {
		return evaluate(ctx, path, src, o, run)
	}
	return evaluateAuto(ctx, path, src, o, run)
}

// evaluate runs a file with the evaluator of the options.
func evaluate(ctx context.Context, path string, src []byte, o Options, run func(*spec.Suite) error) error {
	h := newHost(ctx, path, o, run)
	defer func() { h.relays.remove() }() // those that the file will have registered
	if ext := filepath.Ext(path); ext == ".yaml" || ext == ".yml" {
		return h.loadYAML(src)
	}
	return h.load(src)
}

func readSuite(path, dir string) ([]byte, error) {
	abs := path
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(dir, path)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file (check the name)", path)
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %s", path, osError(err))
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a directory (name a test file, or use -r)", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: is no regular file (name a test file)", path)
	}
	src, err := os.ReadFile(abs)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %s", path, osError(err))
	case len(bytes.TrimSpace(src)) == 0:
		return nil, fmt.Errorf("%s:1: the file is empty (write tests, or remove it)", path)
	}
	return src, nil
}

// load evaluates a .t file.
func (h *host) load(src []byte) error {
	h.file = spec.ParseFile(h.path, src)
	if at := strings.IndexByte(h.file.Preamble, 0); at >= 0 {
		line := 1 + strings.Count(h.file.Preamble[:at], "\n")
		return fmt.Errorf("%s:%d: a NUL byte: this is no Perl program (name test files only)", h.path, line)
	}
	text := h.file.Preamble
	if h.file.DataLine > 0 {
		text += "__DATA__\n" + h.file.Data
	}
	return h.program(text, 1)
}

// program runs Perl text, the line of which that is first is given, and its END blocks.
func (h *host) program(text string, line int) error {
	if h.opts.Evaluator == System {
		return h.runPerl(text, line)
	}
	err := h.in.RunText(h.path, text, line, "main")
	if end := h.ended(err); end != nil {
		h.in.RunEnd()
		return end
	}
	if !h.ran {
		if err := h.run(h.suite(h.entry(), nil)); err != nil {
			h.in.RunEnd()
			return err
		}
	}
	return h.ended(h.in.RunEnd())
}

// entry is how a file ended that did not call run_tests.
func (h *host) entry() string {
	if h.plan.Kind == spec.PlanSkipAll {
		return spec.EntrySkipAll
	}
	return spec.EntryEnd
}

// ended says what the way in which the program ended means for Load: nil when it came to its end.
func (h *host) ended(err error) error {
	if h.fatal != nil {
		return h.fatal
	}
	var exit *interp.Exit
	if errors.As(err, &exit) {
		if exit.Code == 0 {
			return nil
		}
		return &Exit{exit.Code}
	}
	return h.oneLine(err)
}

// stop ends the program with err as what Load returns. No eval of the program catches it.
func (h *host) stop(err error) error {
	if h.fatal == nil {
		h.fatal = err
	}
	return &interp.Exit{Code: 255}
}

// place is how Perl says where something happened.
var place = lazyregexp.New(` at (\S.*) line (\d+)(?:, <\S*> (?:line|chunk) \d+)?\.?$`)

// oneLine writes an error of the interpreter as "file:line: what".
func (h *host) oneLine(err error) error {
	var die *interp.Die
	var bad *syntax.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &die):
		text := strings.TrimRight(die.Error(), "\n")
		first, rest, more := strings.Cut(text, "\n")
		file, line := die.File, fmt.Sprint(die.Line)
		if m := place.FindStringSubmatchIndex(first); m != nil {
			file, line = first[m[2]:m[3]], first[m[4]:m[5]]
			first = first[:m[0]]
		}
		if file == "" {
			return fmt.Errorf("%s: %s", h.path, strings.ReplaceAll(text, "\n", "; "))
		}
		if more {
			first += "; " + strings.ReplaceAll(rest, "\n", "; ")
		}
		if first == "You said to run 0 tests" {
			first += " (a file without blocks has none to count: add blocks, or plan skip_all)"
		}
		return fmt.Errorf("%s:%s: %s", file, line, first)
	case errors.As(err, &bad):
		return fmt.Errorf("%s:%d: %s", bad.File, bad.Line, strings.ReplaceAll(bad.Msg, "\n", "; "))
	}
	return err
}
