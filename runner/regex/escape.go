package regex

import (
	"fmt"
	"strings"
)

// classEscapes are the escapes that stand for a set, inside and outside of brackets.
var classEscapes = map[byte]byteSet{
	'd': setDigit, 'D': setDigit.negated(),
	'w': setWord, 'W': setWord.negated(),
	's': setSpace, 'S': setSpace.negated(),
	'h': setHorizontal, 'H': setHorizontal.negated(),
	'v': setVertical, 'V': setVertical.negated(),
}

var assertEscapes = map[byte]assertion{
	'A': assertStart, 'z': assertEnd, 'Z': assertLastLine, 'G': assertPos, 'b': assertWord, 'B': assertNotWord,
}

// escape reads a backslash and what it means outside of brackets.
func (p *parser) escape() *node {
	p.pos++
	if !p.more() {
		panic(p.errorIn(`Trailing \`))
	}
	c := p.peek()
	if set, ok := classEscapes[c]; ok {
		p.pos++
		return setNode(set)
	}
	if a, ok := assertEscapes[c]; ok {
		p.pos++
		if (c == 'b' || c == 'B') && p.more() && p.peek() == '{' {
			panic(p.boundary(c))
		}
		return assertNode(a)
	}
	switch c {
	case 'R':
		p.pos++
		return &node{kind: nodeBreak}
	case 'X':
		p.pos++
		return &node{kind: nodeCluster}
	case 'K':
		p.pos++
		if p.looks > 0 {
			panic(p.errorAt(p.pos, `\K not permitted in lookahead/lookbehind`))
		}
		return &node{kind: nodeKeep}
	case 'N':
		return p.notNewline()
	case 'p', 'P':
		panic(p.unicodeProperty())
	case 'C':
		panic(p.errorAt(p.pos, `\C no longer supported`))
	case 'k':
		return p.namedRef()
	case 'g':
		return p.groupRef()
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.digitRef()
	case '0':
		return p.literal(p.octal())
	}
	if b, ok := p.charEscape(); ok {
		return p.literal(b)
	}
	p.pos++
	return p.literal(c)
}

// charEscape reads an escape that stands for one byte; the backslash is already gone. It leaves the others alone.
func (p *parser) charEscape() (byte, bool) {
	c := p.peek()
	switch c {
	case 'a', 'e', 'f', 'n', 'r', 't':
		p.pos++
		return map[byte]byte{'a': 7, 'e': 27, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}[c], true
	case 'x':
		return p.hex(), true
	case 'o':
		p.pos++
		if !p.more() || p.peek() != '{' {
			panic(p.errorAt(p.pos, `Missing braces on \o{}`))
		}
		return p.braced('o', 8), true
	case 'c':
		return p.control(), true
	}
	return 0, false
}

func (p *parser) octal() byte {
	v := 0
	for i := 0; i < 3 && p.more() && '0' <= p.peek() && p.peek() <= '7'; i++ {
		v = v*8 + int(p.peek()-'0')
		p.pos++
	}
	return p.asByte(v)
}

func (p *parser) asByte(v int) byte {
	if v > 0xff {
		panic(p.unsupported(p.pos, `a character above \xff`))
	}
	return byte(v)
}

func (p *parser) hex() byte {
	p.pos++
	if p.more() && p.peek() == '{' {
		return p.braced('x', 16)
	}
	v := 0
	for i := 0; i < 2 && p.more() && digitValue(p.peek()) < 16; i++ {
		v = v*16 + digitValue(p.peek())
		p.pos++
	}
	return byte(v)
}

// braced reads the {...} of \x and \o: blanks around the number, '_' between digits; the number ends at the first thing
// that is no digit.
func (p *parser) braced(letter byte, base int) byte {
	open := p.pos
	end := strings.IndexByte(p.rest(), '}')
	if end < 0 {
		at := open + 1
		for at < len(p.src) && digitValue(p.src[at]) < base {
			at++
		}
		panic(p.errorAt(at, `Missing right brace on \%c{}`, letter))
	}
	body := strings.Trim(p.src[open+1:open+end], " \t")
	p.pos += end + 1
	if body == "" {
		if letter == 'o' {
			panic(p.errorAt(p.pos, `Empty \o{}`))
		}
		return 0
	}
	v := 0
	for i := range len(body) {
		if body[i] == '_' {
			continue
		}
		d := digitValue(body[i])
		if d >= base {
			break
		}
		if v = v*base + d; v > 0xff {
			break
		}
	}
	return p.asByte(v)
}

func digitValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return 99
}

func (p *parser) control() byte {
	p.pos++
	if !p.more() || p.peek() < ' ' || p.peek() > '~' {
		at := p.pos
		if p.more() {
			at++
		}
		panic(p.errorAt(at, `Character following "\c" must be printable ASCII`))
	}
	c := p.peek()
	p.pos++
	if c == '{' {
		panic(p.errorAt(p.pos, `Use ";" instead of "\c{"`))
	}
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c ^ 64
}

// notNewline reads \N. With braces that are no quantifier it names a character.
func (p *parser) notNewline() *node {
	p.pos++
	if p.more() && p.peek() == '{' {
		at := p.pos
		if _, ok := p.braces(); !ok {
			if !strings.Contains(p.rest(), "}") {
				panic(p.errorAt(p.pos+1, `Missing right brace on \N{}`))
			}
			panic(p.unsupported(p.pos, `a character by name, \N{...}`))
		}
		p.pos = at
	}
	return setNode(setNotNewline)
}

func (p *parser) unicodeProperty() *SyntaxError {
	letter := p.peek()
	p.pos++
	if !p.more() {
		return p.errorAt(p.pos, `Empty \%c`, letter)
	}
	if p.peek() == '{' {
		p.pos++
		end := strings.IndexByte(p.rest(), '}')
		if end < 0 {
			return p.errorAt(p.pos, `Missing right brace on \%c{}`, letter)
		}
		p.pos += end
	}
	p.pos++
	return p.unsupported(p.pos, fmt.Sprintf(`a Unicode property, \%c,`, letter))
}

func (p *parser) boundary(letter byte) *SyntaxError {
	p.pos++
	end := strings.IndexByte(p.rest(), '}')
	if end < 0 {
		return p.errorAt(p.pos, `Missing right brace on \%c{}`, letter)
	}
	p.pos += end
	name := strings.Trim(p.src[p.pos-end:p.pos], " \t")
	switch name {
	case "":
		return p.errorAt(p.pos+1, `Empty \%c{}`, letter)
	case "gcb", "g", "lb", "sb", "wb":
		return p.unsupported(p.pos+1, fmt.Sprintf(`a Unicode boundary, \%c{%s},`, letter, name))
	}
	return p.errorAt(p.pos, `'%s' is an unknown bound type`, name)
}
