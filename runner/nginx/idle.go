package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Rest is how much at rest nginx is.
type Rest int

// How much at rest nginx is.
const (
	AtWork  Rest = iota // a process runs, starts or ends
	Waiting             // all sleep, but something may wake them: a timer, a thread of a pool. Also where the kernel does not tell
	AtRest              // see Idle
)

// Idle reports that nginx is at rest: each of its processes sleeps in the kernel until somebody connects or signals, with
// no timer running. What a request makes nginx do, in its log phase, in a timer, in a light thread or on a connection to
// another server (which always has a timeout) shows as a timer or as a process at work; so an nginx at rest has written
// all that it is going to write. Where the kernel does not tell, and on anything that is not known to be rest (a
// thread pool, another event method than epoll), the answer is no.
func (p *Process) Idle() bool { return p.Rest() == AtRest }

// Rest looks how much at rest nginx is. A reload is work until the last old worker that has nothing to wait for is gone
// and the new ones wait for connections.
func (p *Process) Rest() Rest {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped != nil || !p.watched {
		return Waiting
	}
	return rest(p.Pid)
}

// rest looks at a process and its children. A master sleeps in sigsuspend, a worker or a single process in epoll_wait
// without a timeout.
func rest(pid int) Rest {
	calls, err := blockedIn(pid)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return Waiting
	case err != nil || len(calls) == 0:
		return AtWork
	case len(calls) > 1:
		return Waiting
	}
	call := calls[0]
	switch {
	case call.number == sysSigsuspend:
		workers, err := children(pid)
		if err != nil || len(workers) == 0 {
			return Waiting
		}
		all := AtRest
		for _, w := range workers {
			all = min(all, rest(w))
		}
		return all
	case (call.number == sysEpollWait || call.number == sysEpollPwait) && call.forever:
		return AtRest
	}
	return Waiting
}

// kernelCall is a system call that a thread sleeps in.
type kernelCall struct {
	number  int
	forever bool // its fourth argument is -1: epoll_wait's "no timeout"
}

// blockedIn returns the calls that the threads of a process sleep in. A thread that runs is an error.
func blockedIn(pid int) ([]kernelCall, error) {
	dir := "/proc/" + strconv.Itoa(pid) + "/task"
	var info unix.Stat_t
	if err := unix.Stat(dir, &info); err != nil {
		return nil, err
	}
	threads := []string{strconv.Itoa(pid)}
	if info.Nlink != 3 { // of a directory, two more than there are in it
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		threads = threads[:0]
		for _, e := range entries {
			threads = append(threads, e.Name())
		}
	}
	var calls []kernelCall
	for _, t := range threads {
		text, err := readPlain(dir + "/" + t + "/syscall")
		if err != nil {
			return nil, err
		}
		call, err := parseCall(string(text))
		if err != nil {
			return nil, err
		}
		calls = append(calls, call)
	}
	return calls, nil
}

var errRuns = errors.New("in no system call")

// parseCall reads a line of /proc/PID/syscall: the number, six arguments, stack pointer and program counter; "running"
// of a thread that does not sleep.
func parseCall(line string) (kernelCall, error) {
	fields := strings.Fields(line)
	if len(fields) != 9 {
		return kernelCall{}, errRuns
	}
	number, err := strconv.Atoi(fields[0])
	if err != nil {
		return kernelCall{}, err
	}
	timeout, err := strconv.ParseUint(fields[4], 0, 64)
	return kernelCall{number: number, forever: int32(timeout) == -1}, err
}

// children returns the processes that a single-threaded process has forked and not reaped.
func children(pid int) ([]int, error) {
	text, err := readPlain(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, f := range strings.Fields(string(text)) {
		pids = append(pids, number(f))
	}
	return pids, nil
}
