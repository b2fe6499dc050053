package regex

// The loops over a single byte and over a fixed number of bytes need one frame however often they go round.

// closeRound remembers the last round of a loop as its group, or forgets the group if there was none.
func (m *matcher) closeRound(in *inst, pos, rounds, width int) {
	switch {
	case in.num == 0:
	case rounds > 0:
		m.setGroup(in.num, pos-width, pos)
	default:
		m.to[in.num] = -1
	}
}

func (m *matcher) fits(in *inst, pos int) bool {
	return in.first == nil || pos < len(m.s) && in.first.has(m.s[pos])
}

func (m *matcher) enterBytes(in *inst, pc, pos int) (int, bool) {
	limit := len(m.s)
	most := in.max
	if in.lazy {
		most = in.min
	}
	if most < limit-pos {
		limit = pos + most
	}
	end := pos
	if *in.set == setAll {
		end = max(limit, pos)
	} else {
		for end < limit && in.set.has(m.s[end]) {
			end++
		}
	}
	n := end - pos
	m.steps += n / 16
	if n < in.min {
		return pos, false
	}
	f := frame{kind: frameBytes, pc: int32(pc), pos: end, last: int32(m.lastGroup), n: n}
	if in.lazy {
		for !m.fits(in, f.pos) {
			if !m.oneMore(in, &f) {
				return pos, false
			}
		}
	} else {
		for !m.fits(in, f.pos) {
			if f.n == in.min {
				return pos, false
			}
			f.n--
			f.pos--
		}
	}
	if in.num > 0 || in.lazy || f.n > in.min {
		m.push(f)
	}
	m.closeRound(in, f.pos, f.n, 1)
	return f.pos, true
}

func (m *matcher) oneMore(in *inst, f *frame) bool {
	if f.n >= in.max || f.pos >= len(m.s) || !in.set.has(m.s[f.pos]) {
		return false
	}
	f.n++
	f.pos++
	return true
}

func (m *matcher) retryBytes(f *frame) (pc, pos int, ok bool) {
	in := &m.prog.insts[f.pc]
	if in.num > 0 {
		m.forgetGroups(int(f.last))
	}
	before := f.pos
	for {
		if in.lazy {
			if !m.oneMore(in, f) {
				return 0, 0, false
			}
		} else {
			if f.n == in.min {
				return 0, 0, false
			}
			f.n--
			f.pos--
		}
		if m.fits(in, f.pos) {
			break
		}
	}
	m.steps += max(f.pos-before, before-f.pos) / 16
	m.closeRound(in, f.pos, f.n, 1)
	return in.next, f.pos, true
}

func (m *matcher) enterFixed(in *inst, pc, pos int) (int, bool) {
	f := frame{kind: frameFixed, pc: int32(pc), pos: pos, last: int32(m.lastGroup)}
	most := in.max
	if in.lazy {
		most = in.min
	}
	for f.n < most {
		end, ok := m.sub(in.sub, f.pos)
		if !ok {
			break
		}
		f.pos = end
		f.n++
	}
	if f.n < in.min {
		return pos, false
	}
	m.push(f)
	m.closeRound(in, f.pos, f.n, in.width)
	return f.pos, true
}

func (m *matcher) retryFixed(f *frame) (pc, pos int, ok bool) {
	in := &m.prog.insts[f.pc]
	m.forgetGroups(int(f.last))
	if in.lazy {
		if f.n >= in.max {
			return 0, 0, false
		}
		at := *f
		end, ok := m.sub(in.sub, at.pos)
		if !ok {
			return 0, 0, false
		}
		f = &m.stack[len(m.stack)-1] // the stack may have moved
		f.pos = end
		f.n++
	} else {
		if f.n == in.min {
			return 0, 0, false
		}
		f.n--
		f.pos -= in.width
	}
	m.closeRound(in, f.pos, f.n, in.width)
	return in.next, f.pos, true
}
