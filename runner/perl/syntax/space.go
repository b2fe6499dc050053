package syntax

import "strings"

func isDigit(c byte) bool     { return '0' <= c && c <= '9' }
func isWordStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }
func isWord(c byte) bool      { return isWordStart(c) || isDigit(c) }
func isSpace(c byte) bool     { return c == ' ' || '\t' <= c && c <= '\r' }

// space skips white space, comments, POD, and the bodies of here-documents that have been read already.
func (p *parser) space() {
	if p.pos == 0 && p.outer == nil {
		p.pod()
	}
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '\n':
			p.pos = p.nextLine(p.pos)
			p.pod()
		case isSpace(c):
			p.pos++
		case c == '#':
			start := p.pos
			if n := strings.IndexByte(p.src[p.pos:], '\n'); n >= 0 {
				p.pos += n
			} else {
				p.pos = len(p.src)
			}
			p.lineComment(start)
		default:
			return
		}
	}
}

// nextLine returns where the text goes on behind the next newline at or after pos.
func (p *parser) nextLine(pos int) int {
	n := strings.IndexByte(p.src[pos:], '\n')
	if n < 0 {
		return len(p.src)
	}
	if to, ok := p.skip[pos+n]; ok {
		return to
	}
	return pos + n + 1
}

// pod skips documentation: from a line that begins with = and a letter to behind the line =cut.
func (p *parser) pod() {
	for p.peek(0) == '=' && isWordStart(p.peek(1)) {
		for p.pos < len(p.src) {
			line := p.rest()
			if n := strings.IndexByte(line, '\n'); n >= 0 {
				line = line[:n+1]
			}
			p.pos += len(line)
			if strings.HasPrefix(line, "=cut") && (len(line) == 4 || !isWord(line[4])) {
				break
			}
		}
	}
}

// word returns the simple name at the current position, or "".
func (p *parser) word() string {
	if !isWordStart(p.peek(0)) {
		return ""
	}
	n := 1
	for isWord(p.peek(n)) {
		n++
	}
	return p.src[p.pos : p.pos+n]
}

// name reads a name with packages, Foo::bar, ::x, Foo'bar, and returns it with "::" between its parts, or "" when there
// is none. A leading "::" becomes "main::".
func (p *parser) name() string {
	n, end := scanName(p.src, p.pos)
	p.pos = end
	return n
}

func scanName(src string, pos int) (string, int) {
	at := func(i int) byte {
		if i < len(src) {
			return src[i]
		}
		return 0
	}
	var b strings.Builder
	i := pos
	for {
		switch {
		case isWordStart(at(i)) || i > pos && isDigit(at(i)):
			b.WriteByte(at(i))
			i++
		case at(i) == ':' && at(i+1) == ':' && at(i+2) != '$':
			if b.Len() == 0 {
				if !isWordStart(at(i + 2)) {
					return "", pos
				}
				b.WriteString("main")
			}
			b.WriteString("::")
			i += 2
		case at(i) == '\'' && i > pos && isWordStart(at(i+1)):
			b.WriteString("::")
			i++
		default:
			return b.String(), i
		}
	}
}

// followedByArrow reports whether => is what comes next behind pos: the word before is then a string.
func (p *parser) followedByArrow(pos int) bool {
	save := p.pos
	p.pos = pos
	p.space()
	is := p.has("=>")
	p.pos = save
	return is
}

// after returns the byte that comes next behind pos and white space, and where it is.
func (p *parser) after(pos int) (byte, int) {
	save := p.pos
	p.pos = pos
	p.space()
	c, at := p.peek(0), p.pos
	p.pos = save
	return c, at
}
