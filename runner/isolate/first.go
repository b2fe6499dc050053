package isolate

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// ahead is the nice value of what is to be served first: its wakeups come before others' work, and nothing starves, as it
// would beside an endless loop with a real-time policy.
const ahead = -10

// First has this process, and what it starts from now on, come before others that want a processor, until back is called. It is for a
// short while. Where the system does not allow that, which is so for ordinary users as a rule, nothing changes.
func First() (back func()) {
	before, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return func() {}
	}
	nice(ahead)
	return func() { nice(20 - before) } // the system call's answer is 20 less the value
}

// nice sets the nice value of all threads of this process, as far as it may.
func nice(value int) {
	threads, _ := os.ReadDir("/proc/self/task")
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, value)
		}
	}
}
