package regex

import (
	"fmt"
	"strings"
)

// group reads what begins with '('. It is nil for flags that hold to the end of the enclosing group.
func (p *parser) group() *node {
	open := p.pos
	if p.depth++; p.depth > maxNest {
		panic(p.errorAt(open, "Too many nested open parens"))
	}
	defer func() { p.depth-- }()
	p.pos++
	if p.take("?") {
		return p.extended(open)
	}
	if p.more() && p.peek() == '*' {
		return p.verb(open)
	}
	if p.flags.extended {
		p.mustTouch()
	}
	if p.flags.noCapture {
		return p.body(open)
	}
	return p.capture(open, "")
}

// mustTouch refuses a blank between '(' and '?' or '*'.
func (p *parser) mustTouch() {
	at := p.pos
	p.skip()
	if p.pos > at && p.more() && (p.peek() == '?' || p.peek() == '*') {
		inner := "(?...)"
		if p.peek() == '*' {
			inner = "(*...)"
		}
		panic(p.errorAt(p.pos+1, "In '%s', the '(' and '%c' must be adjacent", inner, p.peek()))
	}
	p.pos = at
}

func (p *parser) capture(open int, name string) *node {
	p.groups++
	num := p.groups
	for len(p.names) <= num {
		p.names = append(p.names, "")
	}
	if name != "" {
		if old := p.names[num]; old != "" && old != name {
			// Two branches of (?|...) may call one group by two names; perl then knows it under both.
			panic(p.unsupported(p.pos, "a second name for one group"))
		}
		p.names[num] = name
	}
	return &node{kind: nodeGroup, num: num, subs: []*node{p.body(open)}}
}

// body reads alternatives and the ')' after them; flags set inside end there.
func (p *parser) body(open int) *node {
	saved := p.flags
	n := p.alternatives()
	p.close(open)
	p.flags = saved
	return n
}

func (p *parser) close(open int) {
	if !p.take(")") {
		panic(p.errorAt(open+1, "Unmatched ("))
	}
}

// extended reads what follows "(?".
func (p *parser) extended(open int) *node {
	if !p.more() {
		panic(p.errorAt(p.pos, "Sequence (? incomplete"))
	}
	c := p.peek()
	switch c {
	case '=', '!':
		p.pos++
		p.wantMore(open)
		return p.lookaround(open, false, c == '!')
	case '>':
		p.pos++
		return &node{kind: nodeAtomic, subs: []*node{p.body(open)}}
	case '|':
		p.pos++
		return p.branchReset(open)
	case '<':
		p.pos++
		if p.more() && (p.peek() == '=' || p.peek() == '!') {
			negative := p.peek() == '!'
			p.pos++
			p.wantMore(open)
			return p.lookaround(open, true, negative)
		}
		return p.namedGroup(open, '>')
	case '\'':
		p.pos++
		return p.namedGroup(open, '\'')
	case 'P':
		return p.pythonic(open)
	case '(':
		return p.conditional(open)
	case 'R', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '&':
		panic(p.recursion())
	case '+', '-':
		if len(p.rest()) > 1 && setDigit.has(p.rest()[1]) {
			panic(p.recursion())
		}
		if c == '+' {
			panic(p.errorAt(min(p.pos+2, len(p.src)), "Illegal pattern"))
		}
	case '{', '?':
		if c == '?' && !strings.HasPrefix(p.rest(), "?{") {
			panic(p.errorAt(p.pos+1, "Sequence (?%c...) not recognized", c))
		}
		panic(p.unsupported(p.pos+1, "code in a pattern, (?{...}),"))
	case '@', '$':
		panic(p.errorAt(p.pos+1, "Sequence (?%c...) not implemented", c))
	}
	return p.modifiers(open)
}

func (p *parser) wantMore(open int) {
	if !p.more() {
		panic(p.errorAt(p.pos, "Sequence %s... not terminated", p.src[open:p.pos]))
	}
}

// recursion tells a call of another group from a slip of the pen.
func (p *parser) recursion() *SyntaxError {
	start := p.pos
	p.pos++
	for p.more() && setWord.has(p.peek()) {
		p.pos++
	}
	if setDigit.has(p.src[start]) && (!p.more() || p.peek() != ')') {
		return p.errorAt(p.pos, "Expecting close bracket")
	}
	if !p.more() || p.peek() != ')' {
		return p.errorAt(p.pos, "Sequence (?%c... not terminated", p.src[start])
	}
	return p.unsupported(p.pos+1, fmt.Sprintf("recursion (?%s)", p.src[start:p.pos]))
}

func (p *parser) lookaround(open int, behind, negative bool) *node {
	p.looks++
	n := &node{kind: nodeLook, subs: []*node{p.body(open)}, behind: behind, negative: negative}
	p.looks--
	if behind {
		p.checks = append(p.checks, func() {
			if _, most := n.subs[0].width(); most > maxBehind {
				panic(p.errorIn("Lookbehind longer than %d not implemented", maxBehind))
			}
		})
	}
	return n
}

// branchReset reads the rest of (?|...): every alternative counts its groups from the same number.
func (p *parser) branchReset(open int) *node {
	saved := p.flags
	first, highest := p.groups, p.groups
	branches := p.branches(func() {
		highest = max(highest, p.groups)
		p.groups = first
	})
	p.groups = max(highest, p.groups)
	p.close(open)
	p.flags = saved
	if len(branches) == 1 {
		return branches[0]
	}
	return &node{kind: nodeAlt, subs: branches}
}

func (p *parser) namedGroup(open int, closer byte) *node {
	opening := p.src[open:p.pos]
	if !p.more() {
		panic(p.errorAt(p.pos, "Sequence %s... not terminated", opening))
	}
	name := p.name()
	if !p.more() || p.peek() != closer {
		panic(p.errorAt(p.pos, "Sequence %s... not terminated", opening))
	}
	p.pos++
	return p.capture(open, name)
}

// pythonic reads (?P<name>...), (?P=name) and (?P>name).
func (p *parser) pythonic(open int) *node {
	p.pos++
	switch {
	case p.take("<"):
		return p.namedGroup(open, '>')
	case p.take("="):
		if !p.more() {
			panic(p.errorAt(p.pos, "Sequence ?P=... not terminated"))
		}
		name := p.name()
		end := p.pos
		if !p.take(")") {
			panic(p.errorAt(p.pos, "Sequence ?P=... not terminated"))
		}
		return p.refToName(name, end)
	case p.more() && p.peek() == '>':
		panic(p.recursion())
	}
	if p.more() {
		p.pos++
	}
	panic(p.errorAt(p.pos, "Sequence (%s...) not recognized", p.src[open+1:p.pos]))
}

// modifiers reads (?^msixn-msixn) and (?^msixn-msixn:...).
func (p *parser) modifiers(open int) *node {
	next := p.flags
	start := p.pos
	caret := p.take("^")
	if caret {
		next = flags{}
	}
	on := true
	charset := ""
	for p.more() {
		c := p.peek()
		p.pos++
		switch c {
		case ')':
			p.flags = next
			return nil
		case ':':
			saved := p.flags
			p.flags = next
			n := p.body(open)
			p.flags = saved
			return n
		case '-':
			if !on || caret {
				panic(p.errorAt(p.pos, "Sequence (?%s...) not recognized", p.src[start:p.pos]))
			}
			on = false
			continue
		case 'a', 'd', 'l', 'u':
			charset = p.charset(charset, c, on)
			continue
		case 'p', 'g', 'c', 'o':
			continue
		}
		if !next.set(c, on) {
			panic(p.errorAt(p.pos, "Sequence (?%s...) not recognized", p.src[start:p.pos]))
		}
		if c == 'x' && p.take("x") {
			next.blankClass = on
		}
	}
	panic(p.errorAt(p.pos, "Sequence (?... not terminated"))
}

// set turns one modifier on or off and says whether it knows it.
func (f *flags) set(c byte, on bool) bool {
	switch c {
	case 'i':
		f.fold = on
	case 'm':
		f.multiline = on
	case 's':
		f.dotall = on
	case 'x':
		f.extended, f.blankClass = on, false
	case 'n':
		f.noCapture = on
	default:
		return false
	}
	return true
}

// charset checks a character-set modifier against those before it. For byte strings /a, /aa and /d all mean ASCII.
func (p *parser) charset(have string, c byte, on bool) string {
	switch {
	case !on:
		panic(p.errorAt(p.pos, `Regexp modifier "%c" may not appear after the "-"`, c))
	case have == "aa" && c == 'a':
		panic(p.errorAt(p.pos, `Regexp modifier "a" may appear a maximum of twice`))
	case have == string(c) && c != 'a':
		panic(p.errorAt(p.pos, `Regexp modifier "%c" may not appear twice`, c))
	case have != "" && have[0] != c:
		panic(p.errorAt(p.pos, `Regexp modifiers "%c" and "%c" are mutually exclusive`, have[0], c))
	case c == 'u' || c == 'l':
		panic(p.unsupported(p.pos, fmt.Sprintf("the modifier /%c", c)))
	}
	return have + string(c)
}

// verb reads what begins with "(*": assertions by name, (*FAIL), and the verbs that steer backtracking.
func (p *parser) verb(open int) *node {
	p.pos++
	start := p.pos
	for p.more() && p.peek() != ':' && p.peek() != ')' {
		p.pos++
	}
	name := p.src[start:p.pos]
	if !p.more() {
		if name != "" && 'A' <= name[0] && name[0] <= 'Z' {
			panic(p.errorAt(p.pos, "Unterminated verb pattern"))
		}
		panic(p.errorAt(p.pos, "Unterminated '(*...' construct"))
	}
	arg := p.peek() == ':'
	if named, ok := verbLooks[name]; ok {
		if !arg {
			panic(p.errorAt(p.pos, "'(*%s' requires a terminating ':'", name))
		}
		p.pos++
		if !p.more() {
			panic(p.errorAt(p.pos, "Unterminated '(*...' argument"))
		}
		if named.atomic {
			return &node{kind: nodeAtomic, subs: []*node{p.body(open)}}
		}
		return p.lookaround(open, named.behind, named.negative)
	}
	end := strings.IndexByte(p.rest(), ')')
	switch name {
	case "F", "FAIL":
		if end < 0 {
			panic(p.errorAt(len(p.src), "Unterminated verb pattern argument"))
		}
		p.pos += end + 1
		return &node{kind: nodeFail}
	case "ACCEPT", "PRUNE", "SKIP", "THEN", "COMMIT", "MARK":
		panic(p.unsupported(p.pos, fmt.Sprintf("the verb (*%s)", name)))
	case "sr", "asr", "script_run", "atomic_script_run":
		panic(p.unsupported(p.pos, fmt.Sprintf("the script run (*%s:...)", name)))
	case "":
		if arg {
			panic(p.unsupported(p.pos, "the verb (*:NAME)"))
		}
	}
	p.pos++
	if name != "" && 'a' <= name[0] && name[0] <= 'z' {
		if arg && end >= 0 {
			p.pos += end
		}
		panic(p.errorAt(p.pos, "Unknown '(*...)' construct '%s'", name))
	}
	panic(p.errorAt(p.pos, "Unknown verb pattern '%s'", name))
}

var verbLooks = map[string]struct{ behind, negative, atomic bool }{
	"pla": {}, "positive_lookahead": {},
	"nla": {negative: true}, "negative_lookahead": {negative: true},
	"plb": {behind: true}, "positive_lookbehind": {behind: true},
	"nlb": {behind: true, negative: true}, "negative_lookbehind": {behind: true, negative: true},
	"atomic": {atomic: true},
}
