package regex

import "strings"

// conditional reads (?(condition)yes|no), from the second '(' on.
func (p *parser) conditional(open int) *node {
	n := p.condition()
	saved := p.flags
	p.skip()
	yes := p.sequence()
	no := &node{kind: nodeEmpty}
	if p.take("|") {
		if n.kind == nodeDefine {
			panic(p.errorAt(p.pos, "(?(DEFINE)....) does not allow branches"))
		}
		no = p.sequence()
		if p.more() && p.peek() == '|' {
			panic(p.errorAt(p.pos+1, "Switch (?(condition)... contains too many branches"))
		}
	}
	if !p.take(")") {
		panic(p.errorAt(p.pos, "Switch (?(condition)... not terminated"))
	}
	p.flags = saved
	n.subs = []*node{yes, no}
	return n
}

// condition reads the parenthesized condition. The node it returns has no branches yet.
func (p *parser) condition() *node {
	open := p.pos
	p.pos++
	n := &node{kind: nodeCond}
	unknown := func(at int) *SyntaxError { return p.errorAt(at, "Unknown switch condition (?(...))") }
	if !p.more() {
		panic(unknown(p.pos))
	}
	switch c := p.peek(); {
	case c == '?' || c == '*':
		rest := p.rest()
		look := strings.HasPrefix(rest, "?=") || strings.HasPrefix(rest, "?!") || strings.HasPrefix(rest, "?<=") ||
			strings.HasPrefix(rest, "?<!")
		if c == '*' {
			name, _, ok := strings.Cut(rest[1:], ":")
			v, known := verbLooks[name]
			look = ok && known && !v.atomic
		}
		if strings.HasPrefix(rest, "?{") || strings.HasPrefix(rest, "??{") {
			panic(p.unsupported(p.pos+1, "code in a pattern, (?{...}),"))
		}
		if !look {
			panic(unknown(p.pos + 1))
		}
		p.pos = open
		n.look = p.group()
		return n
	case c == '<' || c == '\'':
		p.pos++
		closer := map[byte]byte{'<': '>', '\'': '\''}[c]
		if !p.more() {
			panic(p.errorAt(p.pos, "Sequence (?(%c... not terminated", c))
		}
		name := p.name()
		end := p.pos
		if !p.more() || p.peek() != closer {
			panic(p.errorAt(end, "Sequence (?(%c... not terminated", c))
		}
		p.pos++
		p.resolve(n, name, end)
	case strings.HasPrefix(p.rest(), "DEFINE"):
		p.pos += len("DEFINE")
		n.kind = nodeDefine
	case c == 'R':
		// Without recursion it never holds.
		p.pos++
		if p.take("&") {
			p.name()
		} else {
			p.decimal()
		}
	case '1' <= c && c <= '9':
		n.groups = []int{p.decimal()}
	case c == ')':
		panic(unknown(p.pos + 1))
	default:
		panic(unknown(min(p.pos+1, len(p.src))))
	}
	if !p.take(")") {
		panic(p.errorAt(p.pos+1, "Switch condition not recognized"))
	}
	return n
}
