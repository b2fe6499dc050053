package syntax

import "strings"

// program reads the whole text.
func (p *parser) program() {
	if strings.HasPrefix(p.src, "\xef\xbb\xbf") {
		p.pos = 3
	}
	p.prog.Body = p.statements(0)
}

// statements reads statements up to end, which is not consumed, or the end of the text.
func (p *parser) statements(end byte) []Stmt {
	p.enter()
	defer p.leave()
	var list []Stmt
	for {
		p.space()
		if p.pos >= len(p.src) {
			return list
		}
		switch c := p.peek(0); {
		case c == end:
			return list
		case c == ';':
			p.pos++
			continue
		case c == '}':
			p.fail(p.line(), "unmatched \"}\"")
		case c == 0x04, c == 0x1a:
			p.pos = len(p.src)
			return list
		}
		s := p.statement()
		if s == nil {
			continue
		}
		list = append(list, s)
		p.compiled(s)
	}
}

// compiled shows a statement to the one who wants to run it at once.
func (p *parser) compiled(s Stmt) {
	if p.opt.Compiled == nil {
		return
	}
	if p.blocks > 0 {
		switch s := s.(type) {
		case *Use, *SubDecl:
		case *Phase:
			if s.Name != "BEGIN" {
				return
			}
		default:
			return
		}
	}
	if err := p.opt.Compiled(&Compiling{p}, s, p.blocks); err != nil {
		panic(bailout{err})
	}
}

// block reads {...}. A package statement inside ends with it.
func (p *parser) block() *Block {
	p.space()
	b := &Block{Pos: p.here()}
	p.expect('{')
	pkg, open := p.pkg, p.open
	p.open = b.Line
	p.blocks++
	b.Body = p.statements('}')
	p.blocks--
	p.pkg, p.open = pkg, open
	b.End = p.line()
	if p.peek(0) != '}' || p.pos >= len(p.src) {
		p.fail(b.Line, "the block opened here is never closed (\"}\" is missing)")
	}
	p.pos++
	return b
}

// statement reads one statement; nil when there is nothing to run.
func (p *parser) statement() Stmt {
	p.enter()
	defer p.leave()
	at := p.here()
	if p.peek(0) == '{' && p.hashAt != p.pos+1 && !p.looksLikeHash() {
		return p.bareBlock(at, "")
	}
	if p.has("...") {
		p.pos += 3
		p.terminated()
		msg := &Str{Pos: at, Value: "Unimplemented"}
		return &ExprStmt{at, &Func{Pos: at, Name: "die", Args: []Expr{msg}}}
	}
	label := p.label()
	w := p.word()
	end := p.pos + len(w)
	if w != "" && !p.followedByArrow(end) && !strings.HasPrefix(p.src[end:], "::") {
		if s, ok := p.compound(at, w, label); ok {
			return s
		}
		if s, ok := p.declare(at, w); ok {
			return s
		}
	}
	if label != "" {
		p.space()
		if p.peek(0) == '{' {
			return p.bareBlock(at, label)
		}
	}
	if c := p.peek(0); label != "" && (c == ';' || c == '}' || p.pos >= len(p.src)) {
		return nil
	}
	return p.simple()
}

// label reads NAME: before a statement.
func (p *parser) label() string {
	w := p.word()
	if w == "" || syntaxWords[w] || operatorWords[w] {
		return ""
	}
	c, at := p.after(p.pos + len(w))
	if c != ':' || strings.HasPrefix(p.src[at:], "::") {
		return ""
	}
	p.pos = at + 1
	p.space()
	return w
}

func (p *parser) bareBlock(at Pos, label string) Stmt {
	return &BareBlock{at, label, p.block(), p.continues()}
}

// continues reads the continue block of a loop.
func (p *parser) continues() *Block {
	c, at := p.after(p.pos)
	if c != 'c' || !strings.HasPrefix(p.src[at:], "continue") {
		return nil
	}
	if next, _ := p.after(at + len("continue")); next != '{' {
		return nil
	}
	p.pos = at + len("continue")
	return p.block()
}

// compound reads the statements that are made of blocks; ok is false for others.
func (p *parser) compound(at Pos, w, label string) (s Stmt, ok bool) {
	switch w {
	case "if", "unless":
		return p.ifStatement(at, w), true
	case "while", "until":
		p.pos += len(w)
		return p.whileStatement(at, w, label), true
	case "for", "foreach":
		p.pos += len(w)
		return p.forStatement(at, label), true
	case "given", "when", "try", "catch", "finally", "defer":
		_, known := p.sub(w)
		c, n := p.after(p.pos + len(w))
		if !known && (c == '{' || c == '(' && w != "try" && n > p.pos+len(w)) {
			p.unsupported(at.Line, w)
		}
	case "format":
		name, n := p.after(p.pos + len(w))
		if _, end := scanName(p.src, n); name == '=' || end > n {
			if c, i := p.after(end); c == '=' && !strings.HasPrefix(p.src[i:], "=>") {
				p.unsupported(at.Line, "format")
			}
		}
	}
	return nil, false
}

func (p *parser) ifStatement(at Pos, w string) Stmt {
	s := &If{Pos: at}
	p.pos += len(w)
	for {
		cond := p.condition(w == "unless")
		s.Branches = append(s.Branches, Branch{cond, p.block()})
		_, n := p.after(p.pos)
		save := p.pos
		p.pos = n
		switch w = p.word(); w {
		case "elsif":
			p.pos += len(w)
			continue
		case "else":
			p.pos += len(w)
			s.Else = p.block()
		default:
			p.pos = save
		}
		return s
	}
}

// condition reads (EXPR), negated for unless and until.
func (p *parser) condition(negate bool) Expr {
	p.space()
	open := p.here()
	p.expect('(')
	x := p.expression()
	p.close(')', open)
	if negate {
		return &Unary{open, "!", x}
	}
	return x
}

func (p *parser) whileStatement(at Pos, w, label string) Stmt {
	s := &While{Pos: at, Label: label}
	p.space()
	open := p.here()
	p.expect('(')
	if !p.accept(')') {
		s.Cond = impliedDefined(p.expression())
		p.close(')', open)
		if w == "until" {
			s.Cond = &Unary{open, "!", s.Cond}
		}
	}
	s.Body = p.block()
	s.Continue = p.continues()
	return s
}

// impliedDefined spells out what Perl assumes of a loop's condition that reads: while (<F>), while (my $x = <F>).
func impliedDefined(x Expr) Expr {
	at := Pos{x.At()}
	if reads(x) {
		x = &Assign{Pos: at, L: topic(at), R: x}
		return &Func{Pos: at, Name: "defined", Args: []Expr{x}, Paren: true}
	}
	if a, ok := x.(*Assign); ok && a.Op == "" && !a.List {
		if f, ok := a.R.(*Func); reads(a.R) || ok && f.Name == "each" {
			return &Func{Pos: at, Name: "defined", Args: []Expr{x}, Paren: true}
		}
	}
	return x
}

func reads(x Expr) bool {
	switch x := x.(type) {
	case *Readline, *Glob:
		return true
	case *Func:
		return x.Name == "readdir"
	}
	return false
}

func (p *parser) forStatement(at Pos, label string) Stmt {
	p.space()
	if w := p.word(); w != "" || p.peek(0) == '$' || p.peek(0) == '\\' {
		return p.foreach(at, label, p.loopVariable(w))
	}
	open := p.here()
	p.expect('(')
	var init Expr
	p.space()
	if p.peek(0) != ';' {
		if p.peek(0) == ')' {
			p.pos++
			return p.foreachBody(&Foreach{Pos: at, Label: label, List: &List{Pos: open}})
		}
		init = p.expression()
		if p.accept(')') {
			return p.foreachBody(&Foreach{Pos: at, Label: label, List: init})
		}
	}
	s := &For{Pos: at, Label: label, Init: init}
	p.expect(';')
	p.space()
	if p.peek(0) != ';' {
		s.Cond = impliedDefined(p.expression())
	}
	p.expect(';')
	if !p.accept(')') {
		s.Step = p.expression()
		p.close(')', open)
	}
	s.Body = p.block()
	return s
}

// loopVariable reads the variable of foreach; w is the word before it.
func (p *parser) loopVariable(w string) Expr {
	at := p.here()
	switch w {
	case "my", "our", "state":
		p.pos += len(w)
		p.space()
		if p.peek(0) == '(' {
			p.unsupported(at.Line, "foreach with several variables")
		}
		x := p.declaration(at, w)
		return x
	case "":
		if p.peek(0) == '\\' {
			p.unsupported(at.Line, "foreach with a reference as its variable")
		}
		p.pos++
		x, _ := p.sigilTarget(at, '$')
		if v, ok := x.(*Var); ok {
			return v
		}
	}
	p.unexpected("the variable of a loop")
	return nil
}

func (p *parser) foreach(at Pos, label string, v Expr) Stmt {
	s := &Foreach{Pos: at, Label: label, Var: v}
	p.space()
	open := p.here()
	p.expect('(')
	if p.accept(')') {
		s.List = &List{Pos: open}
	} else {
		s.List = p.expression()
		p.close(')', open)
	}
	return p.foreachBody(s)
}

func (p *parser) foreachBody(s *Foreach) Stmt {
	s.Body = p.block()
	s.Continue = p.continues()
	return s
}

// simple reads an expression with its modifier and semicolon.
func (p *parser) simple() Stmt {
	at := p.here()
	x := p.expression()
	p.space()
	w := p.word()
	mod := p.here()
	var s Stmt
	switch w {
	case "if":
		p.pos += len(w)
		s = &ExprStmt{at, &Logical{mod, "&&", p.expression(), x, true}}
	case "unless":
		p.pos += len(w)
		s = &ExprStmt{at, &Logical{mod, "||", p.expression(), x, true}}
	case "while", "until":
		p.pos += len(w)
		cond := impliedDefined(p.expression())
		if w == "until" {
			cond = &Unary{mod, "!", cond}
		}
		_, post := x.(*DoBlock)
		s = &ModWhile{at, x, cond, post}
	case "for", "foreach":
		p.pos += len(w)
		s = &ModFor{at, x, p.expression()}
	default:
		s = &ExprStmt{at, x}
	}
	p.terminated()
	return s
}

// terminated skips the semicolon that ends a statement; the end of a block or of the text does as well.
func (p *parser) terminated() {
	if p.accept(';') {
		return
	}
	if p.pos < len(p.src) && p.peek(0) != '}' && !p.has("__END__") && !p.has("__DATA__") {
		p.misplaced()
	}
}
