package nginx

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/brief"
)

// watch tells when a process ends, whosever child it is.
type watch struct {
	pid int
	fd  int // a pidfd; -1 on a kernel before 5.10
	// file is fd once it was waited for at length. It waits with all other files of this program, not in a system call of its
	// own: Go's runtime looks after a thread in such a call every few microseconds.
	file *os.File
}

// watchPid returns a watch of a live process or zombie; ok is false when there is no such process.
func watchPid(pid int) (w *watch, ok bool) {
	fd, err := unix.PidfdOpen(pid, unix.PIDFD_NONBLOCK)
	switch {
	case err == nil:
		return &watch{pid: pid, fd: fd}, true
	case errors.Is(err, unix.ESRCH):
		return nil, false
	}
	w = &watch{pid: pid, fd: -1} // EINVAL: the kernel knows no such flag, or the number is that of a thread
	return w, !w.gone(0)
}

func (w *watch) close() {
	switch {
	case w.file != nil:
		w.file.Close()
	case w.fd >= 0:
		unix.Close(w.fd)
	}
	w.file, w.fd = nil, -1
}

func (w *watch) signal(sig syscall.Signal) error {
	if w.fd < 0 {
		return unix.Kill(w.pid, sig)
	}
	return unix.PidfdSendSignal(w.fd, sig, nil, 0)
}

// gone waits until the process has ended, reaped or not, but no longer than timeout. It reports whether it has.
func (w *watch) gone(timeout time.Duration) bool {
	end := time.Now().Add(timeout)
	if w.fd < 0 {
		return w.goneByLooking(end)
	}
	if timeout <= 0 {
		return brief.Ready(w.fd, unix.POLLIN) != 0
	}
	if brief.Wait(w.fd, unix.POLLIN, timeout) != 0 {
		return true
	}
	if w.file == nil {
		w.file = os.NewFile(uintptr(w.fd), "pidfd")
	}
	raw, err := w.file.SyscallConn()
	if err != nil || w.file.SetReadDeadline(end) != nil {
		return w.goneByLooking(end)
	}
	gone := false
	_ = raw.Read(func(fd uintptr) bool { // its only error is that the time is over
		gone = brief.Ready(int(fd), unix.POLLIN) != 0
		return gone
	})
	return gone
}

func (w *watch) goneByLooking(end time.Time) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		p, ok := readProc(w.pid)
		if !ok || p.ended() {
			return true
		}
		if !time.Now().Before(end) {
			return false
		}
		<-tick.C
	}
}
