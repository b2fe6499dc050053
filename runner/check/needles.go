package check

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/regex"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// needle is one pattern of a log section: text to be found in a line, or a regular expression.
type needle struct {
	text string // as Perl prints it, and what is looked for as it is
	re   *regex.Regexp
	err  error // why it says nothing about any line
	done bool
}

// needles reads a log section: the lines of a text, one regular expression, or a list of both.
func (j *judge) needles(section string) ([]*needle, error) {
	v := j.Spec.Value(section)
	var list []spec.Value
	switch {
	case !v.IsRef():
		list = spec.Texts(splitLines(v.String())...).List
	case v.Kind == spec.Regexp:
		list = []spec.Value{v}
	case v.Kind == spec.List:
		list = v.List
	default:
		return nil, j.errorf("%s: it must be text, a regular expression or a list of them", section)
	}
	var out []*needle
	for _, v := range list {
		if v.Defined() {
			out = append(out, j.needle(v))
		}
	}
	return out, nil
}

func (j *judge) needle(v spec.Value) *needle {
	n := &needle{text: v.String()}
	if v.Kind == spec.Regexp {
		n.re, n.err = j.compile(v, "")
	}
	return n
}

// splitLines is Perl's split of a text at its newlines: several count as one, those at the end do not count.
func splitLines(text string) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	out := lines[:1]
	for _, line := range lines[1:] {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// find returns the part of a line that matches, and whether any does. A regular expression also matches its own text.
func (n *needle) find(line string) (string, bool) {
	if n.err != nil {
		return "", false
	}
	if n.re != nil {
		m, err := n.re.Find(line, 0)
		if err != nil {
			n.err = err
			return "", false
		}
		if m != nil {
			return line[m[0]:m[1]], true
		}
	}
	return n.text, strings.Contains(line, n.text)
}

func (n *needle) in(line string) bool {
	_, ok := n.find(line)
	return ok
}

// contains says whether a value, or a member of it, has a text in it.
func contains(v spec.Value, text string) bool {
	if v.Kind == spec.List {
		for _, member := range v.List {
			if contains(member, text) {
				return true
			}
		}
		return false
	}
	return strings.Contains(v.String(), text)
}

// shown is a line or pattern as a description has it: without the newline at its end, in one line, its quotes escaped.
func shown(s string) string {
	return escapes.Replace(strings.TrimSuffix(s, "\n"))
}

var escapes = strings.NewReplacer(`"`, `\"`, "\r", `\r`, "\n", `\n`)
