package syntax

import "strings"

// opened skips the ( of a function with a syntax of its own; closing skips its ).
func (p *parser) opened() (paren bool, open Pos) {
	p.space()
	open = p.here()
	return p.accept('('), open
}

// arguments reads what is left of the arguments of a function that opened has begun to read.
func (p *parser) arguments(paren bool, open Pos) []Expr {
	if !paren {
		if !p.startsTerm() {
			return nil
		}
		return p.items()
	}
	if p.accept(')') {
		return nil
	}
	return p.untilClosed(')', open)
}

// print reads print, printf and say with the handle that they write to.
func (p *parser) print(at Pos, name string) Expr {
	x := &Print{Pos: at, Name: name}
	paren, open := p.opened()
	x.FH = p.printHandle()
	x.Args = p.arguments(paren, open)
	if len(x.Args) == 0 {
		x.Args = []Expr{topic(at)}
	}
	return x
}

func (p *parser) printHandle() Expr {
	p.space()
	at := p.here()
	switch c := p.peek(0); {
	case c == '{':
		b := p.block()
		if len(b.Body) == 1 {
			if s, ok := b.Body[0].(*ExprStmt); ok {
				return asHandle(s.X)
			}
		}
		return &DoBlock{at, b}
	case c == '$' && isWordStart(p.peek(1)):
		name, end := scanName(p.src, p.pos+1)
		if p.scalarIsHandle(end) {
			p.pos = end
			return &Var{at, '$', name}
		}
	case isWordStart(c):
		name, end := scanName(p.src, p.pos)
		if !p.knownWord(name) && p.wordIsHandle(name, end) {
			p.pos = end
			return &Var{at, '*', name}
		}
	}
	return nil
}

// scalarIsHandle guesses as Perl does whether the scalar that ends at pos is what print prints to: a term follows it.
func (p *parser) scalarIsHandle(pos int) bool {
	c, at := p.after(pos)
	at1 := byte(0)
	if at+1 < len(p.src) {
		at1 = p.src[at+1]
	}
	switch {
	case strings.IndexByte("$@\"'`", c) >= 0 && at < len(p.src):
		return true
	case isWordStart(c):
		return at > pos && p.takesArgs(c, at)
	case isDigit(c), c == '\\':
		return at > pos
	case c == '(':
		return at > pos
	case c == '&', c == '*', c == '%':
		return isWordStart(at1)
	case c == '<':
		return at > pos && (isWordStart(at1) || at1 == '<' && at+2 < len(p.src) && !isSpace(p.src[at+2]) && p.src[at+2] != '=')
	case c == '-', c == '+':
		return at > pos && !isSpace(at1) && at1 != '=' && at1 != '>' && at1 != c
	}
	return false
}

// wordIsHandle guesses the same for a bareword.
func (p *parser) wordIsHandle(name string, end int) bool {
	c, at := p.after(end)
	switch {
	case c == '(':
		return at > end && strings.ToUpper(name) == name
	case at >= len(p.src), c == ';', c == ')', c == '}':
		return true
	case c == '.', c == ',', c == '=', c == '?', c == ':', c == '-' && strings.HasPrefix(p.src[at:], "->"):
		return false
	}
	if isWordStart(c) {
		save := p.pos
		p.pos = at
		w := p.word()
		p.pos = save
		return !operatorWords[w] || w == "if" || w == "unless" || w == "for" || w == "foreach" || w == "or" || w == "and"
	}
	return p.scalarIsHandle(end) || c == '[' || strings.HasPrefix(p.src[at:], "<<")
}

// sort reads sort with what it compares by.
func (p *parser) sort(at Pos) Expr {
	x := &Sort{Pos: at}
	paren, open := p.opened()
	p.space()
	switch c := p.peek(0); {
	case c == '{':
		x.Body = p.listBlock()
		p.accept(',')
	case c == '$' && isWordStart(p.peek(1)):
		name, end := scanName(p.src, p.pos+1)
		if n, next := p.after(end); n == '@' || n == '(' || n == '$' ||
			next > end && (isDigit(n) || n == '"' || n == '\'') || isWordStart(n) && p.takesArgs(n, next) {
			x.Cmp = &Var{p.here(), '$', name}
			p.pos = end
		}
	case isWordStart(c):
		name, end := scanName(p.src, p.pos)
		n, next := p.after(end)
		_, isFunc := builtins[name]
		if name != "" && !isFunc && !syntaxWords[name] && !p.followedByArrow(end) && (n == '@' || n == '$' || n == '%' || n == '&' ||
			n == '(' && (next > end || !paren) || strings.IndexByte("{[\\\"'", n) >= 0 || isDigit(n) || isWordStart(n) && p.takesArgs(n, next)) {
			x.Cmp = &Str{Pos: p.here(), Value: name}
			p.pos = end
		}
	}
	x.Args = p.arguments(paren, open)
	return x
}

// mapping reads map and grep.
func (p *parser) mapping(at Pos, grep bool) Expr {
	x := &Map{Pos: at, Grep: grep}
	paren, open := p.opened()
	p.space()
	if p.peek(0) == '{' && !p.looksLikeHash() {
		x.Body = p.listBlock()
		p.accept(',')
		x.Args = p.arguments(paren, open)
		return x
	}
	args := p.arguments(paren, open)
	if len(args) == 0 {
		p.fail(at.Line, "map and grep want a block or an expression and a list")
	}
	x.X, x.Args = args[0], args[1:]
	return x
}

// listBlock reads the block of map, grep and sort: a { at its very beginning is a hash.
func (p *parser) listBlock() *Block {
	if _, at := p.after(p.pos + 1); at < len(p.src) && p.src[at] == '{' {
		p.hashAt = at + 1
	}
	return p.block()
}

// looksLikeHash guesses as Perl does whether the { at the current position begins a hash rather than a block: the first
// thing inside is a string or a word, and a comma or => follows it.
func (p *parser) looksLikeHash() bool {
	save := p.pos
	defer func() { p.pos = save }()
	p.pos++
	p.space()
	switch c := p.peek(0); {
	case c == '}':
		next, at := p.after(p.pos + 1)
		return at >= len(p.src) || strings.IndexByte("};,)", next) >= 0
	case c == '\'' || c == '"' || c == '`':
		end := p.pos + 1
		for end < len(p.src) && p.src[end] != c {
			if p.src[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(p.src) {
			return false
		}
		next, at := p.after(end + 1)
		return next == ',' || strings.HasPrefix(p.src[at:], "=>")
	case isWordStart(c):
		w := p.word()
		next, at := p.after(p.pos + len(w))
		return next == ',' && (c < 'a' || c == 'q') || strings.HasPrefix(p.src[at:], "=>")
	}
	return false
}
