package regex

import (
	"strings"
)

// flags are the modifiers in force at one place of a pattern.
type flags struct {
	fold       bool // i
	multiline  bool // m
	dotall     bool // s
	extended   bool // x
	blankClass bool // xx: blanks inside [] do not count
	noCapture  bool // n
}

// The limits are perl's own.
const (
	maxRepeat = 65534
	maxNest   = 999
	maxBehind = 255
)

// parser turns a pattern into nodes. A failure travels up as a panic with a *SyntaxError, which parse turns into an
// error; nothing else is recovered.
type parser struct {
	src   string
	pos   int
	flags flags

	depth  int // of open parentheses
	looks  int // of open lookarounds: \K must not be in one
	groups int // highest group number given so far
	names  []string

	// total is the number of groups in the whole pattern, -1 in a first reading. \10 and up mean a group or an octal
	// number depending on it: wantTotal asks for a second reading.
	total     int
	wantTotal bool

	checks []func() // references to groups, looked at when all groups are known
}

type pattern struct {
	root  *node
	names []string // by number; "" for a group without a name; names[0] is ""
}

func parse(src string, fl flags) (pat *pattern, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			pat, err = nil, e
		}
	}()
	p := &parser{src: src, flags: fl, total: -1}
	root := p.whole()
	if p.wantTotal {
		p = &parser{src: src, flags: fl, total: p.groups}
		root = p.whole()
	}
	for _, check := range p.checks {
		check()
	}
	return &pattern{root: root, names: p.groupNames()}, nil
}

func (p *parser) whole() *node {
	root := p.alternatives()
	if p.pos < len(p.src) {
		panic(p.errorAt(p.pos+1, "Unmatched )"))
	}
	return root
}

func (p *parser) groupNames() []string {
	out := make([]string, p.groups+1)
	copy(out, p.names)
	return out
}

func (p *parser) more() bool { return p.pos < len(p.src) }

func (p *parser) peek() byte { return p.src[p.pos] }

func (p *parser) rest() string { return p.src[p.pos:] }

// take consumes s if it comes next.
func (p *parser) take(s string) bool {
	if strings.HasPrefix(p.rest(), s) {
		p.pos += len(s)
		return true
	}
	return false
}

// skip passes over (?#...) and, under /x, blanks and comments.
func (p *parser) skip() {
	for p.more() {
		switch c := p.peek(); {
		case c == '(' && strings.HasPrefix(p.rest(), "(?#"):
			end := strings.IndexByte(p.rest(), ')')
			if end < 0 {
				panic(p.errorIn("Sequence (?#... not terminated"))
			}
			p.pos += end + 1
		case p.flags.extended && isPatternSpace(c):
			p.pos++
		case p.flags.extended && c == '#':
			end := strings.IndexByte(p.rest(), '\n')
			if end < 0 {
				p.pos = len(p.src)
			} else {
				p.pos += end + 1
			}
		default:
			return
		}
	}
}

func isPatternSpace(c byte) bool { return setSpace.has(c) || c == 0x85 }

// alternatives reads up to the ')' that ends it, or the end of the pattern.
func (p *parser) alternatives() *node {
	branches := p.branches(nil)
	if len(branches) == 1 {
		return branches[0]
	}
	return &node{kind: nodeAlt, subs: branches}
}

// branches reads alternatives; before is called ahead of each.
func (p *parser) branches(before func()) []*node {
	var out []*node
	for {
		if before != nil {
			before()
		}
		out = append(out, p.sequence())
		if !p.take("|") {
			return out
		}
	}
}

func (p *parser) sequence() *node {
	var subs []*node
	for {
		p.skip()
		if !p.more() || p.peek() == '|' || p.peek() == ')' {
			return catNode(subs)
		}
		if n := p.piece(); n != nil {
			subs = append(subs, n)
		}
	}
}

// piece reads an atom and its quantifier. It is nil for what matches nothing, such as (?i).
func (p *parser) piece() *node {
	n := p.atom()
	if n == nil {
		return nil
	}
	p.skip()
	q, ok := p.quantifier()
	if !ok {
		return n
	}
	if q.min > q.max {
		// Perl gives up on the spot: what follows is not looked at as a modifier.
		return &node{kind: nodeFail}
	}
	n = &node{kind: nodeRepeat, subs: []*node{n}, min: q.min, max: q.max}
	p.skip()
	if p.take("?") {
		n.lazy = true
	} else if p.take("+") {
		n = &node{kind: nodeAtomic, subs: []*node{n}}
	}
	p.skip()
	start := p.pos
	if _, ok := p.quantifier(); ok {
		panic(p.errorAt(start+1, "Nested quantifiers"))
	}
	return n
}

type quantifier struct{ min, max int }

func (p *parser) quantifier() (quantifier, bool) {
	if !p.more() {
		return quantifier{}, false
	}
	switch p.peek() {
	case '*':
		p.pos++
		return quantifier{0, unlimited}, true
	case '+':
		p.pos++
		return quantifier{1, unlimited}, true
	case '?':
		p.pos++
		return quantifier{0, 1}, true
	case '{':
		return p.braces()
	}
	return quantifier{}, false
}

// braces reads {n}, {n,}, {,m} or {n,m}, with blanks anywhere but inside a number. Anything else is a plain '{'.
func (p *parser) braces() (quantifier, bool) {
	i := p.pos + 1
	blanks := func() {
		for i < len(p.src) && (p.src[i] == ' ' || p.src[i] == '\t') {
			i++
		}
	}
	type number struct{ from, to int }
	digits := func() number {
		n := number{from: i}
		for i < len(p.src) && setDigit.has(p.src[i]) {
			i++
		}
		n.to = i
		return n
	}
	blanks()
	lo := digits()
	blanks()
	hi, comma := lo, false
	if i < len(p.src) && p.src[i] == ',' {
		comma = true
		i++
		blanks()
		hi = digits()
		blanks()
	}
	if i >= len(p.src) || p.src[i] != '}' || lo.from == lo.to && hi.from == hi.to {
		return quantifier{}, false
	}
	value := func(n number) int {
		s := p.src[n.from:n.to]
		if len(s) > 1 && s[0] == '0' {
			panic(p.errorAt(n.to, "Invalid quantifier in {,}"))
		}
		v := 0
		for j := range len(s) {
			if v = v*10 + int(s[j]-'0'); v > maxRepeat {
				panic(p.errorAt(n.to, "Quantifier in {,} bigger than %d", maxRepeat))
			}
		}
		return v
	}
	q := quantifier{min: 0, max: unlimited}
	if lo.from < lo.to {
		q.min = value(lo)
	}
	if !comma {
		q.max = q.min
	} else if hi.from < hi.to {
		q.max = value(hi)
	}
	p.pos = i + 1
	return q, true
}

func (p *parser) atom() *node {
	c := p.peek()
	switch c {
	case '(':
		return p.group()
	case '[':
		return p.class()
	case '\\':
		return p.escape()
	case '*', '+', '?':
		panic(p.errorAt(p.pos+1, "Quantifier follows nothing"))
	case '{':
		// Perl reads \w{ as a slip of the pen, any other '{' here as itself.
		if p.pos >= 2 && p.src[p.pos-2] == '\\' && posixLetter(p.src[p.pos-1]) {
			panic(p.errorAt(p.pos+1, "Unescaped left brace in regex is illegal here"))
		}
	}
	p.pos++
	switch c {
	case '^':
		if p.flags.multiline {
			return assertNode(assertLineStart)
		}
		return assertNode(assertStart)
	case '$':
		if p.flags.multiline {
			return assertNode(assertLineEnd)
		}
		return assertNode(assertLastLine)
	case '.':
		if p.flags.dotall {
			return setNode(setAll)
		}
		return setNode(setNotNewline)
	}
	return p.literal(c)
}

func posixLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func assertNode(a assertion) *node { return &node{kind: nodeAssert, assert: a} }

func (p *parser) literal(c byte) *node {
	var s byteSet
	s.add(c)
	if p.flags.fold {
		s = s.folded()
	}
	return setNode(s)
}
