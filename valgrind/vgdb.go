package valgrind

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Vgdb asks a process that runs under Valgrind, through Valgrind's own vgdb program. The process may wait in a system
// call: vgdb wakes it.
type Vgdb struct {
	// Program is the vgdb program, Tool.Vgdb.
	Program string
	// Prefix is Plan.VgdbPrefix.
	Prefix string
	// Timeout bounds one call; 0 is DefaultVgdbTimeout. The caller stretches it as it does its other limits.
	Timeout time.Duration
}

// DefaultVgdbTimeout bounds a call where nothing else is said. A leak check takes about 0.1 s with a heap of 10 MB.
const DefaultVgdbTimeout = 30 * time.Second

// ErrNoAnswer says that the process could not be asked: it is gone, it is not under Valgrind, or it does not come to the
// point where it would answer.
var ErrNoAnswer = errors.New("no answer from valgrind")

// Answer is what a process answered.
type Answer struct {
	// Errors is how many errors the process has found so far, repeated ones included and loss records not; -1 when it was
	// not asked.
	Errors int
	// Records are those of the leak check, or the last error.
	Records []Record
	// Text is everything it said.
	Text string
}

// Scope says which loss records a leak check tells.
type Scope string

// The scopes.
const (
	// Everything is all records of all kinds.
	Everything Scope = "full kinds all any"
	// Changed is the records that are other than at the leak check before, with the change of each. Any check before
	// counts, whatever its scope.
	Changed Scope = "full kinds all changed"
	// Baseline tells nothing and makes the next Changed tell what changed from here.
	Baseline Scope = "summary kinds all any"
	// Lost is what nothing points at any more.
	Lost Scope = "full kinds definite any"
)

// ErrorCount asks how many errors there are so far. The mark is echoed into the answer's text.
func (v Vgdb) ErrorCount(ctx context.Context, pid int, mark string) (Answer, error) {
	return v.Ask(ctx, pid, "v.info n_errs_found "+oneLine(mark))
}

// LastError asks for the number of errors and for the error that happened last. It is the only way to learn, before the
// end of the process, which error happened once more: Valgrind writes each one the first time only. Asked after every
// request, it names the error of that request. The answer has no record when there was no error so far.
func (v Vgdb) LastError(ctx context.Context, pid int, mark string) (Answer, error) {
	return v.Ask(ctx, pid, "v.info n_errs_found "+oneLine(mark), "v.info last_error")
}

// LeakCheck asks for the number of errors, then for a leak check.
func (v Vgdb) LeakCheck(ctx context.Context, pid int, scope Scope, mark string) (Answer, error) {
	return v.Ask(ctx, pid, "v.info n_errs_found "+oneLine(mark), "leak_check "+string(scope))
}

var errsFound = expression(`(?m)^n_errs_found (\d+) `)

// Ask sends the commands, in order, and reads the answer. It never waits longer than the timeout: a process that is
// stopped, or that ended meanwhile, gives ErrNoAnswer.
func (v Vgdb) Ask(ctx context.Context, pid int, commands ...string) (Answer, error) {
	if v.Program == "" {
		return Answer{}, fmt.Errorf("%w: there is no vgdb program beside valgrind (reinstall valgrind)", ErrNoAnswer)
	}
	if err := v.ready(pid); err != nil {
		return Answer{}, err
	}
	timeout := v.Timeout
	if timeout == 0 {
		timeout = DefaultVgdbTimeout
	}
	inner, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// Without --max-invoke-ms, vgdb waits 100 ms for a process that is busy before it interrupts one that sleeps.
	args := []string{"--pid=" + strconv.Itoa(pid), "--vgdb-prefix=" + v.Prefix, "--max-invoke-ms=1"}
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	cmd := exec.CommandContext(inner, v.Program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// vgdb holds the process by ptrace while it wakes it; asked to end, it lets go first.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	if inner.Err() != nil {
		return Answer{}, fmt.Errorf("%w of process %d within %s", ErrNoAnswer, pid, timeout)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("%w of process %d: %s", ErrNoAnswer, pid, vgdbReason(stderr.String(), err))
	}
	return ParseAnswer(stdout.String()), nil
}

// ParseAnswer reads what vgdb printed.
func ParseAnswer(text string) Answer {
	a := Answer{Errors: -1, Text: text}
	if m := errsFound().FindStringSubmatch(text); m != nil {
		a.Errors = int(number(m[1]))
	}
	var r TextReader
	a.Records = append(r.Feed([]byte(text)), r.Finish()...)
	return a
}

// vgdbReason is the last line that says something; vgdb announces each command on stderr before.
func vgdbReason(stderr string, err error) string {
	reason := err.Error()
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "sending command") {
			reason = line
		}
	}
	return reason
}

// oneLine keeps a mark from ending its command: vgdb cuts at line ends, and Valgrind's buffer is short.
func oneLine(mark string) string {
	mark = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, mark)
	return mark[:min(len(mark), 200)]
}
