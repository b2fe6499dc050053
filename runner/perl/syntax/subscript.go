package syntax

// subscripts reads the subscripts that follow a scalar variable: [1], {a}, and in a string ->[1] and ->{a} too.
func (p *parser) subscripts(x Expr) Expr {
	if !p.quoted {
		at := p.pos
		p.space()
		switch p.peek(0) {
		case '[':
			return p.chain(p.index(as(x, '@')))
		case '{':
			return p.chain(p.key(as(x, '%')))
		}
		p.pos = at
		return x
	}
	switch c := p.peek(0); {
	case c == '[' && p.subscriptFollows():
		x = p.index(as(x, '@'))
	case c == '{' && p.subscriptFollows():
		x = p.key(as(x, '%'))
	case c == '-' && p.peek(1) == '>' && (p.peek(2) == '[' || p.peek(2) == '{'):
		p.pos += 2
		if !p.subscriptFollows() {
			p.pos -= 2
			return x
		}
		x = p.element(x)
	case p.postderef && c == '-' && p.peek(1) == '>' && p.peek(2) == '@':
		p.pos += 2
		return &Join{Pos{x.At()}, p.arrowSigil(x)}
	default:
		return x
	}
	for {
		arrow := 0
		if p.has("->") {
			arrow = 2
		}
		if c := p.peek(arrow); c != '[' && c != '{' {
			return x
		}
		p.pos += arrow
		x = p.element(x)
	}
}

// element reads [i] or {k} of what x refers to.
func (p *parser) element(x Expr) Expr {
	if p.peek(0) == '[' {
		return p.index(&Deref{Pos{x.At()}, '@', x})
	}
	return p.key(&Deref{Pos{x.At()}, '%', x})
}

// index reads [EXPR].
func (p *parser) index(array Expr) Expr {
	return &Index{p.here(), array, p.bracket(']')}
}

// bracket reads an expression in brackets, which begin at the current position and end with end.
func (p *parser) bracket(end byte) Expr {
	p.enter()
	defer p.leave()
	at := p.here()
	quoted, regex := p.quoted, p.regex
	p.quoted, p.regex = false, false
	p.pos++
	var x Expr
	p.space()
	if p.peek(0) == end {
		x = &List{Pos: at}
	} else {
		outer := p.open
		p.open = at.Line
		x = p.expression()
		p.open = outer
	}
	p.close(end, at)
	p.quoted, p.regex = quoted, regex
	return x
}

// key reads {EXPR} or {word}.
func (p *parser) key(hash Expr) Expr {
	at := p.here()
	if w, ok := p.bareKey(); ok {
		return &Key{at, hash, w}
	}
	x := p.bracket('}')
	if list, ok := x.(*List); ok {
		if len(list.Items) == 0 {
			p.fail(at.Line, "syntax error: an empty hash subscript, {}")
		}
		if len(list.Items) > 1 {
			// $h{1,2} is one key, its parts joined by $;.
			x = &Func{Pos: at, Name: "join", Args: append([]Expr{&Var{at, '$', ";"}}, list.Items...), Paren: true}
		}
	}
	return &Key{at, hash, x}
}

// bareKey reads {word} or {-word}.
func (p *parser) bareKey() (*Str, bool) {
	i := p.pos + 1
	for i < len(p.src) && isSpace(p.src[i]) {
		i++
	}
	start := i
	if i < len(p.src) && p.src[i] == '-' {
		i++
	}
	if i >= len(p.src) || !isWordStart(p.src[i]) {
		return nil, false
	}
	for i < len(p.src) && isWord(p.src[i]) {
		i++
	}
	end := i
	for i < len(p.src) && isSpace(p.src[i]) {
		i++
	}
	if i >= len(p.src) || p.src[i] != '}' {
		return nil, false
	}
	s := &Str{Pos: p.here(), Value: p.src[start:end]}
	p.pos = i + 1
	return s, true
}

// slice reads the subscript of a slice behind an array variable: @x[...] or @x{...}.
func (p *parser) slice(x Expr) Expr {
	at := p.here()
	pos := p.pos
	if !p.quoted {
		p.space()
	}
	switch c := p.peek(0); {
	case c == '[' && (!p.quoted || p.subscriptFollows()):
		return &Slice{at, as(x, '@'), p.bracket(']'), false}
	case c == '{' && (!p.quoted || p.subscriptFollows()):
		return &HashSlice{at, as(x, '%'), p.sliceKeys(), false}
	}
	p.pos = pos
	return x
}

// sliceKeys reads {LIST} or {word}.
func (p *parser) sliceKeys() Expr {
	if w, ok := p.bareKey(); ok {
		return w
	}
	return p.bracket('}')
}

// pairs reads the subscript of %x[...] or %x{...}.
func (p *parser) pairs(x Expr) Expr {
	switch at := p.here(); p.peek(0) {
	case '[':
		return &Slice{at, as(x, '@'), p.bracket(']'), true}
	case '{':
		return &HashSlice{at, as(x, '%'), p.sliceKeys(), true}
	}
	return x
}

// chain reads what may follow an element directly: more subscripts, with or without arrows, and calls.
func (p *parser) chain(x Expr) Expr {
	for {
		at := p.pos
		p.space()
		switch {
		case p.peek(0) == '[', p.peek(0) == '{':
			x = p.element(x)
		case p.peek(0) == '(':
			x = &CallRef{Pos: p.here(), Code: x, Args: p.parenArgs()}
		case p.has("->"):
			p.pos += 2
			var more bool
			if x, more = p.arrow(x); !more {
				return p.postfix(x)
			}
		default:
			p.pos = at
			return x
		}
	}
}

// postfix reads arrows behind any term.
func (p *parser) postfix(x Expr) Expr {
	for {
		at := p.pos
		p.space()
		if !p.has("->") {
			p.pos = at
			return x
		}
		p.pos += 2
		var more bool
		if x, more = p.arrow(x); more {
			x = p.chain(x)
		}
	}
}

// arrow reads what follows "->"; more says that subscripts may follow without another arrow.
func (p *parser) arrow(x Expr) (_ Expr, more bool) {
	p.space()
	at := p.here()
	switch c := p.peek(0); {
	case c == '[', c == '{':
		return p.element(x), true
	case c == '(':
		return &CallRef{Pos: at, Code: x, Args: p.parenArgs()}, true
	case c == '@', c == '%', c == '&', c == '*', c == '$' && (p.peek(1) == '*' || p.has("$#*")):
		return p.arrowSigil(x), false
	case c == '$':
		p.pos++
		name, _ := p.sigilTarget(at, '$')
		m := &MethodCall{Pos: at, X: x, Dynamic: name}
		m.Args = p.methodArgs()
		return m, false
	case c == '?':
		p.unexpected("a method or subscript")
	}
	m := &MethodCall{Pos: at, X: x, Name: p.name()}
	if m.Name == "" {
		p.unexpected("a method or subscript")
	}
	m.Args = p.methodArgs()
	return m, false
}

func (p *parser) methodArgs() []Expr {
	at := p.pos
	p.space()
	if p.peek(0) == '(' {
		return p.parenArgs()
	}
	p.pos = at
	return nil
}

// arrowSigil reads ->@* ->%* ->$* ->&* ->** ->$#* and slices like ->@[...].
func (p *parser) arrowSigil(x Expr) Expr {
	at := p.here()
	c := p.peek(0)
	if p.has("$#*") {
		p.pos += 3
		return &LastIndex{at, &Deref{at, '@', x}}
	}
	p.pos++
	if p.peek(0) == '*' {
		p.pos++
		if c == '&' {
			return &CallRef{Pos: at, Code: x, PassArgs: true}
		}
		return &Deref{at, c, x}
	}
	switch d := (&Deref{at, '@', x}); {
	case c == '@' && p.peek(0) == '[', c == '@' && p.peek(0) == '{':
		return p.slice(d)
	case c == '%':
		return p.pairs(d)
	case c == '*' && p.peek(0) == '{':
		return &GlobSlot{at, &Deref{at, '*', x}, p.sliceKeys()}
	}
	p.unexpected("* or a subscript")
	return nil
}

// parenArgs reads (LIST).
func (p *parser) parenArgs() []Expr {
	p.space()
	open := p.here()
	p.expect('(')
	p.space()
	if p.accept(')') {
		return nil
	}
	return p.untilClosed(')', open)
}
