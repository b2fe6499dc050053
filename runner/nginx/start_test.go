package nginx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/brief"
)

func TestStartAnswersAtOnce(t *testing.T) {
	for _, master := range []string{"on", "off"} {
		t.Run("master "+master, func(t *testing.T) {
			s := newSite(t, "master_process "+master+";", "")
			p := s.start(t)
			if p.Pid == 0 || p.Exited() {
				t.Fatalf("pid %d, exited %v", p.Pid, p.Exited())
			}
			if got := s.get(t, "/index.html"); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") || !strings.HasSuffix(got, indexPage) {
				t.Errorf("the response is %q", got)
			}
			stopped := p.Stop(patient)
			if stopped.By != syscall.SIGQUIT || !stopped.Known || stopped.Code != 0 || stopped.Signal != 0 || len(stopped.Strays) > 0 {
				t.Errorf("stopped: %+v", stopped)
			}
			if !p.Exited() {
				t.Error("it is not known to have exited")
			}
			noChildLeft(t, p.Pid)
			if _, err := os.Stat(s.Root.PidFile()); err == nil {
				t.Error("the pid file is left")
			}
			if again := p.Stop(patient); again.By != stopped.By {
				t.Errorf("stopped again: %+v", again)
			}
		})
	}
}

// A lane waits in another way.
func TestStartInALane(t *testing.T) {
	defer brief.Allow()()
	t.Run("answers at once", TestStartAnswersAtOnce)
	t.Run("refused", TestStartRefused)
	t.Run("killed by a signal", TestStartKilledBySignal)
	t.Run("cannot execute", TestStartCannotExecute)
	t.Run("hangs", TestStartHangs)
	t.Run("daemon that ends at once", TestStartDaemonThatEndsAtOnce)
	t.Run("interrupted", TestStartInterrupted)
	t.Run("stopped after a crash", TestStopAfterCrash)
	t.Run("stopped with an open request", TestStopWithOpenRequest)
}

func TestStartRefused(t *testing.T) {
	for _, test := range []struct {
		name, main, server string
		missing, message   string
	}{
		{
			"unknown directive", "", "nonesuch on;",
			"nonesuch", `nginx refused the configuration: [emerg] unknown directive "nonesuch" in ROOT/conf/nginx.conf:18`,
		},
		{
			"syntax", "", "}}}",
			"", `nginx refused the configuration: [emerg] unexpected "}" in ROOT/conf/nginx.conf:18`,
		},
		{
			"missing file", "", "include none.conf;",
			"", `nginx refused the configuration: [emerg] open() "ROOT/conf/none.conf" failed (2: No such file or directory) in ROOT/conf/nginx.conf:18`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, test.main, test.server)
			var words strings.Builder
			s.Stderr = &words
			_, err := Start(context.Background(), s.Command)
			var refused *StartError
			if !errors.As(err, &refused) {
				t.Fatalf("the error is %v", err)
			}
			want := strings.ReplaceAll(test.message, "ROOT", string(s.Root))
			if err.Error() != want {
				t.Errorf("the error is\n%s, want\n%s", err, want)
			}
			if refused.ExitCode != 1 || refused.Status != 256 || refused.Signal != 0 || refused.MissingDirective != test.missing {
				t.Errorf("%+v", refused)
			}
			if !strings.Contains(words.String(), "[emerg]") || words.String() != refused.Stderr {
				t.Errorf("passed on: %q; kept: %q", words.String(), refused.Stderr)
			}
			// The server root is ready for the next.
			if err := s.Root.Prepare(); err != nil {
				t.Fatal(err)
			}
			s.write(t, "", "")
			s.start(t)
		})
	}
}

func TestStartPortInUse(t *testing.T) {
	s := newSite(t, "", "")
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Start(context.Background(), s.Command)
	var refused *StartError
	if !errors.As(err, &refused) || refused.InUse == nil || refused.InUse.Port != s.port {
		t.Fatalf("the error is %+v", err)
	}
	for _, want := range []string{fmt.Sprintf("127.0.0.1:%d", s.port), os.Args[0], fmt.Sprintf("(pid %d)", os.Getpid())} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %s", err, want)
		}
	}
}

func TestStartUnixSocketInUse(t *testing.T) {
	path := t.TempDir() + "/s"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := InUse("unix:"+path, false)
	if got.Port != 0 || !strings.Contains(got.Holder, fmt.Sprintf("(pid %d)", os.Getpid())) {
		t.Errorf("%+v", got)
	}
}

func TestStartKilledBySignal(t *testing.T) {
	s := newSite(t, "", "")
	s.Binary = script(t, "nginx", "echo almost >&2; kill -TERM $$")
	_, err := Start(context.Background(), s.Command)
	var killed *StartError
	if !errors.As(err, &killed) || killed.Signal != syscall.SIGTERM || killed.ExitCode != 0 || killed.Status != int(syscall.SIGTERM) {
		t.Fatalf("%+v", err)
	}
	if want := "nginx was killed by SIGTERM at start: almost"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}

// Lua that fails in init_by_lua speaks at level error, in several lines.
func TestStartRefusedByModule(t *testing.T) {
	s := newSite(t, "", "")
	s.Binary = script(t, "nginx", "echo 'nginx: [error] init_by_lua error: x:1: boom' >&2; echo stack traceback >&2; exit 1")
	_, err := Start(context.Background(), s.Command)
	if want := "nginx refused the configuration: [error] init_by_lua error: x:1: boom"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestStartCannotExecute(t *testing.T) {
	s := newSite(t, "", "")
	s.Binary = "/nonexistent/nginx"
	_, err := Start(context.Background(), s.Command)
	var refused *StartError
	if err == nil || errors.As(err, &refused) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestStartHangs(t *testing.T) {
	s := newSite(t, "", "")
	mark := s.Root.HTMLDir() + "/mark"
	s.Binary = script(t, "nginx", "echo thinking >&2; sleep 1000 & echo $$ $! >"+mark+"; wait")
	s.Timeout = 3 * time.Second // the script has to come so far on a busy machine, too
	_, err := Start(context.Background(), s.Command)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasSuffix(err.Error(), "; it said: thinking") {
		t.Errorf("%v", err)
	}
	text, _ := os.ReadFile(mark)
	pids := strings.Fields(string(text))
	if len(pids) != 2 {
		t.Fatalf("the script wrote %q", text)
	}
	for _, pid := range pids {
		if w, ok := watchPid(number(pid)); ok && !w.gone(10*time.Second) {
			t.Errorf("process %s is alive", pid)
		}
	}
}

// What nginx has said before it ended is not lost where the one who listens is late.
func TestWordsBehindTheDeadline(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "said")
	s := listen(r, nil)
	s.stop()
	if got := s.String(); got != "said" {
		t.Errorf("%q", got)
	}
}

func TestStartDaemonThatEndsAtOnce(t *testing.T) {
	s := newSite(t, "", "")
	s.Binary = script(t, "nginx", "setsid "+script(t, "nginx", "exit 7")+" &")
	p, err := Start(context.Background(), s.Command)
	if err != nil {
		t.Fatal(err)
	}
	if stopped := p.Stop(StopOptions{}); p.Pid == 0 || !p.Exited() || stopped.By != 0 {
		t.Errorf("pid %d, exited %v, stopped %+v", p.Pid, p.Exited(), stopped)
	}
	noChildLeft(t, p.Pid)
}

func TestArguments(t *testing.T) {
	for version, want := range map[string]string{
		"":         "-e /s/logs/error.log -p /s/ -c /s/conf/nginx.conf",
		"1.022001": "-e /s/logs/error.log -p /s/ -c /s/conf/nginx.conf",
		"1.019004": "-p /s/ -c /s/conf/nginx.conf",
	} {
		c := Command{Root: "/s", Build: Build{Canonical: version}}
		if got := strings.Join(c.arguments(), " "); got != want {
			t.Errorf("nginx %q: %s, want %s", version, got, want)
		}
	}
}

// A daemon that never writes its pid file would be found by nobody.
func TestStartInterrupted(t *testing.T) {
	s := newSite(t, "", "")
	mark := s.Root.HTMLDir() + "/mark"
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.Binary = script(t, "nginx", "setsid "+script(t, "nginx", "echo $$ >"+mark+"; sleep 1000")+" -p "+string(s.Root)+"/ -c x & wait")
	go func() {
		log := Log{Path: mark, Wait: 10 * time.Second}
		log.Await(func(lines []string) bool { return strings.HasSuffix(strings.Join(lines, ""), "\n") })
		cancel()
	}()
	if _, err := Start(ctx, s.Command); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(mark)
	if err != nil {
		t.Fatal(err)
	}
	noChildLeft(t, number(strings.TrimSpace(string(text))))
}

func BenchmarkStartAnswerStop(b *testing.B) {
	s := newSite(b, "", "")
	for b.Loop() {
		p, err := Start(context.Background(), s.Command)
		if err != nil {
			b.Fatal(err)
		}
		s.get(b, "/index.html")
		if stopped := p.Stop(StopOptions{}); stopped.By != syscall.SIGQUIT {
			b.Fatalf("%+v", stopped)
		}
	}
}

// BenchmarkNginxAlone is what the one above is measured against: nginx itself, with nothing around it that waits.
func BenchmarkNginxAlone(b *testing.B) {
	s := newSite(b, "", "")
	for b.Loop() {
		if err := exec.Command(s.Binary, s.arguments()...).Run(); err != nil {
			b.Fatal(err)
		}
		s.get(b, "/index.html")
		pid := readPid(s.Root.PidFile())
		if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
			b.Fatal(err)
		}
		if _, err := syscall.Wait4(pid, nil, 0, nil); err != nil {
			b.Fatal(err)
		}
	}
}
