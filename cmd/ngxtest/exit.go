package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// Exit statuses beside those of report.Summary.
const (
	exitUsage       = 3 // usage, unreadable input, or ngxtest itself failed
	exitInterrupted = 130
)

// exitStatus is an error that only carries what to exit with: all that was to say has been said.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// complain writes an error, one line for each problem in it.
func complain(stderr io.Writer, err error) {
	var several *multierror.Error
	if !errors.As(err, &several) {
		several = &multierror.Error{Errors: []error{err}}
	}
	for _, one := range several.Errors {
		fmt.Fprintf(stderr, "ngxtest: %s\n", strings.TrimSpace(one.Error()))
	}
}
