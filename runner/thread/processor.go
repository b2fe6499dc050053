package thread

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// processors are those that this process was allowed to run on and the one that it stays on.
type processors struct{ all, one unix.CPUSet }

var pinned atomic.Pointer[processors] // nil: it may run on all

// Pin has this process, a lane, stay on one of the processors that it may run on: the n-th, where counting goes round and round. Lanes
// with numbers one behind the other share them evenly.
func Pin(n int) {
	var p processors
	if unix.SchedGetaffinity(0, &p.all) != nil || p.all.Count() < 2 {
		return
	}
	left := n % p.all.Count()
	for cpu := 0; ; cpu++ {
		if p.all.IsSet(cpu) {
			if left == 0 {
				p.one.Set(cpu)
				break
			}
			left--
		}
	}
	pinned.Store(&p)
	for range 2 { // a thread that another has started meanwhile is there the second time
		for _, id := range threads() {
			_ = unix.SchedSetaffinity(id, &p.one)
		}
	}
}
