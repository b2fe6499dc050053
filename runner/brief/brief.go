// Package brief waits for descriptors without Go's runtime taking notice.
//
// What a lane waits for comes within milliseconds as a rule: an answer, a line of a log, the start or the end of nginx. When the
// only goroutine that has something to do waits in the usual way, the runtime puts its processor to rest and its own watching
// thread with it, and wakes both when the wait is over. That is a dozen system calls and thread switches for each wait, ten
// times a block: a fifth of what a lane costs. Here the goroutine keeps its processor while its thread sleeps in the kernel.
//
// The price is that no other goroutine runs meanwhile. So it is done only in a process that has said that it bears that (Allow),
// not while other goroutines have work that somebody waits for (Company), and not for long. Whoever calls waits in the usual
// way for what has not come by then.
package brief

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// most is how long Wait waits. A longer wait is seldom, and costs little beside its own length.
	most = 60 * time.Millisecond
	// slice is how long other goroutines may have to wait. The runtime would interrupt a goroutine that runs for 10 ms.
	slice = 9 * time.Millisecond
)

var (
	allowed atomic.Bool
	company atomic.Int32
)

// Allow has this process wait in this way until back is called. It is for one that does one thing after another, with one
// processor (GOMAXPROCS).
func Allow() (back func()) {
	allowed.Store(true)
	return func() { allowed.Store(false) }
}

// Company says that other goroutines have something to do until over is called: nobody waits in this way meanwhile.
func Company() (over func()) {
	company.Add(1)
	return func() { company.Add(-1) }
}

// Wait waits until the descriptor is ready for one of the events (unix.POLLIN and so on) and returns for which; 0 when it is not
// ready within limit, or within the short time that this way of waiting is for.
func Wait(fd int, events int16, limit time.Duration) (got int16) {
	if limit <= 0 || !allowed.Load() {
		return 0
	}
	for end := time.Now().Add(min(limit, most)); company.Load() == 0; {
		left := time.Until(end)
		if left <= 0 {
			return 0
		}
		if got, failed := poll(fd, events, min(left, slice)); got != 0 || failed {
			return got
		}
		runtime.Gosched()
	}
	return 0
}

// Ready returns for which of the events the descriptor is ready at this moment.
func Ready(fd int, events int16) int16 {
	got, _ := poll(fd, events, 0)
	return got
}

// poll is ppoll(2) by a system call that the runtime does not hear of.
func poll(fd int, events int16, limit time.Duration) (got int16, failed bool) {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: events}}
	spec := unix.NsecToTimespec(int64(limit))
	n, _, errno := syscall.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), 1, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	switch {
	case errno == unix.EINTR, errno == 0 && n == 0:
		return 0, false
	case errno != 0:
		return 0, true
	}
	return fds[0].Revents, false
}
