package interp

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
	"github.com/ngxtest/ngxtest/runner/thread"
)

// child is a process at the other end of a pipe.
type child struct {
	cmd  *exec.Cmd
	pipe io.Closer
}

// finish closes the pipe and waits for the child; ok is false when it failed.
func (c *child) finish(in *Interp) bool {
	_ = c.pipe.Close()
	in.setChildStatus(c.cmd.Wait())
	return Int(in.childError.scalar().Get()) == 0
}

// setChildStatus sets $? from what a command ended with.
func (in *Interp) setChildStatus(err error) {
	status := int64(0)
	var e *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &e):
		ws, ok := e.Sys().(syscall.WaitStatus)
		switch {
		case ok && ws.Signaled():
			if status = int64(ws.Signal()); ws.CoreDump() {
				status |= 0x80
			}
		default:
			status = int64(e.ExitCode()&0xff) << 8
		}
	case errors.Is(err, exec.ErrWaitDelay):
	default:
		in.failed(err)
		status = -1
	}
	in.childError.scalar().Set(status)
	if c := in.opts.Context; c != nil && c.Err() != nil {
		throw(&Stopped{Reason: "stopped: " + context.Cause(c).Error(), Err: c.Err()})
	}
}

// command prepares a command: one string goes to the shell when it has to, as with Perl; several are program and
// arguments.
func (in *Interp) command(args []Value) *exec.Cmd {
	in.act()
	ctx := in.opts.Context
	if ctx == nil {
		ctx = context.Background()
	}
	var words []string
	for _, a := range args {
		words = append(words, outBytes(stringValue(a)))
	}
	if len(words) == 1 {
		if strings.ContainsAny(words[0], "$&*(){}[]'\";\\|?<>~`\n") || strings.Contains(words[0], "=") {
			words = []string{"/bin/sh", "-c", words[0]}
		} else {
			words = strings.Fields(words[0])
		}
	}
	if len(words) == 0 {
		words = []string{""}
	}
	path := in.lookPath(words[0])
	cmd := exec.CommandContext(ctx, path, words[1:]...)
	cmd.Args[0] = words[0]
	cmd.Dir = in.dir
	cmd.WaitDelay = 5 * time.Second
	// An interrupt ends what a shell has started, too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Env = in.environ()
	return cmd
}

// startProgram is cmd.Start for a program that knows nothing of lanes.
func startProgram(cmd *exec.Cmd) error {
	defer thread.Usual()()
	return cmd.Start()
}

func runProgram(cmd *exec.Cmd) error {
	if err := startProgram(cmd); err != nil {
		return err
	}
	return cmd.Wait()
}

// captured keeps what a command prints, up to the length of a string.
type captured struct {
	text []byte
	n    int    // bytes written, those too many included
	full func() // called when there are too many
}

func (c *captured) Write(b []byte) (int, error) {
	if c.n += len(b); c.n > maxString {
		c.full()
		return len(b), nil
	}
	c.text = append(c.text, b...)
	return len(b), nil
}

// lookPath finds a program along the PATH of %ENV.
func (in *Interp) lookPath(name string) string {
	if strings.Contains(name, "/") {
		return in.abs(name)
	}
	for _, dir := range strings.Split(in.opts.Env["PATH"], ":") {
		if dir == "" {
			dir = "."
		}
		p := in.abs(dir + "/" + name)
		if st, err := os.Stat(p); err == nil && !st.IsDir() && st.Mode()&0o111 != 0 {
			return p
		}
	}
	return name
}

func (in *Interp) environ() []string {
	env := make([]string, 0, len(in.opts.Env))
	for k, v := range in.opts.Env {
		env = append(env, k+"="+v)
	}
	slices.Sort(env)
	return env
}

// stdin is what a child reads: the program's own standard input where that is a file of the process.
func (in *Interp) stdin() io.Reader {
	if h := in.packages["main"].symbol("STDIN").io; h != nil && h.r != nil {
		if f, ok := h.r.from.(*os.File); ok {
			return f
		}
	}
	return nil
}

func writerOf(h *Handle) io.Writer {
	if h == nil || h.w == nil {
		return nil
	}
	return h.w
}

// system is Perl's function of that name.
func (in *Interp) system(args List) Value {
	cmd := in.command(args.Values())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in.stdin(), writerOf(in.stdoutG.io), writerOf(in.stderrG.io)
	in.setChildStatus(runProgram(cmd))
	return in.childError.scalar().Get()
}

func (c *compiler) backtick(x *syntax.Backtick) expr {
	e := c.expr(x.X)
	run := func(fr *frame) (string, bool) {
		in := fr.in
		out := &captured{}
		cmd := in.command([]Value{e.scalar(fr)})
		cmd.Stdin, cmd.Stdout, cmd.Stderr = in.stdin(), out, writerOf(in.stderrG.io)
		out.full = func() { _ = cmd.Cancel() }
		err := runProgram(cmd)
		checkLength(out.n)
		in.setChildStatus(err)
		return string(out.text), Int(in.childError.scalar().Get()) != -1
	}
	return &either{
		one: func(fr *frame) Value {
			s, ok := run(fr)
			if !ok {
				return nil
			}
			return s
		},
		many: func(fr *frame, out List) List {
			s, _ := run(fr)
			h := &Handle{r: newSource(strings.NewReader(s))}
			sep := fr.in.separator()
			for {
				line, ok := h.readRecord(sep)
				if !ok || line == "" {
					return out
				}
				out = append(out, &Scalar{v: line})
			}
		},
	}
}

// openPipe starts a command and lets h read from it or write to it.
func (in *Interp) openPipe(h *Handle, args []Value, write bool) bool {
	if len(args) == 0 || len(args) == 1 && Str(args[0]) == "-" {
		throw(unsupported("open with a fork (-| or |- without a command)"))
	}
	cmd := in.command(args)
	name := h.name
	if write {
		w, err := cmd.StdinPipe()
		if err != nil {
			return in.failed(err)
		}
		cmd.Stdout, cmd.Stderr = writerOf(in.stdoutG.io), writerOf(in.stderrG.io)
		if err := startProgram(cmd); err != nil {
			return in.failed(err)
		}
		*h = Handle{name: name, w: w, child: &child{cmd, w}}
		return true
	}
	r, err := cmd.StdoutPipe()
	if err != nil {
		return in.failed(err)
	}
	cmd.Stdin, cmd.Stderr = in.stdin(), writerOf(in.stderrG.io)
	if err := startProgram(cmd); err != nil {
		return in.failed(err)
	}
	*h = Handle{name: name, r: newSource(r), child: &child{cmd, r}}
	return true
}

// kill sends signals to processes of other programs; to the process itself only signal 0.
func (in *Interp) kill(args List) Value {
	if len(args) == 0 {
		return int64(0)
	}
	sig, ok := signalNumber(args[0].Get())
	if !ok {
		throw(die("Unrecognized signal name \"%s\"", Str(args[0].Get())))
	}
	n := int64(0)
	for _, a := range args[1:] {
		pid := toIndex(a.Get())
		if sig != 0 && (pid == os.Getpid() || pid <= 1) {
			throw(unsupported("kill of the program itself or of a group"))
		}
		if err := syscall.Kill(pid, syscall.Signal(sig)); err == nil {
			n++
		} else {
			in.failed(err)
		}
	}
	return n
}

var signalNames = []string{"ZERO", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
	"USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
	"VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"}

func signalNumber(v Value) (int, bool) {
	if looksLikeNumber(v) {
		return toIndex(v), true
	}
	i := slices.Index(signalNames, strings.TrimPrefix(Str(v), "SIG"))
	return i, i >= 0
}
