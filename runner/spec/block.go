package spec

// File is a test file as it is written: where its Perl ends and what its blocks say, unfiltered.
type File struct {
	Path     string
	Preamble string // the Perl text before __DATA__ or __END__; the whole file when there is neither
	DataLine int    // line of __DATA__ or __END__; 0 when there is none
	Data     string // the text behind that line

	padded bool // the data line has blanks at its end, so that Perl finds no data
}

// Block is one test block. Before evaluation its sections have only Text; afterwards they have Values too.
type Block struct {
	Name        string // the title, without the file in front
	Description string // the lines between the title and the first section, trimmed; where it is empty, Perl shows the title
	Line        int    // of the === line
	Sections    []*Section
}

// Section is one section of a block.
type Section struct {
	Name    string
	Line    int      // of the --- line; 0 for one that a preprocessor added
	Repeats []int    // lines of earlier sections of that name in the block: each makes the filters run once more
	Filters []string // as written behind the name: "chomp", "-trim", "+x", "name=arg"
	Text    string   // unfiltered
	Values  []Value  // after the filters and preprocessors; nil before
	Final   bool     // Values are there from the start, and filters do not apply: a section of a suite in YAML
}

// Section returns the section of that name, or nil.
func (b *Block) Section(name string) *Section {
	for _, s := range b.Sections {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Value returns the first value of a section, which is what Test::Nginx sees; undef when the block has no such section.
func (b *Block) Value(name string) Value {
	if s := b.Section(name); s != nil && len(s.Values) > 0 {
		return s.Values[0]
	}
	return Value{}
}

// Has reports whether a section is there and defined.
func (b *Block) Has(name string) bool { return b.Value(name).Defined() }

// Set replaces the values of a section, as $block->set_value does, and adds the section where there is none.
func (b *Block) Set(name string, values ...Value) {
	s := b.Section(name)
	if s == nil {
		s = &Section{Name: name}
		b.Sections = append(b.Sections, s)
	}
	s.Values = values
}

// LineOf returns the line of a section, or of the block where the section has none.
func (b *Block) LineOf(section string) int {
	if s := b.Section(section); s != nil && s.Line > 0 {
		return s.Line
	}
	return b.Line
}
