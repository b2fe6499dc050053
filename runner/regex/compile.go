package regex

// opcode says what an instruction does.
type opcode uint8

const (
	opFail      opcode = iota
	opMatch            // the end of the pattern, of a lookahead or an atomic group
	opBehindEnd        // the end of a lookbehind: must be where it was asked
	opByte             // the byte b
	opSet              // one byte of set
	opLiteral          // lit
	opAssert           // the place assert
	opOpen             // group num begins
	opClose            // group num ends
	opBranch           // try sub, then the opBranch or whatever else at other
	opBytes            // loop: bytes of set, min to max, remembering the last as group num if num > 0
	opFixed            // loop: the program at sub, which always matches width bytes; num as above
	opLoop             // enter a loop of any kind: sub is its opAgain
	opAgain            // one round of the loop is over: sub is the body
	opAtomic           // sub without second thoughts
	opLook             // sub ahead or behind
	opRef              // what one of groups matched
	opCond             // sub if the condition holds, else other
	opKeep             // \K
)

// inst is one instruction. Instructions are numbered; next, sub and other are such numbers.
type inst struct {
	op               opcode
	lazy             bool
	behind, negative bool
	fold             bool
	assert           assertion
	b                byte

	next, sub, other int
	num              int
	min, max         int // of a loop; of a lookbehind, how far back to look
	width            int

	lit    string
	set    *byteSet
	first  *byteSet // loops: what may follow; nil when that may be nothing
	groups []int
}

// program is a compiled pattern.
type program struct {
	insts  []inst
	start  int
	groups int
	loops  int // loops that memo knows about
	hints  hints
}

type compiler struct {
	insts []inst
	sets  map[byteSet]*byteSet
}

func compile(pat *pattern) *program {
	c := &compiler{sets: map[byteSet]*byteSet{}}
	loops := numberLoops(pat.root)
	match := c.add(inst{op: opMatch})
	start := c.node(pat.root, match)
	return &program{insts: c.insts, start: start, groups: len(pat.names) - 1, loops: loops, hints: findHints(pat.root)}
}

func (c *compiler) add(in inst) int {
	c.insts = append(c.insts, in)
	return len(c.insts) - 1
}

func (c *compiler) shared(s byteSet) *byteSet {
	p, ok := c.sets[s]
	if !ok {
		p = &s
		c.sets[s] = p
	}
	return p
}

// node compiles n so that next comes after it, and returns where it begins.
func (c *compiler) node(n *node, next int) int {
	switch n.kind {
	case nodeEmpty, nodeDefine:
		return next
	case nodeSet:
		if b, ok := n.set.single(); ok {
			return c.add(inst{op: opByte, b: b, next: next})
		}
		return c.add(inst{op: opSet, set: c.shared(n.set), next: next})
	case nodeCat:
		return c.cat(n.subs, next)
	case nodeAlt:
		other := -1
		for i := len(n.subs) - 1; i >= 0; i-- {
			sub := c.node(n.subs[i], next)
			other = c.add(inst{op: opBranch, sub: sub, other: other})
		}
		return other
	case nodeGroup:
		end := c.add(inst{op: opClose, num: n.num, next: next})
		return c.add(inst{op: opOpen, num: n.num, next: c.node(n.subs[0], end)})
	case nodeRepeat:
		return c.repeat(n, next)
	case nodeAtomic:
		return c.add(inst{op: opAtomic, sub: c.alone(n.subs[0]), next: next})
	case nodeLook:
		return c.add(c.look(n, next))
	case nodeAssert:
		return c.add(inst{op: opAssert, assert: n.assert, next: next})
	case nodeKeep:
		return c.add(inst{op: opKeep, next: next})
	case nodeRef:
		return c.add(inst{op: opRef, groups: n.groups, fold: n.fold, next: next})
	case nodeCond:
		return c.cond(n, next)
	case nodeBreak:
		return c.lineBreakOr(setVertical, next)
	case nodeCluster:
		return c.lineBreakOr(setAll, next)
	}
	return c.add(inst{op: opFail})
}

// lineBreakOr compiles CR LF, which is not taken apart again, or one byte of set.
func (c *compiler) lineBreakOr(set byteSet, next int) int {
	crlf := c.add(inst{op: opLiteral, lit: "\r\n", next: c.end()})
	one := c.add(inst{op: opSet, set: c.shared(set), next: c.end()})
	last := c.add(inst{op: opBranch, sub: one, other: -1})
	return c.add(inst{op: opAtomic, sub: c.add(inst{op: opBranch, sub: crlf, other: last}), next: next})
}

func (c *compiler) end() int { return c.add(inst{op: opMatch}) }

// alone compiles n as a program of its own.
func (c *compiler) alone(n *node) int { return c.node(n, c.end()) }

// cat compiles a sequence; bytes in a row become one literal.
func (c *compiler) cat(subs []*node, next int) int {
	for i := len(subs) - 1; i >= 0; {
		j := i
		for j >= 0 && subs[j].kind == nodeSet && subs[j].set.size() == 1 {
			j--
		}
		if i-j < 2 {
			next = c.node(subs[i], next)
			i--
			continue
		}
		next = c.add(inst{op: opLiteral, lit: literalOf(subs[j+1 : i+1]), next: next})
		i = j
	}
	return next
}

func literalOf(subs []*node) string {
	out := make([]byte, 0, len(subs))
	for _, s := range subs {
		b, _ := s.set.single()
		out = append(out, b)
	}
	return string(out)
}

// repeat chooses the loop that perl would choose: it decides what becomes of a group whose loop went round no times.
// A single byte, bare or as a whole group, and anything of one width without groups inside, have simple loops, which
// forget their group when they go round no times; other loops leave groups as earlier rounds left them.
func (c *compiler) repeat(n *node, next int) int {
	sub := n.subs[0]
	num, inner := 0, sub
	if sub.kind == nodeGroup {
		num, inner = sub.num, sub.subs[0]
	}
	in := inst{min: n.min, max: n.max, lazy: n.lazy, num: num, next: next}
	if least, most := inner.width(); least == most && least > 0 && !inner.hasGroups() {
		if inner.kind == nodeSet {
			in.op, in.set = opBytes, c.shared(inner.set)
		} else {
			in.op, in.width, in.sub = opFixed, least, c.alone(inner)
		}
		in.first = c.firstOf(next, num > 0)
		return c.add(in)
	}
	again := c.add(inst{op: opAgain, min: n.min, max: n.max, lazy: n.lazy, num: n.num, next: next})
	body := c.node(sub, again)
	c.insts[again].sub = body
	return c.add(inst{op: opLoop, sub: again})
}

// firstOf returns the bytes that the program at pc can begin with, as far as that is plain to see. A loop does not even try
// what follows at other places, which shows in the groups that failed attempts leave behind: so where groups begin or end on
// the way, only a literal counts, as in perl.
func (c *compiler) firstOf(pc int, groups bool) *byteSet {
	for {
		switch in := &c.insts[pc]; in.op {
		case opByte:
			var s byteSet
			s.add(in.b)
			return c.shared(s)
		case opLiteral:
			var s byteSet
			s.add(in.lit[0])
			return c.shared(s)
		case opSet:
			if groups {
				return nil
			}
			return in.set
		case opBytes:
			_, literal := in.set.single()
			if in.min == 0 || (groups || in.num > 0) && !literal {
				return nil
			}
			return in.set
		case opOpen, opClose:
			groups = true
			pc = in.next
		case opKeep:
			pc = in.next
		default:
			return nil
		}
	}
}

func (c *compiler) look(n *node, next int) inst {
	in := inst{op: opLook, behind: n.behind, negative: n.negative, next: next}
	if !n.behind {
		in.sub = c.alone(n.subs[0])
		return in
	}
	in.min, in.max = n.subs[0].width()
	in.sub = c.node(n.subs[0], c.add(inst{op: opBehindEnd}))
	return in
}

func (c *compiler) cond(n *node, next int) int {
	in := inst{op: opCond, groups: n.groups, sub: c.node(n.subs[0], next), other: c.node(n.subs[1], next), width: -1}
	if n.look != nil {
		in.width = c.add(c.look(n.look, 0))
	}
	return c.add(in)
}
