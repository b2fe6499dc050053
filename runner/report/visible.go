package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Texts in a failure are cut in the middle beyond these.
const (
	maxLines = 60  // of one text
	maxWidth = 400 // bytes of one line
)

// hides reports whether s has anything that a reader cannot see: control characters, spaces at the end of a line,
// bytes that are not UTF-8, characters without a picture.
func hides(s string) bool {
	for _, line := range strings.Split(s, "\n") {
		if strings.HasSuffix(line, " ") || strings.IndexFunc(line, invisible) >= 0 || !utf8.ValidString(line) {
			return true
		}
	}
	return false
}

func invisible(r rune) bool { return !unicode.IsPrint(r) }

// visible writes one line so that each byte of it can be told: \t, \r, \xFF, \u{200b}, and \x20 for spaces at its end.
// With escape, a backslash is doubled: for texts of which any has something to hide, so that "\t" says which it was.
func visible(line string, escape bool) string {
	text := strings.TrimRight(line, " ")
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02X`, text[i])
		case r == '\\' && escape:
			b.WriteString(`\\`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\n':
			b.WriteString(`\n`)
		case r < utf8.RuneSelf && invisible(r):
			fmt.Fprintf(&b, `\x%02X`, r)
		case invisible(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	b.WriteString(strings.Repeat(`\x20`, len(line)-len(text)))
	return b.String()
}

// visibleLines is visible for each line of a text; it says whether the last one ends in a newline.
func visibleLines(text string, escape bool) (lines []string, newline bool) {
	text, newline = strings.CutSuffix(text, "\n")
	for _, line := range strings.Split(text, "\n") {
		lines = append(lines, visible(line, escape))
	}
	return lines, newline
}

// quoted is a short text on one line: "a\tb\n".
func quoted(text string) string {
	shown := visible(text, true)
	return `"` + strings.ReplaceAll(shown, `"`, `\"`) + `"`
}

// cutLine shortens a line in the middle.
func cutLine(line string) string {
	if len(line) <= maxWidth {
		return line
	}
	head, tail := maxWidth*2/3, len(line)-maxWidth/3
	for head > 0 && !utf8.RuneStart(line[head]) {
		head--
	}
	for tail < len(line) && !utf8.RuneStart(line[tail]) {
		tail++
	}
	return fmt.Sprintf("%s ... (%d bytes left out) ... %s", line[:head], tail-head, line[tail:])
}

// cutLines shortens a text in the middle, and each of its lines.
func cutLines(lines []string) []string {
	var out []string
	for i, line := range lines {
		if len(lines) > maxLines && i == maxLines*2/3 {
			out = append(out, fmt.Sprintf("... (%d lines left out) ...", len(lines)-maxLines))
		}
		if len(lines) <= maxLines || i < maxLines*2/3 || i >= len(lines)-maxLines/3 {
			out = append(out, cutLine(line))
		}
	}
	return out
}
