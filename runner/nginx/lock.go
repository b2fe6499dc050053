package nginx

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Lock keeps other runs from using the server root at the same time: each would stop the other's nginx. The lock is gone
// with the process that has it, however that ends. unlock may be called more than once.
//
// It is a lock on a small file in the temporary directory, since the server root itself comes and goes, and nothing else
// is to be left beside it.
func (r Servroot) Lock() (unlock func(), err error) {
	sum := sha256.Sum256([]byte(r))
	path := filepath.Join(os.TempDir(), fmt.Sprintf("ngxtest-servroot-%x.lock", sum[:8]))
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if errors.Is(err, os.ErrPermission) {
			return func() {}, nil // another user's; the server root is hardly ours then
		}
		if err != nil {
			return nil, fmt.Errorf("cannot lock the server root: %w", err)
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			pid, _ := io.ReadAll(f)
			f.Close()
			return nil, fmt.Errorf("%s is in use by another run, process %s (wait for it, or name another server root in TEST_NGINX_SERVROOT)",
				r, strings.TrimSpace(string(pid)))
		}
		if !sameFile(f, path) {
			f.Close() // it was removed by the one who had it before
			continue
		}
		_ = f.Truncate(0)
		fmt.Fprintln(f, os.Getpid())
		return func() {
			os.Remove(path)
			f.Close()
		}, nil
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
