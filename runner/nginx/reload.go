package nginx

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Reload has a running nginx with a master take the configuration that was written meanwhile, and returns when it has: the
// new workers are there and of the old ones none accepts connections any more. These may go on with requests that they had;
// their pids are returned. The logs are opened anew before, for their files may be gone. timeout limits the whole.
//
// Nothing is asked of nginx's servers for that. The master has taken a signal when it is not pending any more, and has
// dealt with it when it then sleeps in sigsuspend again; workers and their sockets are seen in /proc.
//
// The error is a *StartError when nginx refused the configuration: it goes on with the one that it had.
func (p *Process) Reload(ctx context.Context, timeout time.Duration) (old []int, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if old, err = children(p.Pid); err != nil {
		return nil, fmt.Errorf("cannot see nginx's workers: %w", err)
	}
	if err := p.dealWith(ctx, unix.SIGUSR1); err != nil {
		return old, err
	}
	if err := p.dealWith(ctx, unix.SIGHUP); err != nil {
		return old, err
	}
	now, err := children(p.Pid)
	if err != nil {
		return old, p.gone()
	}
	if !slices.ContainsFunc(now, func(pid int) bool { return !slices.Contains(old, pid) }) {
		// Its words are in the log, and so are to be those of the workers that stay.
		return old, errors.Join(p.refused(), await(ctx, func() bool { return p.reopened(now) }))
	}
	if !until(ctx, func() bool { return !slices.ContainsFunc(old, accepts) }) {
		return old, fmt.Errorf("nginx has new workers, but old ones still accept connections after %s", timeout)
	}
	return old, nil
}

// dealWith sends the master a signal and returns when it is done with it.
func (p *Process) dealWith(ctx context.Context, sig syscall.Signal) error {
	if err := p.Signal(sig); err != nil {
		return p.gone()
	}
	if until(ctx, func() bool { return p.Exited() || !pending(p.Pid, sig) && suspended(p.Pid) }) && !p.Exited() {
		return nil
	}
	if p.Exited() {
		return p.gone()
	}
	return fmt.Errorf("nginx has not dealt with %s in time", signalName(sig))
}

func (p *Process) gone() error { return fmt.Errorf("nginx (pid %d) is gone", p.Pid) }

func await(ctx context.Context, done func() bool) error {
	if until(ctx, done) {
		return nil
	}
	return errors.New("nginx's workers have not opened their logs anew in time")
}

// until waits until done is true, and reports whether it was before the end of ctx.
func until(ctx context.Context, done func() bool) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return done()
		case <-tick.C:
		}
	}
	return true
}

var pendingSignals = lazyregexp.New(`(?m)^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$`)

// pending reports whether a signal was sent to a process and not taken yet.
func pending(pid int, sig syscall.Signal) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return false
	}
	for _, m := range pendingSignals.FindAllSubmatch(text, -1) {
		if set, err := strconv.ParseUint(string(m[1]), 16, 64); err == nil && set&(1<<(sig-1)) != 0 {
			return true
		}
	}
	return false
}

// suspended reports whether a process sleeps until a signal comes, as a master does that has nothing to do.
func suspended(pid int) bool {
	calls, err := blockedIn(pid)
	return err == nil && len(calls) == 1 && calls[0].number == unix.SYS_RT_SIGSUSPEND
}

// reopened reports whether none of the processes holds on to a log whose file was removed.
func (p *Process) reopened(pids []int) bool {
	for _, pid := range pids {
		for _, target := range openFiles(pid) {
			if strings.HasPrefix(target, string(p.Root)+"/logs/") && strings.HasSuffix(target, " (deleted)") {
				return false
			}
		}
	}
	return true
}

// accepts reports whether a process takes connections or datagrams of others. A worker that nginx has told to quit closes
// those sockets first of all.
func accepts(pid int) bool {
	if info, ok := readProc(pid); !ok || info.ended() {
		return false
	}
	inodes := listening()
	for _, target := range openFiles(pid) {
		if inode, ok := strings.CutPrefix(target, "socket:["); ok && inodes[strings.TrimSuffix(inode, "]")] {
			return true
		}
	}
	return false
}

// listening returns the inodes of the sockets that listen, and of those bound for UDP.
func listening() map[string]bool {
	const acceptsConnections = "00010000"
	inodes := map[string]bool{}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		for _, f := range netTable(table) {
			// A UDP socket that asks somebody, a name server for instance, is connected.
			if len(f) >= 10 && (f[3] == "0A" || strings.HasPrefix(table, "udp") && f[3] == "07") {
				inodes[f[9]] = true
			}
		}
	}
	for _, f := range netTable("unix") {
		if len(f) >= 7 && f[3] == acceptsConnections {
			inodes[f[6]] = true
		}
	}
	return inodes
}

// openFiles returns what the descriptors of a process lead to.
func openFiles(pid int) []string {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	fds, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var targets []string
	for _, fd := range fds {
		if target, err := os.Readlink(dir + "/" + fd.Name()); err == nil {
			targets = append(targets, target)
		}
	}
	return targets
}

// refused is what the master says in its log of a configuration that it does not take.
func (p *Process) refused() *StartError {
	e := &StartError{Reload: true}
	text, _ := os.ReadFile(p.Root.ErrorLog())
	own := regexp.MustCompile(fmt.Sprintf(`^\S+ \S+ (\[(?:emerg|alert|crit|error)\]) %d#\d+: (.*)$`, p.Pid))
	for line := range strings.Lines(string(text)) {
		if m := own.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			e.word(m[1] + " " + m[2])
		}
	}
	e.fromLog(string(text))
	return e
}

// OldWorkers are log lines of processes that a reload has replaced: what they write, and what the master says of their end.
func OldWorkers(pids []int) func(line string) bool {
	if len(pids) == 0 {
		return nil
	}
	names := make([]string, len(pids))
	for i, pid := range pids {
		names[i] = strconv.Itoa(pid)
	}
	any := strings.Join(names, "|")
	return regexp.MustCompile(`^\S+ \S+ \[\w+\] (?:(?:` + any + `)#|\d+#\d+: .*process (?:` + any + `) exited)`).MatchString
}
