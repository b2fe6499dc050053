package spec

import (
	"fmt"
	"strings"
)

// Format writes blocks as the text that goes behind a __DATA__ line: ParseBlocks makes the same blocks of it, but for line numbers. Values
// are not looked at, only texts and filters. A text without a newline becomes an inline value; an earlier section of the same name becomes an empty one, which
// runs the filters as often.
//
// What the format cannot say is an error that names the block: a title with a newline, a text with a line that would begin a block or a section, a
// text of several lines that does not end in a newline and is not the last of all.
func Format(blocks []*Block, d Delims) (string, error) {
	d = d.orDefault()
	var out strings.Builder
	open := "" // the text that must not be followed by anything
	for _, b := range blocks {
		where := fmt.Sprintf("block %q", b.Name)
		if strings.Contains(b.Name, "\n") {
			return "", fmt.Errorf("%s: the title has a newline (titles are one line)", where)
		}
		if open != "" {
			return "", unended(open)
		}
		out.WriteString(d.Block)
		if b.Name != "" {
			out.WriteString(" " + b.Name)
		}
		out.WriteString("\n")
		if b.Description != "" {
			if err := d.clash(b.Description + "\n"); err != nil {
				return "", fmt.Errorf("%s, description: %w", where, err)
			}
			out.WriteString(b.Description + "\n")
		}
		for _, s := range b.Sections {
			where := fmt.Sprintf("%s, section %s", where, s.Name)
			if open != "" {
				return "", unended(open)
			}
			head := strings.Join(append([]string{d.Section, s.Name}, s.Filters...), " ")
			if len(s.Filters) == 1 && s.Filters[0] == "0" { // behind a blank it would be false, and no filter
				head = d.Section + " " + s.Name + "\t0"
			}
			closed := head
			if strings.HasSuffix(head, ":") { // of a filter: another one ends the filters
				closed += ":"
			}
			for range s.Repeats {
				out.WriteString(closed + "\n")
			}
			if s.Text == "" {
				out.WriteString(closed + "\n")
				continue
			}
			if closed != head && strings.Contains(s.Text, "\n") {
				return "", fmt.Errorf("%s: a filter that ends in \":\" takes no text of several lines (rename it)", where)
			}
			out.WriteString(head)
			if !strings.Contains(s.Text, "\n") && s.Text == strings.Trim(s.Text, space) {
				out.WriteString(": " + s.Text + "\n")
				continue
			}
			if err := d.clash(s.Text); err != nil {
				return "", fmt.Errorf("%s: %w", where, err)
			}
			out.WriteString("\n" + s.Text)
			if !strings.HasSuffix(s.Text, "\n") {
				open = where
			}
		}
	}
	return out.String(), nil
}

func unended(where string) error {
	return fmt.Errorf("%s: the text does not end in a newline (add one, and the filter chomp)", where)
}

// Starts reports whether a line could begin a block or a section.
func (d Delims) Starts(line string) bool {
	d = d.orDefault()
	return strings.HasPrefix(line, d.Block) || strings.HasPrefix(line, d.Section)
}

// clash returns an error when a line of text would begin a block or a section.
func (d Delims) clash(text string) error {
	p := blockParser{delims: d}
	for line := range strings.Lines(text) {
		if _, _, ok := p.sectionLine(line); ok || strings.HasPrefix(line, d.Block) {
			return fmt.Errorf("the line %q would begin a block or a section (change the delimiters, or write it in another way)",
				strings.TrimSuffix(line, "\n"))
		}
	}
	return nil
}
