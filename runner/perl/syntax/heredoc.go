package syntax

import "strings"

// heredoc reads <<TAG and its kin; ok is false when << is something else.
func (p *parser) heredoc() (Expr, bool) {
	at := p.here()
	n := 2
	indented := p.peek(n) == '~'
	if indented {
		n++
	}
	quote := byte('"')
	var tag string
	m := n
	for p.peek(m) == ' ' || p.peek(m) == '\t' {
		m++
	}
	switch c := p.peek(m); {
	case c == '"' || c == '\'' || c == '`':
		quote = c
		end := strings.IndexByte(p.src[p.pos+m+1:], c)
		if end < 0 {
			p.fail(at.Line, "the tag of a here-document is never closed (%q is missing)", string(c))
		}
		tag = p.src[p.pos+m+1 : p.pos+m+1+end]
		p.pos += m + 1 + end + 1
	case isWordStart(p.peek(n)), p.peek(n) == '\\' && isWordStart(p.peek(n+1)):
		if p.peek(n) == '\\' {
			quote = '\''
			n++
		}
		p.pos += n
		tag = p.word()
		p.pos += len(tag)
	default:
		return nil, false
	}
	body, line := p.heredocBody(tag, indented, at)
	switch quote {
	case '\'':
		return &Str{Pos: at, Value: body}, true
	case '`':
		return &Backtick{at, p.interpolate(body, line, at)}, true
	}
	return p.interpolate(body, line, at), true
}

// heredocBody cuts the body out of the lines that follow the current one.
func (p *parser) heredocBody(tag string, indented bool, at Pos) (body string, line int) {
	nl := strings.IndexByte(p.rest(), '\n')
	if nl < 0 && p.outer != nil {
		return p.outer.heredocBody(tag, indented, at)
	}
	start := len(p.src)
	if nl >= 0 {
		nl += p.pos
		start = p.nextLine(nl)
	}
	var lines []string
	for i := start; i < len(p.src); {
		text := p.src[i:]
		if n := strings.IndexByte(text, '\n'); n >= 0 {
			text = text[:n+1]
		}
		i += len(text)
		last := strings.TrimSuffix(text, "\n")
		indent := ""
		if indented {
			trimmed := strings.TrimLeft(last, " \t")
			last, indent = trimmed, last[:len(last)-len(trimmed)]
		}
		if last != tag {
			lines = append(lines, text)
			continue
		}
		if p.skip == nil {
			p.skip = map[int]int{}
		}
		p.skip[nl] = i
		line = p.lineAt(start)
		if indent != "" {
			p.unindent(lines, indent, line)
		}
		return strings.Join(lines, ""), line
	}
	p.fail(at.Line, "the here-document that begins here is never closed (no line is just %q)", tag)
	return "", 0
}

// unindent takes the indentation of the closing tag away from each line.
func (p *parser) unindent(lines []string, indent string, line int) {
	for i, l := range lines {
		switch cut, ok := strings.CutPrefix(l, indent); {
		case ok:
			lines[i] = cut
		case strings.TrimSpace(l) == "":
			lines[i] = "\n"
		default:
			p.fail(line+i, "this line of a here-document is indented less than the tag that closes it")
		}
	}
}
