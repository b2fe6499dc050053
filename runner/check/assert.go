package check

import (
	"fmt"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// judge makes the tests of one set of checks.
type judge struct {
	*Block
	dry string // why there is nothing to judge, "" when there is
	Result
}

func (j *judge) add(t tap.Test) { j.Tests = append(j.Tests, t) }

func (j *judge) warn(format string, args ...any) {
	j.Warnings = append(j.Warnings, fmt.Sprintf(format, args...))
}

// skips makes the test a skip when this is a dry run, and says whether it is. what is the part of the reason between the
// block's name and "tests skipped".
func (j *judge) skips(section, what string) bool {
	if j.dry == "" {
		return false
	}
	j.skip(section, fmt.Sprintf("%s - %stests skipped due to %s", j.Name, what, j.dry))
	return true
}

func (j *judge) skip(section, reason string) {
	j.add(tap.Test{OK: true, Directive: "skip", Reason: reason, Section: section})
}

func (j *judge) pass(section, name string) { j.add(tap.Test{OK: true, Name: name, Section: section}) }
func (j *judge) fail(section, name string) { j.add(tap.Test{Name: name, Section: section}) }

// is is Test::More's: as strings, and undef equals undef only.
func (j *judge) is(section string, got, want spec.Value, name string) {
	t := tap.Test{Name: name, Section: section, Compare: "is", Got: got.String(), Want: want.String()}
	t.OK = got.Defined() == want.Defined() && got.Wide == want.Wide && t.Got == t.Want
	j.add(t)
}

func (j *judge) isnt(section, got, not, name string) {
	j.add(tap.Test{OK: got != not, Name: name, Section: section, Compare: "isnt", Got: got, Want: not})
}

// like is Test::More's like, or its unlike. An undefined got counts as the empty string. flags are those of a qr// around a pattern
// that is text.
func (j *judge) like(section, compare, got string, pattern spec.Value, flags, name string) {
	t := tap.Test{Name: name, Section: section, Compare: compare, Got: got, Want: pattern.String()}
	p, err := j.compile(pattern, flags)
	matches := false
	if err == nil {
		matches, err = p.Match(got)
	}
	if err != nil {
		j.broken(section, err)
		return
	}
	t.OK = matches == (compare == "like")
	j.add(t)
}

// broken is the failure of a pattern that says nothing about the text it is held against. Perl would die of it.
func (j *judge) broken(section string, err error) {
	j.fail(section, fmt.Sprintf("%s - %s - %s:%d: %v", j.Name, section, j.File, j.Spec.LineOf(section), err))
}

// errorf is a bail-out.
func (b *Block) errorf(format string, args ...any) error {
	return fmt.Errorf("%s - "+format, append([]any{b.Name}, args...)...)
}

// indexed returns what a section expects of request i. many says that the block has several requests, so that the section has to
// be a list.
func (b *Block) indexed(section string, i int, many bool) (spec.Value, error) {
	v := b.Spec.Value(section)
	switch {
	case v.Kind == spec.List && !many && i != 0:
		return v, b.errorf("%s: request %d of a block with one request", section, i)
	case v.Kind == spec.List && i < len(v.List):
		return v.List[i], nil
	case v.Kind == spec.List:
		return spec.Value{}, nil
	case many:
		return v, b.errorf("the block has several requests, so %s must be a list with one entry for each", section)
	}
	return v, nil
}

func number(n int) spec.Value { return spec.Value{Kind: spec.Number, Str: strconv.Itoa(n)} }
