package nginx

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// InUse finds out who has an address that could not be bound: "127.0.0.1:1984", "unix:/tmp/x.sock". udp says that it was to be
// bound for datagrams.
func InUse(address string, udp bool) *AddressInUse {
	a := &AddressInUse{Address: address}
	inode := ""
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		inode = unixInode(path)
	} else {
		_, port, _ := strings.Cut(address[strings.LastIndexByte(address, ']')+1:], ":")
		a.Port = number(port)
		tables := []string{"tcp", "tcp6", "udp", "udp6"}
		if udp {
			tables = []string{"udp", "udp6", "tcp", "tcp6"}
		}
		inode = portInode(a.Port, tables)
	}
	if pid := socketOwner(inode); pid != 0 {
		a.Holder = describe(pid)
	}
	return a
}

// portInode returns the inode of the socket that listens on a TCP port, or is bound to the UDP port, from the first of the
// kernel's tables that has one; "" for none.
func portInode(port int, tables []string) string {
	for _, table := range tables {
		for _, f := range netTable(table) {
			if len(f) < 10 || strings.HasPrefix(table, "tcp") && f[3] != "0A" {
				continue
			}
			_, hex, _ := strings.Cut(f[1], ":")
			if n, err := strconv.ParseUint(hex, 16, 16); err == nil && int(n) == port {
				return f[9]
			}
		}
	}
	return ""
}

func unixInode(path string) string {
	for _, f := range netTable("unix") {
		if len(f) == 8 && f[7] == path {
			return f[6]
		}
	}
	return ""
}

// netTable returns the fields of each line of a table of /proc/net.
func netTable(name string) [][]string {
	text, err := os.ReadFile("/proc/net/" + name)
	if err != nil {
		return nil
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}

// socketOwner returns the pid of a process that has the socket open; 0 when none can be seen, which without root is so
// for processes of others.
func socketOwner(inode string) int {
	if inode == "" {
		return 0
	}
	owner, want := 0, "socket:["+inode+"]"
	processes(func(p procInfo) {
		if owner != 0 {
			return
		}
		dir := fmt.Sprintf("/proc/%d/fd", p.pid)
		fds, err := os.ReadDir(dir)
		if err != nil {
			return
		}
		for _, fd := range fds {
			if target, err := os.Readlink(dir + "/" + fd.Name()); err == nil && target == want {
				owner = p.pid
				return
			}
		}
	})
	return owner
}
