package syntax

import "strings"

// declare reads the statements that declare something: sub, package, use, BEGIN. ok is false for others.
func (p *parser) declare(at Pos, w string) (s Stmt, ok bool) {
	end := p.pos + len(w)
	_, n := p.after(end)
	next := byte(0)
	if n < len(p.src) {
		next = p.src[n]
	}
	switch w {
	case "sub":
		if !isWordStart(next) && !strings.HasPrefix(p.src[n:], "::") {
			return nil, false
		}
		p.pos = n
		return p.namedSub(at, false), true
	case "my", "our", "state":
		after := &parser{unit: p.unit, src: p.src, pos: n, line0: p.line0, cline: p.line0}
		if after.word() != "sub" {
			return nil, false
		}
		p.pos = n + len("sub")
		p.space()
		return p.namedSub(at, w != "our"), true
	case "BEGIN", "END", "INIT", "CHECK", "UNITCHECK":
		if next != '{' {
			return nil, false
		}
		p.pos = n
		sub := &Sub{Pos: at, Name: p.pkg + "::" + w, Package: p.pkg}
		p.subBody(sub)
		return &Phase{at, w, sub, p.pkg}, true
	case "AUTOLOAD", "DESTROY":
		if next != '{' {
			return nil, false
		}
		return p.namedSub(at, false), true
	case "package":
		p.pos = end
		return p.packageStatement(at), true
	case "use", "no":
		p.pos = end
		return p.use(at, w == "no"), true
	case "__END__", "__DATA__":
		p.pos = end
		p.data()
		return nil, true
	}
	return nil, false
}

// namedSub reads sub NAME ... behind the word sub.
func (p *parser) namedSub(at Pos, lexical bool) Stmt {
	name := p.name()
	if name == "" {
		p.unexpected("the name of a sub")
	}
	sub := &Sub{Pos: at, Package: p.pkg}
	sub.Name = p.full(name)
	p.subHead(sub)
	// A sub may call itself as a sub that is known.
	proto := NoPrototype
	if sub.HasProto {
		proto = sub.Proto
	}
	if lexical {
		proto = NoPrototype
	}
	p.subs[sub.Name] = proto
	d := &SubDecl{at, sub.Name, sub, lexical}
	if p.blockFollows() {
		p.subBody(sub)
		return d
	}
	p.terminated()
	return d
}

// subHead reads the prototype or signature and the attributes of a sub.
func (p *parser) subHead(sub *Sub) {
	p.attributes()
	p.space()
	if p.peek(0) == '(' {
		p.parameters(sub)
	}
	p.attributes()
}

func (p *parser) attributes() {
	for {
		p.space()
		if p.peek(0) != ':' || p.peek(1) == ':' {
			return
		}
		p.pos++
		p.space()
		switch w := p.word(); w {
		case "method":
			p.pos += len(w)
		case "":
			return
		default:
			p.unsupported(p.line(), "attribute "+w)
		}
	}
}

// parameters reads (...) behind sub: a prototype, or a signature when it has names or signatures are switched on.
func (p *parser) parameters(sub *Sub) {
	open := p.here()
	inner, _, ok := strings.Cut(p.src[p.pos+1:], ")")
	if !ok {
		p.fail(open.Line, "the bracket opened here is never closed")
	}
	if proto := strings.Join(strings.Fields(inner), ""); !p.signatures && strings.Trim(proto, `$@%&*;\[]+_`) == "" {
		p.pos += len(inner) + 2
		sub.HasProto, sub.Proto = true, proto
		return
	}
	p.pos++
	sub.Sig = &Signature{}
	for !p.accept(')') {
		at := p.here()
		param := Param{Pos: at, Sigil: p.peek(0)}
		if p.pos >= len(p.src) || strings.IndexByte("$@%", param.Sigil) < 0 {
			p.unexpected("a parameter")
		}
		p.pos++
		param.Name = p.word()
		p.pos += len(param.Name)
		switch op := p.operator(); op {
		case "=", "//=", "||=":
			p.pos += len(op)
			param.Op = op
			p.space()
			if c := p.peek(0); c == ',' || c == ')' {
				param.Default = &Func{Pos: at, Name: "undef"}
			} else {
				param.Default = p.assign()
			}
		}
		sub.Sig.Params = append(sub.Sig.Params, param)
		p.space()
		if p.peek(0) != ')' {
			p.expect(',')
		}
	}
}

// subBody reads the block of a sub.
func (p *parser) subBody(sub *Sub) {
	inSub := p.inSub
	p.inSub = true
	sub.Body = p.block()
	p.inSub = inSub
}

func (p *parser) packageStatement(at Pos) Stmt {
	p.space()
	s := &Package{Pos: at, Name: p.name()}
	if s.Name == "" {
		p.unexpected("the name of a package")
	}
	p.packages[s.Name] = true
	s.Version = p.version()
	if p.blockFollows() {
		outer := p.pkg
		p.pkg = s.Name
		s.Body = p.block()
		p.pkg = outer
		return s
	}
	p.terminated()
	p.pkg = s.Name
	return s
}

// version reads a version number as it is written, or "".
func (p *parser) version() string {
	p.space()
	start := p.pos
	if p.peek(0) == 'v' && isDigit(p.peek(1)) {
		p.pos++
	} else if !isDigit(p.peek(0)) {
		return ""
	}
	for isDigit(p.peek(0)) || p.peek(0) == '_' || p.peek(0) == '.' && isDigit(p.peek(1)) {
		p.pos++
	}
	return p.src[start:p.pos]
}

func (p *parser) use(at Pos, no bool) Stmt {
	u := &Use{Pos: at, No: no, Package: p.pkg}
	p.space()
	if u.Version = p.version(); u.Version != "" {
		p.terminated()
		p.enable(u)
		return u
	}
	if u.Module = p.name(); u.Module == "" {
		p.unexpected("the name of a module")
	}
	p.packages[u.Module] = true
	// A number is the version that is wanted, unless a comma makes it the first argument.
	start := p.pos
	u.Version = p.version()
	if c, n := p.after(p.pos); u.Version != "" && (c == ',' || strings.HasPrefix(p.src[n:], "=>")) {
		u.Version = ""
		p.pos = start
	}
	if p.startsTerm() {
		u.HasArgs = true
		u.Args = p.expression()
		if list, ok := u.Args.(*List); ok && len(list.Items) == 0 {
			u.Args = nil
		}
	}
	p.terminated()
	p.enable(u)
	p.constants(u)
	return u
}

// enable follows the features that change how text is read.
func (p *parser) enable(u *Use) {
	on := !u.No
	if u.Module == "" {
		v := strings.Split(strings.TrimPrefix(u.Version, "v"), ".")
		minor := ""
		if len(v) > 1 {
			minor = v[1]
			if u.Version[0] != 'v' && len(v) == 2 {
				minor = strings.TrimLeft((minor + "000")[:3], "0")
			}
		}
		p.postderef = p.postderef || len(minor) == 2 && minor >= "24"
		p.signatures = p.signatures || len(minor) == 2 && minor >= "36"
		return
	}
	if u.Module != "feature" && u.Module != "experimental" {
		return
	}
	for _, name := range constantWords(u.Args) {
		switch name {
		case "signatures":
			p.signatures = on
		case "postderef_qq", "postderef":
			p.postderef = on
		case ":all":
			p.signatures, p.postderef = on, on
		}
	}
}

// constantWords returns the constant strings among the arguments of use.
func constantWords(x Expr) []string {
	var words []string
	switch x := x.(type) {
	case *Str:
		words = []string{x.Value}
	case *List:
		for _, item := range x.Items {
			words = append(words, constantWords(item)...)
		}
	}
	return words
}

// takesBlock are the functions of List::Util that are called like grep.
var takesBlock = map[string]bool{
	"first": true, "any": true, "all": true, "none": true, "notall": true, "reduce": true, "reductions": true,
	"pairmap": true, "pairgrep": true, "pairfirst": true,
}

// constants makes the subs known that use constant, use subs and use List::Util declare.
func (p *parser) constants(u *Use) {
	if u.No {
		return
	}
	switch u.Module {
	case "constant":
		x := u.Args
		if list, ok := x.(*List); ok && len(list.Items) > 0 {
			x = list.Items[0]
		}
		switch x := x.(type) {
		case *Str:
			p.subs[p.full(x.Value)] = ""
		case *AnonHash:
			for i := 0; i < len(x.Items); i += 2 {
				if s, ok := x.Items[i].(*Str); ok {
					p.subs[p.full(s.Value)] = ""
				}
			}
		}
	case "List::Util":
		for _, name := range constantWords(u.Args) {
			if takesBlock[name] {
				p.subs[p.full(name)] = "&@"
			}
		}
	case "subs":
		for _, name := range constantWords(u.Args) {
			p.subs[p.full(name)] = NoPrototype
		}
	}
}

// data ends the text at __END__ or __DATA__.
func (p *parser) data() {
	start := len(p.src)
	if n := strings.IndexByte(p.rest(), '\n'); n >= 0 {
		start = p.pos + n + 1
	}
	if p.outer == nil {
		p.prog.HasData = true
		p.prog.Data = p.src[start:]
		p.prog.DataLine = p.lineAt(start)
		p.prog.DataIn = p.pkg
	}
	p.pos = len(p.src)
}
