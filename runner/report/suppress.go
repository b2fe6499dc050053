package report

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"

	"github.com/ngxtest/ngxtest/valgrind"
)

// Memory is what runs say of memory: their findings, and what suppressions have hidden. The zero value is ready to use.
type Memory struct {
	Findings   Findings
	Suppressed map[string]int // by name of the suppression, of the user's files and of the built-in ones
	Complete   bool           // each run has come to its end

	programs []string // the nginx of each run, which is not the user's own code
	open     int
}

// Handle implements Listener.
func (m *Memory) Handle(e Event) {
	switch e.Kind {
	case RunStart:
		m.programs = append(m.programs, e.Run.Nginx)
		m.open++
	case Found:
		m.Findings.Handle(e)
	case Suppressed:
		if m.Suppressed == nil {
			m.Suppressed = map[string]int{}
		}
		for name, n := range e.Suppressed {
			m.Suppressed[name] += n
		}
	case RunEnd:
		if !e.Summary.Interrupted && !e.Summary.Stopped {
			m.open--
		}
	}
	m.Complete = len(m.programs) > 0 && m.open == 0
}

// Suppressions makes an entry for each finding that fails the run, or for each one at all: as small as it can be, with a
// name of its own that none of taken has, and with comments that say what it is about. Findings that no entry can silence
// are in the error, which does not keep the others from being silenced.
func (m *Memory) Suppressions(all bool, taken valgrind.Suppressions) (valgrind.Suppressions, error) {
	var out valgrind.Suppressions
	var problems *multierror.Error
	for _, f := range m.Findings.Sorted() {
		if !f.Fails && !all {
			continue
		}
		entry, err := f.suppression(m.programs)
		if err != nil {
			at := f.Tests[0]
			problems = multierror.Append(problems, fmt.Errorf("%s: %w", at.Place.title(at.File), err))
			continue
		}
		i := slices.IndexFunc(out, func(other valgrind.Suppression) bool {
			return slices.Equal(other.Tools, entry.Tools) && other.Kind == entry.Kind && other.Param == entry.Param && slices.Equal(other.Frames, entry.Frames)
		})
		if i < 0 {
			out = append(out, entry)
			continue
		}
		// the same C code, reached in another way
		out[i].Comments = append(out[i].Comments, entry.Comments...)
		out[i].LeakKinds = union(out[i].LeakKinds, entry.LeakKinds)
	}
	named := map[string]bool{}
	for _, e := range taken {
		named[e.Name] = true
	}
	for i, e := range out {
		for n := 2; named[out[i].Name]; n++ {
			out[i].Name = fmt.Sprintf("%s (%d)", e.Name, n)
		}
		named[out[i].Name] = true
	}
	return out, problems.ErrorOrNil()
}

// suppression is the entry that silences a finding, with comments that say what it is about.
func (m Merged) suppression(programs []string) (valgrind.Suppression, error) {
	comments := append([]string{string(m.Verdict) + ": " + m.about()}, m.spots()...)
	if _, _, ok := m.luaCaller(); ok && m.Stack[0].Function != "" {
		comments = append(comments, "Valgrind does not see lines of Lua: this hides whatever Lua itself gets from "+m.Stack[0].Function+" on this way, too")
	}
	return valgrind.Suppress(m.Record, m.owner(programs), m.leakKinds(), comments...)
}

// Stale reports whether an entry has hidden nothing and would hide nothing of what was found.
func (m *Memory) Stale(e valgrind.Suppression) bool {
	return m.Suppressed[e.Name] == 0 &&
		!slices.ContainsFunc(m.Findings.order, func(f *Merged) bool { return e.Matches(f.Record) })
}

// owner tells the user's own frames as the run did.
func (f Finding) owner(programs []string) valgrind.Owner {
	o := valgrind.Owner{Programs: programs}
	for _, frame := range f.own() {
		o.Roots = append(o.Roots, frame.Object, path.Join(frame.Dir, frame.File))
	}
	return o
}

// leakKinds are the leak kinds that an entry has to name beside that of the record: all of them where the memory was
// watched, since what is reachable now is lost at a later look.
func (f Finding) leakKinds() []valgrind.Kind {
	if f.Watched == 0 || f.GrownIn == 0 && f.GrownBy == 0 {
		return nil
	}
	return []valgrind.Kind{valgrind.DefinitelyLost, valgrind.IndirectlyLost, valgrind.PossiblyLost, valgrind.StillReachable}
}

// union joins two lists of words between commas.
func union(a, b string) string {
	words := strings.Split(a, ",")
	for word := range strings.SplitSeq(b, ",") {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return strings.Trim(strings.Join(words, ","), ",")
}
