package spec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// Problem is one thing that is wrong with a test file. Its text is "file:line: what (what to do)", with the column behind the
// line where it is known.
type Problem struct {
	File   string
	Line   int // from 1
	Column int // in bytes, from 1; 0 when unknown
	Msg    string
}

func (p *Problem) Error() string {
	if p.Column > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Msg)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Msg)
}

// joined makes one error of problems, one line each; nil when there are none.
func joined(problems []*Problem) error {
	if len(problems) == 0 {
		return nil
	}
	all := &multierror.Error{ErrorFormat: lines}
	for _, p := range problems {
		all.Errors = append(all.Errors, p)
	}
	return all
}

func lines(errs []error) string {
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n")
}
