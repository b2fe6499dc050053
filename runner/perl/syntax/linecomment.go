package syntax

import (
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// lineComment is a comment that says of what file, and which line of it, the text behind it is: perlsyn, "Plain Old
// Comments (Not!)".
var lineComment = lazyregexp.New(`^#[ \t]*line[ \t]+(\d+)(?:[ \t]+(?:"([^"\n]+)"|([^"\s]\S*)))?[ \t]*$`)

// renumbering says which line begins at pos.
type renumbering struct{ pos, line int }

// lineComment takes the comment from start to the current position for what it says of lines. A name of a file counts
// at the beginning of a text, where NamedFile finds it.
func (p *parser) lineComment(start int) {
	if p.outer != nil || p.pos >= len(p.src) || start > 0 && p.src[start-1] != '\n' || !strings.Contains(p.src[start:p.pos], "line") {
		return
	}
	m := lineComment.FindStringSubmatch(p.src[start:p.pos])
	if m == nil {
		return
	}
	if last := len(p.renumbered) - 1; last >= 0 && p.renumbered[last].pos > p.pos {
		return // a look ahead has been here
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return
	}
	if file := m[2] + m[3]; file != "" && file != p.opt.File {
		p.unsupported(p.lineAt(start), "# line with the name of a file in the middle of a text")
	}
	p.renumbered = append(p.renumbered, renumbering{p.pos + 1, n})
}

// NamedFile returns the name that a # line comment gives to a text, if one stands before all code.
func NamedFile(src string) (name string, ok bool) {
	for src != "" {
		line, rest, _ := strings.Cut(src, "\n")
		if t := strings.TrimSpace(line); t != "" && t[0] != '#' {
			break
		}
		if m := lineComment.FindStringSubmatch(strings.TrimSuffix(line, "\r")); m != nil && m[2]+m[3] != "" {
			name, ok = m[2]+m[3], true
		}
		src = rest
	}
	return name, ok
}
