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

	// Scratch is where Glance has its memory from; nil: it has its own.
	Scratch *Scratch

	position int64
	file     *os.File // that was read last, and which one it is: a block's log is read after each request
	device   uint64
	inode    uint64
}

// Scratch is memory for texts of logs that nobody keeps. A debug log has several KB for each request, and to get as much memory that
// nobody has touched yet costs more than to read it. It is for one goroutine at a time.
type Scratch struct{ text []byte }

// take returns memory for some bytes.
func (s *Scratch) take(n int) []byte {
	const most = 1 << 20 // what it keeps
	if n > most {
		return make([]byte, n)
	}
	if n > len(s.text) {
		s.text = make([]byte, min(2*n, most))
	}
	return s.text[:n]
}

// Close lets go of the file, which the next call would open again.
func (l *Log) Close() {
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
}

// open returns a tail that begins where the last call has left off, with the file that it has read, as long as that is the one of
// that name.
func (l *Log) open() *tail {
	t := &tail{path: l.Path}
	if !l.Accumulate {
		t.position = l.position
	}
	if l.file == nil {
		return t
	}
	if unix.Stat(l.Path, &t.info) == nil && t.info.Dev == l.device && t.info.Ino == l.inode {
		t.fd, t.looked = int(l.file.Fd()), true
	} else {
		l.Close()
	}
	return t
}

// keep keeps what is of use to the next call, and closes the rest.
func (l *Log) keep(t *tail) {
	if !l.Accumulate {
		l.position = t.position
	}
	if l.file == nil && t.fd != 0 && t.info.Mode&unix.S_IFMT == unix.S_IFREG {
		l.file, l.device, l.inode = os.NewFile(uintptr(t.fd), l.Path), t.info.Dev, t.info.Ino
	}
	if l.file != nil {
		t.fd = 0
	}
	t.close()
}

// Reset goes back to the beginning, for a new start of nginx or a new block.
func (l *Log) Reset() { l.position = 0 }

// Position is the number of bytes that have been read.
func (l *Log) Position() int64 { return l.position }

// Await returns the lines that have not been read yet, each with its newline (which the last may lack), as soon as
// done(lines) is true or Wait is over. done sees all the lines of this call, whenever there are more; nil waits the
// whole time. It ends early, too, when Idle was true twice and nothing was written in between. A file that does not exist, or not yet, has no lines.
func (l *Log) Await(done func(lines []string) bool) []string {
	t := l.open()
	defer l.keep(t)
	end := time.Now().Add(l.Wait)
	rest := 0
	for first := true; ; first = false {
		// Asked before reading: what it wrote before it came to rest is read below. But often what is there is enough.
		idle := !first && l.Idle != nil && l.Idle()
		more := t.read()
		if (more || first) && done != nil && done(l.wanted(t.lines)) {
			break
		}
		if rest++; !idle || more {
			rest = 0
		}
		left := time.Until(end)
		if left <= 0 || rest == 2 {
			break
		}
		if l.Idle == nil || !first && rest == 0 {
			t.sleep(left, l.Idle != nil)
		}
	}
	return l.wanted(t.lines)
}

// Glance returns what has not been read yet, at once and as it is. The next call with the same Scratch overwrites it.
func (l *Log) Glance() string {
	if l.Skip != nil {
		return strings.Join(l.Await(func([]string) bool { return true }), "")
	}
	t := l.open()
	defer l.keep(t)
	scratch := l.Scratch
	if scratch == nil {
		scratch = &Scratch{}
	}
	return t.news(scratch.take)
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
