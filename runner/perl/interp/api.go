package interp

import (
	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// Run compiles a program in package pkg and runs it; BEGIN blocks and use statements run as they are met. What comes
// back is nil, or a *Die, *Exit, *Unsupported, *Stopped, *syntax.Error or *syntax.Unsupported.
// END blocks wait for RunEnd.
func (in *Interp) Run(prog *syntax.Program, pkg string) error {
	return in.outermost(in.protect(func() {
		body := in.compileProgram(prog, pkg)
		in.runUnit(body, Void)
	}))
}

// RunText parses and runs a program, each BEGIN and use as soon as it has been read.
func (in *Interp) RunText(file, src string, firstLine int, pkg string) error {
	return in.outermost(in.protect(func() {
		body := in.compileText(file, src, firstLine, pkg)
		for _, code := range in.inits {
			in.call(code, nil, Void)
		}
		in.runUnit(body, Void)
	}))
}

// outermost turns a next or last that found no loop into the error that it is in Perl.
func (in *Interp) outermost(err error) error {
	if l, ok := err.(*LoopExit); ok {
		return &Die{Value: l.Error() + placeText(l.at.file, l.at.line), File: l.at.file, Line: l.at.line}
	}
	return err
}

// RunEnd runs the END blocks, the last first.
func (in *Interp) RunEnd() error {
	var first error
	for len(in.ends) > 0 {
		code := in.ends[0]
		in.ends = in.ends[1:]
		if err := in.protect(func() { in.call(code, nil, Void) }); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// EvalString does what eval STRING does in package pkg, without any lexical variables in reach: it returns the values,
// or the error as a *Die whose Value is what $@ would be. With an empty file the text is named "(eval N)". Strict is
// off unless the text turns it on; see EvalOptions for more.
func (in *Interp) EvalString(code, pkg, file string, line int, want Want) (List, error) {
	return in.Eval(code, EvalOptions{Package: pkg, File: file, Line: line, Want: want})
}

// EvalOptions say how Eval evaluates a text.
type EvalOptions struct {
	Package string // in which it runs
	File    string // its name in messages; empty: "(eval N)"
	Line    int    // of its first line; 0: 1
	Want    Want
	Strict  bool // as if under `use strict`
}

// Eval is EvalString with more to choose.
func (in *Interp) Eval(code string, o EvalOptions) (List, error) {
	var l List
	err := in.protect(func() {
		body := in.compileEval(code, o)
		v, list := in.runUnit(body, o.Want)
		if l = list; o.Want != ListContext {
			l = NewList(v)
		}
	})
	return l, err
}

// EvalCount is the number that the last "(eval N)" had; SetEvalCount changes it.
func (in *Interp) EvalCount() int { return in.evals }

// SetEvalCount makes the next text of eval number n+1.
func (in *Interp) SetEvalCount(n int) { in.evals = n }

// CallSub calls a sub.
func (in *Interp) CallSub(code *Code, want Want, args ...Value) (List, error) {
	return in.CallAliased(code, want, NewList(args...))
}

// CallAliased calls a sub whose @_ are the items of args themselves.
func (in *Interp) CallAliased(code *Code, want Want, args List) (List, error) {
	var l List
	err := in.protect(func() {
		v, list := in.call(code, args, want)
		if l = list; want != ListContext {
			l = NewList(v)
		}
	})
	return l, err
}

// CallMethod calls inv->name(args), where inv is an object or a class's name.
func (in *Interp) CallMethod(inv Value, name string, want Want, args ...Value) (List, error) {
	var l List
	err := in.protect(func() {
		code := in.resolveMethod(inv, name, "main")
		v, list := in.call(code, NewList(append([]Value{inv}, args...)...), want)
		if l = list; want != ListContext {
			l = NewList(v)
		}
	})
	return l, err
}

// Sub returns the sub of that full name ("main::f"), or nil when it is not defined.
func (in *Interp) Sub(full string) *Code { return in.findSub(full) }

// DefineSub defines a native sub under its full name. In scalar context the last value that fn returns counts. An
// error that is none of this package's becomes a die with its text.
func (in *Interp) DefineSub(full string, fn func(*Call) (List, error)) *Code {
	pkg, name := splitName(full)
	code := &Code{pkg: pkg, name: name, native: fn}
	in.pkgOf(pkg).glob(name).c = code
	return code
}

// DefineSubProto defines a native sub with a prototype such as "$;$" or "&@".
func (in *Interp) DefineSubProto(full, proto string, fn func(*Call) (List, error)) *Code {
	code := in.DefineSub(full, fn)
	code.proto, code.hasProto = proto, true
	return code
}

// NewCode returns an anonymous native sub.
func (in *Interp) NewCode(pkg string, fn func(*Call) (List, error)) *Code {
	return &Code{pkg: pkg, native: fn}
}

// DefineModule makes `use Name` and `require Name` succeed without a file. Setup runs once, when the module is first
// asked for; Import for every `use` without an empty list, with the class first in its arguments. Either may be nil:
// without an Import the class's import method is called if it has one.
func (in *Interp) DefineModule(name string, setup func(*Interp), imp func(*Call) error) {
	in.modules[name] = &module{setup: setup, imp: imp}
}

// ScalarVar returns the package variable of that full name ("main::x").
func (in *Interp) ScalarVar(full string) *Scalar { return in.globOf(full).scalar() }

// ArrayVar returns the package array of that full name.
func (in *Interp) ArrayVar(full string) *Array { return in.globOf(full).array() }

// HashVar returns the package hash of that full name.
func (in *Interp) HashVar(full string) *Hash { return in.globOf(full).hash() }

// Import lets package `into` see names of package from, as Exporter does: "f", "&f", "$x", "@x", "%x".
func (in *Interp) Import(from, into string, names ...string) error {
	return in.protect(func() {
		for _, name := range names {
			in.importName(from, into, name)
		}
	})
}

// UseStrict turns strict on for the text that is being compiled, from here to the end of the scope: for the Import
// of a module that does so.
func (in *Interp) UseStrict() {
	if in.comp != nil {
		in.comp.hints = in.comp.hints | strictRefs | strictVars | strictSubs
	}
}

// SourceFilter gives the text behind the current `use` to f before it is read on, as a source filter does: for the
// Import of a module. f should keep the number of lines.
func (in *Interp) SourceFilter(f func(string) string) {
	if in.comp != nil {
		in.comp.filter = f
	}
}

// Bless blesses what v refers to into class, and returns v.
func (in *Interp) Bless(v Value, class string) Value {
	bless(v, in.pkgOf(class))
	return v
}

// ClassOf returns the class into which what v refers to is blessed; "" when it is not.
func ClassOf(v Value) string {
	if p := blessedInto(v); p != nil {
		return p.name
	}
	return ""
}

// Env returns %ENV.
func (in *Interp) Env() map[string]string { return in.opts.Env }

// Dir returns the working directory, which chdir changes.
func (in *Interp) Dir() string { return in.dir }

// Position returns where the program is.
func (in *Interp) Position() (file string, line int) { return in.cop.file, in.cop.line }

// NewDie returns the exception that die(v) throws. To a string without a newline at its end the place is added.
func NewDie(v Value) *Die { return &Die{Value: v, bare: endsOpen(v)} }

func endsOpen(v Value) bool {
	s, ok := v.(string)
	return ok && (s == "" || s[len(s)-1] != '\n')
}
