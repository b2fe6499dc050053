package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/term"
)

// terminal reports whether w is a terminal, and how many columns it has.
func terminal(w io.Writer) (width int, ok bool) {
	if out, ok := w.(*output); ok {
		w = out.w
	}
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return width, true
}

// output is standard output or error during a run. What cannot be written ends the run in order: nobody would see the rest.
type output struct {
	w      io.Writer
	cancel func()
	mu     sync.Mutex
	err    error // the first
}

// Write writes until the first error, which calls cancel. It never fails.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		if _, o.err = o.w.Write(b); o.err != nil {
			o.cancel()
		}
	}
	return len(b), nil
}

// failure is what the user is to be told; nil, too, where it is known that the reader of a pipe had seen enough.
func (o *output) failure(name string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil || errors.Is(o.err, syscall.EPIPE) {
		return nil
	}
	return fmt.Errorf("%s: cannot be written: %w (make room, or send it elsewhere)", name, reason(o.err))
}

// reason is what the system said, without the operation and the path in front.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
