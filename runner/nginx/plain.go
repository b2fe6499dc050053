package nginx

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What is read and written for each block, in the server root and in /proc, are plain files. os.Open tries with five more
// system calls whether one could be waited for.

// openPlain opens a plain file. A pipe, too, is read without waiting for it.
func openPlain(path string, flags int) (*os.File, error) {
	fd, err := openFd(path, flags)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// openFd is openPlain for whoever makes do with a descriptor, which is never 0.
func openFd(path string, flags int) (int, error) {
	for {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0o666)
		switch err {
		case nil:
			return fd, nil
		case unix.EINTR:
			continue
		}
		return -1, &os.PathError{Op: "open", Path: path, Err: err}
	}
}

// readPlain is os.ReadFile of a plain file.
func readPlain(path string) ([]byte, error) {
	fd, err := openFd(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	text := make([]byte, 0, 512)
	for {
		n, err := unix.Read(fd, text[len(text):cap(text)])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return nil, &os.PathError{Op: "read", Path: path, Err: err}
		case n == 0:
			return text, nil
		}
		if text = text[:len(text)+n]; len(text) == cap(text) {
			text = append(text, 0)[:len(text)]
		}
	}
}

// writePlain writes a whole plain file. It overwrites the file in place and cuts it afterwards: ext4 writes a file that was cut to
// nothing before to the disk when it is closed, which takes milliseconds.
func writePlain(path, text string) error {
	fd, err := openFd(path, unix.O_WRONLY|unix.O_CREAT)
	if err != nil {
		return err
	}
	for rest := unsafe.Slice(unsafe.StringData(text), len(text)); len(rest) > 0 && err == nil; {
		var n int
		if n, err = unix.Write(fd, rest); err == unix.EINTR {
			n, err = 0, nil
		}
		rest = rest[max(0, n):]
	}
	if err == nil {
		err = unix.Ftruncate(fd, int64(len(text)))
	}
	if closed := unix.Close(fd); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path) // on a full disk: half of it would be worse than nothing
		return &os.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}
