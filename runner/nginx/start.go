package nginx

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/thread"
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
	pid, words, err := c.spawn()
	if err != nil {
		return nil, fmt.Errorf("failed to execute the nginx command line: %w", err)
	}
	alive := context.AfterFunc(ctx, func() { _ = unix.Kill(-pid, unix.SIGKILL) })
	// nginx closes standard error when its daemon is ready, and has ended itself by then, so that is all to wait for.
	if !words.early(timeout) {
		words.listen()
	}
	status, err := awaitExit(pid, timeout)
	alive()
	switch {
	case err != nil:
		words.stop()
		return nil, err
	case status.Exited() && status.ExitStatus() == 0:
		p, err := c.ready(words)
		if err == nil {
			p.starter = pid
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
	}
	words.stop()
	return nil, c.refused(status, words.String())
}

// spawn starts nginx and returns its pid and what reads its standard error. It does what os/exec would do, which makes twice as
// many system calls, and a goroutine. A group of its own lets an interrupt at the terminal reach the runner alone, which then stops
// nginx in order, and lets a start that hangs be killed with all that it has started.
func (c Command) spawn() (pid int, words *stderr, err error) {
	binary := c.Binary
	if !strings.Contains(binary, "/") {
		if binary, err = exec.LookPath(binary); err != nil {
			return 0, nil, err
		}
	}
	env := c.Env
	if env == nil {
		env = os.Environ()
	}
	words, w, err := newStderr(c.Stderr)
	if err != nil {
		return 0, nil, err
	}
	defer thread.Usual()()
	none := null().Fd()
	pid, err = syscall.ForkExec(binary, append([]string{c.Binary}, c.arguments()...), &syscall.ProcAttr{
		Dir: c.Dir, Env: env, Files: []uintptr{none, none, uintptr(w)}, Sys: &syscall.SysProcAttr{Setpgid: true},
	})
	unix.Close(w)
	if err != nil {
		words.stop()
		return 0, nil, &os.PathError{Op: "fork/exec", Path: binary, Err: err}
	}
	return pid, words, nil
}

// awaitExit waits for the end of a child.
func awaitExit(pid int, timeout time.Duration) (syscall.WaitStatus, error) {
	status, ended, err := wait(pid, unix.WNOHANG)
	if ended || err != nil {
		return status, err
	}
	if w, ok := watchPid(pid); ok {
		w.gone(timeout) // wait4 blocks a thread, see watch
		w.close()
	}
	status, _, err = wait(pid, 0)
	return status, err
}

// wait is wait4(2).
func wait(pid, options int) (status syscall.WaitStatus, ended bool, err error) {
	for {
		got, err := syscall.Wait4(pid, &status, options, nil)
		if err != unix.EINTR {
			return status, got == pid, err
		}
	}
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
