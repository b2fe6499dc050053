package mock

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Config says what a peer does.
type Config struct {
	Target string // a port number, or the path of a unix socket, which ends in .sock
	// Reply returns what to send, piece by piece or datagram by datagram; nil: nothing is sent. It is called in a goroutine
	// of the peer, with what was received, which is nil where nothing was read.
	Reply      func(query []byte) ([]string, error)
	ReplyDelay time.Duration // before Reply is called
	// Warn is told, in a goroutine of the peer, what went wrong while it served; nil: nobody is.
	Warn func(text string)

	// The rest is for TCP alone.

	QueryLen int            // bytes to read before the reply; 0: what comes first, however much
	Quiet    *time.Duration // instead of QueryLen: read until nothing came for that long
	// Shutdown shuts half of the connection down before anything is read: 0 reading, 1 writing, 2 both. What is shut
	// down is not done: nothing is read, or nothing is sent.
	Shutdown      *int
	ShutdownDelay time.Duration // before that
	NoClose       bool          // leave the connection open until Close
}

// Peer is a server under way.
type Peer struct {
	config Config
	cancel context.CancelFunc
	served sync.WaitGroup
	close  []func()

	mu    sync.Mutex
	query []byte
	read  chan struct{} // closed when no more is going to be read
	once  sync.Once
}

var (
	port   = lazyregexp.New(`^[0-9]+$`)
	socket = lazyregexp.New(`\S\.sock$`)
)

// Address returns how a message names a peer's target: "127.0.0.1:1986", "unix:/tmp/x.sock". TCP peers are there for this
// machine alone, UDP peers (udp) at all its addresses. An error says that the target is neither a port nor such a path.
func Address(target string, udp bool) (string, error) {
	switch {
	case port.MatchString(target) && udp:
		return "0.0.0.0:" + target, nil
	case port.MatchString(target):
		return "127.0.0.1:" + target, nil
	case socket.MatchString(target):
		return "unix:" + target, nil
	}
	return "", fmt.Errorf("bad target: %s (want a port number, or a path that ends in .sock)", target)
}

// clear takes a unix socket out of the way that an earlier peer has left.
func clear(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return nil // Listen says what is wrong, if there is something
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is there and no socket (move it away)", path)
	}
	return os.Remove(path)
}

func newPeer(ctx context.Context, c Config) (*Peer, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &Peer{config: c, cancel: cancel, read: make(chan struct{})}, ctx
}

// serve runs f in a goroutine that Close waits for.
func (p *Peer) serve(f func()) {
	p.served.Add(1)
	go func() {
		defer p.served.Done()
		defer p.done()
		f()
	}()
}

// done says that no more is going to be read.
func (p *Peer) done() { p.once.Do(func() { close(p.read) }) }

func (p *Peer) got(b []byte) (total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.query = append(p.query, b...)
	return len(p.query)
}

// Query returns what the peer has received, as soon as it has all that it reads, and at the latest after wait.
func (p *Peer) Query(wait time.Duration) string {
	late := time.NewTimer(wait)
	defer late.Stop()
	select {
	case <-p.read:
	case <-late.C:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.query)
}

// Close ends the peer, whatever it is about, and returns when nothing of it is left but the file of a unix socket for TCP.
// Reply must not wait for the caller then.
func (p *Peer) Close() {
	p.cancel()
	p.mu.Lock()
	closers := p.close
	p.close = nil
	p.mu.Unlock()
	for _, c := range closers {
		c()
	}
	p.served.Wait()
}

// closes has Close call f; at once where it was called already.
func (p *Peer) closes(ctx context.Context, f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil {
		f()
		return
	}
	p.close = append(p.close, f)
}

// reply calls Reply with what was received.
func (p *Peer) reply() []string {
	if p.config.Reply == nil {
		return nil
	}
	p.mu.Lock()
	query := p.query
	p.mu.Unlock()
	pieces, err := p.config.Reply(query)
	if err != nil {
		p.warn("no reply: %w", err)
	}
	return pieces
}

func (p *Peer) warn(format string, args ...any) {
	if p.config.Warn != nil {
		p.config.Warn(fmt.Errorf(format, args...).Error())
	}
}

// pause waits for d, and reports whether the peer goes on.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// absolute is a path that a change of the working directory does not change.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
