package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// StopLeftOver stops the nginx that an interrupted run has left on this server root. A pid file that names anything
// else, such as a process that was given the pid later, is removed and the process left alone.
func (r Servroot) StopLeftOver(o StopOptions) error {
	pid := readPid(r.PidFile())
	if pid == 0 {
		return nil
	}
	if w, ok := watchPid(pid); ok {
		if !runsOn(pid, string(r)) {
			w.close()
		} else {
			p := &Process{Pid: pid, Root: r, watch: w, watched: true}
			p.Stop(o)
			if q, ok := readProc(pid); ok && !q.ended() {
				return fmt.Errorf("cannot stop %s, which an earlier run has left on %s (stop it by hand)", describe(pid), r)
			}
		}
	}
	if err := os.Remove(r.PidFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// runsOn reports whether a process is an nginx with that prefix. Its command line says so, with or without a master,
// under Valgrind and when it runs a binary of another name.
func runsOn(pid int, root string) bool {
	line := commandLine(pid)
	return strings.Contains(line+" ", " -p "+root+"/ ")
}
