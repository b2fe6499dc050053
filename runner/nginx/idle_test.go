package nginx

import (
	"fmt"
	"net"
	"slices"
	"testing"
	"time"
)

func TestParseCall(t *testing.T) {
	for _, c := range []struct {
		line string
		want kernelCall
		bad  bool
	}{
		{"232 0x5 0x55c01d2eceb0 0x200 0xffffffff 0x0 0x0 0x7fff53344668 0x7f62cff07ef3\n", kernelCall{232, true}, false},
		{"232 0x5 0x55c01d2eceb0 0x200 0xffffffffffffffff 0x0 0x0 0x7fff53344668 0x7f62cff07ef3\n", kernelCall{232, true}, false},
		{"232 0x5 0x55c01d2eceb0 0x200 0x1388 0x0 0x0 0x7fff53344668 0x7f62cff07ef3\n", kernelCall{232, false}, false},
		{"232 0x5 0x55c01d2eceb0 0x200 0x0 0x0 0x0 0x7fff53344668 0x7f62cff07ef3\n", kernelCall{232, false}, false},
		{"running\n", kernelCall{}, true},
		{"-1 0x7fff53344668 0x7f62cff07ef3\n", kernelCall{}, true},
		{"", kernelCall{}, true},
	} {
		got, err := parseCall(c.line)
		if (err != nil) != c.bad || err == nil && got != c.want {
			t.Errorf("%q: %+v, %v; want %+v, error %v", c.line, got, err, c.want, c.bad)
		}
	}
}

// eventually asks until the answer is the wanted one.
func eventually(ask func() bool) bool {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if ask() {
			return true
		}
		timer := time.NewTimer(time.Millisecond)
		<-timer.C
	}
	return false
}

func TestIdle(t *testing.T) {
	for _, master := range []string{"off", "on"} {
		t.Run("master "+master, func(t *testing.T) {
			s := newSite(t, "worker_processes 2;\nmaster_process "+master+";", "")
			p := s.start(t)
			s.get(t, "/index.html")
			if !eventually(p.Idle) {
				t.Fatal("an nginx that has answered never comes to rest")
			}
			// A connection that has yet to send its request is a timer (client_header_timeout) in one process.
			c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if !eventually(func() bool { return !p.Idle() }) {
				t.Fatal("an nginx that waits for a request is said to be at rest")
			}
			for range 1000 {
				if p.Idle() {
					t.Fatal("an nginx that waits for a request is said to be at rest")
				}
			}
			c.Close()
			if !eventually(p.Idle) {
				t.Fatal("it does not come to rest after the connection was closed")
			}
			p.Stop(StopOptions{})
			if p.Idle() {
				t.Error("an nginx that is gone is said to be at rest")
			}
		})
	}
}

func TestLogDoesNotWaitForAnIdleNginx(t *testing.T) {
	path := t.TempDir() + "/log"
	appendTo(t, path, "one\n")
	asked := 0
	l := Log{Path: path, Wait: time.Hour, Idle: func() bool {
		asked++
		if asked == 2 {
			appendTo(t, path, "two\n") // it was at rest a moment ago, and is again
		}
		return asked != 3
	}}
	if got := l.Await(nil); !slices.Equal(got, []string{"one\n", "two\n"}) {
		t.Errorf("%q", got)
	}
	if asked != 5 {
		t.Errorf("looked %d times: at rest, written, at work, at rest, at rest", asked)
	}
}
