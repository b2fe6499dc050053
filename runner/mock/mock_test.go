package mock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func text(pieces ...string) func([]byte) ([]string, error) {
	return func([]byte) ([]string, error) { return pieces, nil }
}

// TestConversations: what a client gets that sends "abcd" and closes its side, or does not, and what the peer received.
func TestConversations(t *testing.T) {
	one, quiet := 1, time.Second
	for _, c := range []struct {
		name  string
		with  Config
		half  bool // the client closes its side
		hears string
		query string
	}{
		{"what comes first", Config{Reply: text("a", "b")}, false, "ab", "abcd"},
		{"a length", Config{Reply: text("ab"), QueryLen: 4}, false, "ab", "abcd"},
		{"until nothing comes", Config{Reply: text("ab"), Quiet: &quiet}, false, "ab", "abcd"},
		{"half of it alone", Config{Shutdown: &one}, false, "", "abcd"},
		{"code that fails", Config{Reply: func([]byte) ([]string, error) { return nil, errors.New("no") }, Warn: func(string) {}}, false, "", "abcd"},
		{"code", Config{Reply: func(q []byte) ([]string, error) { return []string{strings.ToUpper(string(q))}, nil }}, false, "ABCD", "abcd"},
		{"a client that says too little is not answered", Config{Reply: text("ab"), QueryLen: 9}, true, "no end", "abcd"},
		{"a connection that is left open", Config{Reply: text("ab"), NoClose: true}, false, "abno end", "abcd"},
	} {
		c.with.Target = filepath.Join(t.TempDir(), "p.sock")
		p, err := ListenTCP(context.Background(), c.with)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("unix", c.with.Target)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "abcd")
		if c.half {
			_ = conn.(*net.UnixConn).CloseWrite()
		}
		query := p.Query(time.Minute)
		first, open := strings.CutSuffix(c.hears, "no end")
		got := make([]byte, len(first))
		_, err = io.ReadFull(conn, got)
		hears := string(got)
		if err == nil {
			if open {
				_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
			}
			got, err = io.ReadAll(conn)
			hears += string(got)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			hears += "no end"
		}
		if hears != c.hears || query != c.query {
			t.Errorf("%s: the client hears %q, the peer %q", c.name, hears, query)
		}
		p.Close()
		conn.Close()
	}
}

// TestCloseInterrupts: a peer that waits ends at once when it is told to.
func TestCloseInterrupts(t *testing.T) {
	for name, c := range map[string]Config{
		"for a client":   {},
		"for a query":    {QueryLen: 100},
		"before a reply": {ReplyDelay: time.Hour, Reply: text("x")},
	} {
		c.Target = filepath.Join(t.TempDir(), "p.sock")
		p, err := ListenTCP(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		if name != "for a client" {
			conn, err := net.Dial("unix", c.Target)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprint(conn, "x")
		}
		closed := make(chan struct{})
		go func() { p.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(10 * time.Second):
			t.Fatalf("waiting %s: does not end", name)
		}
		if _, err := net.Dial("unix", c.Target); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("waiting %s: a client of a closed peer: %v", name, err)
		}
	}
}

func TestDatagrams(t *testing.T) {
	dir := t.TempDir()
	c := Config{Target: dir + "/p.sock", Reply: func(q []byte) ([]string, error) { return []string{string(q) + "1", "2"}, nil }}
	p, err := ListenUDP(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUnix("unixgram", &net.UnixAddr{Name: dir + "/c.sock", Net: "unixgram"}, &net.UnixAddr{Name: c.Target, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "q")
	buf := make([]byte, 10)
	for _, want := range []string{"q1", "2"} {
		if n, err := conn.Read(buf); err != nil || string(buf[:n]) != want {
			t.Errorf("got %q, %v, want %q", buf[:n], err, want)
		}
	}
	if q := p.Query(time.Minute); q != "q" {
		t.Errorf("received %q", q)
	}
	p.Close()
	if _, err := os.Stat(c.Target); err == nil {
		t.Error("the socket is still there")
	}
}

func TestTargets(t *testing.T) {
	for target, want := range map[string]string{"1986": "127.0.0.1:1986", "a/b.sock": "unix:a/b.sock", "here": "", ".sock": "", "19a": ""} {
		if got, err := Address(target, false); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", target, got, err)
		}
	}
	file := filepath.Join(t.TempDir(), "mine.sock")
	if err := os.WriteFile(file, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	if p, err := ListenTCP(context.Background(), Config{Target: file}); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("a file in the way: %v, %v", p, err)
	}
}
