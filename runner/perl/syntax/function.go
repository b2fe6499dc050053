package syntax

// function reads the arguments of a function of Perl behind its name.
func (p *parser) function(at Pos, name string, b builtin) Expr {
	f := &Func{Pos: at, Name: name}
	next, n := p.after(p.pos)
	if first := next; name == "system" || name == "exec" {
		if first == '(' {
			first, _ = p.after(n + 1)
		}
		if first == '{' {
			p.unsupported(at.Line, name+" with a block")
		}
	}
	switch {
	case next == '(':
		f.Args, f.Paren = p.parenArgs(), true
	case b.args == 'n':
	case b.args == 'u':
		if p.startsTerm() && !p.has("//") {
			f.Args = []Expr{p.binary(levelNamed)}
		}
	default:
		p.pos = n
		if p.startsTerm() {
			f.Args = p.items()
		}
	}
	for i := range min(b.handles, len(f.Args)) {
		f.Args[i] = asHandle(f.Args[i])
	}
	p.assume(f, b)
	return f
}

// assume fills in the arguments that Perl assumes, and gives some functions the form that they have in the tree.
func (p *parser) assume(f *Func, b builtin) {
	at := f.Pos
	switch f.Name {
	case "shift", "pop":
		if len(f.Args) == 0 {
			args := &Var{at, '@', "ARGV"}
			if p.inSub {
				args.Name = "_"
			}
			f.Args = []Expr{args}
		}
	case "exists", "defined", "undef", "delete":
		if len(f.Args) > 0 {
			f.Args[0] = subItself(f.Args[0])
		}
	case "unpack":
		if len(f.Args) == 1 {
			f.Args = append(f.Args, topic(at))
		}
	case "split":
		p.split(f)
	}
	if b.topic && len(f.Args) == 0 {
		f.Args = []Expr{topic(at)}
	}
}

// split gives split its pattern: /x/ is not a match on $_ here.
func (p *parser) split(f *Func) {
	switch len(f.Args) {
	case 0:
		f.Args = []Expr{&Str{Pos: f.Pos, Value: " "}, topic(f.Pos)}
	case 1:
		f.Args = append(f.Args, topic(f.Pos))
	}
	if m, ok := f.Args[0].(*Match); ok && m.Target == nil {
		f.Args[0] = m.Pat
	}
}

// special are the words with a syntax of their own that begin a term. They are called behind the word.
var special map[string]func(p *parser, at Pos, word string) Expr

func init() {
	decl := func(p *parser, at Pos, w string) Expr { return p.declaration(at, w) }
	loop := func(p *parser, at Pos, w string) Expr { return p.loopControl(at, w) }
	print := func(p *parser, at Pos, w string) Expr { return p.print(at, w) }
	mapping := func(p *parser, at Pos, w string) Expr { return p.mapping(at, w == "grep") }
	special = map[string]func(*parser, Pos, string) Expr{
		"my": decl, "our": decl, "state": decl,
		"next": loop, "last": loop, "redo": loop,
		"print": print, "printf": print, "say": print,
		"map": mapping, "grep": mapping,
		"local":       func(p *parser, at Pos, _ string) Expr { return &Local{at, p.postfix(p.primary())} },
		"sub":         func(p *parser, at Pos, _ string) Expr { return p.anonSub(at) },
		"do":          func(p *parser, at Pos, _ string) Expr { return p.doTerm(at) },
		"eval":        func(p *parser, at Pos, _ string) Expr { return p.eval(at) },
		"require":     func(p *parser, at Pos, _ string) Expr { return p.require(at) },
		"return":      func(p *parser, at Pos, _ string) Expr { return p.returns(at) },
		"goto":        func(p *parser, at Pos, _ string) Expr { return p.gotoTerm(at) },
		"sort":        func(p *parser, at Pos, _ string) Expr { return p.sort(at) },
		"not":         func(p *parser, at Pos, _ string) Expr { return p.not(at) },
		"glob":        func(p *parser, at Pos, _ string) Expr { return p.globCall(at) },
		"readline":    func(p *parser, at Pos, _ string) Expr { return p.readlineCall(at) },
		"__FILE__":    func(p *parser, at Pos, _ string) Expr { p.emptyParens(); return &Str{Pos: at, Value: p.opt.File} },
		"__PACKAGE__": func(p *parser, at Pos, _ string) Expr { p.emptyParens(); return &Str{Pos: at, Value: p.pkg} },
		"__LINE__": func(p *parser, at Pos, _ string) Expr {
			p.emptyParens()
			return &Num{Pos: at, IsInt: true, Int: int64(at.Line), Float: float64(at.Line)}
		},
	}
}

func (p *parser) emptyParens() {
	if p.has("()") {
		p.pos += 2
	}
}

// declaration reads the variables of my, our and state.
func (p *parser) declaration(at Pos, kind string) Expr {
	m := &My{Pos: at, Kind: kind}
	p.space()
	if w := p.word(); w == "sub" {
		p.fail(at.Line, "syntax error: %s sub is a statement, not a term", kind)
	} else if w != "" {
		p.name() // my Class $x
		p.space()
	}
	if !p.accept('(') {
		m.Vars = []Expr{p.declared()}
		return m
	}
	m.Paren = true
	for !p.accept(')') {
		if p.pos >= len(p.src) {
			p.fail(at.Line, "the bracket opened here is never closed")
		}
		if p.word() == "undef" {
			m.Vars = append(m.Vars, &Func{Pos: p.here(), Name: "undef"})
			p.pos += len("undef")
		} else {
			m.Vars = append(m.Vars, p.declared())
		}
		p.space()
		if p.peek(0) != ')' {
			p.expect(',')
		}
		for p.accept(',') {
		}
	}
	return m
}

// declared reads one variable of a declaration.
func (p *parser) declared() Expr {
	p.space()
	at := p.here()
	sigil := p.peek(0)
	if sigil != '$' && sigil != '@' && sigil != '%' {
		p.unexpected("a variable")
	}
	p.pos++
	p.space()
	name := p.name()
	if name == "" {
		p.unexpected("the name of a variable")
	}
	return &Var{at, sigil, name}
}

func (p *parser) loopControl(at Pos, op string) Expr {
	l := &LoopCtl{Pos: at, Op: op}
	p.space()
	if w := p.word(); w != "" && !operatorWords[w] {
		p.pos += len(w)
		l.Label = w
	} else if p.startsTerm() {
		p.unsupported(at.Line, op+" with an expression for its label")
	}
	return l
}

func (p *parser) anonSub(at Pos) Expr {
	sub := &Sub{Pos: at, Package: p.pkg}
	p.subHead(sub)
	if !p.blockFollows() {
		p.unexpected("the block of a sub")
	}
	p.subBody(sub)
	return &AnonSub{at, sub}
}

func (p *parser) doTerm(at Pos) Expr {
	if p.blockFollows() {
		return &DoBlock{at, p.block()}
	}
	return p.function(at, "do", builtins["do"])
}

func (p *parser) eval(at Pos) Expr {
	if p.blockFollows() {
		return &EvalBlock{at, p.block()}
	}
	return p.function(at, "eval", builtins["eval"])
}

// require reads require Foo::Bar, require 5.010 and require EXPR.
func (p *parser) require(at Pos) Expr {
	p.space()
	if isWordStart(p.peek(0)) {
		name, end := scanName(p.src, p.pos)
		if c, _ := p.after(end); !p.knownWord(name) && c != '(' && c != '.' && !p.followedByArrow(end) {
			f := &Func{Pos: at, Name: "require"}
			if v, ok := p.vword(at); ok {
				f.Name, f.Args = "version", []Expr{v}
				return f
			}
			p.packages[name] = true
			f.Args = []Expr{&Bareword{p.here(), name}}
			p.pos = end
			return f
		}
	}
	return p.function(at, "require", builtins["require"])
}

func (p *parser) returns(at Pos) Expr {
	r := &Return{Pos: at}
	if p.startsTerm() {
		r.X = p.comma()
	}
	return r
}

func (p *parser) gotoTerm(at Pos) Expr {
	p.space()
	if p.peek(0) == '&' {
		switch x := subItself(p.unary()).(type) {
		case *Var, *Deref:
			return &Goto{at, x}
		}
	}
	p.unsupported(at.Line, "goto with a label or an expression")
	return nil
}

// not reads the operand of not; with parentheses it ends there.
func (p *parser) not(at Pos) Expr {
	p.space()
	if p.peek(0) != '(' {
		return &Unary{at, "!", p.comma()}
	}
	open := p.here()
	args := p.parenArgs()
	return &Unary{at, "!", &List{open, args}}
}

func (p *parser) globCall(at Pos) Expr {
	f := p.function(at, "glob", builtin{args: 'u', topic: true}).(*Func)
	return &Glob{at, f.Args[0]}
}

func (p *parser) readlineCall(at Pos) Expr {
	f := p.function(at, "readline", builtins["readline"]).(*Func)
	if len(f.Args) == 0 {
		return &Readline{Pos: at}
	}
	return &Readline{at, f.Args[0]}
}
