package spec

import (
	"fmt"
	"strings"
)

// Delims are the strings that start a block and a section. The zero value stands for "===" and "---"; the delimiters() function of a
// preamble sets others.
type Delims struct{ Block, Section string }

func (d Delims) orDefault() Delims {
	if d.Block == "" {
		d.Block = "==="
	}
	if d.Section == "" {
		d.Section = "---"
	}
	return d
}

// ParseBlocks reads the blocks of a file's data that are to be run: without those that have a section SKIP; only the first that has
// ONLY, when one does; none behind one that has LAST. A caller sees from Section("ONLY") whether it was that; Test::Base then says so.
//
// The error lists all problems up to the block at which Test::Base stops reading. For it, any of them ends the file.
func ParseBlocks(f *File, d Delims) ([]*Block, error) {
	var kept []*Block
	var problems []*Problem
	problems = append(problems, f.problem()...)
	for b, err := range f.blocks(d) {
		problems = append(problems, err...)
		if b == nil {
			continue
		}
		if b.Section("ONLY") != nil {
			kept = []*Block{b}
			break
		}
		if b.Section("SKIP") != nil {
			continue
		}
		kept = append(kept, b)
		if b.Section("LAST") != nil {
			break
		}
	}
	if len(problems) > 0 {
		return nil, joined(problems)
	}
	return kept, nil
}

// AllBlocks reads every block of a file's data, whatever SKIP, ONLY and LAST say. The blocks that could be read are returned
// beside the error.
func AllBlocks(f *File, d Delims) ([]*Block, error) {
	var all []*Block
	problems := f.problem()
	for b, err := range f.blocks(d) {
		problems = append(problems, err...)
		if b != nil {
			all = append(all, b)
		}
	}
	return all, joined(problems)
}

func (f *File) problem() []*Problem {
	if !f.padded {
		return nil
	}
	return []*Problem{{File: f.Path, Line: f.DataLine,
		Msg: "blanks behind the data marker hide all blocks from Test::Base (remove them)"}}
}

// blocks yields the blocks of the data one by one, or the problems of one that cannot be read.
func (f *File) blocks(d Delims) func(yield func(*Block, []*Problem) bool) {
	d = d.orDefault()
	return func(yield func(*Block, []*Problem) bool) {
		_, _, at := f.preEval()
		line := f.DataLine + 1 + strings.Count(f.Data[:at], "\n")
		text := f.Data[at:]
		skip := nextLine(text, d.Block, 0)
		line += strings.Count(text[:skip], "\n")
		for text = text[skip:]; text != ""; {
			end := nextLine(text, d.Block, len(d.Block))
			p := blockParser{file: f.Path, delims: d}
			b := p.block(text[:end], line)
			if !yield(b, p.problems) {
				return
			}
			line += strings.Count(text[:end], "\n")
			text = text[end:]
		}
	}
}

// nextLine returns the offset, not before from, of the first line of text that begins with prefix; len(text) when there is none.
func nextLine(text, prefix string, from int) int {
	if from == 0 && strings.HasPrefix(text, prefix) {
		return 0
	}
	for at := from; ; {
		nl := strings.IndexByte(text[at:], '\n')
		if nl < 0 {
			return len(text)
		}
		at += nl + 1
		if at < len(text) && strings.HasPrefix(text[at:], prefix) {
			return at
		}
	}
}

type blockParser struct {
	file     string
	delims   Delims
	problems []*Problem
}

func (p *blockParser) fail(line int, format string, args ...any) {
	p.problems = append(p.problems, &Problem{File: p.file, Line: line, Msg: fmt.Sprintf(format, args...)})
}

// block reads one block: text begins with the block delimiter, in the given line.
func (p *blockParser) block(text string, line int) *Block {
	b := &Block{Line: line}
	text = text[len(p.delims.Block):]
	rest, ok := "", false
	if b.Name, rest, ok = title(text); !ok {
		p.fail(line, "a block's title ends the file (add a newline)")
		return nil
	}
	line += strings.Count(text[:len(text)-len(rest)], "\n")

	body := func() (string, int) { // the lines up to the next section, and the line in which they start
		first := line
		at := 0
		for at < len(rest) {
			end := len(rest)
			if nl := strings.IndexByte(rest[at:], '\n'); nl >= 0 {
				end = at + nl + 1
			}
			if _, _, ok := p.sectionLine(rest[at:end]); ok {
				break
			}
			at = end
		}
		lines := rest[:at]
		rest = rest[at:]
		line += strings.Count(lines, "\n")
		return lines, first
	}

	description, _ := body()
	if description != "0" { // false in Perl
		b.Description = strings.TrimRight(description, space)
	}
	for rest != "" {
		head := rest[:strings.IndexByte(rest, '\n')+1]
		name, filters, _ := p.sectionLine(head)
		s := &Section{Name: name, Line: line}
		rest = rest[len(head):]
		line++
		lines, first := body()
		if reserved[name] || name[0] == '_' {
			p.fail(s.Line, "section name %q is reserved (choose another)", name)
			continue
		}
		s.Text = lines
		if before, inline, ok := cutColon(filters); ok {
			if more := strings.TrimLeft(lines, space); more != "" {
				skipped := strings.Count(lines[:len(lines)-len(more)], "\n")
				p.fail(s.Line, "section %q has a value behind its colon, and more text in line %d (remove the colon or the text)",
					name, first+skipped)
				continue
			}
			filters = before
			s.Text = strings.Trim(inline, space)
		}
		if filters == "0" { // false in Perl, and so no filter
			filters = ""
		}
		s.Filters = strings.FieldsFunc(filters, func(r rune) bool { return strings.ContainsRune(space, r) })
		b.add(s)
	}
	if len(p.problems) > 0 {
		return nil
	}
	return b
}

// add puts a section into the block; where there is one of that name, it takes its place.
func (b *Block) add(s *Section) {
	for i, old := range b.Sections {
		if old.Name == s.Name {
			s.Repeats = append(old.Repeats, old.Line)
			b.Sections[i] = s
			return
		}
	}
	b.Sections = append(b.Sections, s)
}

// title splits what follows a block delimiter into the title and the text behind the white space that ends it. A title that has no
// newline behind it, at the end of the file, ends at its last white space; there has to be some.
func title(text string) (name, rest string, ok bool) {
	end := strings.IndexByte(text, '\n')
	if end < 0 {
		if end = strings.LastIndexAny(text, space); end < 0 {
			return "", "", false
		}
	}
	return strings.TrimLeft(text[:end], " \t"), strings.TrimLeft(text[end:], space), true
}

// sectionLine splits a line, newline included, into the name of a section and what follows it.
func (p *blockParser) sectionLine(line string) (name, rest string, ok bool) {
	if !strings.HasPrefix(line, p.delims.Section+" ") || !strings.HasSuffix(line, "\n") {
		return "", "", false
	}
	line = strings.TrimLeft(line[len(p.delims.Section):len(line)-1], " ")
	line = strings.TrimPrefix(line, "(")
	n := 0
	for n < len(line) && isWord(line[n]) {
		n++
	}
	if n == 0 {
		return "", "", false
	}
	return line[:n], strings.TrimLeft(strings.TrimPrefix(line[n:], ")"), " "), true
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// cutColon splits at the first colon with white space or nothing behind it.
func cutColon(s string) (before, after string, ok bool) {
	for i := range len(s) {
		if s[i] == ':' && (i+1 == len(s) || strings.IndexByte(space, s[i+1]) >= 0) {
			return s[:i], s[i+1:], true
		}
	}
	return "", "", false
}

// reserved are the names of what a Test::Base block can do; Test::Base refuses them as section names.
var reserved = set("AUTOLOAD", "BEGIN", "DESTROY", "EXPORT", "ISA", "block_accessor", "blocks_object", "description", "is_filtered",
	"name", "new", "original_values", "run_filters", "seq_num", "set_value")

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
