package valgrind

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// procDir is where processes are told of.
var procDir = "/proc"

// Processes are the pids that can be asked at this prefix: Valgrind makes the pipe of a process when it starts, or when a
// program that it follows starts. A process that was only forked has one under --trace-children=yes only.
func (v Vgdb) Processes() []int {
	var out []int
	for _, name := range v.pipes("*") {
		if m := pipePID().FindStringSubmatch(name); m != nil {
			out = append(out, int(number(m[1])))
		}
	}
	return out
}

var pipePID = expression(`-from-vgdb-to-(\d+)-by-`)

func (v Vgdb) pipes(pid string) []string {
	names, err := filepath.Glob(v.Prefix + "-from-vgdb-to-" + pid + "-by-*")
	if err != nil {
		return nil
	}
	return names
}

// ready looks before vgdb does. A process that changed its user, as workers of a server that root started do, can not
// open its own pipe any more; Valgrind then ends it, which would look like a crash of the program.
func (v Vgdb) ready(pid int) error {
	pipes := v.pipes(fmt.Sprint(pid))
	if len(pipes) == 0 {
		return fmt.Errorf("%w: process %d is gone, not under valgrind, or forked by one that was started without --trace-children=yes", ErrNoAnswer, pid)
	}
	status, err := os.ReadFile(filepath.Join(procDir, fmt.Sprint(pid), "status"))
	if err != nil {
		return fmt.Errorf("%w: process %d is gone", ErrNoAnswer, pid)
	}
	m := effectiveUser().FindSubmatch(status)
	info, err := os.Stat(pipes[0])
	if err != nil || m == nil {
		return nil
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if user := uint32(number(string(m[1]))); ok && user != 0 && user != owner.Uid {
		return fmt.Errorf("%w: process %d became user %d and can not open the pipe of user %d (let it keep its user)", ErrNoAnswer, pid, user, owner.Uid)
	}
	return nil
}

var effectiveUser = expression(`(?m)^Uid:\s+\d+\s+(\d+)`)
