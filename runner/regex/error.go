package regex

import "fmt"

// A SyntaxError says why a pattern was refused. Its text is what perl dies with, without the " at FILE line N." that the
// place in the Perl program adds.
type SyntaxError struct {
	Pattern string // as it was given to Compile
	Message string // the whole text
	// Construct is empty for a pattern that perl refuses too. Else perl accepts the pattern, and Construct is what in it this
	// package does not do, e.g. "recursion (?R)".
	Construct string
}

func (e *SyntaxError) Error() string { return e.Message }

// A LimitError says that a match was given up: the pattern backtracks without end on this subject.
type LimitError struct {
	Pattern string
	Subject int // length of the subject in bytes
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("regular expression m/%s/ backtracks too much on %d bytes: the match was given up", e.Pattern, e.Subject)
}

// errorAt is perl's form of an error with a place in the pattern: what was read up to offset at, a mark, the rest.
func (p *parser) errorAt(at int, format string, args ...any) *SyntaxError {
	at = min(at, len(p.src))
	return &SyntaxError{Pattern: p.src, Message: fmt.Sprintf("%s in regex; marked by <-- HERE in m/%s <-- HERE %s/",
		fmt.Sprintf(format, args...), p.src[:at], p.src[at:])}
}

// errorIn is perl's form of an error without a place. It shows the beginning of a long pattern only, as perl does.
func (p *parser) errorIn(format string, args ...any) *SyntaxError {
	src := p.src
	if len(src) > 127 {
		src = src[:117] + "..."
	}
	return &SyntaxError{Pattern: p.src, Message: fmt.Sprintf("%s in regex m/%s/", fmt.Sprintf(format, args...), src)}
}

// unsupported refuses what perl would accept.
func (p *parser) unsupported(at int, construct string) *SyntaxError {
	e := p.errorAt(at, "%s is not supported", construct)
	e.Construct = construct
	return e
}
