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

// Uncover takes away what Over has laid there.
func Uncover(path string) error { return unix.Unmount(path, unix.MNT_DETACH) }
