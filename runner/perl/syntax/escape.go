package syntax

import (
	"strconv"
	"strings"
)

// escape reads an escape of a string in double quotes behind its backslash and returns the character.
func (p *parser) escape() rune {
	c := p.peek(0)
	p.pos++
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'f':
		return '\f'
	case 'b':
		return '\b'
	case 'a':
		return '\a'
	case 'e':
		return 0x1b
	case 'x':
		return p.hexEscape()
	case 'o':
		if p.peek(0) == '{' {
			return p.codePoint(p.braced(`\o`), 8)
		}
	case 'c':
		return p.control()
	case 'N':
		if p.has("{U+") {
			return p.codePoint(strings.TrimPrefix(p.braced(`\N`), "U+"), 16)
		}
		p.unsupported(p.line(), `named characters, \N{...}`)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n := 1
		for n < 3 && p.peek(n-1) >= '0' && p.peek(n-1) <= '7' {
			n++
		}
		p.pos += n - 1
		return p.codePoint(p.src[p.pos-n:p.pos], 8)
	}
	return rune(c)
}

// hexEscape reads \x41 or \x{263a} behind the x; other characters end it.
func (p *parser) hexEscape() rune {
	if p.peek(0) == '{' {
		return p.codePoint(p.braced(`\x`), 16)
	}
	n := 0
	for n < 2 && isHex(p.peek(n)) {
		n++
	}
	p.pos += n
	return p.codePoint(p.src[p.pos-n:p.pos], 16)
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// braced reads {...} and returns what is inside.
func (p *parser) braced(what string) string {
	inner, _, ok := strings.Cut(p.src[p.pos+1:], "}")
	if !ok {
		p.fail(p.line(), "%s{ without its closing brace", what)
	}
	p.pos += len(inner) + 2
	return inner
}

// codePoint turns digits into a character. As in Perl the digits end at the first that is none, and none is 0.
func (p *parser) codePoint(s string, base int) rune {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "")
	n := 0
	for n < len(s) {
		if _, err := strconv.ParseUint(s[n:n+1], base, 8); err != nil {
			break
		}
		n++
	}
	if n == 0 {
		return 0
	}
	r, err := strconv.ParseUint(s[:n], base, 32)
	if err != nil || r > 0x10ffff {
		p.fail(p.line(), "character number %s is too large", s)
	}
	return rune(r)
}

// control reads the letter of \cX.
func (p *parser) control() rune {
	if p.pos >= len(p.src) {
		p.fail(p.line(), `\c at the end of a string`)
	}
	c := p.peek(0)
	p.pos++
	if 'a' <= c && c <= 'z' {
		c -= 0x20
	}
	return rune(c ^ 0x40)
}
