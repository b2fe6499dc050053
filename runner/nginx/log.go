package nginx

import (
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Log reads a log file bit by bit, as Test::Nginx does: what one call has returned the next does not. It is for one
// goroutine at a time.
type Log struct {
	Path string
	// Wait is how long Await waits for more; Test::Nginx waits three times TEST_NGINX_SLEEP, 45ms by default.
	Wait time.Duration
	// Accumulate makes every call return the log from its beginning (TEST_NGINX_CHECK_ACCUM_ERR_LOG).
	Accumulate bool
	// Idle, unless it is nil, says that nobody is going to write any more; Await then does not wait for it. See Process.Idle.
	Idle func() bool
	// Skip, unless it is nil, says of the first line of an entry that the entry is nobody's business here.
	Skip func(line string) bool

	position int64
}

// Reset goes back to the beginning, for a new start of nginx or a new block.
func (l *Log) Reset() { l.position = 0 }

// Position is the number of bytes that have been read.
func (l *Log) Position() int64 { return l.position }

// Await returns the lines that have not been read yet, each with its newline (which the last may lack), as soon as
// done(lines) is true or Wait is over. done sees all the lines of this call, whenever there are more; nil waits the
// whole time. It ends early, too, when Idle was true twice and nothing was written in between. A file that does not exist, or not yet, has no lines.
func (l *Log) Await(done func(lines []string) bool) []string {
	t := tail{path: l.Path}
	if !l.Accumulate {
		t.position = l.position
	}
	defer t.close()
	end := time.Now().Add(l.Wait)
	rest := 0
	for first := true; ; first = false {
		idle := l.Idle != nil && l.Idle() // asked before reading: what it wrote before it came to rest is read below
		more := t.read()
		if (more || first) && done != nil && done(l.wanted(t.lines)) {
			break
		}
		if rest++; !idle || more && !first {
			rest = 0
		}
		left := time.Until(end)
		if left <= 0 || rest == 2 {
			break
		}
		t.sleep(left, l.Idle != nil)
	}
	if !l.Accumulate {
		l.position = t.position
	}
	return l.wanted(t.lines)
}

var entry = lazyregexp.New(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\w+\] `)

// wanted leaves out the entries that Skip names, with all their lines.
func (l *Log) wanted(lines []string) []string {
	if l.Skip == nil {
		return lines
	}
	skip := false
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		if entry.MatchString(line) {
			skip = l.Skip(line)
		}
		return skip
	})
}

// tail is a file being read while it grows.
type tail struct {
	path     string
	file     *os.File
	notify   *os.File // tells of changes; nil: none yet, or blind
	blind    bool     // there is nothing that tells of changes
	position int64
	lines    []string
}

// read takes in what is new and reports whether there was something.
func (t *tail) read() bool {
	if t.file == nil {
		file, err := openPlain(t.path, unix.O_RDONLY)
		if err != nil {
			return false
		}
		t.file = file
	}
	info, err := t.file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() <= t.position {
		return false
	}
	text := make([]byte, info.Size()-t.position)
	n, _ := t.file.ReadAt(text, t.position)
	if n == 0 {
		return false
	}
	text = text[:n]
	t.position += int64(len(text))
	t.add(string(text))
	return true
}

func (t *tail) add(text string) {
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
// file system tells of changes, and a file that is not there yet cannot be watched.
func (t *tail) sleep(left time.Duration, looksAtNginx bool) {
	look := 10 * time.Millisecond
	if looksAtNginx {
		look = time.Millisecond
	}
	if t.file != nil && t.notify == nil && !t.blind {
		t.watchFile()
		return // it may have grown before the watch was set
	}
	if t.notify == nil || t.notify.SetReadDeadline(time.Now().Add(min(left, look))) != nil {
		timer := time.NewTimer(min(left, 2*time.Millisecond))
		<-timer.C
		return
	}
	var events [4096]byte
	_, _ = t.notify.Read(events[:])
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
	t.notify, t.blind = os.NewFile(uintptr(fd), "inotify"), false
}

func (t *tail) close() {
	if t.file != nil {
		t.file.Close()
	}
	if t.notify != nil {
		t.notify.Close()
	}
}
