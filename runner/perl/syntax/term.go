package syntax

import "strings"

// primary reads a term without the arrows behind it.
func (p *parser) primary() Expr {
	p.space()
	at := p.here()
	p.last = p.pos
	if p.pos >= len(p.src) {
		p.unexpected("a term")
	}
	switch c := p.src[p.pos]; {
	case c == '$':
		return p.scalar()
	case c == '@':
		return p.array()
	case c == '%':
		p.pos++
		x, _ := p.sigilTarget(at, '%')
		return p.pairs(x)
	case c == '&':
		return p.ampersand(at)
	case c == '*':
		return p.glob(at)
	case c == '"':
		d := p.delimited("the string")
		return p.interpolate(d.plain(), d.line, at)
	case c == '\'':
		return &Str{Pos: at, Value: single(p.delimited("the string").plain())}
	case c == '`':
		return p.backtick(p.delimited("the command"), at)
	case c == '/':
		return p.match(p.delimited("the pattern"), at)
	case c == '(':
		return p.paren()
	case c == '[':
		return &AnonArray{at, p.bracketItems(']')}
	case c == '{':
		return &AnonHash{at, p.bracketItems('}')}
	case c == '<':
		return p.angle()
	case isDigit(c), c == '.' && isDigit(p.peek(1)):
		return p.number()
	case isWordStart(c), c == ':' && p.peek(1) == ':' && isWordStart(p.peek(2)):
		return p.wordTerm(at)
	}
	p.unexpected("a term")
	return nil
}

// paren reads (...) and a slice of it.
func (p *parser) paren() Expr {
	at := p.here()
	p.enter()
	defer p.leave()
	p.pos++
	list := &List{Pos: at}
	if !p.accept(')') {
		list.Items = p.untilClosed(')', at)
	}
	return p.listSlice(list)
}

// listSlice reads [LIST] behind a list in parentheses.
func (p *parser) listSlice(x Expr) Expr {
	if c, _ := p.after(p.pos); c != '[' {
		return x
	}
	p.space()
	at := p.here()
	return p.chainList(&ListSlice{at, x, p.bracket(']')})
}

func (p *parser) chainList(x Expr) Expr {
	for {
		c, _ := p.after(p.pos)
		if c != '[' {
			return x
		}
		p.space()
		x = &ListSlice{p.here(), x, p.bracket(']')}
	}
}

// bracketItems reads the items of [...] and {...}.
func (p *parser) bracketItems(end byte) []Expr {
	p.enter()
	defer p.leave()
	open := p.here()
	p.pos++
	if p.accept(end) {
		return nil
	}
	return p.untilClosed(end, open)
}

// untilClosed reads the expression in brackets and the closing one, and returns its items.
func (p *parser) untilClosed(end byte, open Pos) []Expr {
	outer := p.open
	p.open = open.Line
	x := p.expression()
	p.open = outer
	p.close(end, open)
	if list, ok := x.(*List); ok {
		return list.Items
	}
	return []Expr{x}
}

// ampersand reads &foo, &foo(...), &$code(...), &{...}(...).
func (p *parser) ampersand(at Pos) Expr {
	p.pos++
	x, _ := p.sigilTarget(at, '&')
	c, _ := p.after(p.pos)
	if v, ok := x.(*Var); ok {
		call := &Call{Pos: at, Name: v.Name, Amp: true, PassArgs: c != '('}
		if c == '(' {
			call.Args = p.parenArgs()
		}
		return call
	}
	call := &CallRef{Pos: at, Code: x.(*Deref).X, PassArgs: c != '('}
	if c == '(' {
		call.Args = p.parenArgs()
	}
	return call
}

// glob reads *name, *{"name"} and *name{SLOT}.
func (p *parser) glob(at Pos) Expr {
	p.pos++
	x, _ := p.sigilTarget(at, '*')
	if p.peek(0) == '{' {
		return &GlobSlot{at, x, p.sliceKeys()}
	}
	return x
}

// angle reads what begins with <: a here-document, a line of a file, or a glob.
func (p *parser) angle() Expr {
	at := p.here()
	if p.has("<<>>") {
		p.pos += 4
		return &Readline{Pos: at}
	}
	if p.has("<<") {
		if x, ok := p.heredoc(); ok {
			return x
		}
	}
	d := p.delimited("<...>")
	name := strings.TrimPrefix(d.text, "$")
	if n, end := scanName(name, 0); name == "" && d.text == "" || n != "" && end == len(name) {
		switch {
		case d.text == "":
			return &Readline{Pos: at}
		case name != d.text:
			return &Readline{at, &Var{at, '$', n}}
		}
		return &Readline{at, &Var{at, '*', n}}
	}
	return &Glob{at, p.interpolate(d.text, d.line, at)}
}
