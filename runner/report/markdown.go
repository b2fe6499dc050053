package report

import (
	"fmt"
	"io"
	"strings"
)

// A summary is to be read in a comment: GitHub takes 64 KiB of one. What is left out is counted.
const (
	mostMarkdown     = 30 // failures, and findings, that are shown in full
	mostMarkdownDiff = 14 // lines of what was expected and what came
)

// Markdown writes a summary for the page of a job or a comment: totals, failed tests with what was expected and what came,
// memory findings with their cause. Texts of the tests stand in code, where no mark-up and no @mention counts.
func (j *Journal) Markdown(w io.Writer) error {
	var b strings.Builder
	total := j.total()
	b.WriteString("## ngxtest: " + total.Verdict() + "\n\n")
	if j.interrupted() {
		b.WriteString("**The run was interrupted: not all that was to run is in this report.**\n\n")
	}
	c := j.counts()
	findings := j.findings.Sorted()
	fmt.Fprintf(&b, "| files | tests | failed | skipped | todo | memory findings | time |\n|--:|--:|--:|--:|--:|--:|--:|\n| %d | %d | %d | %d | %d | %s | %s |\n",
		total.Files, total.Tests, total.Failed, c.skipped, c.todo, j.memoryWord(findings), duration(total.Seconds))
	if total.LeaksOnly && total.Failed > 0 {
		b.WriteString("\nFailed tests do not fail this run: --leaks-only.\n")
	}
	j.markdownFailures(&b)
	if len(findings) > 0 {
		b.WriteString("\n### Memory findings\n\n" + strings.TrimPrefix(countLine(findings), "Memory findings: ") + "\n")
		for i, m := range findings {
			if i == mostMarkdown {
				fmt.Fprintf(&b, "\n... and %s more.\n", count(int64(len(findings)-i), "finding"))
				break
			}
			markdownFinding(&b, m)
		}
	}
	for _, text := range j.said {
		b.WriteString("\n" + code(text) + "\n")
	}
	b.WriteString("\n" + j.madeWith() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownFailures lists what failed, of several repeats and requests each.
func (j *Journal) markdownFailures(b *strings.Builder) {
	shown, all := 0, 0
	item := func(title string, why func() []string) {
		if all++; all == 1 {
			b.WriteString("\n### Failed\n")
		}
		if shown == mostMarkdown {
			return
		}
		shown++
		b.WriteString("\n- " + title + "\n")
		lines := why()
		if len(lines) > mostMarkdownDiff {
			lines = append(lines[:mostMarkdownDiff:mostMarkdownDiff], fmt.Sprintf("... (%d lines left out)", len(lines)-mostMarkdownDiff))
		}
		if len(lines) > 0 {
			b.WriteString(fenced("diff", lines, "  "))
		}
	}
	for _, f := range j.sorted() {
		for _, block := range f.blocks {
			for _, failed := range block.distinct() {
				title := failed.at()
				if which := failed.which(); which != "" {
					title += " (" + which + ")"
				}
				item(title, failed.changes)
			}
		}
		for _, problem := range f.problems() {
			item(code(f.name), func() []string { return strings.Split(problem, "\n") })
		}
	}
	if all > shown {
		fmt.Fprintf(b, "\n... and %s more.\n", count(int64(all-shown), "failure"))
	}
}

// at is where it failed, and in which block.
func (f failure) at() string {
	line, title := 0, ""
	if f.place != nil {
		line, title = f.place.Line, f.place.Block
	}
	if len(f.tests) > 0 && f.tests[0].Line > 0 {
		line = f.tests[0].Line
	}
	where := f.file
	if line > 0 {
		where = fmt.Sprintf("%s:%d", f.file, line)
	}
	if title == "" {
		return code(where)
	}
	return code(where) + " " + code(title)
}

// changes is why it failed, as lines of a diff: what was expected with a minus, what came with a plus.
func (f failure) changes() []string {
	var lines []string
	for _, text := range f.abort {
		shown, _ := visibleLines(text, false)
		lines = append(lines, shown...)
	}
	if f.exchange != nil {
		lines = append(lines, visibleAll(f.exchange.Nginx)...)
	}
	for _, t := range f.tests {
		if len(f.abort) > 0 {
			break // the test stands for the block
		}
		lines = append(lines, f.shortName(t.Test))
		if t.Explained {
			lines = append(lines, visibleAll(t.said)...)
			continue
		}
		for _, line := range comparison(t.Test, palette{}) {
			switch {
			case strings.HasPrefix(line, "expected: "):
				line = "- " + line
			case strings.HasPrefix(line, "got: "):
				line = "+ " + line
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// markdownFinding is a finding, folded.
func markdownFinding(b *strings.Builder, m Merged) {
	fmt.Fprintf(b, "\n<details><summary>%s: %s</summary>\n\n", m.Verdict, htmlText(m.brief()))
	for _, spot := range m.spots() {
		b.WriteString("- " + code(spot) + "\n")
	}
	lines := []string{m.sentence()}
	lines = append(lines, m.stackLines(m.Stack, m.ownFrames(), palette{}, false)...)
	for _, line := range m.blameLines() {
		lines = append(lines, visible(line, false))
	}
	if m.Note != "" {
		lines = append(lines, "note: "+visible(m.Note, false))
	}
	b.WriteString("\n" + fenced("", lines, "") + "\n</details>\n")
}

// code is a code span that holds whatever the text has.
func code(text string) string {
	text = visible(strings.ReplaceAll(text, "\n", " "), false)
	ticks := "`"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	if len(ticks) > 1 || text == "" {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// fenced is a block of code that holds whatever the lines have.
func fenced(language string, lines []string, indent string) string {
	fence := "```"
	for strings.Contains(strings.Join(lines, "\n"), fence) {
		fence += "`"
	}
	var b strings.Builder
	b.WriteString(indent + fence + language + "\n")
	for _, line := range lines {
		b.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
	b.WriteString(indent + fence + "\n")
	return b.String()
}
