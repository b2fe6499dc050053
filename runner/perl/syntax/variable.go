package syntax

import "strings"

// scalar reads a variable that begins with $, with its subscripts.
func (p *parser) scalar() Expr {
	at := p.here()
	if p.peek(1) == '#' {
		if x := p.lastIndex(at); x != nil {
			return x
		}
	}
	p.pos++
	x, whole := p.sigilTarget(at, '$')
	if whole {
		return x
	}
	return p.subscripts(x)
}

// lastIndex reads $#a, $#$x and $#{...}; nil when it is something else.
func (p *parser) lastIndex(at Pos) Expr {
	switch c := p.peek(2); {
	case isWordStart(c), c == '{', c == '$', c == ':' && p.peek(3) == ':', c == '-' && !p.quoted, c == '+' && !p.quoted:
		p.pos += 2
		x, _ := p.sigilTarget(at, '@')
		return &LastIndex{at, x}
	}
	return nil
}

// array reads a variable that begins with @, with a slice's subscript.
func (p *parser) array() Expr {
	at := p.here()
	p.pos++
	x, whole := p.sigilTarget(at, '@')
	if whole {
		return x
	}
	return p.slice(x)
}

// sigilTarget reads what follows a sigil: a name, a reference or a block. whole says that no subscript may follow:
// it was ${name} in a string, or a subscript was inside the braces.
func (p *parser) sigilTarget(at Pos, sigil byte) (x Expr, whole bool) {
	p.enter()
	defer p.leave()
	if !p.quoted || isSpace(p.peek(0)) && sigil == '$' {
		p.spaceInside()
	}
	switch c := p.peek(0); {
	case c == '{':
		return p.bracedTarget(at, sigil)
	case c == '$':
		n := p.peek(1)
		if isWordStart(n) || n == '{' || n == '$' || n == ':' && p.peek(2) == ':' {
			inner := p.here()
			p.pos++
			x, _ := p.sigilTarget(inner, '$')
			return &Deref{at, sigil, x}, false
		}
	case isDigit(c):
		n := 1
		for isDigit(p.peek(n)) {
			n++
		}
		p.pos += n
		return &Var{at, sigil, p.src[p.pos-n : p.pos]}, false
	case c == '^' && sigil != '&' && isCaret(p.peek(1)):
		p.pos += 2
		return &Var{at, sigil, p.src[p.pos-2 : p.pos]}, false
	}
	if n := p.name(); n != "" {
		return &Var{at, sigil, n}, false
	}
	if p.has("::") && sigil != '&' {
		p.pos += 2
		return &Var{at, sigil, "main::"}, false
	}
	if c := p.peek(0); c > ' ' && c < 0x7f && specialVar(sigil, c) {
		p.pos++
		return &Var{at, sigil, string(c)}, false
	}
	if p.quoted {
		p.fail(at.Line, "a %q in a string that begins no variable (write \\%c for the character)", string(sigil), sigil)
	}
	p.unexpected("a variable")
	return nil, false
}

// spaceInside is space, but keeps to white space in a string.
func (p *parser) spaceInside() {
	if !p.quoted {
		p.space()
		return
	}
	for p.pos < len(p.src) && isSpace(p.src[p.pos]) {
		p.pos++
	}
}

func isCaret(c byte) bool {
	return 'A' <= c && c <= 'Z' || strings.IndexByte("[]^_?\\", c) >= 0 && c != 0
}

// specialVar reports whether there is a variable of punctuation with this sigil.
func specialVar(sigil, c byte) bool {
	switch sigil {
	case '$':
		return c != '{' && c != '*'
	case '@':
		return c == '-' || c == '+' || c == ':'
	case '%':
		return c == '-' || c == '+' || c == '!'
	case '*':
		return strings.IndexByte("/,\\;.!@&\"0|-+", c) >= 0
	}
	return false
}

// bracedTarget reads ${name}, ${^Name}, ${name[1]} or a block that gives a reference.
func (p *parser) bracedTarget(at Pos, sigil byte) (x Expr, whole bool) {
	open := p.here()
	start := p.pos
	p.pos++
	for isSpace(p.peek(0)) {
		p.pos++
	}
	var name string
	switch c := p.peek(0); {
	case c == '^':
		p.pos++
		name = "^" + p.word()
		p.pos += len(name) - 1
	case isDigit(c):
		name = p.digits()
	case isWordStart(c), c == ':' && p.peek(1) == ':':
		name = p.name()
	case c > ' ' && c < 0x7f && c != '\\' && c != '{' && c != '}' && p.peek(1) == '}' && specialVar(sigil, c):
		name = string(c)
		p.pos++
	}
	if name != "" {
		v := &Var{at, sigil, name}
		for isSpace(p.peek(0)) {
			p.pos++
		}
		switch c := p.peek(0); {
		case c == '}':
			p.pos++
			return v, p.quoted
		case (c == '[' || c == '{') && !(name == "sub" && c == '{') && strings.IndexByte("$@%", sigil) >= 0:
			// Even @{do {...}} is a slice of the hash %do.
			quoted, regex := p.quoted, p.regex
			p.quoted, p.regex = false, false
			switch sigil {
			case '@':
				x = p.slice(v)
			case '%':
				x = p.pairs(v)
			default:
				x = p.subscripts(v)
			}
			p.close('}', open)
			p.quoted, p.regex = quoted, regex
			return x, true
		}
	}
	p.pos = start + 1
	quoted, regex := p.quoted, p.regex
	p.quoted, p.regex = false, false
	p.blocks++
	block := &Block{Pos: open, Body: p.statements('}')}
	p.blocks--
	block.End = p.line()
	p.quoted, p.regex = quoted, regex
	if p.peek(0) != '}' {
		p.fail(open.Line, "the bracket opened here is never closed")
	}
	p.pos++
	if len(block.Body) == 1 {
		if s, ok := block.Body[0].(*ExprStmt); ok {
			return &Deref{at, sigil, s.X}, false
		}
	}
	return &Deref{at, sigil, &DoBlock{open, block}}, false
}

// as returns the variable or dereference x with another sigil: the array or hash that an element belongs to.
func as(x Expr, sigil byte) Expr {
	switch x := x.(type) {
	case *Var:
		return &Var{x.Pos, sigil, x.Name}
	case *Deref:
		return &Deref{x.Pos, sigil, x.X}
	}
	return &Deref{Pos{x.At()}, sigil, x}
}
