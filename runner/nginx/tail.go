package nginx

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/brief"
)

// tail is a file being read while it grows.
type tail struct {
	path     string
	fd       int    // of the file; 0: not opened yet
	notify   int    // inotify's descriptor; 0: none yet, -1: there is none to be had
	watched  string // what it tells of: the file or its directory
	slept    int    // how often
	info     unix.Stat_t
	looked   bool // info is of this moment
	position int64
	lines    []string
}

// read takes in what is new and reports whether there was something.
func (t *tail) read() bool {
	text := t.news(func(n int) []byte { return make([]byte, n) })
	t.add(text)
	return text != ""
}

// news returns what is new, in memory for some bytes that take returns: nobody but who asks for more changes it.
func (t *tail) news(take func(int) []byte) string {
	if t.fd == 0 {
		fd, err := openFd(t.path, unix.O_RDONLY)
		if err != nil {
			return ""
		}
		t.fd = fd
	}
	if !t.looked && unix.Fstat(t.fd, &t.info) != nil {
		return ""
	}
	t.looked = false
	if t.info.Mode&unix.S_IFMT != unix.S_IFREG || t.info.Size <= t.position {
		return ""
	}
	text := take(int(t.info.Size - t.position))
	n, _ := unix.Pread(t.fd, text, t.position)
	if n <= 0 {
		return ""
	}
	t.position += int64(n)
	return unsafe.String(unsafe.SliceData(text), n) // debug logs are long
}

func (t *tail) add(text string) {
	if text == "" {
		return
	}
	if n := len(t.lines); n > 0 && !strings.HasSuffix(t.lines[n-1], "\n") {
		text = t.lines[n-1] + text
		t.lines = t.lines[:n-1]
	}
	t.lines = slices.Grow(t.lines, strings.Count(text, "\n")+1)
	for line := range strings.Lines(text) {
		t.lines = append(t.lines, line)
	}
}

// sleep waits until the file changes or is there, or for the time that is left. It looks up now and then all the same: not every
// file system tells of changes. Nor does anything tell that nginx has come to rest, which is soon as a rule: for that it looks up
// often at first.
func (t *tail) sleep(left time.Duration, looksAtNginx bool) {
	const soon, late = time.Millisecond, 10 * time.Millisecond
	look := late
	if looksAtNginx {
		look = min(soon<<min(t.slept/4, 3), late)
	}
	t.slept++
	if t.watch() {
		return // it may have changed before the watch was set
	}
	end := time.Now().Add(min(left, look))
	var events [4096]byte
	if brief.Wait(t.notify, unix.POLLIN, time.Until(end)) != 0 {
		_, _ = unix.Read(t.notify, events[:])
		return
	}
	// What there is no watch for (notify is -1 then, which poll(2) passes over) has to be looked at by the clock.
	ms := (time.Until(end) + time.Millisecond - 1) / time.Millisecond
	fds := []unix.PollFd{{Fd: int32(t.notify), Events: unix.POLLIN}}
	if n, _ := unix.Poll(fds, int(max(0, ms))); n > 0 {
		_, _ = unix.Read(t.notify, events[:])
	}
}

// watch has the kernel tell of changes of the file, or of what comes into its directory as long as it is not there. It reports whether
// there was none of these watches before.
func (t *tail) watch() bool {
	path, mask := t.path, uint32(unix.IN_MODIFY)
	if t.fd == 0 {
		path, mask = filepath.Dir(t.path), unix.IN_CREATE|unix.IN_MOVED_TO|unix.IN_ONLYDIR
	}
	if t.watched == path {
		return false
	}
	t.watched = path
	if t.notify == 0 {
		var err error
		if t.notify, err = unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC); err != nil {
			t.notify = -1
		}
	}
	if t.notify > 0 {
		_, _ = unix.InotifyAddWatch(t.notify, path, mask)
	}
	return true
}

func (t *tail) close() {
	if t.fd != 0 {
		unix.Close(t.fd)
	}
	if t.notify > 0 {
		unix.Close(t.notify)
	}
}
