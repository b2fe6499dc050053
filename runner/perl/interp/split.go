package interp

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// splitNode is split.
type splitNode struct {
	pat   *patternNode
	sep   expr // a separator that is not written as a pattern
	s     expr
	limit expr
}

func (c *compiler) split(x *syntax.Func) expr {
	n := &splitNode{s: &scalarVar{where: inGlob, g: c.in.underscore}}
	switch p := x.Args[0].(type) {
	case *syntax.Regex:
		n.pat = c.pattern(p)
	default:
		n.sep = c.expr(p)
	}
	if len(x.Args) > 1 {
		n.s = c.expr(x.Args[1])
	}
	n.limit = c.arg(x, 2)
	return n
}

// pattern finds what to split at; awk is set for ' ', which splits at white space and skips it at the beginning.
func (n *splitNode) pattern(fr *frame) (p *pattern, awk bool) {
	if n.pat != nil {
		p = n.pat.get(fr)
	} else {
		v := n.sep.scalar(fr)
		if r, ok := regexpOf(v); ok {
			p = r.pattern
		} else {
			s := Str(v)
			if s == " " {
				return fr.in.compilePattern(`\s+`, ""), true
			}
			p = fr.in.compilePattern(s, "")
		}
	}
	if p.source == "^" && !strings.Contains(p.flags, "m") {
		p = fr.in.compilePattern("^", "m"+p.flags)
	}
	return p, false
}

func (n *splitNode) do(fr *frame) []Value {
	p, awk := n.pattern(fr)
	v := stringValue(n.s.scalar(fr))
	limit := 0
	if n.limit != nil {
		limit = toIndex(n.limit.scalar(fr))
	}
	if w, ok := v.(Wide); ok {
		return splitWide(fr, p, string(w), limit, awk)
	}
	return fr.in.splitString(p, v.(string), limit, awk)
}

// splitWide splits a string with characters above 255 at separators that are plain ASCII text.
func splitWide(fr *frame, p *pattern, s string, limit int, awk bool) []Value {
	if awk || p.source == "" || strings.ContainsAny(p.source, `.[\^$(|*+?{`) {
		throw(unsupported("split of a string with characters above 255"))
	}
	out := fr.in.splitString(p, s, limit, false)
	for i, v := range out {
		out[i] = fromUTF8(v.(string))
	}
	return out
}

func (in *Interp) splitString(p *pattern, s string, limit int, awk bool) []Value {
	if awk {
		s = strings.TrimLeft(s, " \t\n\r\f\v")
	}
	if s == "" {
		return nil
	}
	var out []Value
	from, fields := 0, 1
	for from < len(s) && (limit <= 0 || fields < limit) {
		// A match that ends where the field begins would split off nothing for ever.
		idx := in.find(p, s, from, true)
		if idx == nil {
			break
		}
		out = append(out, s[from:idx[0]])
		fields++
		for g := 1; 2*g < len(idx); g++ {
			if idx[2*g] < 0 {
				out = append(out, nil)
			} else {
				out = append(out, s[idx[2*g]:idx[2*g+1]])
			}
		}
		from = idx[1]
	}
	out = append(out, s[from:])
	if limit == 0 {
		for len(out) > 0 && (out[len(out)-1] == nil || out[len(out)-1] == "") {
			out = out[:len(out)-1]
		}
	}
	return out
}

func (n *splitNode) scalar(fr *frame) Value { return int64(len(n.do(fr))) }

func (n *splitNode) list(fr *frame, out List) List { return append(out, NewList(n.do(fr)...)...) }
