package runner

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
)

// A block that fails while others run beside it may do so because of them: suites hold times against hundredths of a second. Under
// prove it would have had the machine for itself. So it runs again when nothing else does, and that counts. A user who knows
// of tests that fail now and then may want that of any block (Options.Retries).

// doubts are what is to be known of a file's blocks that have failed beside others.
type doubts struct {
	allowed bool           // failed blocks may run again
	retries int            // that the user has asked for
	tries   int            // alone, so far
	blocks  map[int]*doubt // that have run again
}

// doubt is what a block has done that has run again.
type doubt struct {
	earlier []string       // what failed first in each try
	found   []report.Event // findings of those tries that fail the run
}

// mostTries is how often a file's blocks run again that take so long together. Others may use the machine, too, and some blocks hold
// ten milliseconds against the clock: what costs little is tried more often.
func mostTries(takes time.Duration) int {
	if takes < time.Second {
		return 6
	}
	return 2
}

// doubtful reports whether a block has failed and may yet turn out to pass.
func (a *assembly) doubtful(i int) bool { return a.doubts.allowed && a.slots[i].failed }

// doubtfulTime is how long the blocks will take that are to run again, 0 when there are none.
func (a *assembly) doubtfulTime() time.Duration {
	var failed, all time.Duration
	for i := range a.slots {
		all += a.slots[i].took
		if i >= a.told && a.doubtful(i) {
			failed += max(a.slots[i].took, time.Millisecond)
		}
	}
	if failed > 0 && a.leaning != "" {
		return all
	}
	return failed
}

// again prepares the file to run once more, with all that is in doubt.
func (a *assembly) again() {
	a.doubts.tries++
	if a.doubts.blocks == nil {
		a.doubts.blocks = map[int]*doubt{}
	}
	for i := range a.slots {
		s := &a.slots[i]
		if i >= a.told && s.failed {
			a.doubts.note(i, s.events)
		}
		switch {
		case i < a.told && a.leaning != "":
			s.lane = nil // it runs again, and what is told of it has been told
		case i >= a.told && (s.failed || a.leaning != ""):
			*s = slot{}
		}
	}
	a.rerun, a.first, a.tail, a.job.Alone = true, nil, nil, true
}

// note keeps what is to be known of a try that is forgotten.
func (d *doubts) note(i int, events []report.Event) {
	if d.blocks[i] == nil {
		d.blocks[i] = &doubt{}
	}
	b := d.blocks[i]
	b.earlier = append(b.earlier, firstFailure(events))
	for _, e := range events {
		if e.Kind == report.Found && e.Finding.Fails {
			b.found = append(b.found, e)
		}
	}
}

// retold are the events of a block, with what is to be known of earlier tries. A finding is one, however the tests ended.
func (d *doubts) retold(i int, events []report.Event, failed bool) []report.Event {
	b := d.blocks[i]
	if b == nil {
		return events
	}
	var out []report.Event
	known := map[string]bool{}
	for _, e := range events {
		if e.Kind == report.Found {
			known[e.Finding.Key] = true
		}
		if e.Kind == report.BlockEnd {
			for _, f := range b.found {
				if !known[f.Finding.Key] {
					known[f.Finding.Key] = true
					out = append(out, f)
				}
			}
			e.Earlier, e.Flaky = b.earlier, !failed && d.retries > 0
		}
		out = append(out, e)
	}
	return out
}

// believe takes the failures for what they are.
func (a *assembly) believe() {
	a.doubts.allowed = false
	a.flush()
}

// reassure says that a block that had failed passes when it is alone.
func (a *assembly) reassure(i int) {
	b := a.doubts.blocks[i]
	if b == nil || a.slots[i].failed || !a.slots[i].done {
		return
	}
	if a.doubts.retries > 0 {
		a.tell(report.Event{Kind: report.Stderr, File: a.job.File, Text: report.Bytes(fmt.Sprintf(
			"WARNING: %s %s - flaky: failed %s, and passed at try %d\n", a.job.File, a.slots[i].name, times(len(b.earlier)), len(b.earlier)+1))})
		return
	}
	a.tell(report.Event{Kind: report.Stderr, File: a.job.File, Text: report.Bytes(fmt.Sprintf(
		"WARNING: %s %s - failed beside other blocks, and passed when it ran alone\n", a.job.File, a.slots[i].name))})
}

// firstFailure is what these events of a block tell of a failure first: the name of a test, or why there was none; "" when they
// tell of none.
func firstFailure(events []report.Event) string {
	for _, e := range events {
		switch {
		case e.Kind == report.Abort:
			return string(e.Text)
		case e.Kind == report.TestDone && !e.Test.OK && e.Test.Directive == "":
			return cmp.Or(e.Test.Name, fmt.Sprintf("test %d", e.Test.Number))
		}
	}
	return ""
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
