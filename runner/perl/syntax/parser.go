package syntax

import (
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// maxDepth bounds how deep expressions and blocks may nest, so that no text can exhaust the stack.
const maxDepth = 2000

// unit is what all parsers of one text share.
type unit struct {
	opt      Options
	prog     *Program
	subs     map[string]string // known subs and their prototypes
	packages map[string]bool   // named by package, use or require so far
	depth    int

	signatures bool // (...) behind sub is a signature even if it could be a prototype
	postderef  bool // "->@*" works in strings
}

// parser reads one piece of text: the program, or what stands between the delimiters of a string. There are no tokens:
// whether "/" divides or begins a pattern is known only here, so each function looks at the text itself.
type parser struct {
	*unit
	src   string
	pos   int
	line0 int         // line of the first byte
	skip  map[int]int // where to go on behind a newline that here-documents follow

	outer    *parser // the text around this one, if this is a string
	quoted   bool    // in a string, outside of subscripts and blocks in it: no spaces, no comments
	regex    bool    // quoted, and in a pattern
	comments bool    // in a pattern with the flag x

	pkg    string
	inSub  bool
	blocks int
	last   int // position of the term that began last
	hashAt int // position behind a { that begins a hash although it begins a statement
	open   int // line of the innermost bracket that is open, 0 when there is none

	cpos, cline int // a position and its line, to count from

	renumbered []renumbering // by # line comments, in the order of the text
}

// bailout carries an error out of the depths of the parser.
type bailout struct{ err error }

func (p *parser) fail(line int, format string, args ...any) {
	panic(bailout{p.errorf(line, format, args...)})
}

func (p *parser) errorf(line int, format string, args ...any) *Error {
	return &Error{File: p.opt.File, Line: line, Msg: fmt.Sprintf(format, args...)}
}

func (p *parser) unsupported(line int, construct string) {
	panic(bailout{&Unsupported{p.opt.File, line, construct}})
}

// unexpected fails at the current position.
func (p *parser) unexpected(want string) { panic(bailout{p.wrong(want)}) }

// wrong is the error of unexpected.
func (p *parser) wrong(want string) *Error {
	p.space()
	line := p.line()
	if want != "" {
		want = ", expected " + want
	}
	if p.pos >= len(p.src) && p.open > 0 {
		return p.errorf(p.open, "the bracket opened here is never closed")
	}
	if p.pos >= len(p.src) {
		return p.errorf(line, "syntax error at the end of the text%s", want)
	}
	near, _, _ := strings.Cut(p.src[p.pos:], "\n")
	if len(near) > 30 {
		near = near[:30] + "..."
	}
	return p.errorf(line, "syntax error near %q%s", near, want)
}

// misplaced fails at a term that stands where an operator should.
func (p *parser) misplaced() {
	e := p.wrong("an operator or \";\"")
	if p.last < p.pos && p.pos < len(p.src) {
		e.Near = p.src[p.last : p.pos+p.token()]
	}
	panic(bailout{e})
}

var aToken = lazyregexp.New(`^(?:[$@%&]?\w+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|.)`)

// token is the length of the token at the current position.
func (p *parser) token() int { return len(aToken.FindString(p.src[p.pos:])) }

// enter counts a level of nesting; the caller defers leave.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.line(), "nested too deeply (more than %d levels)", maxDepth)
	}
}

func (p *parser) leave() { p.depth-- }

// within makes a parser for a piece of the text that begins on the given line.
func (p *parser) within(src string, line int) *parser {
	return &parser{unit: p.unit, src: src, line0: line, cline: line, outer: p, pkg: p.pkg, inSub: p.inSub, blocks: p.blocks + 1}
}

// line is the line of the current position.
func (p *parser) line() int { return p.lineAt(p.pos) }

func (p *parser) lineAt(pos int) int {
	pos = min(pos, len(p.src))
	for i := len(p.renumbered) - 1; i >= 0; i-- {
		if r := p.renumbered[i]; r.pos <= pos {
			return r.line + strings.Count(p.src[r.pos:pos], "\n")
		}
	}
	if pos >= p.cpos {
		p.cline += strings.Count(p.src[p.cpos:pos], "\n")
	} else {
		p.cline -= strings.Count(p.src[pos:p.cpos], "\n")
	}
	p.cpos = pos
	return p.cline
}

func (p *parser) here() Pos { return Pos{p.line()} }

// peek returns the byte at the current position plus n, 0 at the end.
func (p *parser) peek(n int) byte {
	if p.pos+n < len(p.src) {
		return p.src[p.pos+n]
	}
	return 0
}

func (p *parser) rest() string { return p.src[p.pos:] }

func (p *parser) has(prefix string) bool { return strings.HasPrefix(p.src[p.pos:], prefix) }

// accept skips space and then c, if it is there.
func (p *parser) accept(c byte) bool {
	p.space()
	if p.peek(0) == c && p.pos < len(p.src) {
		p.pos++
		return true
	}
	return false
}

// expect is accept for a byte that has to be there.
func (p *parser) expect(c byte) {
	if !p.accept(c) {
		p.unexpected(fmt.Sprintf("%q", string(c)))
	}
}

// close is expect for a closing bracket; open is where the opening one is.
func (p *parser) close(c byte, open Pos) {
	if p.accept(c) {
		return
	}
	if p.pos >= len(p.src) {
		p.fail(open.Line, "the bracket opened here is never closed")
	}
	p.unexpected(fmt.Sprintf("%q for the bracket opened on line %d", string(c), open.Line))
}
