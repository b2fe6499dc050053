package interp

import (
	"fmt"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// doBlock is do {...}.
type doBlock struct{ b *block }

func (n *doBlock) do(fr *frame, want Want) {
	ctl := n.b.innerResult(fr, want)
	leaveExpr(fr, ctl)
}

// leaveExpr goes on with what a block inside of an expression ended with.
func leaveExpr(fr *frame, ctl control) {
	switch ctl {
	case ctlNone:
	case ctlReturn:
		panic(returning{fr})
	case ctlGoto:
		throw(unsupported("goto &sub inside of an expression"))
	default:
		fr.in.leaveLoop(ctl.op(), fr.label)
	}
}

func (n *doBlock) scalar(fr *frame) Value {
	n.do(fr, ScalarContext)
	return fr.rv
}

func (n *doBlock) list(fr *frame, out List) List {
	n.do(fr, ListContext)
	return append(out, fr.rl...)
}

func (n *doBlock) void(fr *frame) { n.do(fr, Void) }

// inner compiles a block that is part of an expression.
func (c *compiler) inner(b *syntax.Block) *block {
	c.inExpr++
	defer func() { c.inExpr-- }()
	return c.block(b)
}

// evalNode is eval {...}.
type evalNode struct{ b *block }

func (c *compiler) evalBlock(x *syntax.EvalBlock) expr { return &evalNode{c.inner(x.Body)} }

func (n *evalNode) do(fr *frame, want Want) bool {
	in := fr.in
	return in.try(callFrame{from: in.cop, want: want, eval: "block"}, func() {
		old := fr.want
		fr.want = want
		defer func() { fr.want = old }()
		var ctl control
		func() {
			calls, loops := len(in.calls), len(in.loops)
			defer func() {
				if r := recover(); r != nil {
					ret, ok := r.(returning)
					if !ok || ret.fr != fr {
						panic(r)
					}
					in.calls, in.loops = in.calls[:calls], in.loops[:loops]
					ctl = ctlReturn
				}
			}()
			ctl = n.b.innerResult(fr, want)
		}()
		if ctl != ctlReturn {
			leaveExpr(fr, ctl)
		}
	})
}

// try runs f as the body of an eval: it sets $@, and reports whether f came through.
func (in *Interp) try(cf callFrame, f func()) bool {
	in.evalError.scalar().Set("")
	in.calls = append(in.calls, cf)
	cop, calls := in.cop, len(in.calls)
	err := in.protect(f)
	in.calls = in.calls[:calls-1]
	in.cop = cop
	if err == nil {
		in.evalError.scalar().Set("")
		return true
	}
	if !catchable(err) {
		throw(err)
	}
	in.evalError.scalar().Set(err.(*Die).Value)
	return false
}

func (n *evalNode) scalar(fr *frame) Value {
	if n.do(fr, ScalarContext) {
		return fr.rv
	}
	return nil
}

func (n *evalNode) list(fr *frame, out List) List {
	if n.do(fr, ListContext) {
		return append(out, fr.rl...)
	}
	return out
}

func (n *evalNode) void(fr *frame) { n.do(fr, Void) }

// returnNode is return inside of an expression.
type returnNode struct{ x expr }

func (c *compiler) returnExpr(x *syntax.Return) expr {
	c.unit.jumps = true
	return &returnNode{c.returned(x)}
}

func (n *returnNode) scalar(fr *frame) Value {
	(&returnStmt{x: n.x}).give(fr)
	panic(returning{fr})
}

func (n *returnNode) list(fr *frame, _ List) List { n.scalar(fr); return nil }

// loopExit compiles next, last and redo inside of an expression.
func (c *compiler) loopExit(x *syntax.LoopCtl) expr {
	c.inExpr++
	c.markLoop(x)
	c.inExpr--
	op, label := x.Op, x.Label
	return value(func(fr *frame) Value {
		fr.in.leaveLoop(op, label)
		return nil
	})
}

// evalSite is the place of a string eval: what its text can see.
type evalSite struct {
	scope *scope
	unit  *unit
	pkg   string
	hints hints
	seq   *int
	limit int
	inSub bool
}

// stringEval is eval STRING.
type stringEval struct {
	x    expr
	site *evalSite
}

func (c *compiler) stringEval(x syntax.Expr) expr {
	c.captureAll()
	for _, l := range c.loops { // the text may leave any of them
		l.jumps = true
	}
	return &stringEval{c.expr(x), &evalSite{
		scope: c.scope, unit: c.unit, pkg: c.pkg, hints: c.hints, seq: c.seq, limit: *c.seq, inSub: c.inSub,
	}}
}

func (n *stringEval) do(fr *frame, want Want) (v Value, l List, ok bool) {
	in := fr.in
	text := Str(n.x.scalar(fr))
	ok = in.try(callFrame{from: in.cop, want: want, eval: "string", text: text}, func() {
		in.evals++
		c := in.newCompiler(fmt.Sprintf("(eval %d)", in.evals), n.site.pkg)
		c.unit.outer, c.unit.live = n.site.unit, fr
		c.scope.outer = n.site.scope
		c.site, c.hints, c.seq, c.limit, c.inSub = n.site, n.site.hints, n.site.seq, n.site.limit, n.site.inSub
		body := c.compileHere(text)
		proto := body.unit.protoFrame(in)
		proto.args, proto.code = fr.args, fr.code
		v, l = in.runUnit(body, want)
	})
	return v, l, ok
}

// compileHere parses and compiles a text of eval.
func (c *compiler) compileHere(text string) *subBody {
	defer c.begin()()
	c.protoFrame(c.unit)
	return c.parse(text, 1)
}

func (n *stringEval) scalar(fr *frame) Value {
	v, _, ok := n.do(fr, ScalarContext)
	if !ok {
		return nil
	}
	return v
}

func (n *stringEval) list(fr *frame, out List) List {
	_, l, ok := n.do(fr, ListContext)
	if !ok {
		return out
	}
	return append(out, l.copied()...)
}

// compileEval compiles a text of eval that sees no lexical variables.
func (in *Interp) compileEval(code string, o EvalOptions) *subBody {
	if o.File == "" {
		in.evals++
		o.File = fmt.Sprintf("(eval %d)", in.evals)
	}
	if o.Package == "" {
		o.Package = "main"
	}
	c := in.newCompiler(o.File, o.Package)
	c.site = &evalSite{}
	if o.Strict {
		c.hints = strictRefs | strictVars | strictSubs
	}
	defer c.begin()()
	c.protoFrame(c.unit)
	return c.parse(code, max(o.Line, 1))
}
