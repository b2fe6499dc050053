package report

import (
	"fmt"
	"io"
)

// List prints the blocks of a run, one a line: FILE:LINE TITLE. It is for runs that start nothing.
type List struct {
	Incomplete bool // a file could not be read or evaluated to its end

	stdout, stderr io.Writer
}

// NewList returns the listener for --list.
func NewList(stdout, stderr io.Writer) *List { return &List{stdout: stdout, stderr: stderr} }

// Handle implements Listener.
func (l *List) Handle(e Event) {
	switch e.Kind {
	case BlockStart:
		fmt.Fprintf(l.stdout, "%s:%d %s\n", e.File, e.Place.Line, visible(e.Place.Block, false))
	case Abort:
		l.Incomplete = true
		fmt.Fprint(l.stderr, lined(string(e.Text)))
	}
}
