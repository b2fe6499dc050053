package syntax

import "fmt"

// Error says that a text is no Perl, or that it ends too early. Line is the line of what is wrong: for a string, a
// here-document or a brace that is never closed, the line on which it begins.
type Error struct {
	File string
	Line int
	Msg  string
	// Near is the token that cannot stand where it is and the term in front of it, which is what Perl's own message shows; ""
	// where Perl has other words.
	Near string
}

// Error returns "file:line: msg".
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// Perl returns the message in the form that Perl gives $@.
func (e *Error) Perl() string {
	if e.Near != "" {
		return fmt.Sprintf("syntax error at %s line %d, near \"%s\"\n", e.File, e.Line, e.Near)
	}
	return fmt.Sprintf("%s at %s line %d.\n", e.Msg, e.File, e.Line)
}

// Unsupported says that a text uses something of Perl that this package knows but does not do.
type Unsupported struct {
	File      string
	Line      int
	Construct string // "format", "goto LABEL", ...
}

// Error returns "file:line: unsupported Perl: construct".
func (e *Unsupported) Error() string {
	return fmt.Sprintf("%s:%d: unsupported Perl: %s", e.File, e.Line, e.Construct)
}
