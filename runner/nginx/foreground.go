package nginx

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/thread"
)

// startForeground starts an nginx whose configuration says `daemon off`. Under Command.Wrap, or alone, its process is a child
// of ours, and the same one from its start to its end; what Command.Under names is the child otherwise, and nginx below it.
// The pid file is written once the sockets listen; a child that ends before is a *StartError.
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
	program := ""
	switch {
	case c.Fork != nil:
		pid, err = c.Fork(args, env, c.Dir, w)
	case c.Under != nil:
		args = c.Under(args)
		program = filepath.Base(args[0])
		pid, err = c.child(args, env, w)
	default:
		pid, err = c.child(append(slices.Clone(c.Wrap), args...), env, w)
	}
	w.Close()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("failed to execute the nginx command line: %w", err)
	}
	p := &Process{Pid: pid, Root: c.Root, words: listen(r, c.Stderr)}
	p.watch, p.watched = watchPid(pid)
	if err := c.awaitPidFile(ctx, p); err != nil {
		var refused *StartError
		if errors.As(err, &refused) {
			refused.Program = program
		}
		return nil, err
	}
	if c.Under != nil {
		p.over, p.Pid = p.watch, readPid(c.Root.PidFile())
		p.watch, p.watched = watchPid(p.Pid)
	}
	return p, nil
}

// child starts a program.
func (c Command) child(args, env []string, stderr *os.File) (pid int, err error) {
	binary, err := exec.LookPath(args[0])
	if err != nil {
		return 0, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	defer thread.Usual()()
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
