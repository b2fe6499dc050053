package warm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// order is what the library is told: to run nginx once, or to fork an nginx.
type order struct {
	args, env, modules []string
	dir                string // "": that of the server
	stderr             *os.File
}

// send writes the order as preload/fork.c reads it: a header of four numbers, then strings that end in NUL.
func (o order) send(to *net.UnixConn) error {
	var body bytes.Buffer
	for _, list := range [][]string{o.args, o.env, o.modules, {o.dir}} {
		for _, s := range list {
			if strings.ContainsRune(s, 0) {
				return fmt.Errorf("a NUL byte in %q", s)
			}
			body.WriteString(s)
			body.WriteByte(0)
		}
	}
	var header []byte
	for _, n := range []int{body.Len(), len(o.args), len(o.env), len(o.modules)} {
		header = binary.NativeEndian.AppendUint32(header, uint32(n))
	}
	var rights []byte
	if o.stderr != nil {
		rights = unix.UnixRights(int(o.stderr.Fd()))
	}
	if _, _, err := to.WriteMsgUnix(header, rights, nil); err != nil {
		return err
	}
	_, err := to.Write(body.Bytes())
	return err
}

// pair returns the two ends of a socket, the second one for another process.
func pair() (*net.UnixConn, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "orders"), os.NewFile(uintptr(fds[1]), "orders")
	defer ours.Close()
	conn, err := net.FileConn(ours)
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return conn.(*net.UnixConn), theirs, nil
}
