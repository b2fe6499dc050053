// Package slack deals with how late the kernel may wake a thread that sleeps: its timer slack (prctl(2), PR_SET_TIMERSLACK).
//
// While anything runs in a Go program, a thread of its runtime sleeps 20 microseconds at a time to see whether all goes well. With
// the usual slack it wakes a hundred times for a block, which is a tenth and more of what a lane costs. A lane is started with
// more slack; what the lane starts gets the usual one back.
package slack

import (
	"runtime"

	"golang.org/x/sys/unix"
)

const (
	usual = 50_000  // nanoseconds; what Linux gives a process
	wide  = 300_001 // a number that nobody else sets, so that the threads which have it from here can be told
)

// Widen gives what the calling goroutine starts until it calls back the greater slack of a lane.
func Widen() (back func()) {
	was, set := change(func(was int) bool { return true }, wide)
	if !set {
		return runtime.UnlockOSThread
	}
	return func() {
		_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(was), 0, 0, 0)
		runtime.UnlockOSThread()
	}
}

// Usual gives what the calling goroutine starts until it calls back the usual slack, where this process is a lane.
func Usual() (back func()) {
	change(func(was int) bool { return was == wide }, usual)
	return runtime.UnlockOSThread
}

// change sets the slack of this thread, which stays the goroutine's own.
func change(wanted func(was int) bool, to uintptr) (was int, set bool) {
	runtime.LockOSThread()
	was, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil || was <= 0 || !wanted(was) {
		return was, false
	}
	return was, unix.Prctl(unix.PR_SET_TIMERSLACK, to, 0, 0, 0) == nil
}
