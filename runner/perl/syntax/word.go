package syntax

import "strings"

// weak are the words that a sub of the same name hides; clauses those that begin or continue a statement.
var (
	weak    = map[string]bool{"say": true, "state": true, "fc": true, "__SUB__": true, "lock": true}
	clauses = map[string]bool{"else": true, "elsif": true, "package": true, "use": true, "no": true}
)

// wordTerm reads a term that begins with a name.
func (p *parser) wordTerm(at Pos) Expr {
	w := p.word()
	end := p.pos + len(w)
	if w != "" && p.followedByArrow(end) {
		p.pos = end
		return &Str{Pos: at, Value: w}
	}
	if w != "" && !(strings.HasPrefix(p.src[end:], "::")) {
		if x, ok := p.quoteLike(at, w); ok {
			return x
		}
		if x, ok := p.vword(at); ok {
			return x
		}
		// A sub of the file's own does not hide what Perl has built in, except for words that only a feature enables.
		if _, ok := p.sub(w); ok && weak[w] {
			p.pos = end
			return p.call(at, w)
		}
		if operatorWords[w] || clauses[w] {
			p.unexpected("a term")
		}
		if parse, ok := special[w]; ok {
			p.pos = end
			return parse(p, at, w)
		}
		if b, ok := builtins[w]; ok {
			p.pos = end
			return p.function(at, w, b)
		}
	}
	name := p.name()
	if strings.HasPrefix(name, "CORE::") {
		return p.core(at, name)
	}
	if p.followedByArrow(p.pos) {
		return &Str{Pos: at, Value: name}
	}
	if strings.HasSuffix(name, "::") {
		return &Bareword{at, strings.TrimSuffix(name, "::")}
	}
	return p.call(at, name)
}

// core reads CORE::say and CORE::GLOBAL::die.
func (p *parser) core(at Pos, name string) Expr {
	w := strings.TrimPrefix(strings.TrimPrefix(name, "CORE::"), "GLOBAL::")
	if parse, ok := special[w]; ok {
		return parse(p, at, w)
	}
	if b, ok := builtins[w]; ok {
		return p.function(at, w, b)
	}
	p.fail(at.Line, "CORE::%s is not a function of Perl", w)
	return nil
}

// call reads a call of a sub by name, a class name, or a word that is neither.
func (p *parser) call(at Pos, name string) Expr {
	next, n := p.after(p.pos)
	proto, known := p.sub(name)
	if strings.HasPrefix(p.src[n:], "->") && (!known || strings.Contains(name, "::")) {
		return &Bareword{at, name}
	}
	if next == '(' {
		return p.applyProto(at, name, proto, known, p.parenArgs())
	}
	// "import POSIX" calls a method even where a sub import is known.
	if class, _ := scanName(p.src, n); known && n > p.pos && p.packages[class] {
		if x := p.indirect(at, name); x != nil {
			return x
		}
	}
	if known {
		return p.knownCall(at, name, proto)
	}
	if x := p.indirect(at, name); x != nil {
		return x
	}
	if p.takesArgs(next, n) {
		return &Call{Pos: at, Name: name, Args: p.items()}
	}
	return &Bareword{at, name}
}

// takesArgs reports whether what follows a word that is no known sub can only be its arguments.
func (p *parser) takesArgs(next byte, at int) bool {
	switch next {
	case '$', '"', '\'', '\\', '[', '@':
		return at > p.pos || next != '['
	case '<':
		rest := p.src[at:]
		if at == p.pos || !strings.HasPrefix(rest, "<<") || len(rest) < 3 {
			return false
		}
		quoted := strings.TrimLeft(rest[2:], "~ ")
		return isWordStart(rest[2]) || rest[2] == '~' || quoted != "" && (quoted[0] == '"' || quoted[0] == '\'')
	}
	if isDigit(next) {
		return true
	}
	if !isWordStart(next) {
		return false
	}
	save := p.pos
	p.pos = at
	w := p.word()
	p.pos = save
	return !operatorWords[w] || p.followedByArrow(at+len(w))
}

// indirect reads `new Foo(...)` and `method Class args`; nil when it is something else.
func (p *parser) indirect(at Pos, name string) Expr {
	if strings.Contains(name, "::") {
		return nil
	}
	save := p.pos
	p.space()
	if name == "new" && p.peek(0) == '$' && isWordStart(p.peek(1)) {
		p.pos++
		m := &MethodCall{Pos: at, X: &Var{p.here(), '$', p.name()}, Name: name}
		if c, n := p.after(p.pos); c == '-' && strings.HasPrefix(p.src[n:], "->") || c == ',' {
			p.pos = save
			return nil
		}
		m.Args = p.indirectArgs()
		return m
	}
	start := p.pos
	class, end := scanName(p.src, p.pos)
	first, _, _ := strings.Cut(class, "::")
	if class == "" || p.knownWord(first) && !strings.Contains(class, "::") || !(name == "new" || class[0] >= 'A' && class[0] <= 'Z') ||
		p.followedByArrow(end) {
		p.pos = save
		return nil
	}
	if c, n := p.after(end); c == ',' || strings.HasPrefix(p.src[n:], "->") || c == '(' && name != "new" && !strings.Contains(class, "::") {
		p.pos = save
		return nil
	}
	m := &MethodCall{Pos: at, X: &Bareword{Pos{p.lineAt(start)}, strings.TrimSuffix(class, "::")}, Name: name}
	p.pos = end
	m.Args = p.indirectArgs()
	return m
}

func (p *parser) indirectArgs() []Expr {
	if c, _ := p.after(p.pos); c == '(' {
		return p.parenArgs()
	}
	if !p.startsTerm() {
		return nil
	}
	return p.items()
}

// knownCall reads the arguments of a known sub, written without parentheses.
func (p *parser) knownCall(at Pos, name, proto string) Expr {
	var args []Expr
	switch {
	case proto == "":
	case proto[0] == '&' && p.blockFollows():
		args = []Expr{p.blockArgument()}
		p.accept(',')
		if len(proto) > 1 && p.startsTerm() {
			args = append(args, p.items()...)
		}
	case unaryProto(proto):
		if p.startsTerm() && !p.has("//") {
			args = []Expr{p.binary(levelNamed)}
		}
	case p.startsTerm():
		args = p.items()
	}
	return p.applyProto(at, name, proto, true, args)
}

// unaryProto reports whether a sub with this prototype is read like a named unary operator.
func unaryProto(proto string) bool {
	switch proto {
	case "$", "_", ";$", "*", ";*", "+", ";+", `\@`, `\%`, `\$`, `\[@%]`, `\[$@%]`, `\[$@%*]`, `\&`:
		return true
	}
	return false
}

func (p *parser) blockFollows() bool {
	c, _ := p.after(p.pos)
	return c == '{'
}

// blockArgument reads {...} as a sub.
func (p *parser) blockArgument() Expr {
	p.space()
	sub := &Sub{Pos: p.here(), Package: p.pkg}
	p.subBody(sub)
	return &AnonSub{sub.Pos, sub}
}

// applyProto makes the call, with its arguments as the prototype wants them.
func (p *parser) applyProto(at Pos, name, proto string, known bool, args []Expr) Expr {
	call := &Call{Pos: at, Name: name, Args: args}
	if !known || proto == NoPrototype {
		return call
	}
	i := 0
	for rest := proto; rest != ""; {
		c := rest[0]
		rest = rest[1:]
		switch c {
		case ';':
			continue
		case '@', '%':
			return call
		case '\\':
			if strings.HasPrefix(rest, "[") {
				_, rest, _ = strings.Cut(rest, "]")
			} else if rest != "" {
				rest = rest[1:]
			}
			if i < len(args) {
				args[i] = &Unary{Pos{args[i].At()}, "\\", subItself(args[i])}
			}
		case '_':
			if i == len(args) {
				call.Args = append(args, topic(at))
				return call
			}
			if i < len(args) {
				args[i] = scalarArg(args[i])
			}
		case '$':
			if i < len(args) {
				args[i] = scalarArg(args[i])
			}
		case '+':
			if i < len(args) {
				args[i] = refArg(args[i])
			}
		case '*':
			if i < len(args) {
				args[i] = asHandle(args[i])
			}
		}
		i++
	}
	return call
}

// scalarArg puts x in scalar context.
func scalarArg(x Expr) Expr {
	switch x.(type) {
	case *Num, *Str, *Interp, *Index, *Key, *AnonSub, *AnonArray, *AnonHash, *LastIndex, *IncDec, *Binary:
		return x
	}
	if v, ok := x.(*Var); ok && v.Sigil != '@' && v.Sigil != '%' {
		return x
	}
	if u, ok := x.(*Unary); ok && u.Op != "\\" {
		return x
	}
	return &Func{Pos: Pos{x.At()}, Name: "scalar", Args: []Expr{x}, Paren: true}
}

// refArg is what + in a prototype does: a reference to an array or hash, the value of anything else.
func refArg(x Expr) Expr {
	at := Pos{x.At()}
	switch v := x.(type) {
	case *Var:
		if v.Sigil == '@' || v.Sigil == '%' {
			return &Unary{at, "\\", x}
		}
	case *Deref:
		if v.Sigil == '@' || v.Sigil == '%' {
			return &Unary{at, "\\", x}
		}
	case *My:
		if isList(v) && !v.Paren {
			return &Unary{at, "\\", x}
		}
	}
	return scalarArg(x)
}
