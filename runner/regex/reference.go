package regex

import "strings"

// digitRef reads \1 and up. Up to \9, and from \80 on, it is a group; in between it is one if the pattern has that many,
// else an octal number.
func (p *parser) digitRef() *node {
	start := p.pos
	n := p.decimal()
	if n > 9 && p.src[start] < '8' {
		if p.total < 0 && n > p.groups {
			p.wantTotal = true // a group may still come
		} else if n > max(p.total, p.groups) {
			p.pos = start
			return p.literal(p.octal())
		}
	}
	return p.refTo(n)
}

// decimal reads digits. A number too large to be a group stays too large.
func (p *parser) decimal() int {
	v := 0
	for p.more() && setDigit.has(p.peek()) {
		v = min(v*10+int(p.peek()-'0'), unlimited)
		p.pos++
	}
	return v
}

func (p *parser) refTo(n int) *node {
	end := p.pos
	p.checks = append(p.checks, func() {
		if n > p.groups {
			panic(p.errorAt(end, "Reference to nonexistent group"))
		}
	})
	return &node{kind: nodeRef, groups: []int{n}, fold: p.flags.fold}
}

// groupRef reads \g1, \g-1, \g{1}, \g{-1} and \g{name}.
func (p *parser) groupRef() *node {
	p.pos++
	braced := p.take("{")
	if braced {
		if !p.more() {
			panic(p.errorAt(p.pos, `Sequence \g{... not terminated`))
		}
		p.blanks()
	}
	numbered := p.pos
	relative := p.take("-")
	if !p.more() || !setDigit.has(p.peek()) {
		p.pos = numbered
		if !braced {
			panic(p.errorAt(p.pos, `Unterminated \g... pattern`))
		}
		return p.refByName('}', `\g{`)
	}
	digits := p.pos
	n := p.decimal()
	if n == 0 && p.pos == digits+1 {
		panic(p.errorAt(digits, "Reference to invalid group 0"))
	}
	if p.src[digits] == '0' {
		panic(p.errorAt(digits, "Reference to nonexistent group"))
	}
	if relative {
		if n = p.groups + 1 - n; n <= 0 {
			panic(p.errorAt(digits, "Reference to nonexistent or unclosed group"))
		}
	}
	if braced {
		end := strings.IndexByte(p.rest(), '}')
		if end < 0 {
			panic(p.errorAt(p.pos, `Unterminated \g{...} pattern`))
		}
		p.pos += end + 1
	}
	return p.refTo(n)
}

func (p *parser) blanks() {
	for p.more() && (p.peek() == ' ' || p.peek() == '\t') {
		p.pos++
	}
}

// namedRef reads \k<name>, \k'name' and \k{name}.
func (p *parser) namedRef() *node {
	p.pos++
	if p.more() {
		switch c := p.peek(); c {
		case '<', '\'', '{':
			p.pos++
			closer := map[byte]byte{'<': '>', '\'': '\'', '{': '}'}[c]
			if c == '{' {
				p.blanks()
			}
			return p.refByName(closer, `\k`+string(c))
		}
	}
	panic(p.errorAt(p.pos, `Sequence \k... not terminated`))
}

// refByName reads a name and its closing character; opening is for the error.
func (p *parser) refByName(closer byte, opening string) *node {
	if !p.more() {
		panic(p.errorAt(p.pos, `Sequence %s... not terminated`, opening))
	}
	name := p.name()
	end := p.pos
	if closer == '}' {
		p.blanks()
	}
	if !p.more() || p.peek() != closer {
		panic(p.errorAt(end, `Sequence %s... not terminated`, opening))
	}
	p.pos++
	return p.refToName(name, end)
}

func (p *parser) refToName(name string, end int) *node {
	n := &node{kind: nodeRef, fold: p.flags.fold}
	p.resolve(n, name, end)
	return n
}

// resolve sets n.groups to the groups called name, once all are known; perl looks at them in the order of their numbers.
func (p *parser) resolve(n *node, name string, end int) {
	p.checks = append(p.checks, func() {
		for num, have := range p.names {
			if have == name {
				n.groups = append(n.groups, num)
			}
		}
		if len(n.groups) == 0 {
			panic(p.errorAt(end, "Reference to nonexistent named group"))
		}
	})
}

// name reads the name of a group.
func (p *parser) name() string {
	start := p.pos
	for p.more() && setWord.has(p.peek()) {
		p.pos++
	}
	if p.pos == start || setDigit.has(p.src[start]) {
		panic(p.errorAt(start+1, "Group name must start with a non-digit word character"))
	}
	return p.src[start:p.pos]
}
