package nginx

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// wrapped is a site whose nginx runs under another program.
func wrapped(t *testing.T, main, server string) site {
	t.Helper()
	s := newSite(t, main, server)
	conf, err := os.ReadFile(s.Root.ConfFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Root.WriteConf(strings.Replace(string(conf), "daemon on;", "daemon off;", 1)); err != nil {
		t.Fatal(err)
	}
	s.Wrap = []string{"sh", "-c", "echo under another program >&2; exec \"$@\"", "sh"}
	return s
}

func TestStartUnderAnotherProgram(t *testing.T) {
	for _, master := range []string{"on", "off"} {
		t.Run("master "+master, func(t *testing.T) {
			s := wrapped(t, "master_process "+master+";", "")
			p := s.start(t)
			if got := s.get(t, "/index.html"); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
				t.Errorf("the response is %q", got)
			}
			stopped := p.Stop(patient)
			if said := p.words.String(); !strings.Contains(said, "under another program\n") {
				t.Errorf("nginx does not run under the program, which said %q", said)
			}
			if stopped.By != syscall.SIGQUIT || !stopped.Known || stopped.Code != 0 || len(stopped.Strays) > 0 {
				t.Errorf("stopped: %+v", stopped)
			}
			noChildLeft(t, p.Pid)
		})
	}
}

func TestStartUnderAnotherProgramRefused(t *testing.T) {
	s := wrapped(t, "", "no_such_directive on;")
	p, err := Start(context.Background(), s.Command)
	var refused *StartError
	if p != nil || !errors.As(err, &refused) || refused.MissingDirective != "no_such_directive" || refused.ExitCode != 1 {
		t.Fatalf("%v, %+v", p, err)
	}
	s.Wrap = []string{"no-such-program-in-path"}
	if _, err := Start(context.Background(), s.Command); err == nil || !strings.Contains(err.Error(), "no-such-program-in-path") {
		t.Errorf("%v", err)
	}
}

// TestStartBelowAnotherProgram: the program that nginx runs below ends behind it, and what it leaves is killed.
func TestStartBelowAnotherProgram(t *testing.T) {
	for script, want := range map[string]struct {
		under  time.Duration
		strays int
	}{
		`"$@"; :`:               {under: time.Minute},
		`"$@"; exec sleep 1000`: {under: 20 * time.Millisecond, strays: 1},
	} {
		s := wrapped(t, "master_process off;", "")
		s.Wrap = nil
		s.Under = func(nginx []string) []string { return append([]string{"sh", "-c", script, "sh"}, nginx...) }
		p := s.start(t)
		if got := s.get(t, "/index.html"); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
			t.Errorf("the response is %q", got)
		}
		program := p.over.pid
		stopped := p.Stop(StopOptions{Under: want.under})
		if stopped.By != syscall.SIGQUIT || len(stopped.Strays) != want.strays {
			t.Errorf("%s: stopped: %+v", script, stopped)
		}
		noChildLeft(t, program)
	}
}

func TestStartBelowAnotherProgramRefused(t *testing.T) {
	s := wrapped(t, "", "")
	s.Wrap = nil
	s.Under = func([]string) []string { return []string{"sh", "-c", "echo no such probe >&2; exit 3"} }
	_, err := Start(context.Background(), s.Command)
	if err == nil || err.Error() != "sh exited with status 3 at start: no such probe" {
		t.Errorf("%v", err)
	}
}
