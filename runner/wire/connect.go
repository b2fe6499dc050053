package wire

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// testNginxConnects is about how long Test::Nginx goes on trying: 50 times, with up to a second in between.
const testNginxConnects = 43 * time.Second

// connect returns a connected, non-blocking socket, and for what of reading and writing it was ready then; 0: that is not known.
func connect(ctx context.Context, o Options) (fd int, got int16, err error) {
	domain, addr, err := resolve(o.Addr)
	if err != nil {
		return -1, 0, err
	}
	err = persist(ctx, o, func() error {
		fd, got, err = attempt(ctx, domain, addr, o)
		return err
	})
	if err != nil {
		return -1, 0, err
	}
	return fd, got, nil
}

// persist attempts to connect. A server that does not accept yet is asked again: soon at first, then more seldom.
func persist(ctx context.Context, o Options, attempt func() error) error {
	wait := o.ConnectWait
	if wait == 0 {
		wait = testNginxConnects
	}
	deadline := time.Now().Add(wait)
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		err := attempt()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if o.Alive != nil {
			if gone := o.Alive(); gone != nil {
				return fmt.Errorf("%s, and %w", text(err), gone)
			}
		}
		if time.Until(deadline) <= pause {
			return fmt.Errorf("%s", text(err))
		}
		if err := Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func resolve(addr string) (int, unix.Sockaddr, error) {
	if a, err := netip.ParseAddrPort(addr); err == nil && a.Addr().Is4() { // as nearly always
		return unix.AF_INET, &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}, nil
	}
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return 0, nil, err
	}
	if ip := a.IP.To4(); ip != nil || a.IP == nil {
		sa := &unix.SockaddrInet4{Port: a.Port}
		copy(sa.Addr[:], ip)
		return unix.AF_INET, sa, nil
	}
	sa := &unix.SockaddrInet6{Port: a.Port}
	copy(sa.Addr[:], a.IP.To16())
	return unix.AF_INET6, sa, nil
}

func attempt(ctx context.Context, domain int, addr unix.Sockaddr, o Options) (fd int, got int16, err error) {
	fd, err = unix.Socket(domain, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, 0, err
	}
	err = unix.Connect(fd, addr)
	if err == unix.EINPROGRESS || err == unix.EINTR {
		got, err = finish(ctx, fd, o)
	}
	if err != nil {
		unix.Close(fd)
		return -1, 0, err
	}
	return fd, got, nil
}

// finish waits for a connection that is under way.
func finish(ctx context.Context, fd int, o Options) (got int16, err error) {
	c := conversation{ctx: ctx, fd: fd, options: o}
	got, err = c.await(unix.POLLIN | unix.POLLOUT)
	switch {
	case err != nil:
		return 0, err
	case got == 0:
		return 0, unix.ETIMEDOUT
	case got&(unix.POLLERR|unix.POLLHUP) == 0:
		return got, nil
	}
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return 0, err
	}
	if code != 0 {
		return 0, unix.Errno(code)
	}
	return got, nil
}

// text is an error as C's strerror words it, which begins with a capital letter unlike Go's.
func text(err error) string {
	s := err.Error()
	if _, ok := err.(unix.Errno); ok && s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
