package isolate

import (
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// kind is the set of namespaces that a lane has: a list of their names as the lane gets it in its arguments.
type kind []string

// The namespaces.
const (
	user    = "user"
	network = "net"
	mount   = "mnt"
	pid     = "pid"
)

// kinds are the sets to try, the best first.
func kinds() []kind {
	all := []kind{{user, network, mount, pid}, {user, network, mount}}
	if os.Geteuid() == 0 {
		all = append([]kind{{network, mount, pid}, {network, mount}}, all...)
	}
	return all
}

// deathSignal tells a lane that its parent has died, or wants it to end. It is one that Go leaves ignored in a process that
// is started with it ignored.
const deathSignal = syscall.SIGHUP

func parseKind(s string) kind {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func (k kind) has(name string) bool { return slices.Contains(k, name) }
func (k kind) String() string       { return strings.Join(k, ",") }

// without is the set without one of its members.
func (k kind) without(name string) kind {
	return slices.DeleteFunc(slices.Clone(k), func(n string) bool { return n == name })
}

// attributes say how to start a process in new namespaces of this kind.
func (k kind) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{
		// An interrupt at the terminal reaches the runner alone, which then ends its lanes in order.
		Setpgid: true,
		// The end of a pipe says the same; this is for a lane that does not come to read it.
		Pdeathsig: deathSignal,
	}
	for name, flag := range map[string]uintptr{network: unix.CLONE_NEWNET, mount: unix.CLONE_NEWNS, pid: unix.CLONE_NEWPID} {
		if k.has(name) {
			a.Cloneflags |= flag
		}
	}
	if k.has(user) {
		a.Cloneflags |= unix.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
		if os.Geteuid() != 0 {
			a.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN} // until the lane is set up
		}
	}
	return a
}
