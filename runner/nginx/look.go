package nginx

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// look is what is looked at of a process to see whether it is at rest. Its files stay open: nginx is looked at after every
// request, several times, and to find a file below /proc costs more than to read it.
type look struct {
	pid       int
	task      *os.File // the folder of its threads
	call      *os.File // the system call that its main thread sleeps in
	offspring *os.File // its children; nil: not yet asked for
}

// look returns the files of one of the nginx's processes. Those of a process that has ended tell so.
func (p *Process) look(pid int) (*look, error) {
	if l := p.looks[pid]; l != nil {
		return l, nil
	}
	l, err := openLook(pid)
	if err != nil {
		return nil, err
	}
	if p.looks == nil {
		p.looks = map[int]*look{}
	}
	p.looks[pid] = l
	return l, nil
}

// endLooks forgets the processes of which there are no more: nginx has other workers after each reload.
func (p *Process) endLooks(left ...int) {
	maps.DeleteFunc(p.looks, func(pid int, l *look) bool {
		over := !slices.Contains(left, pid)
		if over {
			l.close()
		}
		return over
	})
}

func openLook(pid int) (*look, error) {
	l := &look{pid: pid}
	var err error
	if l.task, err = openPlain(l.path(""), unix.O_RDONLY|unix.O_DIRECTORY); err != nil {
		return nil, err
	}
	if l.call, err = openPlain(l.path(strconv.Itoa(pid)+"/syscall"), unix.O_RDONLY); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *look) path(name string) string { return "/proc/" + strconv.Itoa(l.pid) + "/task/" + name }

func (l *look) close() {
	for _, f := range []*os.File{l.task, l.call, l.offspring} {
		if f != nil {
			f.Close()
		}
	}
}

// blockedIn returns the calls that the threads of a process sleep in. A thread that runs is an error.
func blockedIn(pid int) ([]kernelCall, error) {
	l, err := openLook(pid)
	if err != nil {
		return nil, err
	}
	defer l.close()
	return l.blockedIn()
}

func (l *look) blockedIn() ([]kernelCall, error) {
	var info unix.Stat_t
	if err := unix.Fstat(int(l.task.Fd()), &info); err != nil {
		return nil, err
	}
	if info.Nlink == 3 { // of a folder, two more than there are in it
		text, err := again(l.call)
		if err != nil {
			return nil, err
		}
		call, err := parseCall(text)
		return []kernelCall{call}, err
	}
	threads, err := os.ReadDir(l.path(""))
	if err != nil {
		return nil, err
	}
	var calls []kernelCall
	for _, t := range threads {
		text, err := readPlain(l.path(t.Name() + "/syscall"))
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

// children is the function of that name.
func (l *look) children() ([]int, error) {
	if l.offspring == nil {
		var err error
		if l.offspring, err = openPlain(l.path(strconv.Itoa(l.pid)+"/children"), unix.O_RDONLY); err != nil {
			return nil, err
		}
	}
	text, err := again(l.offspring)
	return parsePids(text), err
}

// children returns the processes that a single-threaded process has forked and not reaped.
func children(pid int) ([]int, error) {
	text, err := readPlain(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	return parsePids(string(text)), err
}

func parsePids(text string) (pids []int) {
	for _, f := range strings.Fields(text) {
		pids = append(pids, number(f))
	}
	return pids
}

// again reads a file of /proc from its beginning.
func again(f *os.File) (string, error) {
	var text []byte
	var page [512]byte
	for {
		n, err := unix.Pread(int(f.Fd()), page[:], int64(len(text))) // ReadAt would ask again whether that is all
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return "", &os.PathError{Op: "read", Path: f.Name(), Err: err}
		}
		if text = append(text, page[:n]...); n < len(page) {
			return string(text), nil
		}
	}
}
