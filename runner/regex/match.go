package regex

import "strings"

// The matcher backtracks the way perl's does, down to which groups keep a value that a failed attempt gave them: a group
// counts when its number is not above lastGroup and its end is not -1. Giving up an alternative forgets the groups above
// the highest one that was set before it, but not new values of the others; giving up a round of a loop restores all groups.

// A frame is what to do when the current attempt fails.
type frame struct {
	kind frameKind
	memo bool  // loops: if this fails, it fails whenever the loop comes to pos
	pc   int32 // the instruction that pushed it
	last int32 // lastGroup to go back to
	loop int32 // the loop that was current
	pos  int
	n    int // loops: rounds so far, or the place of the last round
}

type frameKind uint8

const (
	frameBranch    frameKind = iota // try the next alternative; with pc -1 only forget groups
	frameBytes                      // opBytes: one byte less, or one more if lazy
	frameFixed                      // opFixed: the same
	frameLeave                      // opLoop was entered: it is gone
	frameRound                      // a round failed: undo it and fail
	frameRoundMax                   // a greedy round failed: undo it and go on after the loop
	frameAfter                      // what follows the loop failed: undo the step out of it
	frameAfterLazy                  // the same for a lazy loop: try a round
	frameKeep                       // \K: forget it
)

// A loop is one entry into an opLoop.
type loop struct {
	outer int32 // the loop that was current before, -1 for none
	count int   // rounds
	last  int   // where the last round began
}

type matcher struct {
	prog *program
	s    string
	base int // where \G is
	till int // the match must not end before it

	start, keep int // where the match begins, and where \K moved that to, or -1
	opened      []int
	from, to    []int
	lastGroup   int
	behindEnd   int

	stack []frame
	saved []int // groups as they were before a round
	loops []loop
	loop  int32 // the current one, -1 for none

	steps, limit int
	exhausted    bool
	memo         memo
}

// The memory of one match is bounded; what was large is not kept for the next.
const (
	maxFrames = 1 << 21
	maxSaved  = 1 << 23
	maxKept   = 1 << 12
)

func (m *matcher) reset(prog *program, s string, base, till, limit int) {
	m.prog, m.s, m.base, m.till, m.limit = prog, s, base, till, limit
	m.steps, m.exhausted = 0, false
	m.memo.on = false
	if n := prog.groups + 1; cap(m.from) < n {
		m.opened, m.from, m.to = make([]int, n), make([]int, n), make([]int, n)
	} else {
		m.opened, m.from, m.to = m.opened[:n], m.from[:n], m.to[:n]
	}
}

// matchAt tries a match that begins at pos.
func (m *matcher) matchAt(pos int) bool {
	m.start, m.keep, m.lastGroup, m.loop = pos, -1, 0, -1
	m.stack, m.saved, m.loops = m.stack[:0], m.saved[:0], m.loops[:0]
	for i := range m.to {
		m.from[i], m.to[i] = -1, -1
	}
	end, ok := m.run(m.prog.start, pos, true)
	if !ok {
		return false
	}
	m.from[0], m.to[0] = pos, end
	if m.keep >= 0 {
		m.from[0] = m.keep
	}
	return true
}

// sub runs the program at pc on its own; once it matched, it is not gone back into.
func (m *matcher) sub(pc, pos int) (int, bool) {
	current, loops, saved := m.loop, len(m.loops), len(m.saved)
	end, ok := m.run(pc, pos, false)
	m.loop, m.loops, m.saved = current, m.loops[:loops], m.saved[:saved]
	return end, ok
}

func (m *matcher) isSet(group int) bool {
	return group <= m.lastGroup && m.to[group] >= 0
}

func (m *matcher) setGroup(group, from, to int) {
	m.from[group], m.to[group] = from, to
	m.lastGroup = max(m.lastGroup, group)
}

// forgetGroups gives up the groups above last.
func (m *matcher) forgetGroups(last int) {
	for ; m.lastGroup > last; m.lastGroup-- {
		m.to[m.lastGroup] = -1
	}
	m.lastGroup = last
}

func (m *matcher) push(f frame) {
	if len(m.stack) >= maxFrames {
		m.exhausted = true
	}
	m.stack = append(m.stack, f)
}

func (m *matcher) saveGroups() {
	if n := m.prog.groups; n > 0 {
		m.saved = append(m.saved, m.from[1:]...)
		m.saved = append(m.saved, m.to[1:]...)
		m.saved = append(m.saved, m.opened[1:]...)
		m.saved = append(m.saved, m.lastGroup)
		m.exhausted = m.exhausted || len(m.saved) > maxSaved
	}
}

func (m *matcher) restoreGroups() {
	n := m.prog.groups
	if n == 0 {
		return
	}
	top := len(m.saved) - 3*n - 1
	copy(m.from[1:], m.saved[top:top+n])
	copy(m.to[1:], m.saved[top+n:top+2*n])
	copy(m.opened[1:], m.saved[top+2*n:top+3*n])
	m.lastGroup = m.saved[top+3*n]
	m.saved = m.saved[:top]
}

// run executes from pc on until opMatch or opBehindEnd holds, or nothing is left to try.
func (m *matcher) run(pc, pos int, whole bool) (end int, ok bool) {
	bottom := len(m.stack)
	s := m.s
	for {
		if m.steps++; m.steps > m.limit {
			m.exhausted = true
		}
		if m.exhausted {
			return 0, false
		}
		in := &m.prog.insts[pc]
		ok := true
		switch in.op {
		case opFail:
			ok = false
		case opMatch:
			if !whole || pos >= m.till {
				m.stack = m.stack[:bottom]
				return pos, true
			}
			ok = false
		case opBehindEnd:
			if pos == m.behindEnd {
				m.stack = m.stack[:bottom]
				return pos, true
			}
			ok = false
		case opByte:
			if ok = pos < len(s) && s[pos] == in.b; ok {
				pos, pc = pos+1, in.next
			}
		case opSet:
			if ok = pos < len(s) && in.set.has(s[pos]); ok {
				pos, pc = pos+1, in.next
			}
		case opLiteral:
			if ok = strings.HasPrefix(s[pos:], in.lit); ok {
				pos, pc = pos+len(in.lit), in.next
			}
		case opAssert:
			if ok = m.holds(in.assert, pos); ok {
				pc = in.next
			}
		case opOpen:
			m.opened[in.num] = pos
			pc = in.next
		case opClose:
			m.setGroup(in.num, m.opened[in.num], pos)
			pc = in.next
		case opBranch:
			if in.other >= 0 || m.prog.groups > 0 {
				m.push(frame{kind: frameBranch, pc: int32(in.other), pos: pos, last: int32(m.lastGroup)})
			}
			pc = in.sub
		case opBytes:
			pos, ok = m.enterBytes(in, pc, pos)
			if ok {
				pc = in.next
			}
		case opFixed:
			pos, ok = m.enterFixed(in, pc, pos)
			if ok {
				pc = in.next
			}
		case opLoop:
			m.push(frame{kind: frameLeave, loop: m.loop})
			m.loops = append(m.loops, loop{outer: m.loop, count: -1, last: -1})
			m.loop = int32(len(m.loops) - 1)
			pc = in.sub
		case opAgain:
			if next, more := m.again(in, pc, pos); more {
				pc = next
			} else {
				ok = false
			}
		case opAtomic:
			if pos, ok = m.sub(in.sub, pos); ok {
				pc = in.next
			}
		case opLook:
			if ok = m.look(in, pos); ok {
				pc = in.next
			}
		case opRef:
			if pos, ok = m.reference(in, pos); ok {
				pc = in.next
			}
		case opCond:
			if m.condition(in, pos) {
				pc = in.sub
			} else {
				pc = in.other
			}
		case opKeep:
			m.push(frame{kind: frameKeep, pos: m.keep})
			m.keep = pos
			pc = in.next
		}
		if !ok {
			if m.exhausted {
				return 0, false
			}
			if pc, pos, ok = m.backtrack(bottom); !ok {
				return 0, false
			}
		}
	}
}

// backtrack undoes frames above bottom until one has something left to try.
func (m *matcher) backtrack(bottom int) (pc, pos int, ok bool) {
	for len(m.stack) > bottom {
		m.steps++
		f := &m.stack[len(m.stack)-1]
		switch f.kind {
		case frameBranch:
			m.forgetGroups(int(f.last))
			if f.pc < 0 {
				m.pop()
				continue
			}
			in := &m.prog.insts[f.pc]
			pos, f.pc = f.pos, int32(in.other)
			if f.pc < 0 && m.prog.groups == 0 {
				m.pop()
			}
			return in.sub, pos, true
		case frameBytes:
			if pc, pos, ok = m.retryBytes(f); ok {
				return pc, pos, true
			}
			m.pop()
		case frameFixed:
			if pc, pos, ok = m.retryFixed(f); ok {
				return pc, pos, true
			}
			m.pop()
		case frameLeave:
			m.loops = m.loops[:len(m.loops)-1]
			m.loop = f.loop
			m.pop()
		case frameRound, frameRoundMax:
			m.restoreGroups()
			l := &m.loops[f.loop]
			l.last = f.n
			if f.kind == frameRoundMax {
				f.kind = frameAfter
				m.loop = l.outer
				return m.prog.insts[f.pc].next, f.pos, true
			}
			m.failedRound(f)
			l.count--
			m.pop()
		case frameAfter:
			m.loop = f.loop
			l := &m.loops[f.loop]
			l.last = f.n
			m.failedRound(f)
			l.count--
			m.pop()
		case frameAfterLazy:
			m.loop = f.loop
			l := &m.loops[f.loop]
			in := &m.prog.insts[f.pc]
			if l.count >= in.max {
				l.last = f.n
				m.failedRound(f)
				l.count--
				m.pop()
				continue
			}
			f.kind = frameRound
			l.last = f.pos
			m.saveGroups()
			return in.sub, f.pos, true
		case frameKeep:
			m.keep = f.pos
			m.pop()
		}
	}
	return 0, 0, false
}

func (m *matcher) pop() { m.stack = m.stack[:len(m.stack)-1] }

// again decides at the end of a round (or at the start, as the end of round 0) whether another comes. It is not ok where
// the loop is known to fail.
func (m *matcher) again(in *inst, pc, pos int) (next int, ok bool) {
	l := &m.loops[m.loop]
	l.count++
	before := l.last
	f := frame{pc: int32(pc), pos: pos, n: before, loop: m.loop}
	switch {
	case l.count < in.min:
		f.kind = frameRound
		m.saveGroups()
		l.last = pos
		next = in.sub
	case pos == before:
		// A round that matched nothing ends the loop.
		f.kind = frameAfter
		m.loop = l.outer
		next = in.next
	case m.knownToFail(in, pos):
		l.count--
		return 0, false
	case !in.lazy && l.count >= in.max:
		f.kind = frameAfter
		m.loop = l.outer
		next = in.next
	case in.lazy:
		f.kind = frameAfterLazy
		m.loop = l.outer
		next = in.next
	default:
		f.kind = frameRoundMax
		m.saveGroups()
		l.last = pos
		next = in.sub
	}
	f.memo = in.num > 0 && l.count >= in.min && pos != before
	m.push(f)
	return next, true
}
