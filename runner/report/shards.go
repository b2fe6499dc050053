package report

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// Shards joins what the shards of a run have told to what one run would have told. The zero value is ready to use.
type Shards struct {
	parts []*told
}

// told is what one run tells.
type told struct {
	name    string // of the report
	run     Run
	events  []Event  // but run-start and run-end
	summary *Summary // nil where the report ends before the run did
}

// index is which shard it is; a whole run is the only one of one.
func (p *told) index() (index, of int) {
	if p.run.Shard == nil {
		return 1, 1
	}
	return p.run.Shard.Index, p.run.Shard.Of
}

// what it is in words.
func (p *told) what() string {
	if p.run.Shard == nil {
		return "the run"
	}
	return fmt.Sprintf("shard %d of %d", p.run.Shard.Index, p.run.Shard.Of)
}

// all are the files of all shards.
func (p *told) all() []string {
	if p.run.Shard == nil {
		return p.run.Files
	}
	return p.run.Shard.Files
}

// Read reads a report that JSON has written, of the file called name. Several reports in one file are several shards. One that
// breaks off in the middle of a line is taken as far as it goes: whoever wrote it was killed.
func (s *Shards) Read(r io.Reader, name string) error {
	before := len(s.parts)
	err := ReadJSON(r, name, &reader{s, name})
	if err != nil && !(errors.Is(err, errCut) && len(s.parts) > before) {
		return err
	}
	if len(s.parts) == before {
		return fmt.Errorf("%s: no report of a run (want what ngxtest --json has written)", name)
	}
	return nil
}

// reader notes the events of one file.
type reader struct {
	*Shards
	name string
}

// Handle implements Listener.
func (r *reader) Handle(e Event) {
	if e.Kind == RunStart {
		r.parts = append(r.parts, &told{name: r.name, run: *e.Run})
		return
	}
	if len(r.parts) == 0 || r.parts[len(r.parts)-1].name != r.name {
		return // of a run whose start is not told
	}
	p := r.parts[len(r.parts)-1]
	if e.Kind == RunEnd {
		p.summary = e.Summary
		return
	}
	p.events = append(p.events, e)
}

// Check returns why the reports are not those of one run, each reason a line; nil if they are. That shards are missing, or were
// interrupted, is no such reason: Tell tells it.
func (s *Shards) Check() error {
	var problems *multierror.Error
	fail := func(format string, args ...any) { problems = multierror.Append(problems, fmt.Errorf(format, args...)) }
	first := s.parts[0]
	seen := map[int]string{}
	for _, p := range s.parts {
		index, _ := p.index()
		if p.run.Shard == nil && len(s.parts) > 1 {
			fail("%s: is the report of a whole run, not of a shard (name the reports that --shard has made)", p.name)
			continue
		}
		if other := p.differs(first); other != "" {
			fail("%s: is of another run than %s: %s (name the shards of one run)", p.name, first.name, other)
			continue
		}
		if other, twice := seen[index]; twice {
			fail("%s: %s is in %s already (name each shard once)", p.name, p.what(), other)
			continue
		}
		seen[index] = p.name
	}
	if problems == nil {
		for _, file := range s.uneven() {
			fail("%s (give all shards the same .ngxtest-state)", file)
		}
	}
	return problems.ErrorOrNil()
}

// differs says in what two reports differ that is the same in all shards of a run.
func (p *told) differs(first *told) string {
	_, of := p.index()
	_, firstOf := first.index()
	for _, pair := range []struct {
		what       string
		mine, that any
	}{
		{"the number of shards", of, firstOf},
		{"the list of files", names(p.all()), names(first.all())},
		{"--seed", p.run.Seed, first.run.Seed},
		{"nginx", p.run.NginxVersion, first.run.NginxVersion},
		{"Valgrind", p.run.Valgrind, first.run.Valgrind},
		{"ngxtest", p.run.Version, first.run.Version},
	} {
		if pair.mine == pair.that {
			continue
		}
		if strings.HasPrefix(pair.what, "the list") {
			return pair.what + " differs"
		}
		return fmt.Sprintf("%s is %v, not %v", pair.what, or(pair.mine), or(pair.that))
	}
	if p.summary != nil && first.summary != nil && p.summary.LeaksOnly != first.summary.LeaksOnly {
		return "--leaks-only is in one of them only"
	}
	return ""
}

// names is a list of files in one text, whatever its order.
func names(files []string) string { return strings.Join(slices.Sorted(slices.Values(files)), "\n") }

// or is a value in words.
func or(value any) any {
	if value == "" {
		return "none"
	}
	return value
}

// uneven lists the files that ran in two shards, and those that ran in none though no shard is missing.
func (s *Shards) uneven() []string {
	in := map[string][]int{}
	for _, p := range s.parts {
		index, _ := p.index()
		for _, file := range p.run.Files {
			in[file] = append(in[file], index)
		}
	}
	var out []string
	_, of := s.parts[0].index()
	for _, file := range s.parts[0].all() {
		switch n := len(in[file]); {
		case n > 1:
			out = append(out, fmt.Sprintf("%s: is in shard %d and in shard %d", file, in[file][0], in[file][1]))
		case n == 0 && len(s.parts) == of:
			out = append(out, fmt.Sprintf("%s: is in no shard", file))
		}
	}
	return out
}

// Tell tells the run that the shards are parts of, file by file, and returns its summary. Its time is that of the longest
// shard. What shards that are missing or were interrupted have not run is told, one line each, and a missing one fails
// the run. Check has to be content.
func (s *Shards) Tell(listeners ...Listener) Summary {
	tell := func(e Event) {
		for _, l := range listeners {
			l.Handle(e)
		}
	}
	start := s.start()
	tell(Event{Kind: RunStart, Run: &start})
	var total Summary
	for _, text := range s.lacking(&total) {
		tell(Event{Kind: Abort, Text: Bytes(text)})
	}
	failing := map[string]bool{}
	for _, e := range s.events(start) {
		switch {
		case e.Kind == FileEnd:
			total.Add(*e.Result)
		case e.Kind == BlockEnd && e.Flaky:
			total.Flaky++
		case e.Stray != "":
			total.Strays++
		case e.Kind == Found && e.Finding.Fails:
			failing[e.Finding.Key] = true
		}
		tell(e)
	}
	total.Findings = len(failing)
	for _, p := range s.parts {
		if p.summary != nil {
			total.join(*p.summary)
		}
	}
	total.Result = total.Verdict()
	tell(Event{Kind: RunEnd, Summary: &total})
	return total
}

// start is the start of the whole run.
func (s *Shards) start() Run {
	run := s.parts[0].run
	run.Files, run.Shard = s.parts[0].all(), nil
	for _, p := range s.parts {
		run.Jobs = max(run.Jobs, p.run.Jobs)
		if p.run.Started.Before(run.Started) {
			run.Started = p.run.Started
		}
	}
	return run
}

// events are those of all shards in the order of the files, those of no file first; At counts from the start of the whole
// run.
func (s *Shards) events(start Run) []Event {
	order := map[string]int{"": -1}
	for i, file := range start.Files {
		order[file] = i
	}
	var all []Event
	for _, p := range s.parts {
		later := p.run.Started.Sub(start.Started).Seconds()
		for _, e := range p.events {
			if e.Kind == FileStart || e.Kind == BlockStart {
				e.At += later
			}
			if _, known := order[e.File]; !known {
				order[e.File] = len(order)
			}
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b Event) int { return order[a.File] - order[b.File] })
	return all
}

// lacking notes and words what has not run: shards that are missing, and what is missing of those that are there.
func (s *Shards) lacking(total *Summary) []string {
	present, ran := map[int]*told{}, map[string]bool{}
	_, of := s.parts[0].index()
	for _, p := range s.parts {
		index, _ := p.index()
		present[index] = p
		for _, file := range p.run.Files {
			ran[file] = true
		}
	}
	var out []string
	var missing []int
	for _, p := range s.parts {
		if p.summary == nil || p.summary.Interrupted {
			total.Interrupted = true
			out = append(out, fmt.Sprintf("%s: %s was interrupted: not all that was to run is in this report (run it again)", p.name, p.what()))
		}
	}
	for i := range of {
		if present[i+1] == nil {
			missing = append(missing, i+1)
		}
	}
	if len(missing) == 0 {
		return out
	}
	var files []string
	for _, file := range s.parts[0].all() {
		if !ran[file] {
			files = append(files, file)
		}
	}
	total.CutFiles += max(len(files), 1)
	what := fmt.Sprintf("shard %d of %d is missing", missing[0], of)
	if len(missing) > 1 {
		what = fmt.Sprintf("shards %s of %d are missing", listed(ranges(missing)), of)
	}
	const few = 5
	left := ""
	if n := len(files); n > few {
		files, left = files[:few], fmt.Sprintf(" and %d more", n-few)
	}
	if len(files) > 0 {
		what += ", and with it " + strings.Join(files, ", ") + left
	}
	return append(out, what+" (name all reports of the run)")
}

// join adds what the files do not tell.
func (s *Summary) join(part Summary) {
	s.LeaksOnly = s.LeaksOnly || part.LeaksOnly
	s.Stopped = s.Stopped || part.Stopped
	s.Shuffled = s.Shuffled || part.Shuffled
	s.Seconds = max(s.Seconds, part.Seconds)
	s.Times.User += part.Times.User
	s.Times.System += part.Times.System
	s.Times.ChildUser += part.Times.ChildUser
	s.Times.ChildSystem += part.Times.ChildSystem
	if len(part.Suppressed) > 0 && s.Suppressed == nil {
		s.Suppressed = map[string]int{}
	}
	for _, name := range slices.Sorted(maps.Keys(part.Suppressed)) {
		s.Suppressed[name] += part.Suppressed[name]
	}
}
