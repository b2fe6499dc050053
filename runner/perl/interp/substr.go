package interp

import (
	"strings"
	"unicode/utf8"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// substrNode is substr, also as a place to assign to.
type substrNode struct {
	s, offset, length, replacement expr
}

func (c *compiler) substr(x *syntax.Func) expr {
	return &substrNode{c.expr(x.Args[0]), c.arg(x, 1), c.arg(x, 2), c.arg(x, 3)}
}

// bounds finds the part of a string of n characters; ok is false when it lies outside.
func (n *substrNode) bounds(fr *frame, size int) (from, to int, ok bool) {
	off := 0
	if n.offset != nil {
		off = toIndex(n.offset.scalar(fr))
	}
	from, to = off, size
	if off < 0 {
		from += size
	}
	if from > size {
		return 0, 0, false
	}
	if n.length != nil {
		if v := n.length.scalar(fr); v != nil {
			if k := toIndex(v); k >= 0 {
				to = from + k
			} else {
				to = size + k
			}
		}
	}
	if from < 0 {
		if to < 0 || n.length == nil && off < -size && size == 0 {
			return 0, 0, false
		}
		from = 0
	}
	to = min(max(to, from), size)
	return from, to, true
}

func (n *substrNode) scalar(fr *frame) Value {
	if n.replacement != nil {
		return n.replace(fr)
	}
	v := stringValue(n.s.scalar(fr))
	if w, ok := v.(Wide); ok {
		r := []rune(string(w))
		from, to, ok := n.bounds(fr, len(r))
		if !ok {
			return nil
		}
		return fromUTF8(string(r[from:to]))
	}
	s := v.(string)
	from, to, ok := n.bounds(fr, len(s))
	if !ok {
		return nil
	}
	return s[from:to]
}

func (n *substrNode) replace(fr *frame) Value {
	s := lvalueOf(fr, n.s)
	text := stringValue(s.Get())
	with := stringValue(n.replacement.scalar(fr))
	from, to, ok := n.bounds(fr, stringLength(text))
	if !ok {
		throw(die("substr outside of string"))
	}
	old := cut(text, from, to)
	s.Set(splice(text, from, to, with))
	return old
}

func cut(v Value, from, to int) Value {
	if w, ok := v.(Wide); ok {
		return fromUTF8(string([]rune(string(w))[from:to]))
	}
	return Str(v)[from:to]
}

// splice puts a string in the place of a part of another.
func splice(v Value, from, to int, with Value) Value {
	if isWide(v) || isWide(with) {
		r := []rune(widen(v))
		return fromUTF8(string(r[:from]) + widen(with) + string(r[to:]))
	}
	s := Str(v)
	return s[:from] + Str(with) + s[to:]
}

func (n *substrNode) list(fr *frame, out List) List { return append(out, &Scalar{v: n.scalar(fr)}) }

func (n *substrNode) lv(fr *frame) *Scalar {
	s := lvalueOf(fr, n.s)
	from, to, ok := n.bounds(fr, stringLength(s.Get()))
	if !ok {
		throw(die("substr outside of string"))
	}
	return magical(&substrPlace{s, from, to})
}

// substrPlace is a part of a string that may be assigned to.
type substrPlace struct {
	s        *Scalar
	from, to int
}

func (p *substrPlace) get() Value {
	v := stringValue(p.s.Get())
	n := stringLength(v)
	return cut(v, min(p.from, n), min(p.to, n))
}

func (p *substrPlace) set(v Value) {
	v = stringValue(v)
	old := stringValue(p.s.Get())
	n := stringLength(old)
	p.s.Set(splice(old, min(p.from, n), min(p.to, n), v))
	p.to = p.from + stringLength(v)
}

// chopper compiles chomp and chop: f shortens one scalar and returns what the function returns for it.
func (c *compiler) chopper(x *syntax.Func, f func(in *Interp, s *Scalar) Value) expr {
	if len(x.Args) == 0 {
		x = &syntax.Func{Pos: x.Pos, Name: x.Name, Args: []syntax.Expr{&syntax.Var{Pos: x.Pos, Sigil: '$', Name: "_"}}}
	}
	arg := c.listExpr(x.Args)
	chomp := x.Name == "chomp"
	if s, ok := arg.(*sequence); ok && len(s.items) == 1 {
		arg = s.items[0]
	}
	if p, ok := arg.(place); ok {
		if _, isList := arg.(*assignList); !isList {
			if _, isSequence := arg.(*sequence); !isSequence {
				return value(func(fr *frame) Value { return f(fr.in, p.lv(fr)) })
			}
		}
	}
	h, isHash := arg.(hashExpr)
	if _, isList := arg.(*assignList); isList {
		isHash = false
	}
	return value(func(fr *frame) Value {
		var items List
		if isHash {
			items = h.hash(fr, true).values(nil)
		} else {
			items = arg.list(fr, nil)
		}
		var last Value = int64(0)
		total := int64(0)
		for _, s := range items {
			last = f(fr.in, s)
			total += Int(last)
		}
		if chomp {
			return total
		}
		return last
	})
}

// chomp removes a line end, as $/ has it, and returns how many characters that were.
func (in *Interp) chomp(s *Scalar) Value {
	v := s.Get()
	if v == nil {
		return int64(0)
	}
	text := stringValue(v)
	raw := outBytes(text)
	sep := in.separator()
	var cut string
	switch sep := sep.(type) {
	case nil:
		return int64(0)
	case string:
		if cut = sep; sep == "" {
			cut = raw[len(strings.TrimRight(raw, "\n")):]
		}
	default:
		return int64(0)
	}
	if cut == "" || !strings.HasSuffix(raw, cut) {
		return int64(0)
	}
	raw = raw[:len(raw)-len(cut)]
	if isWide(text) {
		s.Set(Wide(raw))
	} else {
		s.Set(raw)
	}
	return int64(len(cut))
}

// chop removes the last character and returns it.
func (in *Interp) chop(s *Scalar) Value {
	switch v := stringValue(s.Get()).(type) {
	case Wide:
		_, n := utf8.DecodeLastRuneInString(string(v))
		s.Set(fromUTF8(string(v[:len(v)-n])))
		return fromUTF8(string(v[len(v)-n:]))
	case string:
		if v != "" {
			s.Set(v[:len(v)-1])
			return v[len(v)-1:]
		}
		s.Set("")
	}
	return ""
}

// posNode is pos, also as a place to assign to.
type posNode struct{ s expr }

func (c *compiler) pos(x *syntax.Func) expr {
	if len(x.Args) == 0 {
		return &posNode{&scalarVar{where: inGlob, g: c.in.underscore}}
	}
	return &posNode{c.expr(x.Args[0])}
}

func (n *posNode) scalar(fr *frame) Value { return posPlace{lvalueOf(fr, n.s)}.get() }

func (n *posNode) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (n *posNode) lv(fr *frame) *Scalar { return magical(posPlace{lvalueOf(fr, n.s)}) }

type posPlace struct{ s *Scalar }

func (p posPlace) get() Value {
	if p.s.x == nil || !p.s.x.hasPos {
		return nil
	}
	return int64(p.s.x.pos)
}

func (p posPlace) set(v Value) {
	if v == nil {
		if p.s.x != nil {
			p.s.x.hasPos = false
		}
		return
	}
	n, size := toIndex(v), stringLength(p.s.Get())
	if n < 0 {
		n = max(n+size, 0)
	}
	x := p.s.extra()
	x.pos, x.hasPos, x.minMatch = min(n, size), true, false
}

// vecNode is vec, also as a place to assign to.
type vecNode struct{ s, offset, bits expr }

func (c *compiler) vec(x *syntax.Func) expr {
	return &vecNode{c.expr(x.Args[0]), c.expr(x.Args[1]), c.expr(x.Args[2])}
}

func (n *vecNode) place(fr *frame) *vecPlace {
	p := &vecPlace{lvalueOf(fr, n.s), toIndex(n.offset.scalar(fr)), toIndex(n.bits.scalar(fr))}
	if p.bits < 1 || p.bits > 64 || p.bits&(p.bits-1) != 0 {
		throw(die("Illegal number of bits in vec"))
	}
	if p.at < 0 || p.at > maxString/p.bits {
		throw(die("Negative offset to vec in lvalue context"))
	}
	return p
}

func (n *vecNode) scalar(fr *frame) Value { return n.place(fr).get() }

func (n *vecNode) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (n *vecNode) lv(fr *frame) *Scalar { return magical(n.place(fr)) }

type vecPlace struct {
	s        *Scalar
	at, bits int
}

func (p *vecPlace) get() Value {
	s := Str(p.s.Get())
	if p.bits < 8 {
		bit := p.at * p.bits
		if bit/8 >= len(s) {
			return int64(0)
		}
		return int64(s[bit/8] >> (bit % 8) & (1<<p.bits - 1))
	}
	size := p.bits / 8
	if (p.at+1)*size > len(s) {
		return int64(0)
	}
	var u uint64
	for _, c := range []byte(s[p.at*size : (p.at+1)*size]) {
		u = u<<8 | uint64(c)
	}
	return unsigned(u)
}

func (p *vecPlace) set(v Value) {
	b := []byte(Str(p.s.Get()))
	end := (p.at*p.bits + p.bits + 7) / 8
	if len(b) < end {
		b = append(b, make([]byte, end-len(b))...)
	}
	u := bitOperand(v)
	if p.bits < 8 {
		bit := p.at * p.bits
		mask := byte(1<<p.bits-1) << (bit % 8)
		b[bit/8] = b[bit/8]&^mask | byte(u)<<(bit%8)&mask
	} else {
		size := p.bits / 8
		for i := size - 1; i >= 0; i-- {
			b[p.at*size+i] = byte(u)
			u >>= 8
		}
	}
	p.s.Set(string(b))
}
