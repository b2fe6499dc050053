package convert

import (
	"fmt"
	"slices"

	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// perl converts a .t file.
func (c *converter) perl(src []byte, before evaluated) (Result, error) {
	f := spec.ParseFile(c.path, src)
	if _, line, ok := f.PreEval(); ok {
		return Result{}, fmt.Errorf("%s:%d: Perl code between <<< and >>> in front of the blocks has no place in YAML (move it to the preamble)", c.path, line)
	}
	delims := before.suite.Delims
	all, err := spec.AllBlocks(f, delims)
	if err != nil {
		// What is left out of a run need not be readable.
		if all, err = spec.ParseBlocks(f, delims); err != nil {
			return Result{}, err
		}
		c.note(f.DataLine, "blocks that are left out of the run and cannot be read are left out here, too")
	}
	if err := c.distinct(all); err != nil {
		return Result{}, err
	}
	y := spec.YAMLText{}
	settings, comments, plain := readPreamble(f.Preamble, before.suite.Settings.Plan)
	if plain && known(all) {
		y.Settings, y.Comments = settings, comments
	} else {
		y.Perl = f.Preamble
		c.note(1, "the preamble stays Perl, under the key perl")
	}
	// First with values where there are any; a file whose Perl does something to the filters gets all sections as they are.
	y.Blocks = c.valued(all, before)
	out, err := spec.FormatYAML(y)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", c.path, err)
	}
	result, err := c.checked(Target(c.path), out, before)
	if err == nil {
		return result, nil
	}
	c.notes = nil
	c.note(1, "the preamble stays Perl, under the key perl, and sections keep their filters")
	y = spec.YAMLText{Perl: f.Preamble, Blocks: all}
	if out, err = spec.FormatYAML(y); err != nil {
		return Result{}, fmt.Errorf("%s: %w", c.path, err)
	}
	return c.checked(Target(c.path), out, before)
}

// known reports whether all sections are those of Test::Nginx: others need Perl that reads them.
func known(blocks []*spec.Block) bool {
	for _, b := range blocks {
		for _, s := range b.Sections {
			if _, ok := spec.Sections[s.Name]; !ok {
				return false
			}
		}
	}
	return true
}

// distinct returns an error when two blocks have one name.
func (c *converter) distinct(blocks []*spec.Block) error {
	lines := map[string]int{}
	for _, b := range blocks {
		if first, again := lines[b.Name]; again {
			return fmt.Errorf("%s:%d: the title %q is that of line %d, too (a YAML suite needs different names; ngxtest fmt numbers TEST titles)",
				c.path, b.Line, b.Name, first)
		}
		lines[b.Name] = b.Line
	}
	return nil
}

// valued are the blocks with the value of each section that has one in YAML.
func (c *converter) valued(all []*spec.Block, before evaluated) []*spec.Block {
	out := make([]*spec.Block, len(all))
	for i, b := range all {
		own := *b
		own.Sections = make([]*spec.Section, len(b.Sections))
		for k, s := range b.Sections {
			own.Sections[k] = c.valuedSection(s, before.blocks[b.Line])
		}
		out[i] = &own
	}
	return out
}

// valuedSection is a section with its value, when that is what its text says and YAML has a form for it. ran is its block as it was
// evaluated, nil for one that is left out of the run.
func (c *converter) valuedSection(s *spec.Section, ran *spec.Block) *spec.Section {
	own := *s
	own.Final = true
	var evaluated []spec.Value
	if ran != nil {
		if section := ran.Section(s.Name); section != nil {
			evaluated = section.Values
		}
	}
	switch {
	case len(s.Filters) == 0:
		own.Values = []spec.Value{spec.Text(perl.Trimmed(s.Text))}
	case len(evaluated) == 1 && !slices.ContainsFunc(s.Filters, func(f string) bool { return !constant[f] }):
		own.Values = evaluated
	case len(evaluated) == 1 && slices.Equal(s.Filters, []string{"eval"}) && perl.IsLiteral(s.Text):
		own.Values = evaluated
	case slices.Equal(s.Filters, []string{"eval"}) && len(s.Repeats) == 0:
		own.Values = []spec.Value{{Kind: spec.Perl, Str: s.Text}}
		c.note(s.Line, "%s stays Perl", s.Name)
		return &own
	}
	if len(own.Values) == 1 && spec.HasYAML(s.Name, own.Values[0]) {
		return &own
	}
	own.Final, own.Values = false, nil
	if slices.Contains(s.Filters, "eval") {
		c.note(s.Line, "%s stays Perl", s.Name)
	}
	return &own
}

// constant are the filters of Test::Base of which the result depends on nothing but the text.
var constant = map[string]bool{
	"chomp": true, "unchomp": true, "chop": true, "append": true, "trim": true, "norm": true, "-trim": true, "-norm": true,
	"escape": true, "base64_decode": true, "base64_encode": true, "join": true, "lines": true, "unindent": true,
}
