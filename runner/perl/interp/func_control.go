package interp

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// controlFunctions are those that bear on the program itself.
var controlFunctions = map[string]func(c *compiler, x *syntax.Func) expr{
	"eval": func(c *compiler, x *syntax.Func) expr { return c.stringEval(x.Args[0]) },
	"caller": func(c *compiler, x *syntax.Func) expr {
		level := c.arg(x, 0)
		return &either{
			one: func(fr *frame) Value {
				l := fr.in.caller(levelOf(fr, level), level != nil)
				if len(l) == 0 {
					return nil
				}
				return l[0]
			},
			many: func(fr *frame, out List) List {
				return append(out, NewList(fr.in.caller(levelOf(fr, level), level != nil)...)...)
			},
		}
	},
	"bless": func(c *compiler, x *syntax.Func) expr {
		ref, class := c.expr(x.Args[0]), c.arg(x, 1)
		pkg := c.pkg
		return value(func(fr *frame) Value {
			v := ref.scalar(fr)
			name := pkg
			if class != nil {
				cv := class.scalar(fr)
				if p := blessedInto(cv); IsRef(cv) && (p == nil || p.findOverload(`""`) == nil) {
					throw(die("Attempt to bless into a reference"))
				}
				if name = Str(cv); name == "" {
					name = "main"
				}
			}
			bless(v, fr.in.pkgOf(name))
			return v
		})
	},
	"exit": func(c *compiler, x *syntax.Func) expr {
		code := c.arg(x, 0)
		return value(func(fr *frame) Value {
			n := 0
			if code != nil {
				n = toIndex(code.scalar(fr))
			}
			throw(&Exit{n & 0xff})
			return nil
		})
	},
	"require": (*compiler).require,
	"do": func(c *compiler, x *syntax.Func) expr {
		file := c.expr(x.Args[0])
		return &either{
			one: func(fr *frame) Value {
				v, _ := fr.in.doFile(Str(file.scalar(fr)), ScalarContext)
				return v
			},
			many: func(fr *frame, out List) List {
				_, l := fr.in.doFile(Str(file.scalar(fr)), ListContext)
				return append(out, l...)
			},
		}
	},
	"__SUB__": func(_ *compiler, _ *syntax.Func) expr {
		return value(func(fr *frame) Value {
			if fr.code == nil {
				return nil
			}
			return fr.code
		})
	},
	"prototype": func(c *compiler, x *syntax.Func) expr {
		arg := c.expr(x.Args[0])
		return value(func(fr *frame) Value {
			v := arg.scalar(fr)
			code, ok := v.(*Code)
			if !ok {
				name := strings.TrimPrefix(Str(v), "&")
				if strings.HasPrefix(name, "CORE::") {
					throw(unsupported("prototype of %s", name))
				}
				code = fr.in.findSub(qualify(name, fr.in.cop.pkg))
			}
			if code == nil || !code.hasProto {
				return nil
			}
			return code.proto
		})
	},
}

func levelOf(fr *frame, level expr) int {
	if level == nil {
		return 0
	}
	return toIndex(level.scalar(fr))
}

// argsAround is the @_ of the code that made call i.
func (in *Interp) argsAround(i int) *Array {
	for i--; i >= 0; i-- {
		if in.calls[i].code != nil {
			return in.calls[i].args
		}
	}
	return in.incArgs()
}

// caller is Perl's function of that name: level 0 is the current sub.
func (in *Interp) caller(level int, full bool) []Value {
	i := len(in.calls) - 1 - level
	if level < 0 || i < 0 {
		return nil
	}
	f := in.calls[i]
	out := []Value{f.from.pkg, f.from.file, int64(f.from.line)}
	if !full {
		return out
	}
	name, hasArgs := "(eval)", no
	if f.code != nil {
		name, hasArgs = f.code.Name(), one
		if f.args == in.argsAround(i) { // &f without a list
			hasArgs = no
		}
	}
	var want, text, isRequire Value
	switch f.want {
	case ListContext:
		want = one
	case ScalarContext:
		want = no
	}
	if f.eval == "string" || f.eval == "require" {
		text = f.text
		isRequire = boolean(f.eval == "require")
		if f.eval == "string" {
			text = f.text + "\n;"
		}
	}
	if in.cop.pkg == "DB" && f.args != nil {
		in.globOf("DB::args").array().Assign(f.args.Values())
	}
	return append(out, name, hasArgs, want, text, isRequire, int64(0), nil, nil)
}

// dieWith is what die throws.
func (in *Interp) dieWith(args List) error {
	if len(args) == 1 && IsRef(args[0].Get()) {
		return &Die{Value: args[0].Get()}
	}
	v := joinValues("", args)
	if s, ok := v.(string); ok && s == "" {
		old := in.evalError.scalar().Get()
		switch {
		case IsRef(old):
			return &Die{Value: old}
		case Truth(old):
			return &Die{Value: Str(old) + "\t...propagated", bare: true}
		}
		return die("Died")
	}
	return &Die{Value: v, bare: endsOpen(v) || isOpenWide(v)}
}

func isOpenWide(v Value) bool {
	w, ok := v.(Wide)
	return ok && !strings.HasSuffix(string(w), "\n")
}

// warnWith is warn.
func (in *Interp) warnWith(args List) {
	if len(args) == 1 && IsRef(args[0].Get()) {
		in.Warn(args[0].Get())
		return
	}
	v := joinValues("", args)
	if s, ok := v.(string); ok && s == "" {
		if old := in.evalError.scalar().Get(); Truth(old) {
			v = concat(old, "\t...caught")
		} else {
			v = "Warning: something's wrong"
		}
	}
	if endsOpen(v) || isOpenWide(v) {
		v = concat(v, in.where())
	}
	in.Warn(v)
}

// Warn does what warn does with a complete message: the handler in $SIG{__WARN__} gets it, or standard error.
func (in *Interp) Warn(v Value) {
	if h := in.handler("__WARN__"); h != nil && !in.inWarn {
		in.inWarn = true
		defer func() { in.inWarn = false }()
		in.call(h, NewList(v), Void)
		return
	}
	in.stderrHandle().write(outBytes(stringValue(v)))
}

// handler is the sub in $SIG{name}, or nil.
func (in *Interp) handler(name string) *Code {
	if in.sig.h == nil || in.sig.h.live == 0 {
		return nil
	}
	v := in.sig.h.Get(name)
	if v == nil {
		return nil
	}
	if code, ok := v.(*Code); ok {
		return code
	}
	switch s := Str(v); s {
	case "", "DEFAULT", "IGNORE":
		return nil
	default:
		return in.findSub(qualify(s, "main"))
	}
}

// signalDie calls the handler in $SIG{__DIE__}, which may throw something else.
func (in *Interp) signalDie(d *Die) error {
	if d.signalled || in.inDie {
		return d
	}
	d.signalled = true
	h := in.handler("__DIE__")
	if h == nil {
		return d
	}
	in.inDie = true
	defer func() { in.inDie = false }()
	var err error
	func() {
		defer func() {
			if r := recover(); r != nil {
				err = in.caught(r)
			}
		}()
		in.call(h, NewList(d.Value), Void)
	}()
	if err != nil {
		if e, ok := err.(*Die); ok {
			e.signalled = true
		}
		return err
	}
	return d
}
