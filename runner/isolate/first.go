package isolate

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// First has this process, and what it starts from now on, come before all others that want a processor, until back is called. It is for a
// short while. Where the system does not allow that, which is so for ordinary users as a rule, nothing changes.
func First() (back func()) {
	if !schedule(unix.SchedAttr{Policy: unix.SCHED_RR, Priority: 1}) {
		return func() {}
	}
	return func() { schedule(unix.SchedAttr{Policy: unix.SCHED_NORMAL}) }
}

// schedule sets how all threads of this process are scheduled, and reports whether it could.
func schedule(a unix.SchedAttr) (done bool) {
	a.Size = unix.SizeofSchedAttr
	threads, _ := os.ReadDir("/proc/self/task")
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		done = err == nil && unix.SchedSetAttr(id, &a, 0) == nil || done
	}
	return done
}
