package nginx

import (
	"io"
	"os"

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
	f, err := openPlain(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text := make([]byte, 0, 512)
	for {
		n, err := f.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err == io.EOF {
			return text, nil
		}
		if err != nil {
			return nil, err
		}
		if len(text) == cap(text) {
			text = append(text, 0)[:len(text)]
		}
	}
}
