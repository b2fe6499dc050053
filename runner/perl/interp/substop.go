package interp

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// substNode is s///.
type substNode struct {
	target expr
	pat    *patternNode
	repl   expr
	neg    bool
	global bool
	copy   bool // r: the result is returned, the variable stays
}

func (c *compiler) subst(x *syntax.Subst) expr {
	n := &substNode{target: c.target(x.Target), pat: c.pattern(x.Pat), neg: x.Neg}
	c.inExpr++
	n.repl = c.expr(x.Repl)
	c.inExpr--
	n.global = strings.Contains(x.Pat.Flags, "g")
	n.copy = strings.Contains(x.Pat.Flags, "r")
	return n
}

func (n *substNode) list(fr *frame, out List) List { return append(out, &Scalar{v: n.scalar(fr)}) }

func (n *substNode) scalar(fr *frame) Value {
	var t *Scalar
	if n.copy {
		t = &Scalar{v: n.target.scalar(fr)}
	} else {
		t = lvalueOf(fr, n.target)
	}
	p := n.pat.effective(fr)
	text := stringValue(t.Get())
	s, ok := text.(string)
	if !ok {
		throw(unsupported("a substitution in a string with characters above 255"))
	}
	parts, count := n.replace(fr, p, s)
	if n.copy {
		if count == 0 {
			return s
		}
		return joinStrings("", parts)
	}
	if count == 0 {
		return boolean(n.neg)
	}
	t.Set(joinStrings("", parts))
	if n.neg {
		return no
	}
	return int64(count)
}

// replace returns the pieces of the new string and how many matches were replaced.
func (n *substNode) replace(fr *frame, p *pattern, s string) (parts []Value, count int) {
	in := fr.in
	at, from, nonEmpty := 0, 0, false
	var last *matched
	for {
		idx := in.find(p, s, at, nonEmpty)
		if idx == nil {
			break
		}
		count++
		last = &matched{s, idx, p}
		in.match = last
		parts = append(parts, s[from:idx[0]], stringValue(n.repl.scalar(fr)))
		from, at = idx[1], idx[1]
		nonEmpty = idx[0] == idx[1]
		if !n.global {
			break
		}
	}
	if last != nil {
		in.match = last
	}
	return append(parts, s[from:]), count
}

// transNode is tr///.
type transNode struct {
	target   expr
	neg      bool
	from, to []rune
	flags    string

	table map[rune]rune // -1: delete
	bytes *[256]int32   // the same for bytes; -2: leave alone
}

func (c *compiler) trans(x *syntax.Trans) expr {
	n := &transNode{neg: x.Neg, from: x.From, to: x.To, flags: x.Flags}
	if x.Target != nil {
		n.target = c.expr(x.Target)
	} else {
		n.target = &scalarVar{where: inGlob, g: c.in.underscore}
	}
	n.build()
	return n
}

func (n *transNode) has(flag byte) bool { return strings.IndexByte(n.flags, flag) >= 0 }

const (
	transDelete = -1
	transKeep   = -2
)

func (n *transNode) build() {
	from, to := n.from, n.to
	if n.has('c') {
		listed := map[rune]bool{}
		for _, r := range from {
			listed[r] = true
		}
		from = nil
		for r := rune(0); r < 256; r++ {
			if !listed[r] {
				from = append(from, r)
			}
		}
	}
	if len(to) == 0 && !n.has('d') {
		to = from
	}
	n.table = map[rune]rune{}
	for i, r := range from {
		if _, done := n.table[r]; done {
			continue
		}
		switch {
		case i < len(to):
			n.table[r] = to[i]
		case n.has('d'):
			n.table[r] = transDelete
		default:
			n.table[r] = to[len(to)-1]
		}
	}
	n.bytes = &[256]int32{}
	for i := range n.bytes {
		n.bytes[i] = transKeep
		if r, ok := n.table[rune(i)]; ok {
			n.bytes[i] = r
		}
	}
}

func (n *transNode) scalar(fr *frame) Value {
	var t *Scalar
	if n.has('r') {
		t = &Scalar{v: n.target.scalar(fr)}
	} else {
		t = lvalueOf(fr, n.target)
	}
	text := stringValue(t.Get())
	if isWide(text) && n.has('c') {
		throw(unsupported("tr///c on a string with characters above 255"))
	}
	out, count := n.apply(widen(text))
	switch {
	case n.has('r'):
		return fromUTF8(out)
	case count > 0 && !n.counts():
		t.Set(fromUTF8(out))
	}
	if n.neg {
		return boolean(count == 0)
	}
	return int64(count)
}

// counts reports whether the operator only counts.
func (n *transNode) counts() bool {
	return len(n.to) == 0 && !n.has('d') && !n.has('s')
}

func (n *transNode) apply(s string) (string, int) {
	var b strings.Builder
	count := 0
	last := rune(-1)
	for _, r := range s {
		to := rune(transKeep)
		if r < 256 {
			to = n.bytes[r]
		} else if m, ok := n.table[r]; ok {
			to = m
		}
		switch to {
		case transKeep:
			b.WriteRune(r)
			last = -1
			continue
		case transDelete:
			count++
			continue
		}
		count++
		if n.has('s') && to == last {
			continue
		}
		last = to
		b.WriteRune(to)
	}
	return b.String(), count
}

func (n *transNode) list(fr *frame, out List) List { return append(out, &Scalar{v: n.scalar(fr)}) }
