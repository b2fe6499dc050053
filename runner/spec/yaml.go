package spec

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// YAMLSuite is what a suite in its YAML form says, before an environment and the defaults of Test::Nginx are applied.
type YAMLSuite struct {
	File   string
	Perl   string   // a preamble as a .t file has it, which calls run_tests; "" for none
	Line   int      // of the first line of Perl
	Plan   Plan     // PlanNo where the file names none
	Blocks []*Block // with values; SKIP, ONLY and LAST are applied. Values of kind Perl are left for ResolvePerl
	All    []*Block // every test, whatever SKIP, ONLY and LAST say

	Settings []Setting // as they are written, without the plan

	settings []func(*Settings)
}

// Apply puts what the file's settings and plan say over s, as the calls in a Perl preamble would.
func (y *YAMLSuite) Apply(s *Settings) {
	s.Plan = y.Plan
	for _, set := range y.settings {
		set(s)
	}
}

// ParseYAML reads a suite in its YAML form, a mapping with these keys:
//
//	settings   what a preamble calls: repeat_each: 2, no_shuffle: true, env_to_nginx: [NAME], plan: 12 or {skip_all: reason}, ...
//	defaults   sections for every test that does not have them
//	tests      a list of mappings: name, description (optional), and sections
//	perl       instead of settings: the preamble that a .t file would have. Sections may then have names that only it knows
//
// and any other key whose value holds an anchor, for the aliases of the rest. Merge keys (<<) work.
//
// A section's value can be
//
//	text, number   the text, as YAML gives it: a block scalar (|) keeps its newlines, a plain one has none
//	true, false    whether the section is there, where only that counts; elsewhere their text
//	null           no such section, whatever the defaults say
//	a list         an array: one element a request, where sections are read so; lists may hold lists
//	{regex: PATTERN, flags: msixn}
//	{file: PATH}   the bytes of a file; the path starts from the suite's directory
//	{hex: DIGITS}, {base64: TEXT}
//	{perl: CODE}   a value of kind Perl, for ResolvePerl: what the section would be in a .t file with the filter eval
//	{packets: [...]}   for request: one request sent in pieces. A piece is any of the above or {value: PIECE, delay_before: SECONDS}
//	{NAME: CONTENT}    for user_files: the files to write; other values of user_files are what they are in a .t file
//	{text: TEXT, filters: NAMES}   what a section of a .t file says, with the filters written behind its name
//
// Filters, Test::Base's norm and trim among them, apply to the last form alone.
//
// The error lists every problem of the file, each with line and column.
func ParseYAML(path string, src []byte) (*YAMLSuite, error) {
	// A node takes a byte at least, and is counted with its parent, too.
	r := &yamlReader{file: path, left: maxNodes + 2*len(src), open: map[*yaml.Node]bool{}, merging: map[*yaml.Node]bool{}}
	root := r.document(src)
	y := &YAMLSuite{File: path, Plan: Plan{Kind: PlanNo}}
	if root != nil {
		r.suite(y, root)
	}
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b *Problem) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		return nil, joined(slices.CompactFunc(r.problems, func(a, b *Problem) bool { return *a == *b }))
	}
	return y, nil
}

// rootKeys are the keys of a suite that mean something.
var rootKeys = map[string]bool{"settings": true, "defaults": true, "tests": true, "perl": true}

func (r *yamlReader) suite(y *YAMLSuite, root *yaml.Node) {
	var defaults []*Section
	var tests *yaml.Node
	pairs := r.pairs(root, "the suite")
	r.anyName = slices.ContainsFunc(pairs, func(p pair) bool { return p.name == "perl" })
	for _, p := range pairs {
		switch p.name {
		case "perl":
			y.Perl, y.Line = r.text(p.value, p.name), textLine(p.value)
		case "settings":
			if r.anyName {
				r.fail(p.key, "settings beside perl (call the functions there)")
			}
			r.settings(y, p.value)
		case "defaults":
			for _, p := range r.pairs(p.value, "defaults") {
				if s := r.section(p); s != nil {
					defaults = append(defaults, s)
				}
			}
		case "tests":
			tests = p.value
		default:
			if !holdsAnchor(p.value) {
				r.unknown(p.key, "key", Nearest(p.name, rootKeys))
			}
		}
	}
	if tests == nil {
		r.fail(root, "no tests (add a list under the key tests)")
		return
	}
	list := r.list(tests, "tests")
	named := map[string]int{}
	done := false
	for _, n := range list {
		b := r.test(n, defaults, named)
		y.All = append(y.All, b)
		switch {
		case b == nil || done || b.Section("SKIP") != nil && b.Section("ONLY") == nil:
		case b.Section("ONLY") != nil:
			y.Blocks, done = []*Block{b}, true
		default:
			y.Blocks = append(y.Blocks, b)
			done = b.Section("LAST") != nil
		}
	}
}

// test reads one test and gives it the defaults. named holds the lines of the names seen so far.
func (r *yamlReader) test(n *yaml.Node, defaults []*Section, named map[string]int) *Block {
	b := &Block{Line: n.Line}
	has := map[string]bool{}
	for _, p := range r.pairs(n, "a test") {
		switch p.name {
		case "name":
			b.Name, has["name"] = r.text(p.value, "name"), true
			if first, again := named[b.Name]; again {
				r.fail(p.value, "name %q is taken by the test in line %d (rename one)", b.Name, first)
				continue
			}
			named[b.Name] = p.key.Line
		case "description":
			b.Description = r.text(p.value, "description")
		default:
			has[p.name] = true
			if s := r.section(p); s != nil {
				b.Sections = append(b.Sections, s)
			}
		}
	}
	if !has["name"] && n.Kind == yaml.MappingNode {
		r.fail(n, "test without a name (add the key name)")
	}
	for _, s := range defaults {
		if !has[s.Name] {
			own := *s
			own.Values = clones(s.Values)
			b.Sections = append(b.Sections, &own)
		}
	}
	return b
}

// section reads one section; nil when it is not to be there, or not what it should be.
func (r *yamlReader) section(p pair) *Section {
	types, known := Sections[p.name]
	if !known && r.anyName && !rootKeys[p.name] && p.name != "name" {
		types, known = OfText|OfList|OfRegexp|OfCode, true
	}
	if !known {
		if rootKeys[p.name] || p.name == "name" {
			r.fail(p.key, "key %q does not belong here (move it)", p.name)
			return nil
		}
		r.unknown(p.key, "section", Nearest(p.name, Sections))
		return nil
	}
	if text, filters, ok := r.unfiltered(p.value); ok {
		return &Section{Name: p.name, Line: p.key.Line, Text: text, Filters: filters}
	}
	v, ok := r.sectionValue(p, types)
	if !ok || !v.Defined() {
		return nil
	}
	s := &Section{Name: p.name, Line: p.key.Line, Values: []Value{v}, Final: true}
	if v.Kind == Bytes {
		s.Text = v.Str
	}
	return s
}

func clones(values []Value) []Value {
	out := slices.Clone(values)
	for i, v := range out {
		out[i].List = clones(v.List)
		if v.Map != nil {
			out[i].Map = make(map[string]Value, len(v.Map))
			for key, inner := range v.Map {
				out[i].Map[key] = clones([]Value{inner})[0]
			}
		}
	}
	return out
}
