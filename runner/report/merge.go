package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/valgrind"
)

// severity is the order in which verdicts are shown, the worst first.
var severity = []valgrind.Verdict{
	valgrind.Crash, valgrind.Error, valgrind.Leak, valgrind.Growing, valgrind.Suspect, valgrind.Once, valgrind.AtExitOnly,
}

// Merged is what memory checking has found about one stack in all tests of a run.
type Merged struct {
	Finding        // as the test has it in which it is worst
	Tests   []Spot // where it was found, each block once, in the order in which they ran
}

// Spot is a block in which something was found, and what it was there.
type Spot struct {
	File     string
	Place    Place
	Requests []int // which of the block's requests it was, in order; none where it belongs to none
	Verdict  valgrind.Verdict
	Fails    bool
}

// Findings gathers the findings of a run by their keys. The zero value is ready to use.
type Findings struct {
	byKey map[string]*Merged
	order []*Merged // as they came
}

// Handle implements Listener.
func (f *Findings) Handle(e Event) {
	if e.Kind == Found {
		f.add(e)
	}
}

// spotOf is where a finding was found.
func spotOf(e Event) Spot {
	spot := Spot{File: e.File, Verdict: e.Finding.Verdict, Fails: e.Finding.Fails}
	if e.Place != nil {
		spot.Place = *e.Place
	}
	if spot.Place.Request > 0 {
		spot.Requests = []int{spot.Place.Request}
	}
	return spot
}

// add notes a finding; it returns what is known of its stack from then on, and whether it is the first of it.
func (f *Findings) add(e Event) (m *Merged, first bool) {
	spot := spotOf(e)
	m, known := f.byKey[e.Finding.Key]
	if !known {
		if f.byKey == nil {
			f.byKey = map[string]*Merged{}
		}
		m = &Merged{Finding: *e.Finding, Tests: []Spot{spot}}
		f.byKey[e.Finding.Key] = m
		f.order = append(f.order, m)
		return m, true
	}
	if worse(*e.Finding, m.Finding) {
		m.Finding = *e.Finding
	}
	i := slices.IndexFunc(m.Tests, func(s Spot) bool {
		return s.File == spot.File && s.Place.Line == spot.Place.Line && s.Place.Block == spot.Place.Block
	})
	if i < 0 {
		m.Tests = append(m.Tests, spot)
		return m, false
	}
	old := &m.Tests[i]
	for _, n := range spot.Requests {
		if at, known := slices.BinarySearch(old.Requests, n); !known {
			old.Requests = slices.Insert(old.Requests, at, n)
		}
	}
	if rank(spot.Verdict) < rank(old.Verdict) {
		old.Verdict, old.Fails = spot.Verdict, spot.Fails
	}
	return m, false
}

// spots tells in which tests it was found, one a line: FILE:LINE, title, which of several requests, and what it was there
// if that differs.
func (m Merged) spots() []string {
	var lines []string
	for _, spot := range m.Tests {
		text := spot.Place.title(spot.File)
		if which := spot.which(); which != "" {
			text += " (" + which + ")"
		}
		if spot.Verdict != m.Verdict {
			text += ", here " + string(spot.Verdict)
		}
		lines = append(lines, visible(text, false))
	}
	return lines
}

// which is Place.which for all requests of the block in which it was found: "requests 1 and 3 of 3".
func (s Spot) which() string {
	if len(s.Requests) < 2 {
		return s.Place.which()
	}
	var numbers []string
	for _, n := range s.Requests {
		numbers = append(numbers, strconv.Itoa(n))
	}
	return fmt.Sprintf("requests %s of %d", listed(numbers), s.Place.Requests)
}

// listed joins words as a sentence does: "a, b and c".
func listed(words []string) string {
	if n := len(words) - 1; n > 0 {
		return strings.Join(words[:n], ", ") + " and " + words[n]
	}
	return strings.Join(words, "")
}

// Sorted returns the findings: what fails the run first, then the worst, then the biggest.
func (f *Findings) Sorted() []Merged {
	var out []Merged
	for _, m := range f.order {
		out = append(out, *m)
	}
	slices.SortStableFunc(out, func(a, b Merged) int {
		switch {
		case worse(a.Finding, b.Finding):
			return -1
		case worse(b.Finding, a.Finding):
			return 1
		}
		return cmp.Compare(a.Key, b.Key)
	})
	return out
}

// worse compares what decides the order.
func worse(a, b Finding) bool {
	if a.Fails != b.Fails {
		return a.Fails
	}
	return cmp.Or(cmp.Compare(rank(b.Verdict), rank(a.Verdict)), cmp.Compare(a.GrownBy, b.GrownBy), cmp.Compare(a.Bytes, b.Bytes)) > 0
}

func rank(v valgrind.Verdict) int {
	if i := slices.Index(severity, v); i >= 0 {
		return i
	}
	return len(severity)
}

// countLine says how many findings of each verdict there are: "Memory findings: 3 leaks, 1 error (2 more do not fail the
// run)".
func countLine(all []Merged) string {
	failing, rest := map[valgrind.Verdict]int{}, 0
	for _, m := range all {
		if m.Fails {
			failing[m.Verdict]++
		} else {
			rest++
		}
	}
	var words []string
	for _, v := range severity {
		if n := failing[v]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, verdicts(v, n)))
		}
	}
	switch {
	case len(words) == 0 && rest == 0:
		return "Memory findings: none"
	case len(words) == 0:
		return fmt.Sprintf("Memory findings: none that fails the run (%d that %s not)", rest, verb(rest))
	case rest == 0:
		return "Memory findings: " + strings.Join(words, ", ")
	}
	return fmt.Sprintf("Memory findings: %s (%d more %s not fail the run)", strings.Join(words, ", "), rest, verb(rest))
}

func verb(n int) string {
	if n == 1 {
		return "does"
	}
	return "do"
}

// verdicts is a verdict as n of them are called.
func verdicts(v valgrind.Verdict, n int) string {
	switch {
	case n == 1:
		return string(v)
	case v == valgrind.Crash:
		return "crashes"
	case v == valgrind.Leak, v == valgrind.Error, v == valgrind.Suspect:
		return string(v) + "s"
	}
	return string(v)
}
