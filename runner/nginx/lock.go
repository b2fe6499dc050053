package nginx

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Lock keeps other runs from using the server root at the same time: each would stop the other's nginx. The lock is gone
// with the process that has it, however that ends. unlock may be called more than once.
//
// It is a lock on a small file in the temporary directory, since the server root itself comes and goes, and nothing else
// is to be left beside it.
func (r Servroot) Lock() (unlock func(), err error) {
	f, err := r.lock(unix.LOCK_EX, os.Getpid())
	if f == nil {
		return func() {}, err
	}
	return func() {
		os.Remove(f.Name())
		f.Close()
	}, nil
}

// Share is Lock for one of several that have a directory of their own over the server root's path: it keeps those away
// that use the server root itself, on behalf of the process pid. Whoever calls release last removes what is there, with
// remove, while nobody else can come in.
func (r Servroot) Share(pid int) (release func(remove func()), err error) {
	f, err := r.lock(unix.LOCK_SH, pid)
	if f == nil {
		return func(func()) {}, err
	}
	return func(remove func()) {
		defer f.Close()
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil && sameFile(f, f.Name()) {
			remove()
			os.Remove(f.Name())
		}
	}, nil
}

// lockDir is the same for all runs of a user, whatever becomes of TMPDIR in this process later.
var lockDir = os.TempDir()

// lock locks the server root's file. There is none, and no error, where it is another user's: the server root is hardly
// ours then.
func (r Servroot) lock(how, pid int) (*os.File, error) {
	const patience = 200 * time.Millisecond // the last one of several has it for a moment to remove what is there
	sum := sha256.Sum256([]byte(r))
	path := filepath.Join(lockDir, fmt.Sprintf("ngxtest-servroot-%x.lock", sum[:8]))
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if errors.Is(err, os.ErrPermission) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot lock the server root: %w", err)
		}
		if err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB); err != nil {
			pid, _ := io.ReadAll(f)
			f.Close()
			if how == unix.LOCK_SH && time.Now().Before(end) {
				<-tick.C
				continue
			}
			return nil, fmt.Errorf("%s is in use by another run, process %s (wait for it, or name another server root in TEST_NGINX_SERVROOT)",
				r, strings.TrimSpace(string(pid)))
		}
		if !sameFile(f, path) {
			f.Close() // it was removed by the one who had it before
			continue
		}
		_ = f.Truncate(0)
		fmt.Fprintln(f, pid)
		return f, nil
	}
}

func sameFile(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}
