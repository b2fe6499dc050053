package wire

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// await waits until the socket is ready for some of events and returns for which; 0 when that took too long.
func (c *conversation) await(events int16) (int16, error) {
	deadline := time.Now().Add(c.options.Timeout)
	if c.ctx.Err() != nil {
		return 0, context.Cause(c.ctx)
	}
	if c.options.Brief != nil {
		if got := c.briefly(events); got != 0 {
			return got, nil
		}
		if c.ctx.Err() != nil {
			return 0, context.Cause(c.ctx)
		}
	}
	got, err := poll(c.fd, events)
	if err != nil || got != 0 {
		return got, err
	}
	if events == unix.POLLIN && c.pollable(deadline) {
		return c.awaitData()
	}
	return c.awaitAny(events, deadline)
}

// briefly waits for a short time. The first time that there is nothing but an answer to wait for, it waits for all of it: until the
// server has closed the connection, or there is much to read. That is one wakeup where there would be two or three, and one read.
func (c *conversation) briefly(events int16) int16 {
	const much, patient = 16 << 10, 500 * time.Millisecond
	limit := c.options.Timeout
	// Where silence is to be told from a few bytes within a short time, each byte counts.
	if events != unix.POLLIN || c.waited || limit < patient {
		return c.options.Brief(c.fd, events, limit)
	}
	c.waited = true
	if unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVLOWAT, much) != nil {
		return c.options.Brief(c.fd, events, limit)
	}
	got := c.options.Brief(c.fd, events|unix.POLLRDHUP, limit)
	if got&unix.POLLRDHUP == 0 {
		_ = unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVLOWAT, 1)
	}
	return got
}

// poll returns what of events the descriptor is ready for at this moment.
func poll(fd int, events int16) (int16, error) {
	for {
		fds := []unix.PollFd{{Fd: int32(fd), Events: events}}
		if _, err := unix.Poll(fds, 0); err != unix.EINTR {
			return fds[0].Revents, err
		}
	}
}

// pollable has Go's runtime watch the socket until the deadline, if it can.
func (c *conversation) pollable(deadline time.Time) bool {
	if c.file == nil {
		c.file = os.NewFile(uintptr(c.fd), "socket")
	}
	return c.file.SetReadDeadline(deadline) == nil
}

// awaitData waits for something to read. It blocks no thread: Go's runtime looks after one that does every few microseconds, which
// is most of the time that a request takes.
func (c *conversation) awaitData() (got int16, err error) {
	raw, err := c.file.SyscallConn()
	if err != nil {
		return 0, err
	}
	stop := context.AfterFunc(c.ctx, func() { _ = c.file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = raw.Read(func(fd uintptr) bool { // its error is that the time is over
		got, err = poll(int(fd), unix.POLLIN)
		return got != 0 || err != nil
	})
	if c.ctx.Err() != nil {
		return 0, context.Cause(c.ctx)
	}
	return got, err
}

// awaitAny waits for any events.
func (c *conversation) awaitAny(events int16, deadline time.Time) (int16, error) {
	wake, stop, err := wakeup(c.ctx)
	if err != nil {
		return 0, err
	}
	defer stop()
	for {
		fds := []unix.PollFd{{Fd: int32(c.fd), Events: events}, {Fd: int32(wake), Events: unix.POLLIN}}
		ms := max(0, time.Until(deadline)+time.Millisecond-1) / time.Millisecond
		n, err := unix.Poll(fds, int(min(ms, 1<<30)))
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, err
		case fds[1].Revents != 0:
			return 0, context.Cause(c.ctx)
		case n > 0:
			return fds[0].Revents, nil
		case time.Now().Before(deadline):
			continue
		}
		return 0, nil
	}
}

// wakeup returns a descriptor that becomes readable when ctx ends, so that it can be waited for next to a socket.
func wakeup(ctx context.Context) (fd int, stop func(), err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return -1, nil, err
	}
	closed := make(chan struct{})
	off := context.AfterFunc(ctx, func() {
		unix.Close(p[1])
		close(closed)
	})
	return p[0], func() {
		if off() {
			unix.Close(p[1])
		} else {
			<-closed
		}
		unix.Close(p[0])
	}, nil
}

// close closes the socket.
func (c *conversation) close() {
	if c.file != nil {
		c.file.Close()
		return
	}
	unix.Close(c.fd)
}
