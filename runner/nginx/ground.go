package nginx

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Ground is a server root that nobody else has a part in: of a lane, whose own file system it is. Who is alone there need not
// search all of it for what the block before has left, which is a quarter of the system calls that a block costs: the kernel
// tells what was made (inotify(7)). As a rule these are logs and the pid file.
type Ground struct {
	root   Servroot
	notify int  // inotify's descriptor
	top    int  // its number for the server root itself
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
	return g.removeLogs(logs)
}

// Recover makes the server root, on which no nginx runs any more, as a file finds it, if that can be done without a search, and
// reports whether it could.
func (g *Ground) Recover() bool {
	logs, ok := g.fresh()
	g.known = g.known && ok && g.removeLogs(logs) == nil
	return g.known
}

func (g *Ground) removeLogs(names []string) error {
	for _, name := range names {
		file := string(g.root) + "/logs/" + name
		if err := unix.Unlink(file); err != nil && err != unix.ENOENT { // nginx takes its pid file along
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
func (g *Ground) watch() (err error) {
	if g.top, err = unix.InotifyAddWatch(g.notify, string(g.root), changes); err != nil {
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

// fresh returns the names of the files that were made in logs since the last call; ok is false when anything else has changed, too,
// but for the directories that nginx makes when it first starts.
func (g *Ground) fresh() (logs []string, ok bool) {
	n, err := unix.Read(g.notify, g.events[:])
	switch {
	case err == unix.EAGAIN:
		return nil, true
	case err != nil || n > len(g.events)/2: // there may be more
		return nil, false
	}
	var made []string
	for text := g.events[:n]; len(text) >= unix.SizeofInotifyEvent; {
		number := int(int32(binary.NativeEndian.Uint32(text)))
		what := binary.NativeEndian.Uint32(text[4:])
		end := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(text[12:]))
		if end > len(text) {
			return nil, false
		}
		name := strings.TrimRight(string(text[unix.SizeofInotifyEvent:end]), "\x00")
		switch {
		case number == g.logs && what == unix.IN_CREATE:
			logs = append(logs, name)
		case number == g.top && what == unix.IN_CREATE|unix.IN_ISDIR && slices.Contains(temporaries, name):
			made = append(made, name)
		case number == g.top && what == unix.IN_ATTRIB|unix.IN_ISDIR && slices.Contains(made, name): // it is given to nginx's user
		default:
			return nil, false
		}
		text = text[end:]
	}
	for _, name := range made {
		if !g.adopt(name) {
			return nil, false
		}
	}
	return logs, true
}

// temporaries are the directories that nginx makes in its prefix, unless the configuration or the build names others.
var temporaries = []string{"client_body_temp", "proxy_temp", "fastcgi_temp", "uwsgi_temp", "scgi_temp"}

// adopt watches a directory that nginx has made and reports whether that is in time: it is as it was made.
func (g *Ground) adopt(name string) bool {
	dir := string(g.root) + "/" + name
	if _, err := unix.InotifyAddWatch(g.notify, dir, comes); err != nil {
		return false
	}
	var is unix.Stat_t
	if unix.Lstat(dir, &is) != nil || is.Mode&0o700 != 0o700 {
		return false
	}
	inside, err := os.ReadDir(dir)
	return err == nil && len(inside) == 0
}
