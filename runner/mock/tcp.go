package mock

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// backlog is how many connections may wait; a test may count on more of them to hang.
const backlog = 5

// ListenTCP starts a peer for connections. The error wraps EADDRINUSE where the port is taken. The file of a unix socket
// stays when the peer is closed, for a client then to be refused.
func ListenTCP(ctx context.Context, c Config) (*Peer, error) {
	address, err := Address(c.Target, false)
	if err != nil {
		return nil, err
	}
	network := "tcp4"
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, address = "unix", path
		if err := clear(path); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	if u, ok := listener.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
	}
	shorten(listener)
	p, ctx := newPeer(ctx, c)
	p.closes(ctx, func() { listener.Close() })
	p.serve(func() {
		conn, err := listener.Accept()
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
				p.warn("accept: %w", err)
			}
			return
		}
		p.closes(ctx, func() { conn.Close() })
		defer conn.Close()
		p.connection(ctx, conn.(stream))
	})
	return p, nil
}

// shorten sets the length of the queue of connections. Where it cannot be set it is longer, which few tests notice.
func shorten(l net.Listener) {
	s, ok := l.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := s.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.Listen(int(fd), backlog) })
	}
}

// stream is what TCP and unix connections have in common.
type stream interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
}

// connection serves the one connection.
func (p *Peer) connection(ctx context.Context, conn stream) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetNoDelay(false) // pieces of a reply travel as those of other programs do
	}
	reads, writes := true, true
	if how := p.config.Shutdown; how != nil {
		if !pause(ctx, p.config.ShutdownDelay) {
			return
		}
		reads, writes = *how != 0 && *how != 2, *how == 0
		if !reads {
			_ = conn.CloseRead()
		}
		if !writes {
			_ = conn.CloseWrite()
		}
	}
	if reads && !p.receive(ctx, conn) {
		return
	}
	p.done()
	if !pause(ctx, p.config.ReplyDelay) {
		return
	}
	if writes {
		for _, piece := range p.reply() {
			if _, err := conn.Write([]byte(piece)); err != nil && ctx.Err() == nil {
				p.warn("failed to send the reply: %w", err)
				break
			}
		}
	}
	if p.config.NoClose {
		<-ctx.Done()
	}
}

// receive reads the query, and reports whether there is to be a reply. A client that closes its side before it has sent all
// of the query gets none, and the connection stays open.
func (p *Peer) receive(ctx context.Context, conn net.Conn) bool {
	buf := make([]byte, 4096)
	for {
		if quiet := p.config.Quiet; quiet != nil {
			_ = conn.SetReadDeadline(time.Now().Add(*quiet))
		}
		n, err := conn.Read(buf)
		total := p.got(buf[:n])
		switch {
		case p.config.Quiet != nil && errors.Is(err, os.ErrDeadlineExceeded):
			return true
		case err != nil && !errors.Is(err, io.EOF):
			if ctx.Err() == nil {
				p.warn("failed to receive: %w", err)
			}
			return false
		case p.config.Quiet == nil && total >= p.config.QueryLen:
			return true
		case err != nil:
			p.done()
			<-ctx.Done()
			return false
		}
	}
}
