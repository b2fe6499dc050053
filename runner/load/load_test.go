package load

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestPrepare(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		once             bool
	}{
		{"closed", "GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /t HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", false},
		{"kept, in other letters", "GET / HTTP/1.0\r\nCONNECTION:Keep-Alive\r\nA: b\r\n\r\n", "GET / HTTP/1.0\r\nA: b\r\nConnection: keep-alive\r\n\r\n", false},
		{"body", "POST /t HTTP/1.1\r\nConnection: close\r\nContent-Length: 21\r\n\r\nConnection: close\r\n\r\nx", "POST /t HTTP/1.1\r\nContent-Length: 21\r\nConnection: keep-alive\r\n\r\nConnection: close\r\n\r\nx", false},
		{"upgrade", "GET / HTTP/1.1\r\nConnection: Upgrade\r\n\r\n", "GET / HTTP/1.1\r\nConnection: Upgrade\r\nConnection: keep-alive\r\n\r\n", false},
		{"no version", "GET /\r\n", "GET /\r\n", true},
		{"no end", "GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\nHost: x\r\n", true},
		{"nothing known", "\x16\x03\x01", "\x16\x03\x01", true},
	} {
		if got := Prepare(c.text); got.Text != c.want || got.Once != c.once {
			t.Errorf("%s: %q, once %v", c.name, got.Text, got.Once)
		}
	}
}

// serve answers with what is between the slashes of the URL: /status/body. It counts connections.
func serve(t *testing.T) (addr string, connections *atomic.Int64) {
	connections = &atomic.Int64{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		parts := strings.Split(r.URL.Path, "/")
		status := 200
		fmt.Sscan(parts[1], &status)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, parts[2])
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), connections
}

func request(text string) Request {
	return Prepare(text + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
}

func TestRequestsTakeTurnsOverConnectionsThatStayOpen(t *testing.T) {
	addr, connections := serve(t)
	r := Start(context.Background(), Options{Addr: addr, Concurrency: 3, Count: 90, Timeout: 20 * time.Second, Requests: []Request{
		request("GET /200/abc"), request("HEAD /404/abc"), request("DELETE /202/a"),
	}}).Wait()
	if r.Answered != 90 || r.Failed != 0 || r.Err != nil || r.Bytes != 30*(3+0+1) {
		t.Errorf("%+v", r)
	}
	if r.Statuses[200] != 30 || r.Statuses[404] != 30 || r.Statuses[202] != 30 {
		t.Error(r.Statuses)
	}
	if n := connections.Load(); n < 1 || n > 3 { // a fast one may leave nothing to do for another
		t.Errorf("%d connections", n)
	}
	if r.Rate() <= 0 || r.Percentile(50) <= 0 || r.Percentile(100) < r.Percentile(50) || r.Mean() <= 0 {
		t.Errorf("rate %g, median %s", r.Rate(), r.Percentile(50))
	}
}

func TestLoadGoesOnUntilTheContextEnds(t *testing.T) {
	addr, _ := serve(t)
	ctx, cancel := context.WithCancel(context.Background())
	l := Start(ctx, Options{Addr: addr, Timeout: time.Minute, Requests: []Request{request("GET /200/x")}})
	for l.Answered() < 10 {
		select {
		case <-l.Done():
			t.Fatalf("%+v", l.Wait())
		default:
		}
	}
	cancel()
	if r := l.Wait(); r.Answered < 10 || r.Failed != 0 {
		t.Errorf("%+v", r)
	}
}

// answering is a server that answers every connection, once, with a text.
func answering(t *testing.T, text string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(c).ReadString('\n')
			_, _ = io.WriteString(c, text)
			c.Close()
		}
	}()
	return l.Addr().String()
}

func TestOddAnswers(t *testing.T) {
	for _, c := range []struct {
		name, answer, request string
		answered, failed      int
	}{
		{"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "GET / HTTP/1.1\r\n\r\n", 0, 2},
		{"no HTTP", "hello\n", "GET / HTTP/1.1\r\n\r\n", 0, 2},
		{"nothing", "", "GET / HTTP/1.1\r\n\r\n", 0, 2},
		{"HTTP/0.9", "hello\n", "GET /\r\n", 2, 0},
		{"an interim answer before", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.0 200 OK\r\n\r\nabc", "GET / HTTP/1.1\r\n\r\n", 2, 0},
		{"another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc", "GET / HTTP/1.1\r\n\r\n", 2, 0},
	} {
		r := Start(context.Background(), Options{
			Addr: answering(t, c.answer), Count: 2, Timeout: 20 * time.Second, Requests: []Request{Prepare(c.request)},
		}).Wait()
		if r.Answered != c.answered || r.Failed != c.failed || (r.Err != nil) != (c.failed > 0) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	// a socket that has a port, so that nobody else does, and does not listen
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
	r := Start(context.Background(), Options{Addr: addr, Count: 2, Timeout: 20 * time.Second, Requests: []Request{request("GET /")}}).Wait()
	if r.Answered != 0 || r.Failed != 2 || r.Err == nil || r.Rate() != 0 || r.Percentile(50) != 0 {
		t.Errorf("%+v", r)
	}
}

// rising returns n samples that begin with first and rise by step.
func rising(n, first, step int) (list []int) {
	for i := range n {
		list = append(list, first+i*step)
	}
	return list
}

func TestGrowth(t *testing.T) {
	level := rising(50, 5000, 0)
	for _, c := range []struct {
		name     string
		resident []int
		k        string
		want     Growth
	}{
		{"none", nil, "N/A", Steady},
		{"one", []int{100}, "Inf", Steady},
		{"level", rising(100, 2176, 0), "0.0", Steady},
		{"as Test::Nginx counts", rising(100, 1, 1), "1.0", Steady},
		{"twice that", rising(100, 2, 2), "2.0", Growing},
		{"less", rising(100, 9000, -3), "-3.0", Steady},
		{"up and down", slices.Repeat(rising(10, 1000, 100), 10), "1.0", Steady},
		{"up, down and up", append(rising(75, 1000, 10), rising(25, 1000, 40)...), "6.1", Steady},
		{"up to a limit", append(rising(50, 1000, 80), level...), "40.6", Levels},
		{"always", append(rising(50, 1000, 80), rising(50, 5000, 10)...), "45.5", Growing},
	} {
		s := Samples{}
		for i, kb := range c.resident {
			s.Add(kb, 4*i)
		}
		if got := s.Growth(); got != c.want || s.K() != c.k {
			t.Errorf("%s: %s, k=%s", c.name, got, s.K())
		}
	}
	s := Samples{Resident: rising(10, 0, 8), Answered: rising(10, 100, 16)}
	if got := s.BytesPerRequest(); got != 512 {
		t.Errorf("%g bytes with each request", got)
	}
}
