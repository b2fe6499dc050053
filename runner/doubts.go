package runner

import (
	"fmt"
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
)

// A block that fails while others run beside it may do so because of them: suites hold times against hundredths of a second. Under
// prove it would have had the machine for itself. So it runs again when nothing else does, and that counts.

// doubts are what is to be known of a file's blocks that have failed beside others.
type doubts struct {
	allowed bool         // failed blocks may run again
	tries   int          // alone, so far
	blocks  map[int]bool // that have run again
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
		a.doubts.blocks = map[int]bool{}
	}
	for i := range a.slots {
		s := &a.slots[i]
		if i >= a.told && s.failed {
			a.doubts.blocks[i] = true
		}
		switch {
		case i < a.told && a.leaning != "":
			s.lane = nil // it runs again, and what is told of it has been told
		case i >= a.told && (s.failed || a.leaning != ""):
			*s = slot{}
		}
	}
	a.rerun, a.first, a.tail = true, nil, nil
}

// believe takes the failures for what they are.
func (a *assembly) believe() {
	a.doubts.allowed = false
	a.flush()
}

// reassure says that a block that had failed passes when it is alone.
func (a *assembly) reassure(i int) {
	if !a.doubts.blocks[i] || a.slots[i].failed || !a.slots[i].done {
		return
	}
	a.tell(report.Event{Kind: report.Stderr, File: a.job.File, Text: report.Bytes(fmt.Sprintf(
		"WARNING: %s %s - failed beside other blocks, and passed when it ran alone\n", a.job.File, a.slots[i].name))})
}

// failed reports whether these events of a block tell of a failure.
func failed(events []report.Event) bool {
	for _, e := range events {
		if e.Kind == report.Abort || e.Kind == report.TestDone && !e.Test.OK && e.Test.Directive == "" {
			return true
		}
	}
	return false
}
