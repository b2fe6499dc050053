package interp

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

func (c *compiler) exprs(list []syntax.Expr) []expr {
	out := make([]expr, len(list))
	for i, x := range list {
		out[i] = c.expr(x)
	}
	return out
}

// listExpr compiles expressions that are evaluated as one list.
func (c *compiler) listExpr(list []syntax.Expr) expr {
	if len(list) == 1 {
		return c.expr(list[0])
	}
	return &sequence{c.exprs(list)}
}

// expr compiles an expression.
func (c *compiler) expr(x syntax.Expr) expr {
	switch x := x.(type) {
	case nil:
		return newLiteral(nil)
	case *syntax.Num:
		if x.IsInt {
			return newLiteral(x.Int)
		}
		if x.Uint > 0 {
			return newLiteral(x.Uint)
		}
		return newLiteral(x.Float)
	case *syntax.Str:
		if x.Wide {
			return newLiteral(fromUTF8(x.Value))
		}
		return newLiteral(x.Value)
	case *syntax.Interp:
		return c.interpolation(x.Parts)
	case *syntax.Join:
		return c.joinNode(x)
	case *syntax.Bareword:
		return c.bareword(x)
	case *syntax.Var:
		return c.variable(x)
	case *syntax.My:
		return c.my(x)
	case *syntax.Local:
		return c.local(x.X)
	case *syntax.Deref:
		return c.deref(x)
	case *syntax.LastIndex:
		return &lastIndexNode{c.arrayOf(x.Array)}
	case *syntax.Index:
		return &indexNode{c.arrayOf(x.Array), c.expr(x.Index)}
	case *syntax.Key:
		return &keyNode{c.hashOf(x.Hash), c.expr(x.Key)}
	case *syntax.Slice:
		return &sliceNode{c.arrayOf(x.Array), c.expr(x.List), x.Pairs}
	case *syntax.HashSlice:
		return &hashSliceNode{c.hashOf(x.Hash), c.expr(x.List), x.Pairs}
	case *syntax.ListSlice:
		return &listSliceNode{c.expr(x.X), c.expr(x.List)}
	case *syntax.GlobSlot:
		return c.globSlot(x)
	case *syntax.List:
		if len(x.Items) == 1 {
			return &sequence{[]expr{c.expr(x.Items[0])}}
		}
		return &sequence{c.exprs(x.Items)}
	case *syntax.Unary:
		return c.unary(x)
	case *syntax.IncDec:
		return &incDec{x: c.place(x.X), down: x.Op == "--", postfix: x.Postfix}
	case *syntax.Binary:
		return c.binary(x)
	case *syntax.Repeat:
		return c.repeatNode(x)
	case *syntax.Logical:
		if x.Modifier {
			// What the statement declares is visible in its modifier.
			r := c.expr(x.R)
			return &logical{l: c.expr(x.L), r: r, op: x.Op[0]}
		}
		return &logical{l: c.expr(x.L), r: c.expr(x.R), op: x.Op[0]}
	case *syntax.Ternary:
		return &ternary{c.expr(x.Cond), c.expr(x.Then), c.expr(x.Else)}
	case *syntax.Range:
		l, r := c.expr(x.L), c.expr(x.R)
		return &rangeNode{l: l, r: r, flip: &flipFlop{l, r, x.Three}}
	case *syntax.Assign:
		return c.assign(x)
	}
	return c.callExpr(x)
}

// callExpr compiles the expressions that call something.
func (c *compiler) callExpr(x syntax.Expr) expr {
	switch x := x.(type) {
	case *syntax.FileTest:
		return c.fileTest(x)
	case *syntax.Call:
		return c.call(x)
	case *syntax.CallRef:
		return c.callRef(x)
	case *syntax.MethodCall:
		return c.methodCall(x)
	case *syntax.Func:
		return c.function(x)
	case *syntax.Print:
		return c.print(x)
	case *syntax.Sort:
		return c.sort(x)
	case *syntax.Map:
		return c.mapNode(x)
	case *syntax.AnonSub:
		return c.anonSub(x.Sub)
	case *syntax.AnonArray:
		items := c.listExpr(x.Items)
		return value(func(fr *frame) Value { return NewArray(listValues(fr, items)...) })
	case *syntax.AnonHash:
		items := c.listExpr(x.Items)
		return value(func(fr *frame) Value {
			h := &Hash{}
			h.Assign(listValues(fr, items))
			return h
		})
	case *syntax.DoBlock:
		return &doBlock{c.inner(x.Body)}
	case *syntax.EvalBlock:
		return c.evalBlock(x)
	case *syntax.Return:
		return c.returnExpr(x)
	case *syntax.LoopCtl:
		return c.loopExit(x)
	case *syntax.Goto:
		c.unsupported(x.Line, "goto &sub inside of an expression")
	case *syntax.Regex:
		return c.regexAlone(x)
	case *syntax.Match:
		return c.match(x)
	case *syntax.Qr:
		return c.qr(x)
	case *syntax.Subst:
		return c.subst(x)
	case *syntax.Trans:
		return c.trans(x)
	case *syntax.Readline:
		return c.readline(x)
	case *syntax.Glob:
		return c.globNode(x)
	case *syntax.Backtick:
		return c.backtick(x)
	}
	c.unsupported(x.At(), "%s", strings.TrimPrefix(typeName(x), "*syntax."))
	return nil
}

// place compiles an expression that is assigned to.
func (c *compiler) place(x syntax.Expr) place {
	e := c.expr(x)
	if p, ok := e.(place); ok {
		return p
	}
	if f, ok := x.(*syntax.Func); ok {
		c.errorf(x.At(), "Can't modify %s in scalar assignment", f.Name)
	} else {
		c.errorf(x.At(), "Can't modify non-lvalue in scalar assignment")
	}
	return &scalarVar{where: inGlob, g: &Glob{}}
}

// arrayOf compiles an expression that is an array.
func (c *compiler) arrayOf(x syntax.Expr) arrayExpr {
	e := c.expr(x)
	if a, ok := e.(arrayExpr); ok {
		return a
	}
	if s, ok := e.(*sequence); ok && len(s.items) == 1 {
		if a, ok := s.items[0].(arrayExpr); ok {
			return a
		}
	}
	return &derefArray{derefNode{x: e, strict: c.hints&strictRefs != 0, pkg: c.pkg}}
}

// hashOf compiles an expression that is a hash.
func (c *compiler) hashOf(x syntax.Expr) hashExpr {
	e := c.expr(x)
	if h, ok := e.(hashExpr); ok {
		return h
	}
	if s, ok := e.(*sequence); ok && len(s.items) == 1 {
		if h, ok := s.items[0].(hashExpr); ok {
			return h
		}
	}
	return &derefHash{derefNode{x: e, strict: c.hints&strictRefs != 0, pkg: c.pkg}}
}

func (c *compiler) interpolation(parts []syntax.Expr) expr {
	if len(parts) == 0 {
		return newLiteral("")
	}
	return &interpolation{c.exprs(parts)}
}

func (c *compiler) joinNode(x *syntax.Join) expr {
	items := c.expr(x.X)
	sep := c.in.listSep
	return value(func(fr *frame) Value {
		return joinValues(sep.scalar().Get(), items.list(fr, nil))
	})
}

func (c *compiler) unary(x *syntax.Unary) expr {
	if x.Op == "\\" {
		return c.reference(x.X)
	}
	e := c.expr(x.X)
	switch x.Op {
	case "!":
		return &notNode{e}
	case "-":
		return value(func(fr *frame) Value { return negate(e.scalar(fr)) })
	case "~":
		return value(func(fr *frame) Value { return complement(e.scalar(fr)) })
	}
	return e // unary plus
}

// notNode is !X.
type notNode struct{ x expr }

func (n *notNode) scalar(fr *frame) Value {
	v := n.x.scalar(fr)
	if r, ok := overloadedNot(v); ok {
		return r
	}
	return boolean(!Truth(v))
}

func (n *notNode) list(fr *frame, out List) List { return append(out, &Scalar{v: n.scalar(fr)}) }

func overloadedNot(v Value) (Value, bool) {
	p := blessedInto(v)
	if p == nil || !p.in.overloading || p.findOverload("!") == nil {
		return nil, false
	}
	return p.in.callScalar(p.in.codeOf(p.findOverload("!")), NewList(v, nil, "")), true
}

func (c *compiler) binary(x *syntax.Binary) expr {
	switch x.Op {
	case "isa":
		l := c.expr(x.L)
		var r expr
		if b, ok := x.R.(*syntax.Bareword); ok {
			r = newLiteral(b.Name)
		} else {
			r = c.expr(x.R)
		}
		return value(func(fr *frame) Value {
			v, class := l.scalar(fr), r.scalar(fr)
			p := blessedInto(v)
			if p == nil {
				return no
			}
			return boolean(Truth(fr.in.callScalar(p.method("isa"), NewList(v, class))))
		})
	case "~~":
		c.unsupported(x.Line, "the smart match operator ~~")
	}
	op := binaryOps[x.Op]
	if op == nil {
		c.unsupported(x.Line, "the operator %s", x.Op)
	}
	if c.hints&integerMath != 0 {
		op = integerOp(x.Op, op)
	}
	return &binaryNode{c.expr(x.L), c.expr(x.R), op}
}

// integerOp is an operator under `use integer`.
func integerOp(name string, op func(a, b Value) Value) func(a, b Value) Value {
	switch name {
	case "+":
		return func(a, b Value) Value { return Int(a) + Int(b) }
	case "-":
		return func(a, b Value) Value { return Int(a) - Int(b) }
	case "*":
		return func(a, b Value) Value { return Int(a) * Int(b) }
	case "/":
		return func(a, b Value) Value {
			if Int(b) == 0 {
				throw(die("Illegal division by zero"))
			}
			return Int(a) / Int(b)
		}
	case "%":
		return func(a, b Value) Value {
			if Int(b) == 0 {
				throw(die("Illegal modulus zero"))
			}
			return Int(a) % Int(b)
		}
	}
	return op
}

func (c *compiler) repeatNode(x *syntax.Repeat) expr {
	return &repeatNode{c.expr(x.List), c.expr(x.Count)}
}

// repeatNode is (LIST) x N.
type repeatNode struct{ l, n expr }

func (n *repeatNode) scalar(fr *frame) Value {
	v := n.l.scalar(fr)
	return repeat(v, n.n.scalar(fr))
}

func (n *repeatNode) list(fr *frame, out List) List {
	values := listValues(fr, n.l)
	return append(out, NewList(repeatValues(values, toIndex(n.n.scalar(fr)))...)...)
}

// assign lets (undef) x N skip values.
func (n *repeatNode) assign(fr *frame, values []Value) []Value {
	for range toIndex(n.n.scalar(fr)) {
		if len(values) == 0 {
			break
		}
		values = assignPart(fr, n.l, values)
	}
	return values
}

func (c *compiler) assign(x *syntax.Assign) expr {
	if my, ok := x.L.(*syntax.My); ok && my.Kind == "state" && x.Op == "" {
		return c.stateAssign(my, x)
	}
	r := c.expr(x.R)
	switch x.Op {
	case "":
		if x.List {
			l := c.expr(x.L)
			c.checkTargets(l, x.Line)
			return &assignList{l: l, r: r, again: again(l)}
		}
		return &assignScalar{c.assignable(x.L), r}
	case ".":
		return &appendNode{c.place(x.L), r}
	case "||", "&&", "//":
		return &assignLogic{c.place(x.L), r, x.Op[0]}
	}
	op := binaryOps[x.Op]
	if op == nil {
		c.unsupported(x.Line, "the operator %s=", x.Op)
	}
	if c.hints&integerMath != 0 {
		op = integerOp(x.Op, op)
	}
	if x.Op == "x" {
		l := c.expr(x.L)
		if t, ok := l.(target); ok {
			return &repeatList{t, r}
		}
	}
	return &assignOp{c.place(x.L), r, op}
}

// assignable is place, with the functions that may stand on the left of an assignment.
func (c *compiler) assignable(x syntax.Expr) place {
	if f, ok := x.(*syntax.Func); ok && f.Name == "undef" && len(f.Args) == 0 {
		c.errorf(x.At(), "Can't modify undef operator in scalar assignment")
	}
	return c.place(x)
}

func (c *compiler) checkTargets(l expr, line int) {
	switch l := l.(type) {
	case *sequence:
		for _, i := range l.items {
			c.checkTargets(i, line)
		}
	case target, place:
	default:
		c.errorf(line, "Can't modify non-lvalue in list assignment")
	}
}

// again is the assigned expression as it is looked at after the assignment: a my is not made once more.
func again(x expr) expr {
	switch x := x.(type) {
	case *sequence:
		items := make([]expr, len(x.items))
		for i, item := range x.items {
			items[i] = again(item)
		}
		return &sequence{items}
	case *myScalar:
		return &scalarVar{where: inPad, index: x.slot}
	case *myArray:
		return &arrayVar{where: inPad, index: x.slot}
	case *myHash:
		return &hashVar{where: inPad, index: x.slot}
	case *localScalar:
		return &scalarVar{where: inGlob, g: x.g}
	case *localArgs:
		return &arrayVar{args: true}
	case *localArray:
		return &arrayVar{where: inGlob, g: x.g}
	case *localHash:
		return &hashVar{where: inGlob, g: x.g}
	case *localKey:
		return x.n
	case *localItem:
		return x.n
	case *localSlice:
		if x.h != nil {
			return x.h
		}
		return x.a
	}
	return x
}
