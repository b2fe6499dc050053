package nginx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/brief"
	"github.com/ngxtest/ngxtest/runner/slack"
)

// Command is how to start nginx.
type Command struct {
	Binary string   // path, see Find
	Build  Build    // of it; the zero Build is taken for a recent nginx
	Root   Servroot // prepared, its ConfFile written
	Env    []string // NAME=value, see PreloadEnv; nil: this process's
	Dir    string   // working directory; "": this process's
	Wrap   []string // program and arguments to run nginx under, such as Valgrind; it is in the foreground then

	// Foreground says that the configuration has `daemon off`, as it has to with Wrap.
	Foreground bool

	// Under, unless it is nil, makes the command line of a program that runs nginx as a process of its own below it, as
	// SystemTap and rr do, out of nginx's command line. nginx is in the foreground then.
	Under func(nginx []string) []string

	// Fork, unless it is nil, starts what Wrap would start, as a child of this process's, and returns its pid. The first
	// argument is the program's name.
	Fork func(args, env []string, dir string, stderr *os.File) (pid int, err error)

	// Stderr is where nginx's words go as they come, nil for nowhere. StartError has them in any case.
	Stderr io.Writer
	// Timeout is how long nginx may take until it is ready; 0: a minute.
	Timeout time.Duration
}

// Start starts nginx and returns when it is ready: its sockets accept connections and its pid is known. When nginx ends
// with another status than 0, the error is a *StartError with what it said. Where nginx starts but ends at once, in
// init_worker_by_lua for instance, that is no error: the Process says so in Exited.
//
// The caller has to Stop the process. ctx only limits the start.
func Start(ctx context.Context, c Command) (*Process, error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if len(c.Wrap) > 0 || c.Foreground || c.Under != nil {
		return startForeground(ctx, c)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, c.Binary, c.arguments()...)
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Env, c.Dir, null(), null(), w
	// A group of its own lets an interrupt at the terminal reach the runner alone, which then stops nginx in order, and
	// lets a start that hangs be killed with all that it has started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	back := slack.Usual()
	err = cmd.Start()
	back()
	w.Close()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("failed to execute the nginx command line: %w", err)
	}
	words := listen(r, c.Stderr)
	if starter, ok := watchPid(cmd.Process.Pid); ok {
		starter.gone(timeout) // cmd.Wait blocks a thread, see watch
		starter.close()
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		p, err := c.ready(words)
		if err == nil {
			p.starter = cmd.Process.Pid
		}
		if err == nil && ctx.Err() != nil {
			p.Stop(StopOptions{})
			return nil, ctx.Err()
		}
		return p, err
	case ctx.Err() != nil:
		words.stop()
		c.killDaemon()
		return nil, fmt.Errorf("nginx did not start within %s: %w%s", timeout, ctx.Err(), words.quoted())
	case errors.As(err, &exit):
		words.stop()
		return nil, c.refused(exit.Sys().(syscall.WaitStatus), words.String())
	}
	words.stop()
	return nil, err
}

// null is the null device, opened once. A nil *os.File is a closed file to whoever gets it.
var null = sync.OnceValue(func() *os.File {
	f, _ := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	return f
})

func (c Command) arguments() []string {
	args := []string{"-p", string(c.Root) + "/", "-c", c.Root.ConfFile()}
	// -e came with nginx 1.19.5.
	if old, err := Compare(c.Build.Canonical, "<", "1.019005"); err != nil || !old {
		args = append([]string{"-e", c.Root.ErrorLog()}, args...)
	}
	return args
}

// ready waits for the daemon that nginx has left behind: it writes its pid file and then closes standard error. The
// look at the pid file in between is for a configuration that keeps standard error open. That takes no time to speak
// of, and no interrupt ends it, for nobody would stop the daemon then.
func (c Command) ready(words *stderr) (*Process, error) {
	const limit = 10 * time.Second
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		closed := false
		words.brief(limit)
		select {
		case <-words.closed:
			closed = true
		case <-tick.C:
		case <-deadline.C:
			words.stop()
			c.killDaemon()
			return nil, fmt.Errorf("nginx did not write %s within %s%s", c.Root.PidFile(), limit, words.quoted())
		}
		if pid := readPid(c.Root.PidFile()); pid != 0 {
			p := &Process{Pid: pid, Root: c.Root, words: words}
			p.watch, p.watched = watchPid(pid)
			return p, nil
		}
		if closed {
			return c.dying(words), nil
		}
	}
}

// dying returns the Process of a daemon that has let go of its files without a pid file.
func (c Command) dying(words *stderr) *Process {
	p := &Process{Pid: orphanedDaemon(c.Binary, c.Root), Root: c.Root, words: words}
	if p.Pid == 0 {
		return p
	}
	if p.watch, p.watched = watchPid(p.Pid); p.watched {
		p.watch.gone(10 * time.Second)
	}
	return p
}

// killDaemon ends the daemon of a start that was given up.
func (c Command) killDaemon() {
	if pid := orphanedDaemon(c.Binary, c.Root); pid != 0 {
		killGroup(pid, nil)
	}
}

// readPid returns the pid in a pid file, or 0.
func readPid(file string) int {
	text, err := readPlain(file)
	if err != nil || !strings.HasSuffix(string(text), "\n") {
		return 0 // nginx has yet to write it
	}
	return number(strings.TrimSpace(string(text)))
}

// stderr collects what comes out of a pipe and passes it on.
type stderr struct {
	pipe   *os.File
	closed chan struct{} // at the pipe's end
	mu     sync.Mutex
	text   strings.Builder

	handing sync.Mutex // held from the read of some text until it is handed on
}

func listen(pipe *os.File, out io.Writer) *stderr {
	s := &stderr{pipe: pipe, closed: make(chan struct{})}
	go func() {
		defer close(s.closed)
		raw, err := pipe.SyscallConn()
		if err != nil {
			return
		}
		buf := make([]byte, 4096)
		for n := 1; n > 0; {
			if raw.Read(func(fd uintptr) bool { n, err = s.take(int(fd), buf, out); return err != unix.EAGAIN }) != nil {
				// A deadline, which this goroutine may have learned of before it has seen what is in the pipe.
				_ = raw.Control(func(fd uintptr) { s.drain(int(fd), buf, out) })
				return
			}
		}
	}()
	return s
}

// brief gives nginx a short time to close the pipe, and the goroutine that reads it its turn.
func (s *stderr) brief(limit time.Duration) {
	raw, err := s.pipe.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { brief.Wait(int(fd), unix.POLLIN, limit) })
	runtime.Gosched()
}

// take reads what there is in the pipe and hands it on. Nobody sees it half done: see Heard.
func (s *stderr) take(fd int, buf []byte, out io.Writer) (n int, err error) {
	s.handing.Lock()
	defer s.handing.Unlock()
	for {
		if n, err = unix.Read(fd, buf); err != unix.EINTR {
			break
		}
	}
	if n > 0 {
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		if out != nil {
			_, _ = out.Write(buf[:n])
		}
	}
	return n, err
}

// drain takes what is in the pipe, but does not wait for more.
func (s *stderr) drain(fd int, buf []byte, out io.Writer) {
	const pipeSize = 64 << 10
	for taken := 0; taken < pipeSize; {
		n, _ := s.take(fd, buf, out)
		if n <= 0 {
			return
		}
		taken += n
	}
}

// Heard waits until all that nginx has written to standard error so far has been handed on.
func (p *Process) Heard() {
	if p.words != nil {
		p.words.heard()
	}
}

func (s *stderr) heard() {
	raw, err := s.pipe.SyscallConn()
	if err != nil {
		return
	}
	for {
		left := 0
		failed := raw.Control(func(fd uintptr) {
			s.handing.Lock()
			defer s.handing.Unlock()
			if n, err := unix.IoctlGetInt(int(fd), unix.TIOCINQ); err == nil {
				left = n
			}
		})
		select {
		case <-s.closed:
			return
		default:
		}
		if failed != nil || left == 0 {
			return
		}
		runtime.Gosched() // the reader is about to take it
	}
}

// stop waits for the pipe's end, though not long for a process that holds on to it.
func (s *stderr) stop() {
	_ = s.pipe.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	<-s.closed
	s.pipe.Close()
}

func (s *stderr) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *stderr) quoted() string {
	if text := strings.TrimSpace(s.String()); text != "" {
		return "; it said: " + text
	}
	return ""
}
