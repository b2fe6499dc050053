package nginx

import (
	"cmp"
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// watch tells when a process ends, whosever child it is.
type watch struct {
	pid int
	// file is a pidfd, nil on a kernel before 5.10. It waits with all other files of this program, not in a system call of
	// its own: Go's runtime looks after a thread in such a call every few microseconds.
	file *os.File
}

// watchPid returns a watch of a live process or zombie; ok is false when there is no such process.
func watchPid(pid int) (w watch, ok bool) {
	fd, err := unix.PidfdOpen(pid, unix.PIDFD_NONBLOCK)
	switch {
	case err == nil:
		return watch{pid, os.NewFile(uintptr(fd), "pidfd")}, true
	case errors.Is(err, unix.ESRCH):
		return watch{}, false
	}
	w = watch{pid, nil} // EINVAL: the kernel knows no such flag, or the number is that of a thread
	return w, !w.gone(0)
}

func (w watch) close() {
	if w.file != nil {
		w.file.Close()
	}
}

func (w watch) signal(sig syscall.Signal) error {
	if w.file == nil {
		return unix.Kill(w.pid, sig)
	}
	raw, err := w.file.SyscallConn()
	if err != nil {
		return err
	}
	failed := raw.Control(func(fd uintptr) { err = unix.PidfdSendSignal(int(fd), sig, nil, 0) })
	return cmp.Or(failed, err)
}

// gone waits until the process has ended, reaped or not, but no longer than timeout. It reports whether it has.
func (w watch) gone(timeout time.Duration) bool {
	end := time.Now().Add(timeout)
	if w.file == nil {
		return w.goneByLooking(end)
	}
	raw, err := w.file.SyscallConn()
	if err != nil {
		return w.goneByLooking(end)
	}
	if timeout > 0 && w.file.SetReadDeadline(end) != nil {
		return w.goneByLooking(end)
	}
	gone := false
	look := func(fd uintptr) bool {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, 0)
		gone = n > 0 && err == nil
		return gone
	}
	if timeout > 0 {
		_ = raw.Read(look) // its only error is that the time is over
	} else {
		_ = raw.Control(func(fd uintptr) { look(fd) })
	}
	return gone
}

func (w watch) goneByLooking(end time.Time) bool {
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
