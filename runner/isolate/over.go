package isolate

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Over lays the directory dir over the directory path, for this lane alone.
func Over(path, dir string) error {
	if err := unix.Mount(dir, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("cannot lay a directory over %s: %w", path, err)
	}
	return nil
}

// InMemory lays an empty directory that lives in memory over the directory path, for this lane alone. It is gone when it is
// uncovered, with all that is in it.
func InMemory(path string) error {
	if err := unix.Mount("ngxtest", path, "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("cannot lay a directory in memory over %s: %w", path, err)
	}
	return nil
}

// Uncover takes away what was laid over a path last.
func Uncover(path string) error { return unix.Unmount(path, unix.MNT_DETACH) }
