package nginx

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// watch tells when a process ends, whosever child it is.
type watch struct {
	pid int
	fd  int // pidfd, or -1 on a kernel before 5.3, which has none
}

// watchPid returns a watch of a live process or zombie; ok is false when there is no such process.
func watchPid(pid int) (w watch, ok bool) {
	fd, err := unix.PidfdOpen(pid, 0)
	switch {
	case err == nil:
		return watch{pid, fd}, true
	case errors.Is(err, unix.ESRCH), errors.Is(err, unix.EINVAL):
		return watch{}, false
	}
	w = watch{pid, -1}
	return w, !w.gone(0)
}

func (w watch) close() {
	if w.fd >= 0 {
		unix.Close(w.fd)
	}
}

func (w watch) signal(sig syscall.Signal) error {
	if w.fd >= 0 {
		return unix.PidfdSendSignal(w.fd, sig, nil, 0)
	}
	return unix.Kill(w.pid, sig)
}

// gone waits until the process has ended, reaped or not, but no longer than timeout. It reports whether it has.
func (w watch) gone(timeout time.Duration) bool {
	end := time.Now().Add(timeout)
	if w.fd < 0 {
		return w.goneByLooking(end)
	}
	for {
		left := max(0, time.Until(end))
		fds := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, milliseconds(left))
		switch {
		case n > 0:
			return true
		case err != nil && !errors.Is(err, unix.EINTR):
			return w.goneByLooking(end)
		case left == 0:
			return false
		}
	}
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

// milliseconds rounds up, so that a wait never turns into a busy loop.
func milliseconds(d time.Duration) int {
	return int((d + time.Millisecond - 1) / time.Millisecond)
}
