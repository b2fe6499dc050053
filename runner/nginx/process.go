package nginx

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Process is an nginx that Start has started.
type Process struct {
	Pid  int // of the daemon; 0 when it ended before it wrote its pid file
	Root Servroot

	starter int    // pid and process group of the nginx that has forked the daemon and ended; 0: there was none
	over    *watch // of the program of Command.Under; nil: there is none
	words   *stderr
	watch   *watch
	watched bool // watch is open
	mu      sync.Mutex
	stopped *Stopped
	looks   map[int]*look // of its processes, by pid
}

// Exit is how the daemon ended.
type Exit struct {
	Known    bool // the fields below say something: this process is a subreaper
	Code     int
	Signal   syscall.Signal // 0 when it exited
	CoreDump bool
}

// StopOptions are the limits of Stop. A zero field is the default.
type StopOptions struct {
	Fast   bool          // begin with TERM, as TEST_NGINX_FAST_SHUTDOWN asks for
	Resend time.Duration // QUIT and TERM are sent again and again, at growing distances up to this one; 500ms
	Quit   time.Duration // how long QUIT may take, Test::Nginx's timeout(); 3s
	Term   time.Duration // how long TERM may take; 2s
	Under  time.Duration // how long the program of Command.Under may take to end behind nginx; 10s
}

// Stopped is how a Process came to its end.
type Stopped struct {
	Exit
	By     syscall.Signal // the last signal that it took; 0: it had ended by itself
	Strays []string       // what it left behind and Stop killed: "sleep 1000 (pid 17)"
}

// Exited reports whether the daemon has ended, without waiting.
func (p *Process) Exited() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped != nil || !p.watched || p.watch.gone(0)
}

// Signal sends a signal to the daemon.
func (p *Process) Signal(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped != nil || !p.watched {
		return os.ErrProcessDone
	}
	return p.watch.signal(sig)
}

// Stop ends the daemon and what it has left behind, and returns when all of it is gone: QUIT, which lets requests end,
// then TERM, then KILL. It may be called again; then it returns what it did the first time.
func (p *Process) Stop(o StopOptions) Stopped {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped != nil {
		return *p.stopped
	}
	var s Stopped
	p.endLooks()
	if p.watched {
		s.By = end(p.watch, o)
		p.watch.close()
		s.Exit = reap(p.Pid)
	}
	if p.Pid > 0 {
		s.Strays = killGroup(p.Pid, nil)
	}
	if p.starter > 0 {
		// The number may be somebody else's by now; what the starter left behind is a child of this process.
		s.Strays = append(s.Strays, killGroup(p.starter, func(q procInfo) bool { return q.parent == os.Getpid() })...)
	}
	if p.over != nil {
		s.Strays = append(s.Strays, p.endOver(cmp.Or(o.Under, 10*time.Second))...)
	}
	if p.words != nil {
		p.words.stop()
	}
	if s.By != 0 && s.By != unix.SIGQUIT || s.Signal != 0 {
		os.Remove(p.Root.PidFile()) // a killed nginx leaves it
	}
	p.stopped = &s
	return s
}

// endOver waits until the program that nginx ran under has ended, too, and ends what then is left of it.
func (p *Process) endOver(timeout time.Duration) (strays []string) {
	defer p.over.close()
	if p.over.gone(timeout) {
		reap(p.over.pid)
	}
	return killGroup(p.over.pid, nil)
}

// end signals a process until it is gone and returns the signal that did it, 0 when it was gone already.
func end(w *watch, o StopOptions) syscall.Signal {
	if w.gone(0) {
		return 0
	}
	resend := cmp.Or(o.Resend, 500*time.Millisecond)
	if !o.Fast && insist(w, unix.SIGQUIT, resend, cmp.Or(o.Quit, 3*time.Second)) {
		return unix.SIGQUIT
	}
	if insist(w, unix.SIGTERM, resend, cmp.Or(o.Term, 2*time.Second)) {
		return unix.SIGTERM
	}
	// The group as well: workers do not outlive their master for the time that is lost until they are looked for.
	if p, ok := readProc(w.pid); ok && p.group == w.pid {
		_ = unix.Kill(-w.pid, unix.SIGKILL)
	}
	_ = w.signal(unix.SIGKILL)
	w.gone(10 * time.Second)
	return unix.SIGKILL
}

// insist sends a signal until the process is gone or the time is over. nginx without a master only notes the signal and looks
// at the note when it wakes up for something else, so one that comes just before it falls asleep has to come again.
func insist(w *watch, sig syscall.Signal, most, timeout time.Duration) bool {
	limit := time.Now().Add(timeout)
	for pause := 5 * time.Millisecond; time.Now().Before(limit); pause = min(2*pause, most) {
		_ = w.signal(sig)
		if w.gone(min(pause, time.Until(limit))) {
			return true
		}
	}
	return false
}

// reap takes the exit status of a child that has ended. A process that is not ours has another parent to reap it.
func reap(pid int) Exit {
	var status unix.WaitStatus
	for {
		got, err := unix.Wait4(pid, &status, unix.WNOHANG, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil || got != pid:
			return Exit{}
		case status.Exited():
			return Exit{Known: true, Code: status.ExitStatus()}
		}
		return Exit{Known: true, Signal: status.Signal(), CoreDump: status.CoreDump()}
	}
}

// killGroup kills the live processes of a process group, those for which wanted is true unless it is nil, reaps the dead
// ones that are ours, and returns what it killed.
func killGroup(group int, wanted func(procInfo) bool) []string {
	if unix.Kill(-group, 0) != nil {
		return nil
	}
	var strays []string
	processes(func(p procInfo) {
		if p.group != group || wanted != nil && !wanted(p) {
			return
		}
		if !p.ended() {
			strays = append(strays, describe(p.pid))
		}
		w, ok := watchPid(p.pid)
		if !ok {
			return
		}
		defer w.close()
		_ = w.signal(unix.SIGKILL)
		w.gone(10 * time.Second)
		reap(p.pid)
	})
	return strays
}

// describe names a process for people, on one line.
func describe(pid int) string {
	line := strings.Join(strings.Fields(commandLine(pid)), " ")
	if len(line) > 120 {
		line = line[:120] + "..."
	}
	return fmt.Sprintf("%s (pid %d)", line, pid)
}

func signalName(sig syscall.Signal) string {
	if name := unix.SignalName(sig); name != "" {
		return name
	}
	return fmt.Sprintf("signal %d", int(sig))
}
