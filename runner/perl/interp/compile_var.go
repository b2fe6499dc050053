package interp

import (
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

func typeName(x any) string { return fmt.Sprintf("%T", x) }

// variable compiles a variable by name.
func (c *compiler) variable(x *syntax.Var) expr {
	c.line = x.Line
	switch x.Sigil {
	case '*':
		return &globVar{c.in.globOf(qualify(x.Name, c.pkg))}
	case '&':
		return c.subByName(x)
	}
	if x.Sigil == '@' && x.Name == "_" {
		return &arrayVar{args: true}
	}
	if x.Sigil == '@' && (x.Name == "-" || x.Name == "+") {
		return offsetsNode{x.Name == "+"}
	}
	if !strings.Contains(x.Name, "::") {
		if v := c.find(string(x.Sigil) + x.Name); v != nil {
			return c.lexical(v)
		}
	}
	if strings.HasSuffix(x.Name, "::") && x.Sigil == '%' {
		pkg := strings.TrimSuffix(x.Name, "::")
		return stashNode{pkg}
	}
	g := c.global(x)
	switch x.Sigil {
	case '@':
		return &arrayVar{where: inGlob, g: g}
	case '%':
		return &hashVar{where: inGlob, g: g}
	}
	return &scalarVar{where: inGlob, g: g}
}

// global is the glob of a package variable; strict may forbid its short name.
func (c *compiler) global(x *syntax.Var) *Glob {
	g := c.in.globOf(qualify(x.Name, c.pkg))
	if c.hints&strictVars != 0 && !c.known(x.Sigil, x.Name, g) {
		name := string(x.Sigil) + x.Name
		c.errorf(x.Line, "Global symbol \"%s\" requires explicit package name (did you forget to declare \"my %s\"?)", name, name)
	}
	return g
}

// lexical compiles the use of a declared variable.
func (c *compiler) lexical(v *variable) expr {
	w, index := inGlob, 0
	if v.glob == nil {
		loc := locate(v, c.unit)
		if w, index = inPad, loc.index; loc.captured {
			w = inCaptures
		}
	}
	switch v.sigil {
	case '@':
		return &arrayVar{where: w, index: index, g: v.glob}
	case '%':
		return &hashVar{where: w, index: index, g: v.glob}
	}
	return &scalarVar{where: w, index: index, g: v.glob}
}

// offsetsNode is @- or @+.
type offsetsNode struct{ ends bool }

func (n offsetsNode) array(fr *frame, _ bool) *Array {
	if n.ends {
		return fr.in.match.offsets(1)
	}
	return fr.in.match.offsets(0)
}

func (n offsetsNode) scalar(fr *frame) Value { return int64(n.array(fr, false).Len()) }

func (n offsetsNode) list(fr *frame, out List) List { return n.array(fr, false).items(out) }

// stashNode is %Foo::.
type stashNode struct{ pkg string }

func (n stashNode) hash(fr *frame, _ bool) *Hash { return fr.in.stash(n.pkg) }

func (n stashNode) scalar(fr *frame) Value { return int64(fr.in.stash(n.pkg).Len()) }

func (n stashNode) list(fr *frame, out List) List { return fr.in.stash(n.pkg).items(out) }

// subNode is &foo without a call.
type subNode struct {
	g    *Glob
	find func(fr *frame) *Code // a lexical sub, or one by reference
}

// code returns the sub, which may still be undefined.
func (n *subNode) code(fr *frame) *Code {
	if n.find != nil {
		return n.find(fr)
	}
	if n.g.c == nil {
		n.g.c = &Code{pkg: n.g.pkg.name, name: n.g.name}
	}
	return n.g.c
}

func (n *subNode) scalar(fr *frame) Value {
	v, _ := fr.in.enter(fr.in.live(n.code(fr)), fr.args, ScalarContext)
	return v
}

func (n *subNode) list(fr *frame, out List) List {
	_, l := fr.in.enter(fr.in.live(n.code(fr)), fr.args, ListContext)
	return append(out, l...)
}

func (c *compiler) subByName(x *syntax.Var) expr {
	if v := c.find("&" + x.Name); v != nil {
		loc := locate(v, c.unit)
		return &subNode{find: func(fr *frame) *Code { return fr.container(loc, '&').(*Code) }}
	}
	return &subNode{g: c.in.globOf(qualify(x.Name, c.pkg))}
}

// my compiles a declaration.
func (c *compiler) my(x *syntax.My) expr {
	items := make([]expr, len(x.Vars))
	for i, v := range x.Vars {
		items[i] = c.declareOne(x.Kind, v)
	}
	if len(items) == 1 && !x.Paren {
		return items[0]
	}
	return &sequence{items}
}

func (c *compiler) declareOne(kind string, x syntax.Expr) expr {
	v, ok := x.(*syntax.Var)
	if !ok {
		return skipped{}
	}
	key := string(v.Sigil) + v.Name
	switch kind {
	case "our":
		g := c.in.globOf(qualify(v.Name, c.pkg))
		d := &variable{sigil: v.Sigil, unit: c.unit, glob: g}
		c.enlist(key, d)
		return c.lexical(d)
	case "state":
		return &stateVar{slot: c.declare(key).slot, sigil: v.Sigil}
	}
	slot := c.declare(key).slot
	switch v.Sigil {
	case '@':
		return &myArray{slot}
	case '%':
		return &myHash{slot}
	}
	return &myScalar{slot}
}

func (c *compiler) stateAssign(my *syntax.My, x *syntax.Assign) expr {
	if len(my.Vars) != 1 || my.Paren {
		c.errorf(x.Line, "Initialization of state variables in list currently forbidden")
		return newLiteral(nil)
	}
	r := c.expr(x.R)
	n, ok := c.my(my).(*stateVar)
	if !ok {
		return newLiteral(nil)
	}
	n.init = r
	return n
}

// local compiles local X.
func (c *compiler) local(x syntax.Expr) expr {
	c.usesLocal = true
	switch x := x.(type) {
	case *syntax.List:
		items := make([]expr, len(x.Items))
		for i, item := range x.Items {
			items[i] = c.local(item)
		}
		return &sequence{items}
	case *syntax.Deref:
		d := &derefNode{x: c.expr(x.X), strict: c.hints&strictRefs != 0, pkg: c.pkg}
		if x.Sigil == '*' {
			return &localGlob{&derefGlob{*d}}
		}
		return &localDeref{x.Sigil, d}
	case *syntax.Var:
		if !strings.Contains(x.Name, "::") {
			if v := c.find(string(x.Sigil) + x.Name); v != nil && v.glob == nil {
				c.errorf(x.Line, "Can't localize lexical variable %c%s", x.Sigil, x.Name)
				return c.lexical(v)
			}
		}
	case *syntax.Assign:
		c.unsupported(x.Line, "local on an assignment")
	case *syntax.Func:
		if x.Name == "undef" && len(x.Args) == 0 {
			return undefNode{}
		}
	}
	switch n := c.expr(x).(type) {
	case *scalarVar:
		return &localScalar{n.g}
	case *arrayVar:
		if n.args {
			return &localArgs{}
		}
		return &localArray{n.g}
	case *hashVar:
		return &localHash{n.g}
	case *keyNode:
		return &localKey{n}
	case *indexNode:
		return &localItem{n}
	case *hashSliceNode:
		return &localSlice{h: n}
	case *sliceNode:
		return &localSlice{a: n}
	case *globVar:
		return &localGlob{n}
	}
	c.unsupported(x.At(), "local on this expression")
	return nil
}

// localArgs is local @_.
type localArgs struct{}

func (n *localArgs) array(fr *frame, _ bool) *Array {
	old := fr.args
	fr.args = &Array{}
	fr.in.locals = append(fr.in.locals, func() { fr.args = old })
	return fr.args
}

func (n *localArgs) scalar(fr *frame) Value { n.array(fr, true); return int64(0) }

func (n *localArgs) list(fr *frame, out List) List { n.array(fr, true); return out }

func (n *localArgs) assign(fr *frame, values []Value) []Value {
	n.array(fr, true).Assign(values)
	return nil
}

// deref compiles ${X}, @{X} and so on.
func (c *compiler) deref(x *syntax.Deref) expr {
	d := derefNode{x: c.expr(x.X), strict: c.hints&strictRefs != 0, pkg: c.pkg}
	switch x.Sigil {
	case '$':
		return &derefScalar{d}
	case '@':
		return &derefArray{d}
	case '%':
		return &derefHash{d}
	case '*':
		return &derefGlob{d}
	}
	code := &codeNode{d}
	return &subNode{find: func(fr *frame) *Code {
		if d.strict || fr.in.cop == nil {
			return code.code(fr)
		}
		v := d.x.scalar(fr)
		if s, ok := v.(string); ok {
			g := fr.in.globOf(qualify(s, d.pkg))
			if g.c == nil {
				g.c = &Code{pkg: g.pkg.name, name: g.name}
			}
			return g.c
		}
		return fr.in.codeOf(v)
	}}
}

func (c *compiler) globSlot(x *syntax.GlobSlot) expr {
	g, ok := c.expr(x.Glob).(globExpr)
	slot := c.expr(x.Slot)
	if !ok {
		c.unsupported(x.Line, "a slot of this expression")
	}
	return value(func(fr *frame) Value {
		glob := g.glob(fr)
		switch Str(slot.scalar(fr)) {
		case "SCALAR":
			return glob.scalar()
		case "ARRAY":
			if glob.a != nil {
				return glob.a
			}
		case "HASH":
			if glob.h != nil {
				return glob.h
			}
		case "CODE":
			if glob.c != nil && glob.c.defined() {
				return glob.c
			}
		case "IO", "FILEHANDLE":
			if glob.io != nil {
				return fr.in.ioObject(glob)
			}
		case "GLOB":
			return glob
		case "NAME":
			return glob.name
		case "PACKAGE":
			return glob.pkg.name
		}
		return nil
	})
}

// reference compiles \X.
func (c *compiler) reference(x syntax.Expr) expr {
	switch x := x.(type) {
	case *syntax.List:
		if len(x.Items) == 1 {
			switch x.Items[0].(type) {
			case *syntax.Var, *syntax.My, *syntax.Deref:
				e := c.expr(x.Items[0])
				_, isArray := e.(arrayExpr)
				_, isHash := e.(hashExpr)
				if isArray || isHash {
					return refEach(e)
				}
			}
		}
		items := make([]expr, len(x.Items))
		for i, item := range x.Items {
			items[i] = c.reference(item)
		}
		return &sequence{items}
	case *syntax.My:
		if x.Paren {
			items := make([]expr, len(x.Vars))
			for i, v := range x.Vars {
				items[i] = refOf(c.declareOne(x.Kind, v))
			}
			return &sequence{items}
		}
	case *syntax.Call, *syntax.CallRef, *syntax.MethodCall: // called in list context, also where one reference is wanted
		each := refEach(c.expr(x))
		return &either{
			one: func(fr *frame) Value {
				if v := each.scalar(fr); v != nil {
					return v
				}
				return &Scalar{}
			},
			many: each.list,
		}
	case *syntax.Slice, *syntax.HashSlice, *syntax.ListSlice:
		e := c.expr(x)
		return &either{
			one:  func(fr *frame) Value { return &Scalar{v: e.scalar(fr)} },
			many: refEach(e).list,
		}
	}
	return refOf(c.expr(x))
}

// refOf is a reference to what x is.
func refOf(x expr) expr {
	switch x := x.(type) {
	case *subNode:
		return value(func(fr *frame) Value { return x.code(fr) })
	case globExpr:
		return value(func(fr *frame) Value { return x.glob(fr) })
	case *literal:
		return value(func(*frame) Value { return x.s })
	case *assignScalar, *assignOp, *appendNode, *assignLogic, *ternary:
		return value(func(fr *frame) Value { return refTo(lvalueOf(fr, x)) })
	case arrayExpr:
		return value(func(fr *frame) Value { return x.array(fr, true) })
	case hashExpr:
		return value(func(fr *frame) Value { return x.hash(fr, true) })
	case place:
		return value(func(fr *frame) Value { return refTo(x.lv(fr)) })
	}
	return value(func(fr *frame) Value { return &Scalar{v: x.scalar(fr)} })
}

// refTo is a reference to s; one to a scalar that holds a glob stays one to the glob.
func refTo(s *Scalar) Value {
	if s.x != nil {
		if p, ok := s.x.magic.(*globPlace); ok {
			return p.g
		}
	}
	return s
}

// refEach is a reference to each item of a list: \(@a).
func refEach(x expr) *either {
	many := func(fr *frame, out List) List {
		for _, s := range x.list(fr, nil) {
			out = append(out, &Scalar{v: refTo(s)})
		}
		return out
	}
	return &either{one: func(fr *frame) Value { return many(fr, nil).Last() }, many: many}
}

// bareword compiles a name that is no sub so far.
func (c *compiler) bareword(x *syntax.Bareword) expr {
	name := x.Name
	full := qualify(name, c.pkg)
	if c.in.findSub(full) != nil {
		return c.call(&syntax.Call{Pos: x.Pos, Name: name})
	}
	if strings.HasSuffix(name, "::") {
		return newLiteral(strings.TrimSuffix(name, "::"))
	}
	if c.hints&strictSubs != 0 {
		c.errorf(x.Line, "Bareword \"%s\" not allowed while \"strict subs\" in use", name)
		return newLiteral(name)
	}
	lit := newLiteral(name)
	call := c.call(&syntax.Call{Pos: x.Pos, Name: name})
	pick := func(fr *frame) expr {
		if fr.in.findSub(full) != nil {
			return call
		}
		return lit
	}
	return &either{
		one:  func(fr *frame) Value { return pick(fr).scalar(fr) },
		many: func(fr *frame, out List) List { return pick(fr).list(fr, out) },
	}
}
