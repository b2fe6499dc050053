package isolate

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/brief"
)

// ready is the first line that a lane writes when it is set up; another line is what was refused.
const ready = "ready"

// jobs is the descriptor from which a lane reads.
const jobs = 3

// Inside is a lane as it sees itself.
type Inside struct {
	In  io.Reader
	Out io.Writer

	kind kind
	env  []string // that it was started with
}

// Enter sets up the lane that this process was started to be, and says so to its parent.
func Enter(args []string) (*Inside, error) {
	if _, err := unix.FcntlInt(4, unix.F_GETFD, 0); err != nil {
		return nil, fmt.Errorf("%s is for ngxtest itself", laneArgument)
	}
	_ = unix.SetNonblock(jobs, true) // a read that blocks would take a thread of its own
	in, out := os.NewFile(jobs, "jobs"), os.NewFile(4, "events")
	unix.CloseOnExec(jobs)
	unix.CloseOnExec(4)
	l := &Inside{In: in, Out: out, kind: parseKind(args[1]), env: os.Environ()}
	restore(args[2:])
	err := l.setUp()
	if err != nil {
		fmt.Fprintln(out, err)
		return nil, err
	}
	_, err = fmt.Fprintln(out, ready)
	return l, err
}

// Apart reports whether the lane has a network of its own.
func (l *Inside) Apart() bool { return l.kind.has(network) }

// Soon gives the parent a short time to say something, and who reads In something to read.
func (l *Inside) Soon(limit time.Duration) { brief.Wait(jobs, unix.POLLIN, limit) }

func (l *Inside) setUp() error {
	if l.kind.has(network) {
		if err := LoopbackUp(); err != nil {
			return fmt.Errorf("cannot bring the loopback interface up: %w", err)
		}
	}
	if l.kind.has(mount) {
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			return fmt.Errorf("cannot keep mounts apart: %w", err)
		}
		if err := tryMount(); err != nil {
			return fmt.Errorf("cannot mount a directory: %w", err)
		}
	}
	if l.kind.has(user) {
		// What is started from here on has no more rights than the user has elsewhere; this process keeps those over its
		// own namespaces.
		_, _, _ = syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0)
	}
	if !l.kind.has(pid) {
		return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("cannot mount /proc for a set of processes of its own: %w", err)
	}
	return nil
}

// tryMount mounts a directory over itself and takes that away again.
func tryMount() error {
	dir := os.TempDir()
	if err := unix.Mount(dir, dir, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	return unix.Unmount(dir, unix.MNT_DETACH)
}
