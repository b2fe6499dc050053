package nginx

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStopFast(t *testing.T) {
	s := newSite(t, "", "")
	p := s.start(t)
	if stopped := p.Stop(StopOptions{Fast: true, Term: time.Minute}); stopped.By != syscall.SIGTERM || stopped.Code != 0 {
		t.Errorf("%+v", stopped)
	}
	noChildLeft(t, p.Pid)
}

// A request that has not ended keeps a worker from quitting.
func TestStopWithOpenRequest(t *testing.T) {
	s := newSite(t, "master_process on;", "")
	p := s.start(t)
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\n")
	log := Log{Path: s.Root.ErrorLog(), Wait: 10 * time.Second}
	log.Await(func(lines []string) bool { return strings.Contains(strings.Join(lines, ""), "http request line") })
	if stopped := p.Stop(StopOptions{Quit: 100 * time.Millisecond, Term: time.Minute}); stopped.By != syscall.SIGTERM {
		t.Errorf("%+v", stopped)
	}
	noChildLeft(t, p.Pid)
}

func TestStopFrozen(t *testing.T) {
	s := newSite(t, "master_process on;", "")
	p := s.start(t)
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	stopped := p.Stop(StopOptions{Quit: 50 * time.Millisecond, Term: 50 * time.Millisecond})
	if stopped.By != syscall.SIGKILL || stopped.Signal != syscall.SIGKILL {
		t.Errorf("%+v", stopped)
	}
	noChildLeft(t, p.Pid)
	if _, err := os.Stat(s.Root.PidFile()); err == nil {
		t.Error("the pid file is left")
	}
	if err := p.Signal(syscall.SIGHUP); err == nil {
		t.Error("what has been stopped takes a signal")
	}
}

func TestStopKillsStrays(t *testing.T) {
	s := newSite(t, "master_process on; worker_processes 2;", "")
	p := s.start(t)
	if !eventually(func() bool { workers, _ := children(p.Pid); return len(workers) == 2 }) {
		t.Fatal("there are no two workers")
	}
	if err := p.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.watch.gone(10 * time.Second)
	stopped := p.Stop(StopOptions{})
	if stopped.By != 0 || stopped.Signal != syscall.SIGKILL || len(stopped.Strays) != 2 || !strings.HasPrefix(stopped.Strays[0], "nginx: ") /* its title may still be the master's */ {
		t.Errorf("%+v", stopped)
	}
	noChildLeft(t, p.Pid)
}

func TestStopAfterCrash(t *testing.T) {
	s := newSite(t, "", "")
	p := s.start(t)
	if err := p.Signal(syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	p.watch.gone(10 * time.Second)
	if !p.Exited() {
		t.Error("it is not known to have exited")
	}
	if stopped := p.Stop(StopOptions{}); stopped.By != 0 || stopped.Signal != syscall.SIGSEGV {
		t.Errorf("%+v", stopped)
	}
	noChildLeft(t, p.Pid)
}

// TestWithoutSubreaper starts and stops nginx in a process that has not called BecomeSubreaper: plainChild.
func TestWithoutSubreaper(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), plainChildRoot+"="+filepath.Join(t.TempDir(), "servroot"))
	out, err := cmd.CombinedOutput()
	if want := "SIGQUIT known=false strays=0 live=false pidfile=false\n"; err != nil || string(out) != want {
		t.Errorf("%q, %v; want %q", out, err, want)
	}
}

const plainChildRoot = "NGXTEST_PLAIN_CHILD_ROOT"

func plainChild(root Servroot) error {
	binary, err := Find(os.Getenv("TEST_NGINX_BINARY"), os.Getenv("PATH"))
	if err != nil {
		return err
	}
	if err := root.Prepare(); err != nil {
		return err
	}
	conf := fmt.Sprintf("error_log %[1]s/logs/error.log;\npid %[1]s/logs/nginx.pid;\nevents {}\n", root)
	if err := root.WriteConf(conf); err != nil {
		return err
	}
	p, err := Start(context.Background(), Command{Binary: binary, Root: root})
	if err != nil {
		return err
	}
	stopped := p.Stop(patient)
	_, statErr := os.Stat(root.PidFile())
	fmt.Printf("%s known=%v strays=%d live=%v pidfile=%v\n", signalName(stopped.By), stopped.Known, len(stopped.Strays), live(p.Pid), statErr == nil)
	return nil
}

func TestDescribeIsOneLine(t *testing.T) {
	cmd := exec.Command("sh", "-c", "echo\n\tread x")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = out.Read(make([]byte, 1)) // it runs: before, the kernel may not know its arguments yet
	if got, want := describe(cmd.Process.Pid), fmt.Sprintf("sh -c echo read x (pid %d)", cmd.Process.Pid); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	in.Close()
	_ = cmd.Wait()
}
