package syntax

import "strings"

// closer returns what ends a string that begins with open.
func closer(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	case '<':
		return '>'
	}
	return open
}

// delimited is the text between delimiters.
type delimited struct {
	open byte
	line int    // of the first byte of text
	text string // as written, backslashes and all
}

// plain returns the text without the backslashes that hide delimiters.
func (d delimited) plain() string {
	end := closer(d.open)
	if strings.IndexByte(d.text, '\\') < 0 {
		return d.text
	}
	var b strings.Builder
	for i := 0; i < len(d.text); i++ {
		if d.text[i] == '\\' && i+1 < len(d.text) {
			if i++; d.text[i] != d.open && d.text[i] != end {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(d.text[i])
	}
	return b.String()
}

// pattern is plain for regular expressions, where brackets keep the backslash before them.
func (d delimited) pattern() string {
	if closer(d.open) != d.open || d.open == '?' {
		return d.text
	}
	return d.plain()
}

// delimited reads a string from its opening delimiter, which is at the current position; what names it in messages.
func (p *parser) delimited(what string) delimited {
	line := p.line()
	if p.pos >= len(p.src) {
		p.fail(line, "%s has no delimiter", what)
	}
	open := p.src[p.pos]
	end := closer(open)
	p.pos++
	d := delimited{open: open, line: p.line()}
	var b strings.Builder
	start, depth := p.pos, 1
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		switch {
		case c == '\\' && p.pos+1 < len(p.src) && p.src[p.pos+1] != '\n':
			p.pos++
		case c == end && depth == 1:
			b.WriteString(p.src[start:p.pos])
			p.pos++
			d.text = b.String()
			return d
		case c == end:
			depth--
		case c == open:
			depth++
		case c == '\n':
			// The bodies of here-documents that begin before are no part of the string.
			if to, ok := p.skip[p.pos]; ok {
				b.WriteString(p.src[start : p.pos+1])
				p.pos, start = to, to
				continue
			}
		}
		p.pos++
	}
	p.fail(line, "%s that begins here is never closed (%q is missing)", what, string(end))
	return d
}

// second reads the second part of s, tr and y.
func (p *parser) second(first delimited, what string) delimited {
	if closer(first.open) == first.open {
		p.pos--
		return p.delimited(what)
	}
	p.space()
	return p.delimited(what)
}

// flags reads the letters behind a pattern.
func (p *parser) flags(allowed string) string {
	w := p.word()
	for _, c := range w {
		if !strings.ContainsRune(allowed, c) {
			p.fail(p.line(), "unknown modifier %q behind a pattern", string(c))
		}
	}
	p.pos += len(w)
	return w
}

// quoteLike reads q qq qw qr qx m s tr y where op is followed by a delimiter; ok is false when it is an ordinary word.
func (p *parser) quoteLike(at Pos, op string) (Expr, bool) {
	switch op {
	case "q", "qq", "qw", "qr", "qx", "m", "s", "tr", "y":
	default:
		return nil, false
	}
	end := p.pos + len(op)
	switch _, n := p.after(end); {
	case end < len(p.src) && p.src[end] == '#':
	case p.followedByArrow(end):
		return nil, false
	default:
		end = n
	}
	p.pos = end
	d := p.delimited(op)
	switch op {
	case "q":
		return &Str{Pos: at, Value: single(d.plain())}, true
	case "qq":
		return p.interpolate(d.plain(), d.line, at), true
	case "qw":
		list := &List{Pos: at}
		for _, w := range strings.Fields(d.text) {
			list.Items = append(list.Items, &Str{Pos: at, Value: single(delimited{open: d.open, text: w}.plain())})
		}
		return p.listSlice(list), true
	case "qx":
		return p.backtick(d, at), true
	case "qr":
		return &Qr{at, p.pattern(d, p.flags("msixnpaudlo"), at)}, true
	case "m":
		return p.match(d, at), true
	case "s":
		return p.subst(d, at), true
	}
	return p.trans(d, at), true
}

// single undoes the one escape that is left in a string in single quotes: the backslash itself.
func single(s string) string { return strings.ReplaceAll(s, `\\`, `\`) }

func (p *parser) backtick(d delimited, at Pos) Expr {
	if d.open == '\'' {
		return &Backtick{at, &Str{Pos: at, Value: d.plain()}}
	}
	return &Backtick{at, p.interpolate(d.plain(), d.line, at)}
}

func (p *parser) match(d delimited, at Pos) Expr {
	return &Match{Pos: at, Pat: p.pattern(d, p.flags("msixnpaudlgco"), at), Once: d.open == '?'}
}

// pattern makes the Regex of a text; in single quotes nothing is interpolated.
func (p *parser) pattern(d delimited, flags string, at Pos) *Regex {
	text := d.pattern()
	r := &Regex{Pos: at, Flags: flags, Empty: text == ""}
	switch {
	case text == "":
	case d.open == '\'':
		r.Parts = []Expr{&Str{Pos: at, Value: text}}
	default:
		r.Parts = p.interpolateRegex(text, d.line, strings.Contains(flags, "x"), at)
	}
	for _, part := range r.Parts {
		if s, ok := part.(*Str); ok && (strings.Contains(s.Value, "(?{") || strings.Contains(s.Value, "(??{")) {
			p.unsupported(at.Line, "code in a regular expression, (?{...})")
		}
	}
	return r
}

func (p *parser) subst(d delimited, at Pos) Expr {
	s := &Subst{Pos: at}
	repl := p.second(d, "s")
	flags := p.flags("msixnpaudlgcoer")
	evals := strings.Count(flags, "e")
	s.Pat = p.pattern(d, strings.ReplaceAll(flags, "e", ""), at)
	switch {
	case evals > 0:
		q := p.within(repl.plain(), repl.line)
		body := &Block{Pos: Pos{repl.line}, Body: q.statements(0), End: p.line()}
		s.Repl = &DoBlock{body.Pos, body}
		for range evals - 1 {
			s.Repl = &Func{Pos: at, Name: "eval", Args: []Expr{s.Repl}}
		}
	case repl.open == '\'':
		s.Repl = &Str{Pos: at, Value: repl.plain()}
	default:
		s.Repl = p.interpolate(repl.plain(), repl.line, Pos{repl.line})
	}
	return s
}
