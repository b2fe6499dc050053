package isolate

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

const abandonArgument = "abandon"

// OnEnd calls f when the parent has died, or asks the lane to end.
func OnEnd(f func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, deathSignal)
	go func() {
		<-signals
		f()
	}()
}

// Abandon gives up what the lane is doing: this process begins anew, with its first environment and with state in its arguments, see Abandoned, so that
// no thread of it makes any more of what is to be removed.
func (l *Inside) Abandon(state string) {
	args := []string{"ngxtest", laneArgument, abandonArgument, l.kind.String(), state}
	if l.kind.has(user) { // the right to unmount outlives the new beginning
		runtime.LockOSThread()
		_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, unix.CAP_SYS_ADMIN, 0, 0)
	}
	signal.Ignore(deathSignal) // there as well: pipe and signal may come one after the other
	_ = syscall.Exec("/proc/self/exe", args, l.env)
	os.Exit(1)
}

// Abandoned says whether this process is a lane that was given up, and with what state. All that the lane has started is
// killed then.
func Abandoned(args []string) (state string, ok bool) {
	if len(args) != 4 || args[1] != abandonArgument {
		return "", false
	}
	if parseKind(args[2]).has(pid) {
		_ = unix.Kill(-1, unix.SIGKILL) // all of the pid namespace but this process
	} else {
		KillDescendants(nil)
	}
	return args[3], true
}
