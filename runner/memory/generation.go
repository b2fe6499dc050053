package memory

import (
	"time"

	"github.com/ngxtest/ngxtest/valgrind"
)

// generations say which watch of an nginx a process belongs to.
type generations struct {
	replaced map[int]*Watch // by process: the watch whose requests it served, where a reload has replaced it
	last     *Watch         // all other processes, the master among them, are of this one
}

// owner is the watch that a process belongs to.
func (g *generations) owner(pid int) *Watch {
	if w := g.replaced[pid]; w != nil {
		return w
	}
	return g.last
}

// Next returns the watch of what follows a reload, on the same nginx. What the processes that serve now will still write,
// at their ends above all, remains w's. Call it before the reload. Close is for the last watch alone.
func (w *Watch) Next() *Watch {
	for _, pid := range w.workers() {
		if w.of.replaced[pid] == nil {
			w.of.replaced[pid] = w
		}
	}
	next := &Watch{
		owner: w.owner, dir: w.dir, plan: w.plan, vgdb: w.vgdb, master: w.master, pid: w.pid, tails: w.tails, of: w.of,
		patience: w.patience, spoken: w.spoken,
	}
	next.clear()
	w.of.last = next
	return next
}

// Refused says that the reload did not come about: the processes that served before go on, now for this watch.
func (w *Watch) Refused() {
	for _, pid := range w.workers() {
		delete(w.of.replaced, pid)
	}
}

// clear is a watch that has seen nothing yet.
func (w *Watch) clear() {
	w.alone, w.alive = map[valgrind.Key]map[int]valgrind.Change{}, map[valgrind.Key]valgrind.Record{}
	w.seen, w.counted, w.crashed = map[valgrind.Key]valgrind.Record{}, map[int]int{}, map[int]bool{}
}

// Over waits until the processes that a reload has replaced are gone, but no longer than patience for each, and reports
// whether they are.
func (w *Watch) Over(patience time.Duration) bool {
	over := true
	for pid, of := range w.of.replaced {
		over = over && (of != w || ended(pid, patience))
	}
	return over
}
