package nginx

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Ground is a server root that nobody else has a part in: of a lane, whose own file system it is. Who is alone there need not
// search all of it for what the block before has left, which is a quarter of the system calls that a block costs: the kernel
// tells what was made (inotify(7)). As a rule these are logs and the pid file.
type Ground struct {
	root   Servroot
	notify int  // inotify's descriptor
	logs   int  // its number for the directory of that name
	known  bool // all that is there and was there when the kernel began to tell is known
	events [4096]byte
}

// NewGround returns a server root that is in nobody else's sight from now on. The error is that the kernel does not tell of
// changes there: one has to search.
func NewGround(root Servroot) (*Ground, error) {
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	return &Ground{root: root, notify: fd}, nil
}

// Close ends the watch. The files stay.
func (g *Ground) Close() { unix.Close(g.notify) }

// Prepare does what Servroot.Prepare does.
func (g *Ground) Prepare() error {
	logs, ok := g.fresh()
	if g.known = g.known && ok; !g.known {
		return g.search()
	}
	if err := g.root.StopLeftOver(StopOptions{}); err != nil {
		return err
	}
	for _, name := range logs {
		if name == "nginx.pid" { // nginx has taken it along, or StopLeftOver
			continue
		}
		file := string(g.root) + "/logs/" + name
		if err := unix.Unlink(file); err != nil && err != unix.ENOENT {
			return &os.PathError{Op: "unlink", Path: file, Err: err}
		}
	}
	return nil
}

// search prepares the server root without knowing anything, and knows what is there from then on.
func (g *Ground) search() error {
	if err := g.root.Prepare(); err != nil {
		return err
	}
	g.known = g.watch() == nil
	for { // what was done so far is told, too
		if n, err := unix.Read(g.notify, g.events[:]); err != nil || n <= 0 {
			return nil
		}
	}
}

const (
	comes   = unix.IN_CREATE | unix.IN_MOVED_TO | unix.IN_ONLYDIR
	changes = comes | unix.IN_MOVED_FROM | unix.IN_DELETE | unix.IN_ATTRIB
)

// watch has the kernel tell of all directories that there are.
func (g *Ground) watch() error {
	if _, err := unix.InotifyAddWatch(g.notify, string(g.root), changes); err != nil {
		return err
	}
	entries, err := os.ReadDir(string(g.root))
	for _, e := range entries {
		mask := uint32(comes)
		if e.Name() == "html" { // with the page that a block finds there
			mask = changes | unix.IN_MODIFY
		}
		number, err := unix.InotifyAddWatch(g.notify, filepath.Join(string(g.root), e.Name()), mask)
		if err != nil {
			return err
		}
		if e.Name() == "logs" {
			g.logs = number
		}
	}
	return err
}

// fresh returns the names of the files that were made in logs since the last call; ok is false when anything else has changed, too.
func (g *Ground) fresh() (logs []string, ok bool) {
	n, err := unix.Read(g.notify, g.events[:])
	switch {
	case err == unix.EAGAIN:
		return nil, true
	case err != nil || n > len(g.events)/2: // there may be more
		return nil, false
	}
	for text := g.events[:n]; len(text) >= unix.SizeofInotifyEvent; {
		number := int(int32(binary.NativeEndian.Uint32(text)))
		what := binary.NativeEndian.Uint32(text[4:])
		end := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(text[12:]))
		if number != g.logs || what != unix.IN_CREATE || end > len(text) {
			return nil, false
		}
		logs = append(logs, strings.TrimRight(string(text[unix.SizeofInotifyEvent:end]), "\x00"))
		text = text[end:]
	}
	return logs, true
}
