package regex

// Nested loops such as (a+b?)*c can divide a subject in exponentially many ways. As perl does, the matcher remembers where
// a loop without bound failed: it fails there again, if nothing but the place matters. So only patterns without
// references to groups take part, and only loops whose enclosing loops have no rounds to count.

// memoAfter is the number of steps that a match may take before it begins to remember: most need far fewer.
const memoAfter = 5000

type memo struct {
	on   bool
	bits []uint64 // by loop, then by place
}

// numberLoops gives the loops of n that take part their number, in num, and returns how many there are.
func numberLoops(n *node) int {
	if n.refersToGroups() {
		return 0
	}
	count := 0
	var walk func(n *node)
	walk = func(n *node) {
		if n.kind == nodeLook && n.behind {
			return // where it ends depends on where it was asked
		}
		if n.kind == nodeRepeat {
			if n.max == unlimited {
				count++
				n.num = count
			}
			if n.max > 1 && (n.max < unlimited || n.min > 1) {
				return
			}
		}
		if n.look != nil {
			walk(n.look)
		}
		for _, s := range n.subs {
			walk(s)
		}
	}
	walk(n)
	return count
}

func (n *node) refersToGroups() bool {
	if n.kind == nodeRef || n.kind == nodeCond && n.look == nil || n.look != nil && n.look.refersToGroups() {
		return true
	}
	for _, s := range n.subs {
		if s.refersToGroups() {
			return true
		}
	}
	return false
}

// knownToFail says whether the loop at in failed at pos before.
func (m *matcher) knownToFail(in *inst, pos int) bool {
	if in.num == 0 {
		return false
	}
	if !m.memo.on {
		if m.steps < memoAfter {
			return false
		}
		words := (m.prog.loops*(len(m.s)+1) + 63) / 64
		if cap(m.memo.bits) < words {
			m.memo.bits = make([]uint64, words)
		} else {
			m.memo.bits = m.memo.bits[:words]
			clear(m.memo.bits)
		}
		m.memo.on = true
	}
	bit := m.memoBit(in, pos)
	return m.memo.bits[bit>>6]>>(bit&63)&1 != 0
}

// failedRound remembers that the loop of f failed where f was pushed.
func (m *matcher) failedRound(f *frame) {
	if f.memo && m.memo.on {
		bit := m.memoBit(&m.prog.insts[f.pc], f.pos)
		m.memo.bits[bit>>6] |= 1 << (bit & 63)
	}
}

func (m *matcher) memoBit(in *inst, pos int) int { return (in.num-1)*(len(m.s)+1) + pos }
