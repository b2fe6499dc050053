package wire

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Options says how Do talks to the server.
type Options struct {
	Name string // of the block, for messages
	Addr string // host:port of the server

	// Timeout is how long the socket may be silent, both ways, before the exchange ends; it limits a connection attempt too.
	Timeout time.Duration
	// Abort says that the timeout is what the test waits for (--- abort): it is no failure then.
	Abort bool
	// Shutdown is the HOW of shutdown(2) on the socket once all packets are written; nil for no shutdown.
	Shutdown *int
	// ConnectWait is how long to go on trying to connect; 0 means the 43 s that Test::Nginx tries.
	ConnectWait time.Duration
	// MaxResponse is how many bytes of response are read; 0 means 256 MiB. Longest is how long an exchange may take although the
	// socket is never silent; 0 means 20 timeouts, but a minute at least. They end a response that never ends.
	MaxResponse int
	Longest     time.Duration
	// Brief, when set, waits for a descriptor for a short time, in a way that costs less than Go's own, and returns for which of
	// the events it is ready; 0 when it is not, yet. Do waits as usual then.
	Brief func(fd int, events int16, limit time.Duration) int16
	// Alive, when set, is asked between attempts to connect; its error ends them, since a server that is gone will not accept.
	Alive func() error
}

// Do sends a request and reads until the server closes the connection, nothing happens for too long, or ctx ends.
//
// Reading comes before writing each time the socket is ready for both, and a server that closes ends the writing. While a packet's
// delay passes nothing is read. That order is Test::Nginx's, and tests of early responses and half-closed connections see it.
func Do(ctx context.Context, r Request, o Options) Exchange {
	var x Exchange
	o.Addr = cmp.Or(r.Addr, o.Addr)
	fd, got, err := connect(ctx, o)
	if err != nil {
		x.Err = err
		if ctx.Err() == nil {
			x.Failures = append(x.Failures, fmt.Sprintf("%s - Can't connect to %s: %s (aborted)\n", o.Name, o.Addr, text(err)))
		}
		return x
	}
	x.Connected = true
	c := conversation{ctx: ctx, fd: fd, first: got, packets: r.Packets, options: o, Exchange: &x}
	defer c.close()
	if len(r.Packets) > 0 { // else there is nothing to say: Test::Nginx hangs up
		c.run()
	}
	return x
}

// conversation is one request on an open socket.
type conversation struct {
	*Exchange
	ctx     context.Context
	options Options
	fd      int
	file    *os.File // of fd, once it was waited for
	waited  bool     // for an answer, briefly
	first   int16    // what the socket was ready for when it was connected; 0: not known

	packets []Packet // the first is being written
	offset  int      // bytes of it that are written
	raw     []byte
}

func (c *conversation) run() {
	defer func() {
		if len(c.raw) > 0 {
			c.Raw = string(c.raw)
		}
	}()
	writing := true
	most := cmp.Or(c.options.MaxResponse, 256<<20)
	longest := cmp.Or(c.options.Longest, max(time.Minute, 20*c.options.Timeout))
	for started := time.Now(); ; {
		events := int16(unix.POLLIN)
		if writing {
			events |= unix.POLLOUT
		}
		got, err := c.first, error(nil)
		if c.first = 0; got == 0 {
			got, err = c.await(events)
		}
		switch {
		case err != nil:
			c.Err = err
			return
		case got == 0:
			c.TimedOut = true
			if !c.options.Abort {
				c.Failures = append(c.Failures, fmt.Sprintf("ERROR: client socket timed out - %s\n", c.options.Name))
			}
			return
		}
		if len(c.raw) > most || time.Since(started) > longest {
			c.Err = fmt.Errorf("the response does not end: cut off after %d bytes and %s", len(c.raw), time.Since(started).Round(time.Second))
			c.Failures = append(c.Failures, fmt.Sprintf("ERROR: the response does not end - %s", c.options.Name))
			return
		}
		const closing = unix.POLLERR | unix.POLLHUP
		over := got&unix.POLLRDHUP != 0 && got&closing == 0 // what is there is all, and no error follows
		if got&(unix.POLLIN|closing) != 0 && !c.read(!writing, over) {
			return
		}
		if writing && got&(unix.POLLOUT|unix.POLLERR) != 0 {
			more, ok := c.write()
			if !ok {
				return
			}
			writing = more
		}
	}
}

// read takes what is there, but leaves off now and then of a server that is as fast as the reading. It returns false when the
// connection is over, which it is behind what is there if that is the last. Unhurried, it may leave the connection's end for the
// next time.
func (c *conversation) read(unhurried, last bool) bool {
	var buf [16 << 10]byte
	for range 64 {
		n, err := unix.Read(c.fd, buf[:])
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return true
		case err != nil:
			c.Warnings = append(c.Warnings, fmt.Sprintf("WARNING: %s - HTTP response read failure: %s", c.options.Name, text(err)))
			return false
		case n == 0:
			return false
		default:
			if c.raw = append(c.raw, buf[:n]...); unhurried && n < len(buf) {
				return !last // the end comes a little later as a rule, so that to read again is in vain
			}
		}
	}
	return true
}

// write writes what the socket takes. ok is false when the connection is over.
func (c *conversation) write() (more, ok bool) {
	for len(c.packets) > 0 {
		rest := c.packets[0].Value[c.offset:]
		if rest == "" {
			c.packets, c.offset = c.packets[1:], 0
			if len(c.packets) == 0 {
				break
			}
			if err := Sleep(c.ctx, c.packets[0].Delay); err != nil {
				c.Err = err
				return false, false
			}
			continue
		}
		n, err := unix.Write(c.fd, []byte(rest))
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return true, true
		case err != nil:
			message := "write failed: " + text(err)
			c.Warnings = append(c.Warnings, message)
			if len(c.raw) == 0 || string(c.raw) == "0" {
				c.raw = []byte(message)
			}
			return false, false
		default:
			c.offset += n
		}
	}
	if how := c.options.Shutdown; how != nil {
		// The peer may be gone already; what it sent is there to be read all the same.
		_ = unix.Shutdown(c.fd, *how)
	}
	return false, true
}

// Sleep waits for d, or until ctx ends, which is its error.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
