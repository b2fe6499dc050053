package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Journal keeps what a run tells, for the reports that are written when it is over. Where the end of the run was never
// told, the reports say that it was interrupted. The zero value is ready to use.
type Journal struct {
	run      Run
	summary  *Summary // nil before the end
	files    []*fileLog
	open     map[string]*fileLog // by name; of several runs of a file, the last
	findings Findings
	said     []string // what could not be done, outside of files
}

// fileLog is what a run tells of a file.
type fileLog struct {
	name     string
	begun    bool        // it was run; else something was told of it, as exec tells what it finds in the tests of a command
	at       float64     // seconds after the start of the run
	result   *FileResult // nil before the end
	blocks   []*blockLog // in the order in which they ran
	failures failures
	broken   []failure // of no block
	out, err strings.Builder
}

// blockLog is what a run tells of a block. Tests between the blocks are in a blockLog without a line and a title.
type blockLog struct {
	place    Place // title and line alone
	inside   bool  // it is a block
	begun    bool
	ended    bool
	seconds  float64
	tests    []Test // those that passed without what they were about
	failures []failure
	findings Findings
	earlier  []string // as in Event
}

// Handle implements Listener.
func (j *Journal) Handle(e Event) {
	switch e.Kind {
	case RunStart:
		j.start(*e.Run)
	case RunEnd:
		j.summary = e.Summary
	case FileStart:
		j.begin(e)
	case Abort:
		if e.File == "" {
			j.said = append(j.said, string(e.Text))
		}
	}
	j.findings.Handle(e)
	if e.File != "" {
		j.file(e.File).handle(e)
	}
}

// file is the one of the name that began last; one is made where none did.
func (j *Journal) file(name string) *fileLog {
	f := j.open[name]
	if f == nil {
		if j.open == nil {
			j.open = map[string]*fileLog{}
		}
		f = &fileLog{name: name, failures: failures{explained: true, next: failure{file: name}}}
		j.files = append(j.files, f)
		j.open[name] = f
	}
	return f
}

// start notes a run; of several, as shards of one are, the files add up.
func (j *Journal) start(r Run) {
	files := append(slices.Clone(j.run.Files), r.Files...)
	j.run, j.run.Files = r, files
}

// begin notes the start of a file; of one that runs again, the later run is another one.
func (j *Journal) begin(e Event) {
	if f := j.open[e.File]; f != nil && f.begun {
		delete(j.open, e.File)
	}
	f := j.file(e.File)
	f.begun, f.at = true, e.At
}

// interrupted reports whether not all that was to run has run.
func (j *Journal) interrupted() bool { return j.summary == nil || j.summary.Interrupted }

// total is the summary of the run, or of what there is of it.
func (j *Journal) total() Summary {
	if j.summary != nil {
		return *j.summary
	}
	s := Summary{Interrupted: true}
	for _, f := range j.files {
		if f.result != nil {
			s.Add(*f.result)
			s.Seconds = max(s.Seconds, f.at+f.result.Seconds)
		}
	}
	for _, m := range j.findings.order {
		if m.Fails {
			s.Findings++
		}
	}
	s.Result = s.Verdict()
	return s
}

// leaksOnly reports whether failed tests do not fail the run.
func (j *Journal) leaksOnly() bool { return j.summary != nil && j.summary.LeaksOnly }

// sorted returns the files by their names.
func (j *Journal) sorted() []*fileLog {
	return slices.SortedStableFunc(slices.Values(j.files), func(a, b *fileLog) int { return cmp.Compare(a.name, b.name) })
}

func (f *fileLog) handle(e Event) {
	for _, failed := range f.failures.take(e) {
		if failed.place == nil && len(failed.tests) == 0 {
			f.broken = append(f.broken, failed)
			continue
		}
		b := f.block(failed.place)
		b.failures = append(b.failures, failed)
	}
	switch e.Kind {
	case BlockStart:
		f.blocks = append(f.blocks, &blockLog{place: Place{Block: e.Place.Block, Line: e.Place.Line}, inside: true, begun: true})
	case TestDone:
		t := *e.Test
		if t.OK {
			t.Got, t.Want = "", ""
		}
		b := f.block(e.Place)
		b.tests = append(b.tests, t)
	case Found:
		f.block(e.Place).findings.Handle(e)
	case BlockEnd:
		b := f.block(e.Place)
		b.ended, b.seconds, b.place.Block, b.earlier = true, e.Seconds, e.Place.Block, e.Earlier
	case Stdout:
		f.out.WriteString(string(e.Text))
	case Note:
		f.out.WriteString(comment(string(e.Text)))
	case Stderr:
		f.err.WriteString(string(e.Text))
	case Diag:
		f.err.WriteString(comment(string(e.Text)))
	case FileEnd:
		f.result = e.Result
		for _, said := range e.Result.Ending {
			f.err.WriteString(comment(said))
		}
	}
}

// block is the last block that is at the place; one is made where there is none. Tests behind a block are not with those
// in front of it.
func (f *fileLog) block(p *Place) *blockLog {
	if n := len(f.blocks); p == nil && n > 0 && !f.blocks[n-1].inside {
		return f.blocks[n-1]
	}
	b := &blockLog{}
	if p != nil {
		for _, b := range slices.Backward(f.blocks) {
			if b.inside && b.place.Line == p.Line && (p.Line > 0 || b.place.Block == p.Block) {
				return b
			}
		}
		b.place, b.inside = Place{Block: p.Block, Line: p.Line}, true
	}
	f.blocks = append(f.blocks, b)
	return b
}

// problems is what is wrong with the file as a whole, each in a line or more; none where its tests tell all.
func (f *fileLog) problems() []string {
	if f.result != nil && f.result.Ignored {
		return nil
	}
	var out []string
	for _, b := range f.broken {
		for _, text := range b.abort {
			lines, _ := visibleLines(text, false)
			out = append(out, strings.Join(lines, "\n"))
		}
	}
	switch {
	case f.result == nil && !f.begun:
		return out
	case f.result == nil:
		return append(out, "the run ended before the file did")
	}
	if r := f.result; r.Died != "" && len(out) == 0 {
		out = append(out, r.Died)
	}
	if f.result.Plan == nil && len(out) > 0 {
		return out // "No plan found" adds nothing
	}
	return append(out, f.result.Problems...)
}

// outcome is what became of a block or a test in one word.
type outcome string

const (
	didPass   outcome = "passed"
	didFail   outcome = "failed"
	didBreak  outcome = "broken" // could not be run to its end
	didSkip   outcome = "skipped"
	isTodo    outcome = "todo" // failed, as expected
	notEnded  outcome = "not ended"
	unchecked outcome = "nothing checked"
)

// outcome says what became of a block, memory findings aside.
func (b *blockLog) outcome() outcome {
	skips, todos := 0, 0
	for _, t := range b.tests {
		switch {
		case t.Directive == "skip":
			skips++
		case Todo(t.Test) && !t.OK:
			todos++
		}
	}
	for _, f := range b.failures {
		if len(f.abort) > 0 {
			return didBreak
		}
	}
	switch {
	case len(b.failures) > 0:
		return didFail
	case b.begun && !b.ended:
		return notEnded
	case len(b.tests) == 0:
		return unchecked
	case skips == len(b.tests):
		return didSkip
	case todos > 0 && skips+todos == len(b.tests):
		return isTodo
	}
	return didPass
}

// reason is that of the first test that has one, of a block that was skipped or is to do.
func (b *blockLog) reason(file string) string {
	for _, t := range b.tests {
		if t.Reason != "" {
			t.Name = t.Reason // Test::Nginx names the block there, too
			return failure{file: file, place: &b.place}.name(t)
		}
	}
	return ""
}

// sameFailures are failures that differ in the repeat of the block alone.
type sameFailures struct {
	failure
	repeats int // in how many repeats it failed that way
}

// distinct returns the failures of a block, those that came again in another repeat of it once.
func (b *blockLog) distinct() []*sameFailures {
	var list []*sameFailures
	known := map[string]*sameFailures{}
	for _, f := range b.failures {
		key := f.sameAs()
		if same := known[key]; same != nil {
			same.repeats++
			continue
		}
		known[key] = &sameFailures{failure: f, repeats: 1}
		list = append(list, known[key])
	}
	return list
}

// sameAs is equal for failures that differ in the repeat alone.
func (f failure) sameAs() string {
	var b strings.Builder
	if f.place != nil {
		fmt.Fprintf(&b, "%d\n", f.place.Request)
	}
	fmt.Fprintf(&b, "%q\n", f.abort)
	for _, t := range f.tests {
		fmt.Fprintf(&b, "%q %q %q\n", f.shortName(t.Test), t.Want, t.Got)
	}
	return b.String()
}

// which is the request, where there are several, and in which repeats it failed.
func (f *sameFailures) which() string {
	if f.place == nil {
		return ""
	}
	place := *f.place
	if f.repeats == 1 {
		return place.which()
	}
	repeats := fmt.Sprintf("%d of %d repeats", f.repeats, place.Repeats)
	place.Repeat = 0
	return strings.TrimPrefix(place.which()+", "+repeats, ", ")
}
