package regex

import "strings"

// class reads a bracketed class. A range is put together from single bytes only; with a class on either side its '-'
// stands for itself.
func (p *parser) class() *node {
	open := p.pos
	p.pos++
	negative := p.take("^")
	var set byteSet
	first := true
	lowStart, low, haveLow := 0, byte(0), false // a byte that may begin a range
	rangeOpen := false                          // and a '-' after it
	flush := func() {
		if haveLow {
			set.add(low)
		}
		if rangeOpen {
			set.add('-')
		}
		haveLow, rangeOpen = false, false
	}
	for {
		for p.flags.blankClass && p.more() && (p.peek() == ' ' || p.peek() == '\t') {
			p.pos++
		}
		if !p.more() {
			panic(p.errorAt(open+1, "Unmatched ["))
		}
		start := p.pos
		c := p.peek()
		if c == ']' && !first {
			p.pos++
			break
		}
		first = false
		if c == '-' && haveLow && !rangeOpen {
			rangeOpen = true
			p.pos++
			continue
		}
		item, single := p.classItem()
		switch {
		case !single:
			flush()
			set.addSet(item)
		case rangeOpen:
			b, _ := item.single()
			if b < low {
				panic(p.errorAt(p.pos, "Invalid [] range \"%s\"", p.src[lowStart:p.pos]))
			}
			set.addRange(low, b)
			haveLow, rangeOpen = false, false
		default:
			flush()
			low, _ = item.single()
			lowStart, haveLow = start, true
		}
	}
	flush()
	if p.flags.fold {
		set = set.folded()
	}
	if negative {
		set = set.negated()
	}
	return setNode(set)
}

// classItem reads one member of a bracketed class; single says that it is one byte, which may begin or end a range.
func (p *parser) classItem() (item byteSet, single bool) {
	c := p.peek()
	if c == '[' {
		if set, ok := p.posixClass(); ok {
			return set, false
		}
	}
	if c != '\\' {
		p.pos++
		item.add(c)
		return item, true
	}
	start := p.pos
	p.pos++
	if !p.more() {
		panic(p.errorAt(strings.LastIndexByte(p.src[:start], '[')+1, "Unmatched ["))
	}
	c = p.peek()
	if set, ok := classEscapes[c]; ok {
		p.pos++
		return set, false
	}
	switch {
	case c == 'p' || c == 'P':
		panic(p.unicodeProperty())
	case c == 'N':
		p.pos++
		if p.more() && p.peek() == '{' {
			panic(p.unsupported(p.pos, `a character by name, \N{...}`))
		}
		panic(p.errorAt(p.pos, `\N in a character class must be a named character: \N{...}`))
	case c == 'b':
		p.pos++
		item.add('\b')
	case '0' <= c && c <= '7':
		item.add(p.octal())
	default:
		if b, ok := p.charEscape(); ok {
			item.add(b)
		} else {
			p.pos++
			item.add(c)
		}
	}
	return item, true
}

// posixClass reads [:name:] or [:^name:]. What does not close with ":]" is a plain '['.
func (p *parser) posixClass() (byteSet, bool) {
	rest := p.rest()
	if len(rest) < 2 || !strings.ContainsRune(":.=", rune(rest[1])) {
		return byteSet{}, false
	}
	mark := rest[1]
	end := 2
	if mark == ':' {
		if end < len(rest) && rest[end] == '^' {
			end++
		}
		for end < len(rest) && 'a' <= rest[end] && rest[end] <= 'z' {
			end++
		}
		if !posixLetter(rest[end-1]) {
			return byteSet{}, false
		}
	} else if i := strings.IndexByte(rest[2:], mark); i >= 0 {
		end += i
	}
	if end+1 >= len(rest) || rest[end] != mark || rest[end+1] != ']' {
		return byteSet{}, false
	}
	p.pos += end + 2
	if mark != ':' {
		panic(p.errorAt(p.pos, "POSIX syntax [%c %c] is reserved for future extensions", mark, mark))
	}
	name := rest[2:end]
	bare := strings.TrimPrefix(name, "^")
	set, ok := posixSets[bare]
	if !ok {
		panic(p.errorAt(p.pos, "POSIX class [:%s:] unknown", name))
	}
	if p.flags.fold && (bare == "upper" || bare == "lower") {
		set = posixSets["alpha"]
	}
	if bare != name {
		set = set.negated()
	}
	return set, true
}
