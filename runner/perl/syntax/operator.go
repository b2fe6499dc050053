package syntax

import "strconv"

// Levels of precedence, from loose to tight, as perlop lists them.
const (
	levelRange = iota + 1
	levelOr
	levelAnd
	levelBitOr
	levelBitAnd
	levelEqual
	levelLess
	levelIsa
	levelShift
	levelAdd
	levelMul
	levelBind
	levelUnary
)

// levelNamed is where the operand of a named unary operator begins.
const levelNamed = levelShift

var binaryLevel = map[string]int{
	"..": levelRange, "...": levelRange,
	"||": levelOr, "//": levelOr,
	"&&": levelAnd,
	"|":  levelBitOr, "^": levelBitOr,
	"&":  levelBitAnd,
	"==": levelEqual, "!=": levelEqual, "<=>": levelEqual, "eq": levelEqual, "ne": levelEqual, "cmp": levelEqual, "~~": levelEqual,
	"<": levelLess, ">": levelLess, "<=": levelLess, ">=": levelLess, "lt": levelLess, "gt": levelLess, "le": levelLess, "ge": levelLess,
	"isa": levelIsa,
	"<<":  levelShift, ">>": levelShift,
	"+": levelAdd, "-": levelAdd, ".": levelAdd,
	"*": levelMul, "/": levelMul, "%": levelMul, "x": levelMul,
	"=~": levelBind, "!~": levelBind,
}

var assignOps = map[string]string{
	"=": "", "+=": "+", "-=": "-", "*=": "*", "/=": "/", ".=": ".", "%=": "%", "x=": "x", "**=": "**", "&=": "&", "|=": "|",
	"^=": "^", "<<=": "<<", ">>=": ">>", "&&=": "&&", "||=": "||", "//=": "//",
}

// symbols are the operators made of punctuation, longer ones first.
var symbols = []string{
	"**=", "||=", "&&=", "//=", "<=>", "<<=", ">>=", "...",
	"**", "=~", "!~", "==", "!=", "<=", ">=", "&&", "||", "//", "..", "+=", "-=", "*=", "/=", ".=", "%=", "&=", "|=", "^=",
	"<<", ">>", "->", "++", "--", "=>", "~~",
	"+", "-", "*", "/", "%", ".", "<", ">", "&", "|", "^", "=", "?", ":", ",",
}

// operatorWords end a term where an operator may stand.
var operatorWords = map[string]bool{
	"x": true, "lt": true, "gt": true, "le": true, "ge": true, "eq": true, "ne": true, "cmp": true, "isa": true,
	"and": true, "or": true, "xor": true,
	"if": true, "unless": true, "while": true, "until": true, "for": true, "foreach": true,
}

// operator returns the operator that stands at the current position (behind space), where one may stand, or "". It is
// not consumed.
func (p *parser) operator() string {
	p.space()
	c := p.peek(0)
	if isWordStart(c) {
		w := p.word()
		if c == 'x' {
			// "x3" repeats three times, "x=" assigns.
			n := 1
			for isDigit(p.peek(n)) {
				n++
			}
			if n == len(w) {
				if n == 1 && p.peek(1) == '=' && p.peek(2) != '=' && p.peek(2) != '~' && p.peek(2) != '>' {
					return "x="
				}
				return "x"
			}
		}
		if operatorWords[w] {
			return w
		}
		return ""
	}
	for _, s := range symbols {
		if s[0] == c && p.has(s) {
			return s
		}
	}
	return ""
}

// expression reads an expression with everything that can be in one, down to or and xor.
func (p *parser) expression() Expr {
	x := p.lowAnd()
	for {
		at := p.here()
		switch op := p.operator(); op {
		case "or":
			p.pos += len(op)
			x = &Logical{at, "||", x, p.lowAnd(), false}
		case "xor":
			p.pos += len(op)
			x = &Binary{at, "xor", x, p.lowAnd()}
		default:
			return x
		}
	}
}

func (p *parser) lowAnd() Expr {
	x := p.comma()
	for p.operator() == "and" {
		at := p.here()
		p.pos += len("and")
		x = &Logical{at, "&&", x, p.comma(), false}
	}
	return x
}

// comma reads expressions with commas between them: one alone comes as it is, several as a List.
func (p *parser) comma() Expr {
	p.space()
	at := p.here()
	items := p.items()
	if len(items) == 1 {
		return items[0]
	}
	return &List{at, items}
}

// items reads one expression or more, with commas between them and perhaps behind.
func (p *parser) items() []Expr {
	items := []Expr{p.assign()}
	for {
		if !p.skipComma() {
			return items
		}
		at := p.pos
		for p.skipComma() {
			at = p.pos
		}
		if !p.startsTerm() {
			p.pos = at
			return items
		}
		items = append(items, p.assign())
	}
}

func (p *parser) skipComma() bool {
	switch p.operator() {
	case ",":
		p.pos++
	case "=>":
		p.pos += 2
	default:
		return false
	}
	return true
}

// assign reads an expression without commas.
func (p *parser) assign() Expr {
	p.enter()
	defer p.leave()
	x := p.ternary()
	op := p.operator()
	short, ok := assignOps[op]
	if !ok {
		return x
	}
	at := p.here()
	p.pos += len(op)
	return &Assign{at, short, x, p.assign(), op == "=" && isList(x)}
}

// isList reports whether assigning to x is a list assignment.
func isList(x Expr) bool {
	switch x := x.(type) {
	case *My:
		return x.Paren || isList(x.Vars[0])
	case *Local:
		return isList(x.X)
	case *Var:
		return x.Sigil == '@' || x.Sigil == '%'
	case *Deref:
		return x.Sigil == '@' || x.Sigil == '%'
	case *List, *Slice, *HashSlice:
		return true
	}
	return false
}

func (p *parser) ternary() Expr {
	p.enter()
	defer p.leave()
	x := p.binary(levelRange)
	if p.operator() != "?" {
		return x
	}
	at := p.here()
	p.pos++
	then := p.assign()
	if p.operator() != ":" {
		p.unexpected(`":" of the ? on line ` + strconv.Itoa(at.Line))
	}
	p.pos++
	return &Ternary{at, x, then, p.ternary()}
}

// binary reads operators of at least the given level.
func (p *parser) binary(level int) Expr {
	x := p.unary()
	compared := 0
	for {
		op := p.operator()
		l, ok := binaryLevel[op]
		if !ok || l < level {
			return x
		}
		at := p.here()
		if l == compared {
			p.unsupported(at.Line, "chained comparison or range ("+op+")")
		}
		if op == "x" {
			p.pos++
		} else {
			p.pos += len(op)
		}
		if l == levelBind {
			x = p.bind(at, x, p.unary(), op == "!~")
			continue
		}
		r := p.binary(l + 1)
		x = newBinary(at, op, x, r)
		if l == levelRange || l == levelEqual || l == levelLess || l == levelIsa {
			compared = l
		} else {
			compared = 0
		}
	}
}

func newBinary(at Pos, op string, l, r Expr) Expr {
	switch op {
	case "||", "&&", "//":
		return &Logical{at, op, l, r, false}
	case "..", "...":
		return &Range{at, l, r, op == "..."}
	case "x":
		if list, ok := l.(*List); ok {
			return &Repeat{at, list, r}
		}
	}
	return &Binary{at, op, l, r}
}

// bind makes L =~ R.
func (p *parser) bind(at Pos, l, r Expr, neg bool) Expr {
	switch r := r.(type) {
	case *Match:
		if r.Target == nil {
			r.Target, r.Neg = l, neg
			return r
		}
	case *Subst:
		if r.Target == nil {
			r.Target, r.Neg = l, neg
			return r
		}
	case *Trans:
		if r.Target == nil {
			r.Target, r.Neg = l, neg
			return r
		}
	}
	return &Match{Pos: at, Target: l, Neg: neg, Pat: &Regex{Pos: at, Parts: []Expr{r}}}
}

// unary reads an operand with the operators before it, and ** behind it.
func (p *parser) unary() Expr {
	p.enter()
	defer p.leave()
	p.space()
	at := p.here()
	switch c := p.peek(0); c {
	case '!', '~', '\\':
		p.pos++
		x := p.unary()
		if c == '\\' {
			x = subItself(x)
		}
		return &Unary{at, string(c), x}
	case '-':
		switch {
		case p.peek(1) == '-':
			p.pos += 2
			return &IncDec{at, "--", false, p.unary()}
		case isWordStart(p.peek(1)):
			return p.minusWord(at)
		}
		p.pos++
		return &Unary{at, "-", p.unary()}
	case '+':
		if p.peek(1) == '+' {
			p.pos += 2
			return &IncDec{at, "++", false, p.unary()}
		}
		p.pos++
		return p.unary()
	}
	x := p.postfix(p.primary())
	switch op := p.operator(); op {
	case "++", "--":
		at := p.here()
		p.pos += 2
		x = &IncDec{at, op, true, x}
	}
	if p.operator() == "**" {
		at := p.here()
		p.pos += 2
		x = &Binary{at, "**", x, p.unary()}
	}
	return x
}

// minusWord reads -e FILE, -bareword and minus a call.
func (p *parser) minusWord(at Pos) Expr {
	p.pos++
	w := p.word()
	arrow := p.followedByArrow(p.pos + len(w))
	switch {
	case arrow:
		p.pos += len(w)
		return &Str{Pos: at, Value: "-" + w}
	case len(w) == 1 && isFileTest(w[0]):
		p.pos++
		return p.fileTest(at, w[0])
	case p.knownWord(w):
		return &Unary{at, "-", p.unary()}
	}
	n := p.name()
	if c, _ := p.after(p.pos); c == '(' {
		p.pos -= len(n)
		return &Unary{at, "-", p.unary()}
	}
	return &Str{Pos: at, Value: "-" + n}
}

func isFileTest(c byte) bool {
	switch c {
	case 'r', 'w', 'x', 'o', 'R', 'W', 'X', 'O', 'e', 'z', 's', 'f', 'd', 'l', 'p', 'S', 'b', 'c', 't', 'u', 'g', 'k', 'T', 'B', 'M', 'A', 'C':
		return true
	}
	return false
}

func (p *parser) fileTest(at Pos, op byte) Expr {
	p.space()
	if !p.startsTerm() {
		if op == 't' {
			return &FileTest{at, op, &Var{at, '*', "STDIN"}}
		}
		return &FileTest{at, op, topic(at)}
	}
	return &FileTest{at, op, asHandle(p.binary(levelNamed))}
}

// topic is $_.
func topic(at Pos) Expr { return &Var{at, '$', "_"} }

// subItself turns &foo, which is a call, into the sub: what \, defined, exists and goto want.
func subItself(x Expr) Expr {
	switch c := x.(type) {
	case *Call:
		if c.PassArgs {
			return &Var{c.Pos, '&', c.Name}
		}
	case *CallRef:
		if c.PassArgs {
			return &Deref{c.Pos, '&', c.Code}
		}
	}
	return x
}

// asHandle turns a bareword into a file handle.
func asHandle(x Expr) Expr {
	if b, ok := x.(*Bareword); ok {
		return &Var{b.Pos, '*', b.Name}
	}
	return x
}

// startsTerm reports whether a term, not an operator or an end, comes next: whether a list operator has arguments.
func (p *parser) startsTerm() bool {
	p.space()
	switch c := p.peek(0); {
	case p.pos >= len(p.src):
		return false
	case isWordStart(c):
		w := p.word()
		return !operatorWords[w] || p.followedByArrow(p.pos+len(w))
	case isDigit(c), c >= 0x80:
		return true
	case c == '.':
		return isDigit(p.peek(1))
	case c == '-':
		return p.peek(1) != '>' && p.peek(1) != '='
	case c == '+':
		return p.peek(1) != '='
	case c == '!':
		return p.peek(1) != '=' && p.peek(1) != '~'
	case c == '<':
		return p.peek(1) != '='
	case c == '%', c == '&', c == '*':
		return p.peek(1) != '=' && !(c == '&' && p.peek(1) == '&') && !isSpace(p.peek(1)) && !isDigit(p.peek(1))
	case c == ':':
		return p.peek(1) == ':' && isWordStart(p.peek(2))
	}
	switch p.peek(0) {
	case '$', '@', '"', '\'', '`', '(', '[', '{', '/', '\\', '~':
		return true
	}
	return false
}
