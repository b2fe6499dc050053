package nginx

import (
	"os"
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
	fd       int      // of the file; 0: not opened yet
	notify   int      // inotify's descriptor, which tells of changes; 0: none yet, or blind
	file     *os.File // of notify once it was waited for at length
	blind    bool     // there is nothing that tells of changes
	slept    int      // how often
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

// sleep waits until the file changes, or for the time that is left. It looks up now and then all the same: not every
// file system tells of changes, and a file that is not there yet cannot be watched. Nor does anything tell that nginx has come to
// rest, which is soon as a rule: for that it looks up often at first.
func (t *tail) sleep(left time.Duration, looksAtNginx bool) {
	const soon, late = time.Millisecond, 10 * time.Millisecond
	look := late
	if looksAtNginx {
		look = min(soon<<min(t.slept/4, 3), late)
	}
	t.slept++
	if t.fd != 0 && t.notify == 0 && !t.blind {
		t.watchFile()
		return // it may have grown before the watch was set
	}
	if t.notify == 0 {
		time.Sleep(min(left, 2*time.Millisecond))
		return
	}
	end := time.Now().Add(min(left, look))
	var events [4096]byte
	if brief.Wait(t.notify, unix.POLLIN, time.Until(end)) != 0 {
		_, _ = unix.Read(t.notify, events[:])
		return
	}
	if !time.Now().Before(end) {
		return
	}
	if t.file == nil {
		t.file = os.NewFile(uintptr(t.notify), "inotify")
	}
	if t.file.SetReadDeadline(end) != nil {
		time.Sleep(min(left, 2*time.Millisecond))
		return
	}
	_, _ = t.file.Read(events[:])
}

func (t *tail) watchFile() {
	t.blind = true
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return
	}
	if _, err := unix.InotifyAddWatch(fd, t.path, unix.IN_MODIFY); err != nil {
		unix.Close(fd)
		return
	}
	t.notify, t.blind = fd, false
}

func (t *tail) close() {
	if t.fd != 0 {
		unix.Close(t.fd)
	}
	switch {
	case t.file != nil:
		t.file.Close()
	case t.notify != 0:
		unix.Close(t.notify)
	}
}
