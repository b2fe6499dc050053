package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// serve accepts one connection and hands it to handle. It returns the address, and a function that waits for handle's end.
func serve(t *testing.T, handle func(*net.TCPConn)) (addr string, wait func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		handle(c.(*net.TCPConn))
	}()
	return l.Addr().String(), func() { <-done }
}

// silent is a socket that has a port and does not listen: nobody else can have the port, and whoever connects is refused.
func silent(t *testing.T) (fd int, addr string) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return fd, fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
}

func packets(values ...string) Request {
	var r Request
	for _, v := range values {
		r.Packets = append(r.Packets, Packet{Value: v})
	}
	return r
}

func options(addr string) Options {
	return Options{Name: "t/a.t TEST 1: x", Addr: addr, Timeout: 20 * time.Second, Brief: brief}
}

// brief is Options.Brief of these tests.
var brief func(fd int, events int16, limit time.Duration) int16

// answers is a server that reads a byte and then does what answer says.
func answers(answer func(c *net.TCPConn)) func(c *net.TCPConn) string {
	return func(c *net.TCPConn) string {
		got := readN(c, 1)
		answer(c)
		return got
	}
}

// A lane waits for a short time in a way of its own first. What comes of an exchange is the same.
func TestDoInALane(t *testing.T) {
	brief = func(fd int, events int16, limit time.Duration) int16 {
		fds := []unix.PollFd{{Fd: int32(fd), Events: events}}
		_, _ = unix.Poll(fds, int(min(limit, 60*time.Millisecond)/time.Millisecond))
		return fds[0].Revents
	}
	defer func() { brief = nil }()
	t.Run("Do", TestDo)
	t.Run("write failure", TestWriteFailure)
	t.Run("waits for the server", TestDoWaitsForTheServer)
	t.Run("without server", TestDoWithoutServer)
	t.Run("without end", TestDoWithoutEnd)
	t.Run("cancelled", TestDoIsCancelled)
}

func TestDo(t *testing.T) {
	big := strings.Repeat("0123456789", 200_000)
	how := func(n int) *int { return &n }
	for _, c := range []struct {
		name    string
		request Request
		options Options
		server  func(c *net.TCPConn) (received string)
		want    Exchange
		sent    string
	}{
		{
			name:    "the server closes",
			request: packets("GET /"),
			server: func(c *net.TCPConn) string {
				got := readN(c, 5)
				io.WriteString(c, "hello")
				return got
			},
			want: Exchange{Raw: "hello", Connected: true},
			sent: "GET /",
		},
		{
			name:    "a server that answers before it has read all",
			request: packets("POST /\n", big),
			server: func(c *net.TCPConn) string {
				io.WriteString(c, big)
				return readN(c, len(big)+7)
			},
			want: Exchange{Raw: big, Connected: true},
			sent: "POST /\n" + big,
		},
		{
			name:    "shutdown shows the server the end",
			request: packets("a", "b"),
			options: Options{Shutdown: how(1)},
			server: func(c *net.TCPConn) string {
				all, _ := io.ReadAll(c)
				io.WriteString(c, "bye")
				return string(all)
			},
			want: Exchange{Raw: "bye", Connected: true},
			sent: "ab",
		},
		{
			name:    "shutdown of both ways ends the reading",
			request: packets("a"),
			options: Options{Shutdown: how(2)},
			server: func(c *net.TCPConn) string {
				all, _ := io.ReadAll(c)
				return string(all)
			},
			want: Exchange{Connected: true},
			sent: "a",
		},
		{
			name:    "a packet with a delay comes after the server has seen the one before",
			request: Request{Packets: []Packet{{Value: "a", Delay: time.Hour}, {Value: "b", Delay: time.Second}}},
			server: func(c *net.TCPConn) string {
				buf := make([]byte, 10)
				n, _ := c.Read(buf)
				return string(buf[:n]) + "|" + readN(c, 1)
			},
			want: Exchange{Connected: true},
			sent: "a|b",
		},
		{
			name:   "no packets",
			server: func(c *net.TCPConn) string { return readN(c, 1) },
			want:   Exchange{Connected: true},
		},
		{
			name:    "silence",
			request: packets("a"),
			options: Options{Timeout: 2 * time.Second},
			server:  func(c *net.TCPConn) string { io.WriteString(c, "part"); return readN(c, 2) },
			want: Exchange{Raw: "part", Connected: true, TimedOut: true,
				Failures: []string{"ERROR: client socket timed out - t/a.t TEST 1: x\n"}},
			sent: "a",
		},
		{
			name:    "silence that the test wants",
			request: packets("a"),
			options: Options{Timeout: 30 * time.Millisecond, Abort: true},
			server:  func(c *net.TCPConn) string { return readN(c, 2) },
			want:    Exchange{Connected: true, TimedOut: true},
			sent:    "a",
		},
		{
			name:    "an answer in parts, the last one late",
			request: packets("a"),
			server: answers(func(c *net.TCPConn) {
				for _, pause := range []time.Duration{0, 5 * time.Millisecond, 100 * time.Millisecond} {
					time.Sleep(pause)
					io.WriteString(c, "part")
				}
			}),
			want: Exchange{Raw: "partpartpart", Connected: true},
			sent: "a",
		},
		{
			name:    "a long answer",
			request: packets("a"),
			server: answers(func(c *net.TCPConn) {
				io.WriteString(c, big)
			}),
			want: Exchange{Raw: big, Connected: true},
			sent: "a",
		},
		{
			name:    "bytes that keep coming",
			request: packets("a"),
			options: Options{Timeout: time.Second},
			server: answers(func(c *net.TCPConn) {
				for range 4 {
					time.Sleep(400 * time.Millisecond)
					io.WriteString(c, ".")
				}
			}),
			want: Exchange{Raw: "....", Connected: true},
			sent: "a",
		},
		{
			name:    "a reset connection behind an answer",
			request: packets("a"),
			server: answers(func(c *net.TCPConn) {
				io.WriteString(c, "part")
				c.SetLinger(0)
			}),
			want: Exchange{Raw: "part", Connected: true,
				Warnings: []string{"WARNING: t/a.t TEST 1: x - HTTP response read failure: Connection reset by peer"}},
			sent: "a",
		},
		{
			name:    "a reset connection",
			request: packets("a"),
			server: answers(func(c *net.TCPConn) {
				c.SetLinger(0)
			}),
			want: Exchange{Connected: true,
				Warnings: []string{"WARNING: t/a.t TEST 1: x - HTTP response read failure: Connection reset by peer"}},
			sent: "a",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var received string
			addr, wait := serve(t, func(conn *net.TCPConn) { received = c.server(conn) })
			o := options(addr)
			o.Shutdown, o.Abort = c.options.Shutdown, c.options.Abort
			if c.options.Timeout > 0 {
				o.Timeout = c.options.Timeout
			}
			got := Do(context.Background(), c.request, o)
			wait()
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %.300q %+v", got.Raw, got.Warnings)
				t.Errorf("failures %q, timed out %v, error %v", got.Failures, got.TimedOut, got.Err)
			}
			if received != c.sent {
				t.Errorf("the server received %.300q", received)
			}
		})
	}
}

func TestWriteFailure(t *testing.T) {
	addr, wait := serve(t, func(c *net.TCPConn) {
		readN(c, 1)
		c.SetLinger(0)
	})
	fd, _, err := connect(context.Background(), options(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	var x Exchange
	c := conversation{ctx: context.Background(), fd: fd, packets: packets("a").Packets, options: options(addr), Exchange: &x}
	if more, ok := c.write(); more || !ok {
		t.Fatal("the first packet was not written")
	}
	wait() // the server has reset the connection now
	c.packets = packets("b").Packets
	_, ok := c.write()
	want := "write failed: Connection reset by peer"
	if ok || string(c.raw) != want || !reflect.DeepEqual(x.Warnings, []string{want}) {
		t.Errorf("ok %v, response %q, warnings %q", ok, c.raw, x.Warnings)
	}
}

func TestDoWaitsForTheServer(t *testing.T) {
	fd, addr := silent(t)
	o := options(addr)
	asked := 0
	o.Alive = func() error {
		if asked++; asked == 3 { // the server starts to listen after the third refusal
			if err := unix.Listen(fd, 1); err != nil {
				return err
			}
			go func() {
				if c, _, err := unix.Accept(fd); err == nil {
					_, _ = unix.Read(c, make([]byte, 1))
					_, _ = unix.Write(c, []byte("late"))
					unix.Close(c)
				}
			}()
		}
		return nil
	}
	got := Do(context.Background(), packets("a"), o)
	if got.Raw != "late" || len(got.Failures) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestDoWithoutServer(t *testing.T) {
	_, addr := silent(t)
	o := options(addr)
	o.ConnectWait = time.Millisecond
	got := Do(context.Background(), packets("a"), o)
	want := []string{"t/a.t TEST 1: x - Can't connect to " + addr + ": Connection refused (aborted)\n"}
	if got.Connected || !reflect.DeepEqual(got.Failures, want) {
		t.Errorf("got %+v", got)
	}
	o.ConnectWait = 0
	o.Alive = func() error { return errors.New("nginx is gone") }
	got = Do(context.Background(), packets("a"), o)
	if len(got.Failures) != 1 || !strings.Contains(got.Failures[0], "Connection refused, and nginx is gone (aborted)") {
		t.Errorf("got %+v", got)
	}
}

func TestDoWithoutEnd(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	pour := func(c *net.TCPConn) {
		for n := 0; ; n++ {
			if n == 10 { // more than the sockets hold: the client is reading
				cancel()
			}
			if _, err := c.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	}
	for _, c := range []struct {
		name   string
		ctx    context.Context
		change func(*Options)
		want   string
		failed bool
	}{
		{"cancelled", cancelled, func(*Options) {}, "context canceled", false},
		{"too much", t.Context(), func(o *Options) { o.MaxResponse = 3 << 20 }, "the response does not end: cut off after ", true},
		{"too long", t.Context(), func(o *Options) { o.Longest = time.Millisecond }, "the response does not end: cut off after ", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr, wait := serve(t, pour)
			o := options(addr)
			c.change(&o)
			x := Do(c.ctx, packets("GET / HTTP/1.0\r\n\r\n"), o)
			wait()
			if x.Err == nil || !strings.HasPrefix(x.Err.Error(), c.want) {
				t.Errorf("%v", x.Err)
			}
			if failed := reflect.DeepEqual(x.Failures, []string{"ERROR: the response does not end - t/a.t TEST 1: x"}); failed != c.failed {
				t.Errorf("%q", x.Failures)
			}
		})
	}
}

func TestDoIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	addr, _ := serve(t, func(c *net.TCPConn) {
		readN(c, 1)
		cancel()
		readN(c, 1)
	})
	got := Do(ctx, packets("a"), options(addr))
	if !errors.Is(got.Err, context.Canceled) || len(got.Failures) > 0 || got.TimedOut {
		t.Errorf("got %+v", got)
	}
}

func readN(r io.Reader, n int) string {
	b := make([]byte, n)
	n, _ = io.ReadFull(r, b)
	return string(b[:n])
}
