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
	Request int             // the request that it belongs to, counted from 0; -1 when it belongs to none
	Growth  valgrind.Change // with how many requests of what it grew; 0 when it did not

	// Unclear says that a closer look may tell more: whether it grows at all, or where something that does not grow comes from.
	Unclear bool
	// What a closer look has told. Rounds is how often the requests were sent there; 0: there was none. Unseen says that it did
	// not come up at all. Start says that it was there before the first request, in Processes processes. Round is the
	// round of Request, counted from 0, with which it came.
	Rounds    int
	Unseen    bool
	Start     bool
	Processes int
	Round     int
	// Steps is what it grew by in each round, Alone with each of several requests; nil where it did not grow.
	Steps, Alone []valgrind.Change

	inUse bool // nothing has got lost
}

// Moved reports whether processes came or went while the memory was watched: then not all of what grew could be seen.
func (w *Watch) Moved() bool { return w.moved }

// Losses returns the verdicts on all loss records, those of the process's end included: call it after Ended. What a crash
// leaves behind is no loss. strict is for users that want no record at all. Let Closer.Decide have a look at them.
func (w *Watch) Losses(requests int, strict bool) []Loss {
	grown := map[valgrind.Key]*valgrind.Growth{}
	for _, g := range valgrind.Grow(w.steps, nil) {
		grown[g.Key] = &g
	}
	told := map[valgrind.Key]valgrind.Record{} // with the suppression, which a check of a live process does not have
	for _, r := range w.losses {
		if w.crashed[r.PID] {
			continue
		}
		key := r.Key()
		if old, ok := told[key]; ok {
			r.Bytes, r.Blocks = r.Bytes+old.Bytes, r.Blocks+old.Blocks
		}
		told[key] = r
	}
	records := map[valgrind.Key]valgrind.Record{}
	for key, r := range w.alive {
		if _, lost := told[key]; !lost && w.san != nil {
			delete(w.alive, key)
			continue
		}
		records[key] = r
	}
	if w.san != nil {
		for key, r := range told {
			if g := grown[key]; g != nil { // Lua does not hold it any more
				g.Lost = r.Kind == valgrind.DefinitelyLost && r.Blocks >= g.Blocks && g.Pattern != valgrind.OnceOnly && g.Pattern != valgrind.Bounded
			} else if g := w.grownAtExit(r, requests); g != nil {
				grown[key] = g
			}
		}
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
		l := Loss{Record: r, Request: -1, Verdict: valgrind.Classify(valgrind.Evidence{
			Kind: r.Kind, Checked: len(w.steps) > 0, Alive: alive, Growth: grown[key],
		})}
		_, lost := told[key]
		l.inUse = !alive && !lost && (grown[key] == nil || !grown[key].Lost)
		own := w.owner.Place(r.Stack).Last > 0
		switch g := grown[key]; {
		case l.Verdict == valgrind.Suspect, g != nil && g.Pattern == valgrind.OnceOnly:
			l.Unclear = own || g != nil && g.Lost
		case l.Verdict == valgrind.Once:
			l.Unclear = !l.inUse && (own || strict)
		default:
			l.inUse = false
		}
		if l.inUse && !l.Unclear {
			continue // made once, after the first request, and still in use: nothing is lost
		}
		if l.Verdict == valgrind.AtExitOnly && w.nameless(r.Stack) {
			continue
		}
		losses = append(losses, w.share(l, grown[key], requests)...)
	}
	sortLosses(losses)
	return losses
}

func sortLosses(losses []Loss) {
	slices.SortFunc(losses, func(a, b Loss) int {
		return cmp.Or(cmp.Compare(b.Record.Bytes, a.Record.Bytes), cmp.Compare(a.Record.Key(), b.Record.Key()),
			cmp.Compare(a.Request, b.Request))
	})
}

// share gives a loss to the requests that it grows with: one for each, with what that one adds.
func (w *Watch) share(l Loss, g *valgrind.Growth, requests int) []Loss {
	if g == nil {
		return []Loss{l}
	}
	var list []Loss
	for i := range requests {
		if c := w.alone[g.Key][i]; c.Blocks > 0 || g.Longer && c.Bytes > 0 {
			l.Request, l.Growth = i, c
			list = append(list, l)
		}
	}
	if len(list) > 0 {
		return list
	}
	if requests == 1 {
		l.Request = 0
	}
	l.Growth = valgrind.Change{Requests: g.Requests, Bytes: g.Bytes, Blocks: g.Blocks}
	return []Loss{l}
}
