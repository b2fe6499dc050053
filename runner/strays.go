package runner

import (
	"fmt"

	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/report"
)

// leaving says of which block a process was left: the one that had ended when it was seen first.
type leaving struct {
	slot  int
	name  string
	place *report.Place // nil: of no block
}

// look takes note of processes that are there although the nginx of a block has ended. They may be what later blocks are to talk to,
// so they live as long as the file; who left them is told then.
func (f *fileRun) look(from leaving) {
	if !f.sweeps {
		return
	}
	if f.left == nil {
		f.left = map[int]leaving{}
	}
	for _, pid := range isolate.Children() {
		if _, known := f.left[pid]; !known {
			f.left[pid] = from
		}
	}
}

// sweep has files end what they leave running, but not what runs already.
func (w *Worker) sweep() {
	w.sweeps, w.spared = true, map[int]bool{}
	for _, pid := range isolate.Children() {
		w.spared[pid] = true
	}
}

// sweep kills the processes that the file has left running, but for those of sessions that stand, and tells of them. What is told
// of a block counts for it, whichever lane has run it.
func (f *fileRun) sweep(stands func(session int) bool) {
	if !f.sweeps {
		return
	}
	for _, s := range isolate.KillDescendants(func(pid, session int) bool { return f.spared[pid] || stands(session) }) {
		from, known := f.left[s.Pid]
		if !known {
			from = leaving{slot: f.ran, name: f.job.File}
		}
		f.enter(from.slot)
		f.stray(from, s.Command)
	}
}

// stray tells of a process that was left running and was killed.
func (f *fileRun) stray(from leaving, command string) {
	f.tell(report.Event{Kind: report.Stderr, Place: from.place, Stray: command, Text: report.Bytes(fmt.Sprintf(
		"WARNING: %s - left a process running, which was killed: %s\n", from.name, command))})
}
