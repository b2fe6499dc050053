package memory

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/warm"
	"github.com/ngxtest/ngxtest/valgrind"
)

// serving returns the processes that serve this watch's requests. They come and go when nginx reloads.
func (w *Watch) serving() []int {
	return slices.DeleteFunc(w.workers(), func(pid int) bool { return w.of.owner(pid) != w })
}

// workers returns all processes that serve requests: the workers, or the only process.
func (w *Watch) workers() []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", w.pid, w.pid))
	if !w.master || err != nil {
		return []int{w.pid}
	}
	var pids []int
	for _, f := range strings.Fields(string(text)) {
		var pid int
		if _, err := fmt.Sscan(f, &pid); err == nil {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}

// ownCode reports whether a process has code of the user's in it, as far as the kernel tells: in doubt it has.
func (w *Watch) ownCode(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return true
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) >= 6 && strings.Contains(f[1], "x") && strings.HasPrefix(f[5], "/") && !warm.IsLibrary(f[5]) &&
			w.owner.Own(valgrind.Frame{Object: f[5]}) {
			return true
		}
	}
	return false
}

// checked is what a look at all processes has told.
type checked struct {
	records []valgrind.Record // what changed in the processes that were there at the check before
	fresh   []valgrind.Record // all that is in those that were not
	moved   bool              // processes came or went
}

// check asks the processes that serve requests for what changed since the last check. What a process that was never asked
// has is where it starts from, and no change. One that ends meanwhile is no failure: what it has to say is in its file.
func (w *Watch) check(ctx context.Context) (checked, error) {
	if w.san != nil {
		return w.checkLogs(), nil
	}
	var c checked
	var errs []error
	var asked []int
	for _, pid := range w.serving() {
		answer, err := w.vgdb.LeakCheck(ctx, pid, valgrind.Changed, "ngxtest")
		switch {
		case ctx.Err() != nil:
			return c, ctx.Err()
		case err != nil && ended(pid, w.patience):
			continue
		case err != nil:
			errs = append(errs, err)
			continue
		}
		asked = append(asked, pid)
		if slices.Contains(w.asked, pid) {
			c.records = append(c.records, answer.Records...)
		} else {
			c.fresh = append(c.fresh, answer.Records...)
		}
	}
	c.moved = w.asked != nil && !slices.Equal(asked, w.asked)
	w.asked = asked
	return c, errors.Join(errs...)
}

// ended waits until a process has ended, reaped or not, but no longer than patience. One that is about to end does not
// answer any more while Valgrind looks for its leaks. Where the kernel cannot tell, the process counts as alive.
func ended(pid int, patience time.Duration) bool {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return errors.Is(err, unix.ESRCH) || errors.Is(err, unix.EINVAL)
	}
	defer unix.Close(fd)
	for end := time.Now().Add(patience); ; {
		left := max(0, time.Until(end))
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(left.Milliseconds()))
		switch {
		case n > 0:
			return true
		case err != nil && !errors.Is(err, unix.EINTR), left == 0:
			return false
		}
	}
}
