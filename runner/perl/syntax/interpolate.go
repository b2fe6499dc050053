package syntax

import "strings"

// text builds the parts of a string: literal characters, variables, and the functions that \U, \Q and so on stand for.
type text struct {
	at     Pos
	lit    []rune // literal text not yet in parts; a byte of the source is one rune
	parts  []Expr
	frames []frame // \L \U \Q \F \l \u that are open, outermost first
}

// frame is an open case escape and what was before it.
type frame struct {
	op    byte
	parts []Expr
}

var caseFuncs = map[byte]string{'L': "lc", 'U': "uc", 'F': "fc", 'Q': "quotemeta", 'l': "lcfirst", 'u': "ucfirst"}

// str returns the literal text as a constant.
func (t *text) str() *Str {
	s := &Str{Pos: t.at}
	for _, r := range t.lit {
		s.Wide = s.Wide || r > 0xff
	}
	if s.Wide {
		s.Value = string(t.lit)
		return s
	}
	b := make([]byte, len(t.lit))
	for i, r := range t.lit {
		b[i] = byte(r)
	}
	s.Value = string(b)
	return s
}

func (t *text) flush() {
	if len(t.lit) > 0 {
		t.parts = append(t.parts, t.str())
		t.lit = t.lit[:0]
	}
}

func (t *text) literal(s string) {
	for i := range len(s) {
		t.lit = append(t.lit, rune(s[i]))
	}
}

func (t *text) add(x Expr) {
	t.flush()
	t.parts = append(t.parts, x)
}

func (t *text) push(op byte) {
	t.flush()
	t.frames = append(t.frames, frame{op, t.parts})
	t.parts = nil
}

// pop closes the innermost case escape and returns its letter.
func (t *text) pop() byte {
	t.flush()
	f := t.frames[len(t.frames)-1]
	t.frames = t.frames[:len(t.frames)-1]
	inner := t.parts
	t.parts = f.parts
	if len(inner) > 0 {
		t.parts = append(t.parts, applyCase(t.at, f.op, inner))
	}
	return f.op
}

// applyCase wraps parts in a function; quotemeta of a constant is done at once.
func applyCase(at Pos, op byte, parts []Expr) Expr {
	x := joined(at, parts)
	if s, ok := x.(*Str); ok && op == 'Q' && !s.Wide {
		return &Str{Pos: at, Value: quoteMeta(s.Value)}
	}
	return &Func{Pos: at, Name: caseFuncs[op], Args: []Expr{x}, Paren: true}
}

func quoteMeta(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if !isWord(s[i]) {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// joined makes one expression of the parts of a string.
func joined(at Pos, parts []Expr) Expr {
	if len(parts) == 0 {
		return &Str{Pos: at}
	}
	if s, ok := parts[0].(*Str); ok && len(parts) == 1 {
		return s
	}
	return &Interp{at, parts}
}

// caseEscape handles the letter of \L \U \Q \F \E \l \u; ok is false for any other.
func (t *text) caseEscape(c byte) bool {
	switch c {
	case 'E':
		for len(t.frames) > 0 {
			if op := t.pop(); op != 'l' && op != 'u' {
				break
			}
		}
	case 'L', 'U', 'F':
		// Only one of these is in force at a time.
		for t.cases() {
			t.pop()
		}
		t.push(c)
	case 'Q', 'l', 'u':
		t.push(c)
	default:
		return false
	}
	return true
}

func (t *text) cases() bool {
	for _, f := range t.frames {
		if f.op == 'L' || f.op == 'U' || f.op == 'F' {
			return true
		}
	}
	return false
}

// finish closes what is open and returns the parts, with constants next to each other joined.
func (t *text) finish() []Expr {
	for len(t.frames) > 0 {
		t.pop()
	}
	t.flush()
	var parts []Expr
	for _, x := range t.parts {
		if s, ok := x.(*Str); ok && len(parts) > 0 && !s.Wide {
			if last, ok := parts[len(parts)-1].(*Str); ok && !last.Wide {
				parts[len(parts)-1] = &Str{Pos: last.Pos, Value: last.Value + s.Value}
				continue
			}
		}
		parts = append(parts, x)
	}
	return parts
}

// interpolate makes the expression of a string in double quotes, whose text begins on the given line.
func (p *parser) interpolate(src string, line int, at Pos) Expr {
	if !strings.ContainsAny(src, `\$@`) {
		return &Str{Pos: at, Value: src}
	}
	q := p.within(src, line)
	q.quoted = true
	return joined(at, q.textParts(at))
}

// interpolateRegex makes the parts of a pattern. Nothing is interpolated in its comments: (?#...), and # with the flag x.
func (p *parser) interpolateRegex(src string, line int, comments bool, at Pos) []Expr {
	q := p.within(src, line)
	q.quoted, q.regex, q.comments = true, true, comments
	return q.textParts(at)
}

func (p *parser) textParts(at Pos) []Expr {
	p.enter()
	defer p.leave()
	t := text{at: at}
	class := false // in [...] of a pattern
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case p.regex && c == '(' && p.has("(?#"):
			t.literal(p.upTo(')'))
		case p.comments && c == '#' && !class:
			t.literal(p.upTo('\n'))
		case p.regex && (c == '[' || c == ']'):
			class = c == '['
			t.literal(string(c))
			p.pos++
		case c == '\\' && p.pos+1 < len(p.src):
			p.backslash(&t)
		case c == '$' && p.interpolatesScalar():
			t.add(p.scalar())
		case c == '@' && p.interpolatesArray():
			t.add(&Join{p.here(), p.array()})
		case c == '\n':
			// A here-document may have begun in a block on this line.
			t.lit = append(t.lit, '\n')
			p.pos = p.nextLine(p.pos)
		default:
			t.lit = append(t.lit, rune(c))
			p.pos++
		}
	}
	return t.finish()
}

// upTo reads the text before the next c, or all that is left.
func (p *parser) upTo(c byte) string {
	s, _, _ := strings.Cut(p.rest(), string(c))
	p.pos += len(s)
	return s
}

func (p *parser) backslash(t *text) {
	c := p.peek(1)
	if (c == 'L' && p.has(`\L\u`)) || (c == 'U' && p.has(`\U\l`)) {
		// The first letter is treated last, whichever is written first.
		t.caseEscape(p.peek(3))
		t.caseEscape(c)
		p.pos += 4
		return
	}
	if t.caseEscape(c) {
		p.pos += 2
		return
	}
	if p.regex {
		t.literal(p.src[p.pos : p.pos+2])
		p.pos += 2
		return
	}
	p.pos++
	t.lit = append(t.lit, p.escape())
}

// interpolatesScalar reports whether the $ at the current position begins a variable.
func (p *parser) interpolatesScalar() bool {
	c := p.peek(1)
	if p.regex {
		return p.pos+1 < len(p.src) && c != '(' && c != ')' && c != '|' && !isSpace(c)
	}
	if p.pos+1 >= len(p.src) {
		p.fail(p.line(), `a "$" at the end of a string (write \$ for the character)`)
	}
	return true
}

// interpolatesArray reports whether the @ at the current position begins an array.
func (p *parser) interpolatesArray() bool {
	c := p.peek(1)
	switch {
	case isWord(c), c == '{', c == ':':
		return true
	case c == '$':
		n := p.peek(2)
		return isWordStart(n) || n == '{' || n == '$' || n == ':'
	case c == '-', c == '+':
		return !p.regex
	}
	return false
}

// subscriptFollows reports whether the [ or { at the current position is a subscript of the variable before it.
func (p *parser) subscriptFollows() bool {
	if !p.regex {
		return true
	}
	s := p.rest()
	if s[0] == '{' {
		return !isQuantifier(s)
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return true
	}
	return isSubscript(s[1:end])
}

// isQuantifier reports whether a pattern has {2}, {2,} {2,3} or {,3} here.
func isQuantifier(s string) bool {
	inner, _, ok := strings.Cut(s[1:], "}")
	lo, hi, comma := strings.Cut(strings.ReplaceAll(inner, " ", ""), ",")
	return ok && allDigits(lo) && allDigits(hi) && (lo != "" || comma && hi != "")
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// isSubscript guesses as Perl does whether [s] behind a variable in a pattern is an index rather than a character class:
// a small number, a variable, or a variable and a number with a sign between them.
func isSubscript(s string) bool {
	if n := strings.TrimPrefix(s, "-"); n != "" && allDigits(n) {
		return len(n) <= 2
	}
	if !strings.HasPrefix(s, "$") {
		return false
	}
	s = strings.TrimPrefix(s[1:], "#")
	_, n := scanName(s, 0)
	rest := strings.TrimSpace(s[n:])
	switch {
	case n == 0:
		return false
	case rest == "", strings.HasPrefix(rest, "->"), rest[0] == '{', rest[0] == '[':
		return true
	}
	operand := strings.TrimSpace(rest[1:])
	return strings.IndexByte("+-*/%", rest[0]) >= 0 && operand != "" && (operand[0] == '$' || allDigits(operand))
}
