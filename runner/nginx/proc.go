package nginx

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// BecomeSubreaper makes this process the parent of every orphan below it, the daemons of nginx first of all, so that
// their exit status can be had and no zombie is left. Nothing is changed for children of other programs.
func BecomeSubreaper() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("PR_SET_CHILD_SUBREAPER: %w", err)
	}
	return nil
}

// procInfo is what /proc says of a process.
type procInfo struct {
	pid, parent, group, session int
	name                        string // as the kernel keeps it, 15 bytes
	state                       string
}

// ended reports whether the process is but a zombie.
func (p procInfo) ended() bool { return p.state == "Z" || p.state == "X" }

func readProc(pid int) (procInfo, bool) {
	text, err := readPlain(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return procInfo{}, false
	}
	// The name is in parentheses and may hold any byte itself.
	open, end := strings.IndexByte(string(text), '('), strings.LastIndexByte(string(text), ')')
	if open < 0 || end < open {
		return procInfo{}, false
	}
	f := strings.Fields(string(text[end+1:]))
	if len(f) < 4 {
		return procInfo{}, false
	}
	return procInfo{
		pid:     pid,
		name:    string(text[open+1 : end]),
		state:   f[0],
		parent:  number(f[1]),
		group:   number(f[2]),
		session: number(f[3]),
	}, true
}

// commandLine returns the arguments of a process with blanks between, or its name in brackets when it has none.
func commandLine(pid int) string {
	if line := arguments(pid); line != "" {
		return line
	}
	p, _ := readProc(pid)
	return "[" + p.name + "]"
}

func arguments(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.TrimSpace(strings.ReplaceAll(string(text), "\x00", " "))
}

// processes calls f for each process of the machine, as far as /proc shows it.
func processes(f func(procInfo)) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if p, ok := readProc(pid); ok {
			f(p)
		}
	}
}

// orphanedDaemon finds the child of this process that is a daemon of the program on that server root: a session leader
// with the program's name. One that ends has no command line any more to tell its server root by: that goes before its files
// are closed, and the process is no zombie yet then. 0 when there is none, as always where this process is no subreaper.
func orphanedDaemon(program string, root Servroot) int {
	name := filepath.Base(program)
	if len(name) > 15 {
		name = name[:15]
	}
	running, ending, self := 0, 0, os.Getpid()
	processes(func(p procInfo) {
		switch {
		case p.parent != self || p.session != p.pid || p.name != name:
		case runsOn(p.pid, string(root)):
			running = p.pid
		case p.ended() || arguments(p.pid) == "":
			ending = p.pid
		}
	})
	return cmp.Or(running, ending)
}
