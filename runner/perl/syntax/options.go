package syntax

import "strings"

// Options tell the parser what it cannot see in the text.
type Options struct {
	File    string // for messages and __FILE__
	Line    int    // number of the first line; 0 is 1
	Package string // current at the beginning; empty is main
	InSub   bool   // the text is evaluated inside of a sub: shift and pop work on @_ there

	// Prototypes are subs that exist already, by name ("plan", known in every package) or full name ("Foo::bar"). The
	// value is the prototype: "" for a sub without arguments, "&;@", "$"; NoPrototype for none.
	Prototypes map[string]string

	// Lookup, when not nil, is asked for subs that the text itself does not declare, by full name.
	Lookup func(name string) (prototype string, ok bool)

	// Compiled, when not nil, is called with each statement that is complete, in the order of the text: for those of
	// the file itself with depth 0; for use, no, BEGIN and named subs inside of blocks at once too, with the number of
	// blocks around them, since they take effect before those blocks are complete. The latter are seen again as part
	// of the statement around them. An error stops the parser and is returned as it is.
	Compiled func(c *Compiling, s Stmt, depth int) error
}

// NoPrototype stands for a sub that exists and has no prototype.
const NoPrototype = "@"

// Compiling is the state of the parser during a call of Options.Compiled.
type Compiling struct{ p *parser }

// Package returns the package that is current.
func (c *Compiling) Package() string { return c.p.pkg }

// Declare makes a sub known, by full name or for every package, as in Options.Prototypes.
func (c *Compiling) Declare(name, prototype string) { c.p.subs[name] = prototype }

// Filter replaces the text that follows the current line: a source filter. It should keep the number of lines.
func (c *Compiling) Filter(f func(string) string) {
	p := c.p
	at := p.nextLine(p.pos)
	p.src = p.src[:at] + f(p.src[at:])
}

// ParseFile parses the text of a file, whose first line has the number firstLine.
func ParseFile(path, src string, firstLine int) (*Program, error) {
	return Parse(src, Options{File: path, Line: firstLine})
}

// Parse parses a text. The error is an *Error, an *Unsupported, or what Options.Compiled returned.
func Parse(src string, o Options) (prog *Program, err error) {
	if o.Line <= 0 {
		o.Line = 1
	}
	if o.Package == "" {
		o.Package = "main"
	}
	// Perl takes both for the end of a line, in strings too.
	src = strings.ReplaceAll(src, "\r\n", "\n")
	prog = &Program{File: o.File, Line: o.Line}
	u := &unit{opt: o, prog: prog, subs: map[string]string{}, packages: map[string]bool{}}
	for name, proto := range o.Prototypes {
		u.subs[name] = proto
	}
	p := &parser{unit: u, src: src, line0: o.Line, cline: o.Line, pkg: o.Package, inSub: o.InSub}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bailout:
			prog, err = nil, r.err
		default:
			panic(r)
		}
	}()
	if file, ok := NamedFile(src); ok {
		u.opt.File, prog.File = file, file
	}
	p.program()
	return prog, nil
}
