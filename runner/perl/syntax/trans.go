package syntax

func (p *parser) trans(d delimited, at Pos) Expr {
	to := p.second(d, "tr")
	t := &Trans{Pos: at}
	t.Flags = p.flags("cdsr")
	t.From = p.transList(d)
	t.To = p.transList(to)
	return t
}

// transList expands the escapes and ranges of one side of tr.
func (p *parser) transList(d delimited) []rune {
	src := d.plain()
	var list []rune
	ranged := false // a range ended just before: a "-" stands for itself
	for i := 0; i < len(src); {
		r, n, escaped := p.transChar(src[i:], d)
		i += n
		// The next byte is a "-" with something behind it: a range.
		if !(i+1 < len(src) && src[i] == '-') || ranged && r == '-' && !escaped {
			list = append(list, r)
			ranged = false
			continue
		}
		hi, n, _ := p.transChar(src[i+1:], d)
		i += 1 + n
		if hi < r {
			p.fail(d.line, "invalid range \"%c-%c\" in tr", r, hi)
		}
		if hi-r > 0x110000 || len(list) > 0x110000 {
			p.fail(d.line, "range too large in tr")
		}
		for c := r; c <= hi; c++ {
			list = append(list, c)
		}
		ranged = true
	}
	return list
}

// transChar reads one character, which may be written as an escape, and returns its length.
func (p *parser) transChar(src string, d delimited) (r rune, n int, escaped bool) {
	if src[0] != '\\' || len(src) == 1 || d.open == '\'' {
		return rune(src[0]), 1, false
	}
	q := p.within(src, d.line)
	q.pos = 1
	r = q.escape()
	return r, q.pos, true
}
