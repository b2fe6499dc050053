package nginx

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
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
	return p.rest(p.Pid)
}

// rest looks at a process and its children. A master sleeps in sigsuspend, a worker or a single process in epoll_wait
// without a timeout.
func (p *Process) rest(pid int) Rest {
	l, err := p.look(pid)
	if err != nil {
		return unseen(err)
	}
	calls, err := l.blockedIn()
	switch {
	case err != nil:
		return unseen(err)
	case len(calls) > 1:
		return Waiting
	}
	call := calls[0]
	switch {
	case call.number == sysSigsuspend:
		workers, err := l.children()
		if err != nil || len(workers) == 0 {
			return Waiting
		}
		p.endLooks(append(workers, pid)...)
		all := AtRest
		for _, w := range workers {
			all = min(all, p.rest(w))
		}
		return all
	case (call.number == sysEpollWait || call.number == sysEpollPwait) && call.forever:
		return AtRest
	}
	return Waiting
}

// unseen is what is made of a process that could not be looked at: it may just have ended.
func unseen(err error) Rest {
	if errors.Is(err, fs.ErrPermission) {
		return Waiting
	}
	return AtWork
}

// kernelCall is a system call that a thread sleeps in.
type kernelCall struct {
	number  int
	forever bool // its fourth argument is -1: epoll_wait's "no timeout"
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
