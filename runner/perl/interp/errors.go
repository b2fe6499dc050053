package interp

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// Die is a Perl exception: what die was called with, or a run-time error of Perl's own.
type Die struct {
	Value Value // a string, with " at FILE line N.\n" where Perl adds it, or a reference
	File  string
	Line  int

	bare      bool // Value still lacks the place, which is added as it is thrown
	signalled bool // $SIG{__DIE__} has seen it
}

// Error returns the value as a string, without the newline at its end.
func (d *Die) Error() string { return strings.TrimSuffix(widenSafely(d.Value), "\n") }

// Exit is exit(Code).
type Exit struct{ Code int }

// Error returns "exit N".
func (e *Exit) Error() string { return fmt.Sprintf("exit %d", e.Code) }

// Unsupported is a construct that this evaluator does not do. No eval catches it.
type Unsupported struct {
	Construct string
	File      string
	Line      int
}

// Error returns "file:line: unsupported Perl: construct".
func (u *Unsupported) Error() string {
	return fmt.Sprintf("%s:%d: unsupported Perl: %s", u.File, u.Line, u.Construct)
}

// Stopped says that a limit was reached or that the context ended. No eval catches it.
type Stopped struct {
	Reason string
	File   string
	Line   int
	Err    error // of the context, or nil
}

// Error returns "file:line: reason".
func (s *Stopped) Error() string { return fmt.Sprintf("%s:%d: %s", s.File, s.Line, s.Reason) }

// Unwrap returns the context's error.
func (s *Stopped) Unwrap() error { return s.Err }

// LoopExit is next, last or redo on its way to a loop further up. A native sub returns one to leave a block of its
// caller, as Test::More's skip leaves SKIP.
type LoopExit struct {
	Op    string // next, last, redo
	Label string

	at *cop
}

// Error is what Perl says when there is no such loop.
func (l *LoopExit) Error() string {
	if l.Label != "" {
		return fmt.Sprintf("Label not found for \"%s %s\"", l.Op, l.Label)
	}
	return fmt.Sprintf("Can't \"%s\" outside a loop block", l.Op)
}

// returning is a return from inside an expression on its way to its sub.
type returning struct{ fr *frame }

// thrown is what panics carry here: an error that goes up to an eval or to the caller of the Interp.
type thrown struct{ err error }

func throw(err error) {
	panic(thrown{err})
}

// die is an error of Perl's own; its place is added where it is caught.
func die(format string, args ...any) *Die {
	return &Die{Value: fmt.Sprintf(format, args...), bare: true}
}

func unsupported(format string, args ...any) *Unsupported {
	return &Unsupported{Construct: fmt.Sprintf(format, args...)}
}

// place fills in where an error happened, which is where the program is now.
func (in *Interp) place(err error) error {
	file, line := in.cop.file, in.cop.line
	switch e := err.(type) {
	case *Die:
		if e.bare {
			e.bare = false
			e.Value = concat(e.Value, in.where())
		}
		if e.File == "" {
			e.File, e.Line = file, line
		}
	case *Unsupported:
		if e.File == "" {
			e.File, e.Line = file, line
		}
	case *Stopped:
		if e.File == "" {
			e.File, e.Line = file, line
		}
	case *LoopExit:
		if e.at == nil {
			e.at = in.cop
		}
	}
	return err
}

// where is " at FILE line N.\n" with the line of the handle that was read last, as die and warn add it.
func (in *Interp) where() string {
	s := fmt.Sprintf(" at %s line %d", in.cop.file, in.cop.line)
	if h := in.lastRead; h != nil && h.lines > 0 && h.name != "" {
		unit := "line"
		if sep, ok := in.separator().(string); !ok || sep != "\n" {
			unit = "chunk"
		}
		s += fmt.Sprintf(", <%s> %s %d", h.name, unit, h.lines)
	}
	return s + ".\n"
}

// caught turns what a recover gave into an error; nil for nil. A fault of the interpreter itself becomes an
// Unsupported, so that it is reported with its place and never taken for a result.
func (in *Interp) caught(r any) error {
	switch r := r.(type) {
	case nil:
		return nil
	case thrown:
		return in.place(r.err)
	case returning:
		return in.place(die("Can't return outside a subroutine"))
	case runtime.Error:
		return in.place(unsupported("a fault of the evaluator (%v)", r))
	case error:
		return in.place(unsupported("a fault of the evaluator (%v)", r))
	}
	return in.place(unsupported("a fault of the evaluator (%v)", r))
}

// catchable reports whether eval may catch err.
func catchable(err error) bool {
	var d *Die
	return errors.As(err, &d)
}

// nativeError turns an error that a native sub returned into one to throw.
func nativeError(err error) error {
	switch err.(type) {
	case *Die, *Exit, *Unsupported, *Stopped, *LoopExit:
		return err
	}
	return die("%s", err.Error())
}

// widenSafely is v as text for a message, which nothing can make fail.
func widenSafely(v Value) string {
	switch v := v.(type) {
	case Wide:
		return string(v)
	case string:
		return v
	}
	if IsRef(v) {
		if p := blessedInto(v); p != nil && p.findOverload(`""`) != nil {
			s := ""
			err := p.in.protect(func() { s = outBytes(stringValue(v)) })
			if err == nil {
				return s
			}
		}
		return refText(v)
	}
	return Str(v)
}
