package syntax

import (
	"math"
	"strconv"
	"strings"
)

// number reads a number: 12 1_000 .5 1e3 0x1f 0b101 017 0o17, or a v-string of two dots and more (1.2.3).
func (p *parser) number() Expr {
	at := p.here()
	if p.peek(0) == '0' {
		switch c := p.peek(1) | 0x20; {
		case c == 'x':
			return p.radix(at, 2, 16)
		case c == 'b':
			return p.radix(at, 2, 2)
		case c == 'o':
			return p.radix(at, 2, 8)
		case isDigit(p.peek(1)) || p.peek(1) == '_':
			return p.radix(at, 1, 8)
		}
	}
	text := p.digits()
	whole := true
	// "1..5" is a range.
	if p.peek(0) == '.' && p.peek(1) != '.' {
		if isDigit(p.peek(1)) && whole && text != "" {
			if v, ok := p.vstring(at, text); ok {
				return v
			}
		}
		p.pos++
		text += "." + p.digits()
		whole = false
	}
	if p.peek(0)|0x20 == 'e' {
		n := 1
		if c := p.peek(n); c == '+' || c == '-' {
			n++
		}
		if isDigit(p.peek(n)) {
			text += "e" + p.src[p.pos+1:p.pos+n]
			p.pos += n
			text += p.digits()
			whole = false
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range gives infinity, as in Perl
	if whole {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return &Num{Pos: at, IsInt: true, Int: i, Float: f}
		}
		if u, err := strconv.ParseUint(text, 10, 64); err == nil {
			return &Num{Pos: at, Uint: u, Float: f}
		}
	}
	return &Num{Pos: at, Float: f}
}

// digits reads decimal digits and drops the underscores among them.
func (p *parser) digits() string {
	start := p.pos
	for isDigit(p.peek(0)) || p.peek(0) == '_' {
		p.pos++
	}
	return strings.ReplaceAll(p.src[start:p.pos], "_", "")
}

// radix reads digits of the given base behind a prefix of n bytes.
func (p *parser) radix(at Pos, n, base int) Expr {
	p.pos += n
	start := p.pos
	for isWord(p.peek(0)) {
		p.pos++
	}
	text := strings.ReplaceAll(p.src[start:p.pos], "_", "")
	if text == "" {
		text = "0"
	}
	u, err := strconv.ParseUint(text, base, 64)
	switch {
	case err != nil:
		p.fail(at.Line, "illegal number %q (a digit that base %d does not have, or too large)", p.src[start-n:p.pos], base)
	case u > math.MaxInt64:
		return &Num{Pos: at, Uint: u, Float: float64(u)}
	}
	return &Num{Pos: at, IsInt: true, Int: int64(u), Float: float64(u)}
}

// vstring reads the rest of 1.2.3 behind its first number; ok is false when there is no second dot.
func (p *parser) vstring(at Pos, first string) (Expr, bool) {
	save := p.pos
	parts := []string{first}
	for p.peek(0) == '.' && isDigit(p.peek(1)) {
		p.pos++
		parts = append(parts, p.digits())
	}
	if len(parts) < 3 {
		p.pos = save
		return nil, false
	}
	return p.vchars(at, parts), true
}

// vchars makes the string of a v-string: one character a number.
func (p *parser) vchars(at Pos, parts []string) Expr {
	t := text{at: at}
	for _, part := range parts {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			p.fail(at.Line, "number %s of a version string is too large", part)
		}
		t.lit = append(t.lit, rune(n))
	}
	return t.str()
}

// vword reads v5.10.1; ok is false when it is an ordinary word.
func (p *parser) vword(at Pos) (Expr, bool) {
	w := p.word()
	if len(w) < 2 || w[0] != 'v' || strings.Trim(w[1:], "0123456789_") != "" || p.followedByArrow(p.pos+len(w)) {
		return nil, false
	}
	if _, ok := p.subs[p.full(w)]; ok {
		return nil, false
	}
	p.pos++
	parts := []string{p.digits()}
	for p.peek(0) == '.' && isDigit(p.peek(1)) {
		p.pos++
		parts = append(parts, p.digits())
	}
	return p.vchars(at, parts), true
}
