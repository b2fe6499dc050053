package nginx

import (
	"fmt"
	"os"
	"strings"
)

// Resident is how much memory nginx has, in KB as ps tells it: its own, or where it has a master that of the workers. ok is
// false when there is no process to ask any more.
func (p *Process) Resident(master bool) (kilobytes int, ok bool) {
	if p.Exited() {
		return 0, false
	}
	pids := []int{p.Pid}
	if workers, err := children(p.Pid); master && err == nil {
		pids = workers
	}
	for _, pid := range pids {
		if pages, there := residentPages(pid); there {
			kilobytes += pages * (os.Getpagesize() / 1024)
			ok = true
		}
	}
	return kilobytes, ok
}

// residentPages is the second number in /proc/PID/statm.
func residentPages(pid int) (int, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0, false
	}
	return number(fields[1]), true
}
