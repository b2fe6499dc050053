package system

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/thread"
)

// Limits end a program that would never end by itself. 0 stands for the default.
type Limits struct {
	Processor time.Duration // that perl may use: 60 s
	Memory    uint64        // bytes that it may have in use: 1 GB
	Output    int64         // bytes that it and what it starts may print: 256 MB
}

func (l Limits) withDefaults() Limits {
	if l.Processor == 0 {
		l.Processor = time.Minute
	}
	if l.Memory == 0 {
		l.Memory = 1 << 30
	}
	if l.Output == 0 {
		l.Output = 1 << 28
	}
	return l
}

// process is a running perl.
type process struct {
	pid      int
	limits   Limits
	to, from *os.File
	out, err *output
	pending  []byte        // read from the pipe, no whole message yet
	done     chan struct{} // closed when it has ended
	state    *os.ProcessState
	unwatch  func() bool
}

// output collects what perl and its children print in memory. A file and not a pipe: nothing ever waits for a reader, and what was
// printed before a message is there when the message is.
type output struct {
	file *os.File
	read int64
	to   func(string)
}

func newOutput(name string, to func(string)) (*output, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("no file in memory for %s of perl: %w", name, err)
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFL, unix.O_APPEND|unix.O_RDWR); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("no file in memory for %s of perl: %w", name, err)
	}
	return &output{file: os.NewFile(uintptr(fd), name), to: to}, nil
}

// take returns what has been printed since it was last called.
func (o *output) take() string {
	info, err := o.file.Stat()
	if err != nil || info.Size() <= o.read {
		return ""
	}
	text := make([]byte, info.Size()-o.read)
	n, _ := o.file.ReadAt(text, o.read)
	o.read += int64(n)
	// What has been read need not be kept.
	_ = unix.Fallocate(int(o.file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, o.read)
	return string(text[:n])
}

func (o *output) forward() {
	if text := o.take(); text != "" && o.to != nil {
		o.to(text)
	}
}

// start runs perl in a process group of its own. It dies when ctx ends or this process does.
func start(ctx context.Context, path string, args, env []string, dir string, limits Limits, stdout, stderr func(string)) (*process, error) {
	p := &process{limits: limits.withDefaults(), done: make(chan struct{})}
	var err error
	if p.out, err = newOutput("stdout", stdout); err != nil {
		return nil, err
	}
	if p.err, err = newOutput("stderr", stderr); err != nil {
		p.out.file.Close()
		return nil, err
	}
	theirs, to, err := os.Pipe()
	if err != nil {
		p.close()
		return nil, err
	}
	p.to = to
	defer theirs.Close()
	from, theirsToo, err := os.Pipe()
	if err != nil {
		p.close()
		return nil, err
	}
	p.from = from
	defer theirsToo.Close()
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = p.out.file, p.err.file
	cmd.ExtraFiles = []*os.File{theirs, theirsToo}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // the kernel takes the end of this thread for the parent's
		defer runtime.UnlockOSThread()
		defer thread.Usual()()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			p.state = cmd.ProcessState
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		p.close()
		return nil, fmt.Errorf("cannot start %s: %w", path, err)
	}
	p.pid = cmd.Process.Pid
	p.unwatch = context.AfterFunc(ctx, p.kill)
	return p, nil
}

// kill ends perl and what it has started.
func (p *process) kill() { _ = syscall.Kill(-p.pid, syscall.SIGKILL) }

// end makes sure that perl is gone.
func (p *process) end() {
	p.unwatch()
	select {
	case <-p.done:
	default:
		p.kill()
		<-p.done
	}
	p.close()
}

func (p *process) close() {
	for _, f := range []*os.File{p.to, p.from, p.out.file, p.err.file} {
		if f != nil {
			f.Close()
		}
	}
}

const (
	magic   = "NX"
	header  = len(magic) + 4
	longest = 1 << 29
	tick    = 100 * time.Millisecond // how often a perl that says nothing is looked at
)

// send writes a message.
func (p *process) send(message []byte) error {
	frame := make([]byte, header, header+len(message))
	copy(frame, magic)
	binary.BigEndian.PutUint32(frame[len(magic):], uint32(len(message)))
	_, err := p.to.Write(append(frame, message...))
	return err
}

var errGarbage = errors.New("something other than a message came from perl (does the file write to file descriptor 4?)")

// message returns the first message that has been read; nil when it is not there in full.
func (p *process) message() ([]byte, error) {
	if len(p.pending) < header {
		return nil, nil
	}
	n := int(binary.BigEndian.Uint32(p.pending[len(magic):]))
	if string(p.pending[:len(magic)]) != magic || n > longest {
		return nil, errGarbage
	}
	if len(p.pending) < header+n {
		return nil, nil
	}
	message := p.pending[header : header+n : header+n]
	p.pending = p.pending[header+n:]
	return message, nil
}

// receive waits for a message. io.EOF says that perl has closed the pipe. In between it looks after the limits.
func (p *process) receive() ([]byte, error) {
	for {
		if message, err := p.message(); message != nil || err != nil {
			return message, err
		}
		_ = p.from.SetReadDeadline(time.Now().Add(tick))
		buf := make([]byte, 1<<16)
		n, err := p.from.Read(buf)
		p.pending = append(p.pending, buf[:n]...)
		switch {
		case n > 0:
		case errors.Is(err, os.ErrDeadlineExceeded):
			if err := p.look(); err != nil {
				return nil, err
			}
		case errors.Is(err, io.EOF):
			if len(p.pending) > 0 {
				return nil, errGarbage
			}
			return nil, io.EOF
		case err != nil:
			return nil, err
		}
	}
}

// wait waits until perl has ended.
func (p *process) wait() error {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-p.done:
			return nil
		case <-t.C:
			if err := p.look(); err != nil {
				return err
			}
		}
	}
}

// look passes on what was printed and returns a *interp.Stopped when a limit is reached.
func (p *process) look() error {
	p.out.forward()
	p.err.forward()
	if p.out.read+p.err.read > p.limits.Output {
		return &interp.Stopped{Reason: "stopped: it prints more than the limit allows"}
	}
	used, memory := usage(p.pid)
	switch {
	case used > p.limits.Processor:
		return &interp.Stopped{Reason: "stopped: more processor time than the limit allows (an endless loop?)"}
	case memory > p.limits.Memory:
		return &interp.Stopped{Reason: "stopped: more memory in use than the limit allows"}
	}
	return nil
}

// usage reads how much processor time and memory a process uses.
func usage(pid int) (time.Duration, uint64) {
	var used time.Duration
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		const user, system, hertz = 11, 12, 100 // counted from behind the name; the kernel's unit is the same everywhere
		if len(fields) > system {
			u, _ := strconv.ParseInt(fields[user], 10, 64)
			s, _ := strconv.ParseInt(fields[system], 10, 64)
			used = time.Duration(u+s) * time.Second / hertz
		}
	}
	var size, resident uint64
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid)); err == nil {
		_, _ = fmt.Sscan(string(text), &size, &resident)
	}
	return used, resident * uint64(os.Getpagesize())
}

// where asks a perl that is to be stopped where it is, and returns its last message: nil when none comes in time. Then perl is gone.
func (p *process) where() []byte {
	if syscall.Kill(p.pid, syscall.SIGXCPU) != nil {
		return nil
	}
	timer := time.AfterFunc(2*time.Second, p.kill)
	defer timer.Stop()
	_ = p.from.SetReadDeadline(time.Time{})
	rest, _ := io.ReadAll(p.from)
	p.pending = append(p.pending, rest...)
	message, _ := p.message()
	return message
}
