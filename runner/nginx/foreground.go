package nginx

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// startForeground starts an nginx whose configuration says `daemon off`, under Command.Wrap if there is one: its process is
// a child of ours, and the same one from its start to its end. The pid file is written once the sockets listen; an nginx
// that ends before is a *StartError.
func startForeground(ctx context.Context, c Command) (*Process, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	env := c.Env
	if env == nil {
		env = os.Environ()
	}
	args := append([]string{c.Binary}, c.arguments()...)
	var pid int
	if c.Fork != nil {
		pid, err = c.Fork(args, env, c.Dir, w)
	} else {
		pid, err = c.wrapped(args, env, w)
	}
	w.Close()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("failed to execute the nginx command line: %w", err)
	}
	p := &Process{Pid: pid, Root: c.Root, words: listen(r, c.Stderr)}
	p.watch, p.watched = watchPid(pid)
	if err := c.awaitPidFile(ctx, p); err != nil {
		return nil, err
	}
	return p, nil
}

// wrapped starts nginx, under Command.Wrap if there is one.
func (c Command) wrapped(args, env []string, stderr *os.File) (pid int, err error) {
	args = append(append([]string{}, c.Wrap...), args...)
	binary, err := exec.LookPath(args[0])
	if err != nil {
		return 0, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	child, err := os.StartProcess(binary, args, &os.ProcAttr{
		Dir: c.Dir, Env: env, Files: []*os.File{null, null, stderr},
		Sys: &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		return 0, err
	}
	pid = child.Pid
	_ = child.Release() // Stop takes its exit status
	return pid, nil
}

// awaitPidFile waits until nginx has written its pid file or ended.
func (c Command) awaitPidFile(ctx context.Context, p *Process) error {
	for {
		if readPid(c.Root.PidFile()) != 0 {
			return nil
		}
		if p.watch.gone(5 * time.Millisecond) {
			var status unix.WaitStatus
			_, _ = unix.Wait4(p.Pid, &status, 0, nil)
			p.words.stop()
			p.watch.close()
			p.stopped = &Stopped{}
			return c.refused(syscall.WaitStatus(status), p.words.String())
		}
		if ctx.Err() != nil {
			p.Stop(StopOptions{Fast: true})
			return fmt.Errorf("nginx was not ready in time: %w%s", ctx.Err(), p.words.quoted())
		}
	}
}
