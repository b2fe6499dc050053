package interp

import (
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

func joinErrors(list []string) string { return strings.Join(list, "") }

func placeText(file string, line int) string { return fmt.Sprintf(" at %s line %d.\n", file, line) }

// subBody compiles the code of a sub.
func (c *compiler) subBody(s *syntax.Sub) *subBody {
	u := &unit{outer: c.unit, captured: map[*variable]int{}}
	oldUnit, loops, inExpr, inSub := c.unit, c.loops, c.inExpr, c.inSub
	local, match := c.usesLocal, c.usesMatch
	leave := c.enterScope()
	c.unit, c.scope.unit, c.loops, c.inExpr, c.inSub = u, u, nil, 0, true
	defer func() {
		leave()
		c.unit, c.loops, c.inExpr, c.inSub = oldUnit, loops, inExpr, inSub
		c.usesLocal, c.usesMatch = local, match
	}()
	if s.Package != "" {
		c.pkg = s.Package
	}
	var params []stmt
	if s.Sig != nil {
		params = c.signature(s)
	}
	b := c.blockHere(s.Body)
	if len(params) > 0 {
		stmts := append(params, b.stmts...)
		last := b.lastStmt
		b = c.newBlock(stmts)
		b.lastStmt = last
	}
	return &subBody{unit: u, block: b, file: c.file, line: s.Line}
}

func (u *unit) outerContainers() []any {
	caps := make([]any, len(u.captures))
	for i := range caps {
		caps[i] = u.outerContainer(i)
	}
	return caps
}

// signature compiles the parameters of a sub.
func (c *compiler) signature(s *syntax.Sub) []stmt {
	required, most, slurps := 0, 0, false
	for _, p := range s.Sig.Params {
		switch {
		case p.Sigil != '$':
			slurps = true
		case p.Op == "":
			most++
			required = most
		default:
			most++
		}
	}
	name := s.Name
	if name == "" {
		name = s.Package + "::__ANON__"
	}
	at := c.cop(s.Line)
	check := value(func(fr *frame) Value {
		n := len(fr.args.a)
		expected := fmt.Sprint(most)
		switch {
		case n < required:
			if expected = fmt.Sprint(required); slurps || required < most {
				expected = "at least " + expected
			}
			throw(die("Too few arguments for subroutine '%s' (got %d; expected %s)", name, n, expected))
		case n > most && !slurps:
			if required < most {
				expected = "at most " + expected
			}
			throw(die("Too many arguments for subroutine '%s' (got %d; expected %s)", name, n, expected))
		}
		return nil
	})
	out := []stmt{&exprStmt{at: at, x: check}}
	for i, p := range s.Sig.Params {
		if x := c.parameter(i, p); x != nil {
			out = append(out, &exprStmt{at: at, x: x})
		}
	}
	return out
}

func (c *compiler) parameter(i int, p syntax.Param) expr {
	var def expr
	if p.Default != nil {
		def = c.expr(p.Default)
	}
	if p.Name == "" {
		return nil
	}
	slot := c.declare(string(p.Sigil) + p.Name).slot
	rest := func(fr *frame) []Value {
		if i >= len(fr.args.a) {
			return nil
		}
		return List(fr.args.a[i:]).Values()
	}
	switch p.Sigil {
	case '@':
		return value(func(fr *frame) Value { fresh[Array](fr, slot).Assign(rest(fr)); return nil })
	case '%':
		return value(func(fr *frame) Value { fresh[Hash](fr, slot).Assign(rest(fr)); return nil })
	}
	return value(func(fr *frame) Value {
		v := fr.args.Get(i)
		s := fresh[Scalar](fr, slot)
		missing := i >= len(fr.args.a)
		switch p.Op {
		case "//=":
			missing = v == nil
		case "||=":
			missing = !Truth(v)
		}
		if missing && def != nil {
			v = def.scalar(fr)
		}
		s.Set(v)
		return nil
	})
}

// subDecl compiles a named sub, which exists from here on.
func (c *compiler) subDecl(out []stmt, s *syntax.SubDecl) []stmt {
	if s.Lexical {
		return c.lexicalSub(out, s)
	}
	g := c.in.globOf(s.Name)
	if s.Sub == nil || s.Sub.Body == nil {
		if g.c == nil {
			g.c = &Code{pkg: g.pkg.name, name: g.name}
			if s.Sub != nil {
				g.c.proto, g.c.hasProto = s.Sub.Proto, s.Sub.HasProto
			}
		}
		return out
	}
	body := c.subBody(s.Sub)
	code := &Code{pkg: g.pkg.name, name: g.name, body: body, proto: s.Sub.Proto, hasProto: s.Sub.HasProto}
	code.caps = body.unit.outerContainers()
	if g.c != nil && !g.c.defined() {
		blessed := g.c.blessed
		*g.c = *code
		g.c.blessed = blessed
	} else {
		g.c = code
	}
	return out
}

// lexicalSub compiles my sub f and state sub f.
func (c *compiler) lexicalSub(out []stmt, s *syntax.SubDecl) []stmt {
	_, name := splitName(s.Name)
	v := c.declare("&" + name)
	if s.Sub == nil || s.Sub.Body == nil {
		return out
	}
	body := c.subBody(s.Sub)
	pkg := c.pkg
	return append(out, &exprStmt{at: c.cop(s.Line), x: value(func(fr *frame) Value {
		code := fr.container(location{index: v.slot}, '&').(*Code)
		code.pkg, code.name, code.body = pkg, name, body
		code.caps = fr.instantiate(body.unit)
		return nil
	})})
}

// anonSub compiles sub {...}.
func (c *compiler) anonSub(s *syntax.Sub) expr {
	body := c.subBody(s)
	pkg, proto, hasProto := c.pkg, s.Proto, s.HasProto
	return value(func(fr *frame) Value {
		return &Code{pkg: pkg, body: body, caps: fr.instantiate(body.unit), proto: proto, hasProto: hasProto}
	})
}

// callNode calls a sub.
type callNode struct {
	find     func(fr *frame) *Code
	args     expr
	passArgs bool // &foo; it sees the caller's @_
}

func (n *callNode) do(fr *frame, want Want) (Value, List) {
	if n.passArgs {
		return fr.in.enter(n.find(fr), fr.args, want)
	}
	args := n.args.list(fr, nil)
	return fr.in.enter(n.find(fr), &Array{a: args}, want)
}

func (n *callNode) scalar(fr *frame) Value {
	v, _ := n.do(fr, ScalarContext)
	return v
}

func (n *callNode) list(fr *frame, out List) List {
	_, l := n.do(fr, ListContext)
	if out == nil {
		return l
	}
	return append(out, l...)
}

func (n *callNode) void(fr *frame) { n.do(fr, Void) }

// call compiles foo(...).
func (c *compiler) call(x *syntax.Call) expr {
	args := passed(c.listExpr(x.Args))
	if v := c.find("&" + x.Name); v != nil {
		loc := locate(v, c.unit)
		return &callNode{args: args, passArgs: x.PassArgs, find: func(fr *frame) *Code { return fr.container(loc, '&').(*Code) }}
	}
	g := c.in.globOf(qualify(x.Name, c.pkg))
	if g.c != nil && g.c.value != nil && len(x.Args) == 0 {
		return newLiteral(*g.c.value)
	}
	return &callNode{args: args, passArgs: x.PassArgs, find: func(fr *frame) *Code {
		if code := g.c; code != nil && (code.body != nil || code.native != nil) {
			return code
		}
		return fr.in.subOrDie(g.pkg.name + "::" + g.name)
	}}
}

// live is a sub that can be called: the one that AUTOLOAD stands in for where c is not defined.
func (in *Interp) live(c *Code) *Code {
	if c.defined() {
		return c
	}
	return in.subOrDie(c.Name())
}

// callRef compiles $code->(...).
func (c *compiler) callRef(x *syntax.CallRef) expr {
	code := &codeNode{derefNode{x: c.expr(x.Code), strict: c.hints&strictRefs != 0, pkg: c.pkg}}
	if _, isName := x.Code.(*syntax.Str); isName {
		code.strict = false // Perl lets a constant name a sub
	}
	find := func(fr *frame) *Code { return fr.in.live(code.code(fr)) }
	if n, ok := c.expr(x.Code).(*subNode); ok {
		find = func(fr *frame) *Code { return fr.in.live(n.code(fr)) }
	}
	return &callNode{args: passed(c.listExpr(x.Args)), passArgs: x.PassArgs, find: find}
}

// methodNode is X->name(...).
type methodNode struct {
	inv     expr
	name    string
	dynamic expr
	args    expr
	pkg     string
	maybe   bool
	class   string // X, where it is a bareword
}

func (n *methodNode) do(fr *frame, want Want) (Value, List) {
	in := fr.in
	inv := n.invocant(fr)
	args := n.args.list(fr, List{inv})
	name := n.name
	if n.dynamic != nil {
		v := n.dynamic.scalar(fr)
		if code, ok := v.(*Code); ok {
			return in.enter(code, &Array{a: args}, want)
		}
		name = Str(v)
	}
	v := inv.Get()
	if g, ok := in.handleObject(v); ok {
		if code := in.handleMethod(g, name); code != nil {
			return in.enter(code, &Array{a: args}, want)
		}
	}
	return in.enter(in.resolveMethod(v, name, n.pkg), &Array{a: args}, want)
}

func (n *methodNode) invocant(fr *frame) *Scalar {
	if n.class == "" {
		return scalarOf(fr, n.inv)
	}
	in := fr.in
	if in.packages[n.class] == nil || n.class == "STDOUT" || n.class == "STDERR" || n.class == "STDIN" {
		if g := in.packages["main"].symbol(n.class); g != nil && g.io != nil {
			return &Scalar{v: GlobValue{g}}
		}
		if g := in.packages[n.pkg].symbol(n.class); g != nil && g.io != nil {
			return &Scalar{v: GlobValue{g}}
		}
	}
	return &Scalar{v: n.class}
}

func (n *methodNode) scalar(fr *frame) Value {
	v, _ := n.do(fr, ScalarContext)
	return v
}

func (n *methodNode) list(fr *frame, out List) List {
	_, l := n.do(fr, ListContext)
	if out == nil {
		return l
	}
	return append(out, l...)
}

func (n *methodNode) void(fr *frame) { n.do(fr, Void) }

func (c *compiler) methodCall(x *syntax.MethodCall) expr {
	n := &methodNode{name: x.Name, args: passed(passed(c.listExpr(x.Args))), pkg: c.pkg, maybe: x.Maybe}
	if len(x.Args) == 0 {
		n.args = &sequence{}
	}
	if x.Dynamic != nil {
		n.dynamic = c.expr(x.Dynamic)
	}
	b, ok := x.X.(*syntax.Bareword)
	if !ok {
		n.inv = c.expr(x.X)
		return n
	}
	name := strings.TrimSuffix(b.Name, "::")
	if name == "__PACKAGE__" {
		name = c.pkg
	}
	full := qualify(name, c.pkg)
	if c.in.findSub(full) != nil && c.in.packages[name] == nil && name == b.Name {
		n.inv = c.call(&syntax.Call{Pos: b.Pos, Name: name})
		return n
	}
	n.class = strings.TrimPrefix(name, "::")
	return n
}
