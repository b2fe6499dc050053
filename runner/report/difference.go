package report

import (
	"fmt"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// maxDiff is the size in bytes beyond which two texts are not compared line by line.
const maxDiff = 1 << 20

// noNewline stands behind a text whose last line does not end.
const noNewline = `\ no newline at the end`

// comparison shows why a test failed: one line an element.
func comparison(t Test, p palette) []string {
	switch t.Compare {
	case "is":
		return difference(t.Want, t.Got, p)
	case "isnt":
		return []string{"anything but " + quoted(cutLine(t.Got)) + " was expected"}
	case "like":
		return pattern("does not match the pattern", t, p)
	case "unlike":
		return pattern("matches the pattern, and must not", t, p)
	}
	return nil
}

// pattern shows a pattern and the text that it was held against.
func pattern(verdict string, t Test, p palette) []string {
	lines := []string{"the text below " + verdict + " " + p.green(cutLine(visible(t.Want, false)))}
	if t.Got == "" {
		return append(lines, "  (empty)")
	}
	return append(lines, indented(textLines(t.Got))...)
}

// textLines shows a text as it is, with what cannot be seen made visible.
func textLines(text string) []string {
	lines, newline := visibleLines(text, hides(text))
	lines = cutLines(lines)
	if !newline {
		lines = append(lines, noNewline)
	}
	return lines
}

// difference compares two texts: in one line each where they are short, else as a unified diff.
func difference(want, got string, p palette) []string {
	if short(want) && short(got) {
		return []string{
			p.green("expected: " + quoted(want)),
			p.red("got:      " + quoted(got)),
		}
	}
	var lines []string
	if longest(want) > maxWidth || longest(got) > maxWidth || len(want)+len(got) > maxDiff {
		lines = firstDifference(want, got, p)
	}
	if len(want)+len(got) > maxDiff {
		return lines
	}
	escape := hides(want) || hides(got)
	unified := udiff.Unified("expected", "got", shown(want, escape), shown(got, escape))
	diff := cutLines(strings.Split(strings.TrimSuffix(unified, "\n"), "\n"))
	for i, line := range diff {
		diff[i] = coloured(line, p)
	}
	return append(lines, diff...)
}

// coloured paints a line of a diff.
func coloured(line string, p palette) string {
	switch {
	case strings.HasPrefix(line, `\ `):
		return noNewline
	case strings.HasPrefix(line, "-"):
		return p.green(line)
	case strings.HasPrefix(line, "+"):
		return p.red(line)
	case strings.HasPrefix(line, "@@"):
		return p.cyan(line)
	}
	return line
}

// shown is a text with everything visible, ending in a newline only where the text does.
func shown(text string, escape bool) string {
	if text == "" {
		return ""
	}
	lines, newline := visibleLines(text, escape)
	out := strings.Join(lines, "\n")
	if newline {
		out += "\n"
	}
	return out
}

// firstDifference shows what is around the first byte in which two texts differ.
func firstDifference(want, got string, p palette) []string {
	at := 0
	for at < len(want) && at < len(got) && want[at] == got[at] {
		at++
	}
	around := func(s string) string { return quoted(s[max(0, at-40):min(len(s), at+60)]) }
	return []string{
		fmt.Sprintf("%d bytes were expected, %d came; the first that differs is byte %d:", len(want), len(got), at),
		p.green("expected: ..." + around(want)),
		p.red("got:      ..." + around(got)),
	}
}

// short reports whether a text is best shown on one line.
func short(text string) bool {
	return len(text) <= 120 && !strings.Contains(strings.TrimSuffix(text, "\n"), "\n")
}

func longest(text string) int {
	most := 0
	for line := range strings.SplitSeq(text, "\n") {
		most = max(most, len(line))
	}
	return most
}

func indented(lines []string) []string {
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return lines
}
