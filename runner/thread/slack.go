package thread

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	usual  = 50_000     // nanoseconds; what Linux gives a process
	lane   = 300_001    // a number that nobody else sets, so that the threads which have it from here can be told
	widest = 30_000_001 // of the thread that looks after the others
)

// Widen gives what the calling goroutine starts until it calls back the slack that a lane starts with.
func Widen() (back func()) {
	was, set := change(func(was int) bool { return true }, widest)
	if !set {
		return runtime.UnlockOSThread
	}
	return func() {
		_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(was), 0, 0, 0)
		runtime.UnlockOSThread()
	}
}

// Settle gives the threads of this process, which was started with Widen's slack, that of a lane, all but the one of the runtime
// that looks after them: it is the first that the runtime starts.
func Settle() {
	settled.Store(true)
	for i, id := range threads() {
		if i == 1 || give(id, lane) == nil {
			continue
		}
		// A process may always change itself. Its runtime does not sleep as long, then.
		_, _, _ = syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, lane, 0)
		return
	}
}

// Resettle is Settle for a lane in which sleep is to be as long as it is said to be. The thread that looks after the others starts
// some itself now and then, which have its slack.
func Resettle() {
	if settled.Load() {
		Settle()
	}
}

var settled atomic.Bool

// Relax gives the thread that looks after the others the slack that it has in a lane, as far as this process may do so; root may.
func Relax() {
	if ids := threads(); len(ids) > 1 {
		_ = give(ids[1], widest)
	}
}

// threads are those of this process, the first one first.
func threads() []int {
	var ids []int
	entries, _ := os.ReadDir("/proc/self/task")
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func give(thread int, slack int64) error {
	return os.WriteFile("/proc/"+strconv.Itoa(thread)+"/timerslack_ns", strconv.AppendInt(nil, slack, 10), 0)
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
