package interp

import (
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// hints are the pragmas in force at a place of the text.
type hints uint8

const (
	strictRefs hints = 1 << iota
	strictVars
	strictSubs
	integerMath
	byteSemantics // use bytes
)

// variable is a lexical variable, or the lexical name that our gives to one of a package.
type variable struct {
	sigil  byte
	unit   *unit
	slot   int
	glob   *Glob     // our
	seq    int       // counts declarations: what a string eval may see
	hidden *variable // of the same name, declared before in the same scope
}

type scope struct {
	outer *scope
	unit  *unit
	vars  map[string]*variable // by sigil and name
}

// unit is a stretch of code with variables of its own: a sub, a file, a text of eval.
type unit struct {
	outer    *unit
	slots    int
	captures []capture         // what this unit uses of the enclosing frame
	captured map[*variable]int // index in captures

	// proto is the first frame. It exists from compile time on, so that named subs and BEGIN blocks find the
	// variables around them.
	proto     *frame
	protoUsed bool
	live      *frame // of a string eval: the frame around it

	jumps  bool        // a return is inside of an expression: see subBody.run
	states map[int]any // state variables outside of subs
}

// location is a place in a frame: a slot of its own, or one of its captures.
type location struct {
	captured bool
	index    int
}

type capture struct {
	at    location
	sigil byte
}

// subBody is a compiled sub.
type subBody struct {
	unit  *unit
	block *block
	file  string
	line  int
}

// compiler turns the tree of a file or eval into nodes that run.
type compiler struct {
	in     *Interp
	file   string
	src    string
	unit   *unit
	scope  *scope
	pkg    string
	hints  hints
	limit  int // of a string eval: variables around it that were declared later are out of sight
	site   *evalSite
	loops  []*loopInfo
	errors []string
	line   int
	done   map[syntax.Stmt]bool // what took effect while the text was being parsed
	inSub  bool
	outer  *compiler
	seq    *int

	inExpr    int                 // do, eval, map and sort blocks around, within the unit
	usesLocal bool                // the block being compiled has a local directly in it
	usesMatch bool                // ... or a match
	filter    func(string) string // asked for by a use
}

// loopInfo is a loop around the code that is being compiled.
type loopInfo struct {
	label string
	unit  *unit
	depth int  // compiler.inExpr where it stands
	jumps bool // left from inside an expression
	plain bool // a bare block
}

func (in *Interp) newCompiler(file, pkg string) *compiler {
	u := &unit{captured: map[*variable]int{}}
	return &compiler{
		in: in, file: file, pkg: pkg, unit: u, scope: &scope{unit: u, vars: map[string]*variable{}},
		done: map[syntax.Stmt]bool{}, outer: in.comp, seq: new(int), limit: -1,
	}
}

// program compiles the statements of a file that has been parsed as a whole.
func (in *Interp) compileProgram(prog *syntax.Program, pkg string) *subBody {
	c := in.newCompiler(prog.File, pkg)
	defer c.begin()()
	c.protoFrame(c.unit)
	var stmts []stmt
	for _, s := range prog.Body {
		stmts = c.stmt(stmts, s)
	}
	in.dataHandle(prog)
	return c.finish(c.newBlock(stmts), prog.Line)
}

// compileText parses and compiles a text, statement by statement.
func (in *Interp) compileText(file, src string, line int, pkg string) *subBody {
	c := in.newCompiler(file, pkg)
	defer c.begin()()
	c.protoFrame(c.unit)
	return c.parse(src, line)
}

func (c *compiler) begin() func() {
	old := c.in.comp
	c.in.comp = c
	return func() { c.in.comp = old }
}

func (c *compiler) parse(src string, line int) *subBody {
	in := c.in
	c.src = src
	if file, ok := syntax.NamedFile(src); ok {
		c.file = file
	}
	var stmts []stmt
	prog, err := syntax.Parse(src, syntax.Options{
		File: c.file, Line: line, Package: c.pkg, InSub: c.inSub,
		Lookup: in.lookupProto,
		Compiled: func(pc *syntax.Compiling, s syntax.Stmt, depth int) error {
			return in.protect(func() { c.met(pc, s, depth, &stmts) })
		},
	})
	if err != nil {
		c.fail(err)
	}
	in.dataHandle(prog)
	return c.finish(c.newBlock(stmts), line)
}

// met takes a statement from the parser.
func (c *compiler) met(pc *syntax.Compiling, s syntax.Stmt, depth int, stmts *[]stmt) {
	if depth == 0 {
		*stmts = c.stmt(*stmts, s)
	} else if use, ok := s.(*syntax.Use); ok && !pragma(use.Module) && !usesLexicals(use.Args) {
		c.use(use)
		c.done[s] = true
	}
	switch s := s.(type) {
	case *syntax.SubDecl:
		if s.Sub != nil && s.Sub.HasProto {
			pc.Declare(s.Name, s.Sub.Proto)
		}
	case *syntax.Use:
		if f := c.filter; f != nil {
			c.filter = nil
			pc.Filter(f)
		}
	}
}

// lookupProto tells the parser of the subs that exist.
func (in *Interp) lookupProto(full string) (string, bool) {
	pkg, name := splitName(full)
	g := in.packages[pkg].symbol(name)
	if g == nil || g.c == nil {
		return "", false
	}
	if g.c.hasProto {
		return g.c.proto, true
	}
	return syntax.NoPrototype, true
}

// fail ends the compilation with a syntax error, behind the errors that were found before it.
func (c *compiler) fail(err error) {
	e, ok := err.(*syntax.Error)
	if !ok {
		throw(err)
	}
	said := fmt.Sprintf("%s at %s line %d.\n", e.Msg, e.File, e.Line)
	if strings.HasPrefix(e.File, "(eval ") {
		said = e.Perl() // it becomes a value
	}
	c.errors = append(c.errors, said)
	throw(&Die{Value: strings.Join(c.errors, ""), File: e.File, Line: e.Line})
}

// finish makes the body of a file's statements.
func (c *compiler) finish(b *block, line int) *subBody {
	c.check()
	return &subBody{unit: c.unit, block: b, file: c.file, line: line}
}

// check ends the compilation when errors were found.
func (c *compiler) check() {
	if len(c.errors) == 0 {
		return
	}
	text := strings.Join(c.errors, "")
	if c.site == nil {
		text += fmt.Sprintf("Execution of %s aborted due to compilation errors.\n", c.file)
	}
	throw(&Die{Value: text, File: c.file, Line: c.line})
}

func (c *compiler) errorf(line int, format string, args ...any) {
	c.errors = append(c.errors, fmt.Sprintf(format, args...)+fmt.Sprintf(" at %s line %d.\n", c.file, line))
}

// unsupported ends the compilation at a construct that is not done here.
func (c *compiler) unsupported(line int, format string, args ...any) {
	throw(&Unsupported{Construct: fmt.Sprintf(format, args...), File: c.file, Line: line})
}

// runUnit runs the body of a file or eval in its first frame.
func (in *Interp) runUnit(b *subBody, want Want) (Value, List) {
	fr := b.unit.proto
	if fr == nil {
		fr = &frame{in: in, unit: b.unit}
	}
	b.unit.protoUsed = true
	fr.want = want
	fr.grow(b.unit.slots)
	if fr.args == nil {
		fr.args = in.incArgs()
	}
	fr.caps = make([]any, len(b.unit.captures))
	for i := range fr.caps {
		fr.caps[i] = b.unit.outerContainer(i)
	}
	cop, match := in.cop, in.match
	ctl := b.run(fr)
	if ctl == ctlNext || ctl == ctlLast || ctl == ctlRedo {
		in.leaveLoop(ctl.op(), fr.label)
	}
	for i, s := range fr.rl { // $1 and its like stand for the match of the unit
		if s != nil && s.x != nil && s.x.magic != nil {
			fr.rl[i] = NewScalar(s.Get())
		}
	}
	in.cop, in.match = cop, match
	return fr.rv, fr.rl
}

// incArgs is the @_ of code that is in no sub.
func (in *Interp) incArgs() *Array { return in.globOf("main::_").array() }

func (fr *frame) grow(n int) {
	if len(fr.pad) < n {
		fr.pad = append(fr.pad, make([]any, n-len(fr.pad))...)
	}
}

// usesLexicals reports whether evaluating x needs the variables around it.
func usesLexicals(x syntax.Expr) bool {
	switch x := x.(type) {
	case nil, *syntax.Str, *syntax.Num, *syntax.Bareword:
		return false
	case *syntax.List:
		for _, i := range x.Items {
			if usesLexicals(i) {
				return true
			}
		}
		return false
	}
	return true
}
