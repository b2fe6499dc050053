package interp

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// handleNode compiles an expression that stands for a handle which must exist already.
func (c *compiler) handleNode(x syntax.Expr) func(fr *frame) *Handle {
	e := c.expr(x)
	if g, ok := e.(globExpr); ok {
		return func(fr *frame) *Handle { return g.glob(fr).io }
	}
	return func(fr *frame) *Handle { return fr.in.handleOf(e.scalar(fr), false) }
}

// print compiles print, printf and say.
func (c *compiler) print(x *syntax.Print) expr {
	fh := func(fr *frame) *Handle { return fr.in.selected }
	var object expr
	if x.FH != nil {
		fh = c.handleNode(x.FH)
		object = c.expr(x.FH)
	}
	args := c.listExpr(x.Args)
	if len(x.Args) == 0 {
		args = &scalarVar{where: inGlob, g: c.in.underscore}
	}
	name := x.Name
	return value(func(fr *frame) Value {
		in := fr.in
		items := args.list(fr, nil)
		h := fh(fr)
		if h == nil && object != nil {
			v := object.scalar(fr)
			if blessedInto(v) != nil {
				return in.callScalar(in.resolveMethod(v, name, in.cop.pkg), append(NewList(v), items...))
			}
		}
		if h == nil || h.w == nil {
			in.setErrno(errBadHandle)
			return no
		}
		if name == "printf" {
			if len(items) == 0 {
				return one
			}
			return boolean(h.write(h.encode(in.sprintf(items[0].Get(), items[1:].Values()))))
		}
		return boolean(h.write(in.printed(h, items, name == "say")))
	})
}

// printed is what print writes: the items with $, between them and $\ at the end.
func (in *Interp) printed(h *Handle, items List, say bool) string {
	sep, end := "", ""
	if v := in.outputSep.scalar().Get(); v != nil {
		sep = h.encode(v)
	}
	if v := in.outputRecord.scalar().Get(); v != nil {
		end = h.encode(v)
	}
	if say {
		end = "\n"
	}
	if len(items) == 1 && end == "" {
		return h.encode(items[0].Get())
	}
	var b strings.Builder
	for i, s := range items {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(h.encode(s.Get()))
		checkLength(b.Len())
	}
	b.WriteString(end)
	return b.String()
}

// readNode is <FH>.
type readNode struct{ fh func(fr *frame) *Handle }

func (c *compiler) readline(x *syntax.Readline) expr {
	if v, ok := x.FH.(*syntax.Var); x.FH == nil || ok && v.Sigil == '*' && v.Name == "ARGV" {
		return &readNode{func(fr *frame) *Handle { return fr.in.argvHandle() }}
	}
	e := c.expr(x.FH)
	fh := c.handleNode(x.FH)
	return &readNode{func(fr *frame) *Handle {
		h := fh(fr)
		if h == nil {
			if _, ok := e.(globExpr); !ok {
				if v := e.scalar(fr); v == nil {
					throw(die("Can't use an undefined value as filehandle reference"))
				}
			}
		}
		return h
	}}
}

func (n *readNode) scalar(fr *frame) Value {
	v, _ := fr.in.readLine(n.fh(fr))
	return v
}

// readLine is one record; ok is false at the end.
func (in *Interp) readLine(h *Handle) (Value, bool) {
	in.tick()
	if h == nil || h.r == nil {
		in.setErrno(errBadHandle)
		return nil, false
	}
	in.lastRead = h
	s, ok := h.readRecord(in.separator())
	if !ok {
		if h.name == "ARGV" {
			if next := in.nextArgv(h); next {
				return in.readLine(h)
			}
		}
		return nil, false
	}
	checkLength(len(s))
	return h.decode(s), true
}

func (n *readNode) list(fr *frame, out List) List {
	h := n.fh(fr)
	for {
		v, ok := fr.in.readLine(h)
		if !ok {
			return out
		}
		if s, isText := v.(string); isText && s == "" {
			return out
		}
		out = append(out, &Scalar{v: v})
	}
}

// argvHandle is what <> reads: the files of @ARGV one after the other, or standard input.
func (in *Interp) argvHandle() *Handle {
	g := in.globOf("main::ARGV")
	if g.io == nil {
		g.io = &Handle{name: "ARGV"}
		if g.array().Len() == 0 {
			in.dup(g.io, "STDIN", "<&")
		} else {
			in.nextArgv(g.io)
		}
	}
	return g.io
}

func (in *Interp) nextArgv(h *Handle) bool {
	files := in.globOf("main::ARGV").array()
	for files.Len() > 0 {
		name := Str(files.shift())
		in.globOf("main::ARGV").scalar().Set(name)
		lines := h.lines
		if in.openFile(h, "<", name) {
			h.name, h.lines = "ARGV", lines
			return true
		}
		in.Warn("Can't open " + name + ": " + errnoText(in.errno) + in.where())
	}
	return false
}

// selectFunc compiles select with one handle, and the four-argument form as a pause.
func (c *compiler) selectFunc(x *syntax.Func) expr {
	if len(x.Args) == 4 {
		args := c.exprs(x.Args)
		return value(func(fr *frame) Value {
			for _, a := range args[:3] {
				if a.scalar(fr) != nil {
					throw(unsupported("select on file handles"))
				}
			}
			fr.in.pause(Num(args[3].scalar(fr)))
			return int64(0)
		})
	}
	var fh expr
	if len(x.Args) > 0 {
		fh = c.expr(x.Args[0])
	}
	return value(func(fr *frame) Value {
		in := fr.in
		old := in.selectedGlob
		if fh != nil {
			g := in.handleGlob(fh.scalar(fr))
			if g == nil || g.io == nil {
				throw(die("Bad filehandle: %s", Str(fh.scalar(fr))))
			}
			in.selected, in.selectedGlob = g.io, g
		}
		if old.pkg.symbol(old.name) == old {
			return old.pkg.name + "::" + old.name
		}
		return old
	})
}
