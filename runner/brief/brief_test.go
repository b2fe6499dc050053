package brief

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func pipe(t *testing.T) (r, w int) {
	t.Helper()
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(p[0]); unix.Close(p[1]) })
	return p[0], p[1]
}

// allow has this process be like a lane until the test ends.
func allow(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	back := Allow()
	t.Cleanup(func() {
		back()
		runtime.GOMAXPROCS(before)
	})
}

func TestWaitTellsWhatIsThere(t *testing.T) {
	allow(t)
	r, w := pipe(t)
	if got := Wait(w, unix.POLLOUT, time.Minute); got != unix.POLLOUT {
		t.Errorf("an empty pipe is ready for %#x, want POLLOUT", got)
	}
	if got := Wait(r, unix.POLLIN, time.Millisecond); got != 0 {
		t.Errorf("there is nothing to read, but it is ready for %#x", got)
	}
	if _, err := unix.Write(w, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got := Wait(r, unix.POLLIN, time.Minute); got != unix.POLLIN {
		t.Errorf("there is something to read, but it is ready for %#x", got)
	}
	if got := Wait(-2, unix.POLLIN, time.Millisecond); got != 0 {
		t.Errorf("no descriptor is ready for %#x", got)
	}
}

// With one processor, what is to be read comes from a goroutine that runs only because Wait lets it.
func TestWaitLetsOthersRun(t *testing.T) {
	allow(t)
	r, w := pipe(t)
	go func() { _, _ = unix.Write(w, []byte("x")) }()
	if got := Wait(r, unix.POLLIN, time.Minute); got != unix.POLLIN {
		t.Errorf("ready for %#x, want POLLIN: the goroutine that writes did not run", got)
	}
}

// Who is not to wait in this way is told at once that there is nothing, and waits as usual.
func TestWaitOnlyWhereItMay(t *testing.T) {
	r, w := pipe(t)
	if _, err := unix.Write(w, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got := Wait(r, unix.POLLIN, time.Minute); got != 0 {
		t.Errorf("nobody has allowed it, but it tells %#x", got)
	}
	allow(t)
	over := Company()
	if got := Wait(r, unix.POLLIN, time.Minute); got != 0 {
		t.Errorf("in company it tells %#x", got)
	}
	over()
	if got := Wait(r, unix.POLLIN, time.Minute); got != unix.POLLIN {
		t.Errorf("alone again it tells %#x, want POLLIN", got)
	}
	if got := Ready(r, unix.POLLIN|unix.POLLOUT); got != unix.POLLIN {
		t.Errorf("it is ready for %#x, want POLLIN", got)
	}
}
