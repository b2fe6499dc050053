// Package thread deals with how Linux treats the threads of a lane: how late it may wake them and which processor they run on.
//
// While anything runs in a Go program, a thread of its runtime sleeps 20 microseconds at a time to see whether all goes well, and
// again fifty times before it sleeps longer. With the usual timer slack (prctl(2), PR_SET_TIMERSLACK) it wakes a hundred times for a
// block, which is a tenth and more of what a lane costs. So a lane is started with so much slack that this thread wakes every 30
// milliseconds (Widen); its other threads get less (Settle). What that thread is for comes later, then: another goroutine runs when
// one has been in a system call for long, or has computed for long. A lane has only one goroutine as a rule that has something to do.
//
// Nor does it gain from going about from processor to processor, as it would whenever nginx has taken its place: what it has in a
// cache it would have to fetch again, which is a tenth of what it costs. So it stays on one (Pin).
//
// What a lane starts, nginx above all, is treated as under prove (Usual).
package thread

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Usual gives what the calling goroutine starts until it calls back the usual slack and all processors, where this process is a lane.
func Usual() (back func()) {
	change(func(was int) bool { return was == lane || was == widest }, usual)
	p := pinned.Load()
	if p == nil || unix.SchedSetaffinity(0, &p.all) != nil {
		return runtime.UnlockOSThread
	}
	return func() {
		_ = unix.SchedSetaffinity(0, &p.one)
		runtime.UnlockOSThread()
	}
}
