package regex

func (m *matcher) holds(a assertion, pos int) bool {
	s := m.s
	switch a {
	case assertStart:
		return pos == 0
	case assertLineStart:
		// Not after a newline that ends the subject.
		return pos == 0 || pos < len(s) && s[pos-1] == '\n'
	case assertEnd:
		return pos == len(s)
	case assertLastLine:
		return pos == len(s) || pos == len(s)-1 && s[pos] == '\n'
	case assertLineEnd:
		return pos == len(s) || s[pos] == '\n'
	case assertPos:
		return pos == m.base
	}
	before := pos > 0 && setWord.has(s[pos-1])
	after := pos < len(s) && setWord.has(s[pos])
	return (before != after) == (a == assertWord)
}

// look tries a lookaround. A lookbehind begins as far back as its pattern can reach, then nearer.
func (m *matcher) look(in *inst, pos int) bool {
	if !in.behind {
		_, ok := m.sub(in.sub, pos)
		return ok != in.negative
	}
	outer := m.behindEnd
	m.behindEnd = pos
	found := false
	for back := min(in.max, pos); back >= in.min && !found && !m.exhausted; back-- {
		_, found = m.sub(in.sub, pos-back)
	}
	m.behindEnd = outer
	return found != in.negative
}

func (m *matcher) condition(in *inst, pos int) bool {
	if in.width >= 0 {
		return m.look(&m.prog.insts[in.width], pos)
	}
	for _, g := range in.groups {
		if g <= m.prog.groups && m.isSet(g) {
			return true
		}
	}
	return false
}

// reference matches again what the first of the groups that took part matched.
func (m *matcher) reference(in *inst, pos int) (int, bool) {
	for _, g := range in.groups {
		if !m.isSet(g) {
			continue
		}
		from, to := m.from[g], m.to[g]
		n := to - from
		if n > len(m.s)-pos {
			return pos, false
		}
		m.steps += n / 16
		a, b := m.s[from:to], m.s[pos:pos+n]
		return pos + n, a == b || in.fold && equalFold(a, b)
	}
	return pos, false
}

// equalFold compares strings of one length, ignoring the case of ASCII letters.
func equalFold(a, b string) bool {
	for i := range len(a) {
		x, y := a[i], b[i]
		if x != y && (x|0x20 != y|0x20 || !posixLetter(x)) {
			return false
		}
	}
	return true
}
