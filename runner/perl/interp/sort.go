package interp

import (
	"slices"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// sortNode is sort. How its comparison is called depends on whether it is a block or a sub.
type sortNode struct {
	items expr
	body  *block
	cmp   expr
	pkg   string
	a, b  *Glob
}

func (c *compiler) sort(x *syntax.Sort) expr {
	n := &sortNode{pkg: c.pkg, a: c.in.globOf(c.pkg + "::a"), b: c.in.globOf(c.pkg + "::b")}
	if x.Body != nil {
		n.body = c.inner(x.Body)
	}
	if x.Cmp != nil {
		n.cmp = c.expr(x.Cmp)
	}
	n.items = c.listExpr(x.Args)
	return n
}

func (n *sortNode) compare(fr *frame) func(x, y *Scalar) int {
	in := fr.in
	a, b := n.a, n.b
	if n.body != nil {
		if len(n.body.stmts) == 1 && n.body.lastStmt != nil {
			if s, ok := n.body.lastStmt.(*exprStmt); ok {
				return func(x, y *Scalar) int {
					in.tick()
					in.cop = &s.at
					a.s, b.s = x, y
					return toIndex(s.x.scalar(fr))
				}
			}
		}
		return func(x, y *Scalar) int {
			in.tick()
			a.s, b.s = x, y
			want := fr.want
			fr.want = ScalarContext
			ctl := n.body.innerResult(fr, ScalarContext)
			fr.want = want
			if ctl != ctlReturn { // which is the comparison's own
				leaveExpr(fr, ctl)
			}
			return toIndex(fr.rv)
		}
	}
	if n.cmp == nil {
		return func(x, y *Scalar) int { return int(Int(binaryOps["cmp"](x.Get(), y.Get()))) }
	}
	v := n.cmp.scalar(fr)
	code, ok := v.(*Code)
	if !ok {
		code = in.codeOf(qualify(Str(v), n.pkg))
	}
	if code.hasProto && code.proto == "$$" {
		return func(x, y *Scalar) int { return toIndex(in.callScalar(code, List{x, y})) }
	}
	if code.pkg != n.pkg && code.name == "" {
		a, b = in.globOf(code.pkg+"::a"), in.globOf(code.pkg+"::b")
	}
	return func(x, y *Scalar) int {
		a.s, b.s = x, y
		return toIndex(in.callScalar(code, nil))
	}
}

func (n *sortNode) list(fr *frame, out List) List {
	start := len(out)
	out = n.items.list(fr, out)
	items := out[start:]
	oldA, oldB := n.a.s, n.b.s
	defer func() { n.a.s, n.b.s = oldA, oldB }()
	cmp := n.compare(fr)
	slices.SortStableFunc(items, cmp)
	return out
}

// scalar is undefined in Perl, which then sorts nothing.
func (n *sortNode) scalar(fr *frame) Value {
	n.items.list(fr, nil)
	return nil
}

// mapNode is map and grep.
type mapNode struct {
	items expr
	body  *block
	x     expr
	grep  bool
	topic *Glob
	at    *cop // of the block's only statement
}

func (c *compiler) mapNode(x *syntax.Map) expr {
	n := &mapNode{grep: x.Grep, topic: c.in.underscore}
	if x.Body != nil {
		n.body = c.inner(x.Body)
		if len(n.body.stmts) == 1 && !n.body.unlocal && !n.body.barrier && n.body.lastStmt != nil {
			if s, ok := n.body.lastStmt.(*exprStmt); ok {
				n.x, n.at = s.x, &s.at
			}
		}
	} else {
		n.x = c.expr(x.X)
	}
	n.items = aliased(c.listExpr(x.Args))
	return n
}

func (n *mapNode) list(fr *frame, out List) List {
	in := fr.in
	items := n.items.list(fr, nil)
	g, old := n.topic, n.topic.s
	defer func() { g.s = old }()
	for _, item := range items {
		in.tick()
		g.s = item
		if n.at != nil {
			in.cop = n.at
		}
		switch {
		case n.grep:
			if n.holds(fr) {
				out = append(out, item)
			}
		case n.x != nil:
			start := len(out)
			out = n.x.list(fr, out)
			unshare(out[start:])
		default:
			leaveExpr(fr, n.body.innerResult(fr, ListContext))
			out = append(out, fr.rl.copied()...)
		}
		if len(out) > maxArray {
			checkLength(-1)
		}
	}
	return out
}

// unshare replaces constants by copies, which may be changed.
func unshare(l List) {
	for i, s := range l {
		if s.x != nil && s.x.readonly {
			l[i] = &Scalar{v: s.v}
		}
	}
}

func (n *mapNode) holds(fr *frame) bool {
	if n.x != nil {
		return Truth(n.x.scalar(fr))
	}
	leaveExpr(fr, n.body.innerResult(fr, ScalarContext))
	return Truth(fr.rv)
}

func (n *mapNode) scalar(fr *frame) Value { return int64(len(n.list(fr, nil))) }
