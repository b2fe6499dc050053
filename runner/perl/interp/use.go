package interp

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// module is one that needs no file.
type module struct {
	setup func(*Interp)
	imp   func(*Call) error
	ready bool
}

// pragmas act on the text that is being compiled.
var pragmas map[string]func(c *compiler, u *syntax.Use, args []Value)

func init() {
	pragmas = map[string]func(c *compiler, u *syntax.Use, args []Value){
		"strict":       (*compiler).useStrict,
		"integer":      func(c *compiler, u *syntax.Use, _ []Value) { c.setHint(integerMath, !u.No) },
		"utf8":         func(c *compiler, u *syntax.Use, _ []Value) { c.useUTF8(u) },
		"warnings":     nil,
		"feature":      nil,
		"bytes":        func(c *compiler, u *syntax.Use, _ []Value) { c.setHint(byteSemantics, !u.No) },
		"diagnostics":  nil,
		"experimental": nil,
		"less":         nil,
		"sort":         nil,
		"locale":       nil,
		"mro":          nil,
		"re":           nil,
		"subs":         nil,
		"filetest":     nil,
		"version":      nil,
		"vars":         (*compiler).useVars,
		"lib":          (*compiler).useLib,
		"constant":     (*compiler).useConstant,
		"parent":       (*compiler).useParent,
		"base":         (*compiler).useParent,
		"overload":     (*compiler).useOverload,
		"if":           (*compiler).useIf,
	}
}

// pragma reports whether a module's effect belongs to the place where its use stands.
func pragma(name string) bool {
	switch name {
	case "strict", "integer", "utf8", "bytes", "":
		return true
	}
	return false
}

// use compiles `use` and `no`: they take effect at once.
func (c *compiler) use(u *syntax.Use) {
	if c.done[u] {
		return
	}
	if u.Module == "" {
		if versionAtLeast(u.Version, 11) && !u.No {
			c.hints |= strictRefs | strictVars | strictSubs
		}
		return
	}
	if u.Package != "" {
		old := c.pkg
		c.pkg = u.Package
		defer func() { c.pkg = old }()
	}
	var args []Value
	c.atCompileTime(u.Line, func() {
		if u.Args != nil {
			args = c.evalNow(u.Args)
		}
		f, isPragma := pragmas[u.Module]
		switch {
		case f != nil:
			f(c, u, args)
		case !isPragma:
			c.useModule(u, args)
		}
	})
}

// versionAtLeast reports whether a Perl version as it is written is at least 5.minor.
func versionAtLeast(v string, minor int) bool {
	dotted := strings.HasPrefix(v, "v") || strings.Count(v, ".") > 1
	v = strings.TrimPrefix(v, "v")
	parts := strings.SplitN(v, ".", 3)
	if len(parts) < 2 || toIndex(parts[0]) != 5 {
		return toIndex(parts[0]) > 5
	}
	if dotted {
		return toIndex(parts[1]) >= minor
	}
	return toIndex((parts[1] + "000")[:3]) >= minor
}

// evalNow evaluates an expression while the text around it is being compiled.
func (c *compiler) evalNow(x syntax.Expr) []Value {
	body := c.subBody(&syntax.Sub{Pos: syntax.Pos{Line: x.At()}, Package: c.pkg, Body: &syntax.Block{
		Pos: syntax.Pos{Line: x.At()}, Body: []syntax.Stmt{&syntax.ExprStmt{Pos: syntax.Pos{Line: x.At()}, X: x}},
	}})
	c.check()
	code := &Code{pkg: c.pkg, name: "BEGIN", body: body, caps: body.unit.outerContainers()}
	return c.in.callList(code, nil).Values()
}

func (c *compiler) setHint(h hints, on bool) {
	if on {
		c.hints |= h
	} else {
		c.hints &^= h
	}
}

func (c *compiler) useStrict(u *syntax.Use, args []Value) {
	h := hints(0)
	for _, a := range args {
		switch Str(a) {
		case "refs":
			h |= strictRefs
		case "vars":
			h |= strictVars
		case "subs":
			h |= strictSubs
		}
	}
	if len(args) == 0 {
		h = strictRefs | strictVars | strictSubs
	}
	c.setHint(h, !u.No)
}

// useUTF8 refuses what `use utf8` would change: literals with bytes above 127.
func (c *compiler) useUTF8(u *syntax.Use) {
	for i := 0; i < len(c.src) && !u.No; i++ {
		if c.src[i] >= 0x80 {
			c.unsupported(u.Line, "use utf8 in a text with bytes above 127")
		}
	}
}

func (c *compiler) useVars(_ *syntax.Use, args []Value) {
	for _, a := range args {
		name := Str(a)
		if name == "" {
			continue
		}
		g := c.in.globOf(qualify(name[1:], c.pkg))
		switch name[0] {
		case '$':
			g.imported |= importedScalar
		case '@':
			g.imported |= importedArray
		case '%':
			g.imported |= importedHash
		}
	}
}

func (c *compiler) useLib(u *syntax.Use, args []Value) {
	inc := c.in.inc.array()
	var rest []Value
next:
	for _, v := range inc.Values() {
		for _, a := range args {
			if Str(a) == Str(v) {
				continue next
			}
		}
		rest = append(rest, v)
	}
	if !u.No {
		rest = append(append([]Value{}, args...), rest...)
	}
	inc.Assign(rest)
}

func (c *compiler) useConstant(_ *syntax.Use, args []Value) {
	if len(args) == 0 {
		return
	}
	if h, ok := args[0].(*Hash); ok {
		for _, k := range h.Keys() {
			c.in.constant(qualify(k, c.pkg), h.Get(k))
		}
		return
	}
	name := qualify(Str(args[0]), c.pkg)
	if len(args) == 2 {
		c.in.constant(name, args[1])
		return
	}
	values := args[1:]
	code := c.in.DefineSub(name, func(*Call) (List, error) { return NewList(values...), nil })
	code.proto, code.hasProto = "", true
}

// constant defines a sub that always returns v.
func (in *Interp) constant(full string, v Value) {
	code := in.DefineSub(full, func(*Call) (List, error) { return NewList(v), nil })
	code.proto, code.hasProto, code.value = "", true, &v
}

func (c *compiler) useParent(u *syntax.Use, args []Value) {
	load := true
	isa := c.in.globOf(c.pkg + "::ISA").array()
	for _, a := range args {
		name := Str(a)
		if name == "-norequire" && u.Module == "parent" {
			load = false
			continue
		}
		p := c.in.packages[name]
		if load && (u.Module == "parent" || p == nil || len(p.syms) == 0) {
			c.in.requireModule(name)
		}
		isa.Push(name)
	}
}

func (c *compiler) useOverload(u *syntax.Use, args []Value) {
	p := c.in.pkgOf(c.pkg)
	c.in.overloading = true
	if p.overload == nil {
		p.overload = map[string]Value{}
	}
	for i := 0; i+1 < len(args); i += 2 {
		if u.No {
			delete(p.overload, Str(args[i]))
		} else if k := Str(args[i]); k != "fallback" {
			p.overload[k] = args[i+1]
		}
	}
}

// useIf is `use if COND, MODULE => ARGS`.
func (c *compiler) useIf(u *syntax.Use, args []Value) {
	if len(args) < 2 || !Truth(args[0]) {
		return
	}
	v := *u
	v.Module = Str(args[1])
	rest := args[2:]
	if f, ok := pragmas[v.Module]; ok {
		if f != nil {
			f(c, &v, rest)
		}
		return
	}
	c.useModule(&v, rest)
}

// useModule loads a module and calls its import.
func (c *compiler) useModule(u *syntax.Use, args []Value) {
	in := c.in
	in.requireModule(u.Module)
	if u.HasArgs && u.Args == nil {
		return
	}
	in.importFrom(u.Module, c.pkg, u.No, args)
}

// importFrom calls what `use Module LIST` calls once the module is there.
func (in *Interp) importFrom(name, into string, no bool, args []Value) {
	all := append([]Value{name}, args...)
	if m := in.modules[name]; m != nil && m.imp != nil && !no {
		call := &Call{Interp: in, Args: NewList(all...), Package: into, File: in.cop.file, Line: in.cop.line, Asked: name + "::import"}
		if err := m.imp(call); err != nil {
			throw(nativeError(err))
		}
		return
	}
	method := "import"
	if no {
		method = "unimport"
	}
	code := in.pkgOf(name).method(method)
	if code == nil {
		return
	}
	in.call(code, NewList(all...), Void)
}
