package memory

import (
	"cmp"
	"slices"

	"github.com/ngxtest/ngxtest/valgrind"
)

// Loss is what became of the blocks that one stack allocated.
type Loss struct {
	Verdict valgrind.Verdict
	Record  valgrind.Record
	Growth  *valgrind.Growth // nil when it did not grow
	Request int              // the request that it belongs to, counted from 0; -1 when it belongs to none
}

// Losses returns the verdicts on all loss records, those of the process's end included: call it after Ended. What a crash
// leaves behind is no loss.
func (w *Watch) Losses(requests int) []Loss {
	if w.crashed {
		return nil
	}
	grown := map[valgrind.Key]*valgrind.Growth{}
	for _, g := range valgrind.Grow(w.steps, nil) {
		grown[g.Key] = &g
	}
	told := map[valgrind.Key]valgrind.Record{} // with the suppression, which a check of a live process does not have
	for _, r := range w.losses {
		key := r.Key()
		if old, ok := told[key]; ok {
			r.Bytes, r.Blocks = r.Bytes+old.Bytes, r.Blocks+old.Blocks
		}
		told[key] = r
	}
	records := map[valgrind.Key]valgrind.Record{}
	for key, r := range w.alive {
		records[key] = r
	}
	for key, g := range grown {
		records[key] = g.Record
	}
	for key, r := range told {
		records[key] = r
	}
	var losses []Loss
	for key, r := range records {
		_, alive := w.alive[key]
		l := Loss{Record: r, Growth: grown[key], Request: -1, Verdict: valgrind.Classify(valgrind.Evidence{
			Kind: r.Kind, Checked: len(w.steps) > 0, Alive: alive, Growth: grown[key],
		})}
		if i, ok := w.byRequest[key]; ok {
			l.Request = i
		} else if l.Growth != nil && requests == 1 {
			l.Request = 0
		}
		losses = append(losses, l)
	}
	slices.SortFunc(losses, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(b.Record.Bytes, a.Record.Bytes), cmp.Compare(a.Record.Key(), b.Record.Key()))
	})
	return losses
}
