package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// traces are what a run has of the system beside processes and files.
type traces struct {
	place      string   // what is mounted, and which unix sockets are, below this directory is the run's
	ports      []string // on which it may listen on the host's network
	namespaces []string // "net:[4026532001]", of its processes and not of this one
}

var kindsOfNamespace = []string{"net", "mnt", "pid", "user"}

// tracesOf looks at a run while it runs.
func tracesOf(run int, place string, ports ...string) traces {
	t := traces{place: place, ports: ports}
	var own []string
	for _, kind := range kindsOfNamespace {
		name, _ := os.Readlink("/proc/self/ns/" + kind)
		own = append(own, name)
	}
	for _, pid := range below(run) {
		for _, kind := range kindsOfNamespace {
			name, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
			if err == nil && !slices.Contains(own, name) && !slices.Contains(t.namespaces, name) {
				t.namespaces = append(t.namespaces, name)
			}
		}
	}
	return t
}

// left says what of it is still there. A process that keeps a namespace is below this one: what another run has may have the number
// of a namespace that is gone.
func (t traces) left() (left []string) {
	for _, pid := range below(os.Getpid()) {
		for _, kind := range kindsOfNamespace {
			link := fmt.Sprintf("/proc/%d/ns/%s", pid, kind)
			if name, err := os.Readlink(link); err == nil && slices.Contains(t.namespaces, name) {
				left = append(left, fmt.Sprintf("namespace %s (%s)", name, link))
			}
		}
	}
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, t.place) || slices.ContainsFunc(t.namespaces, func(n string) bool { return strings.Contains(line, n) }) {
			left = append(left, "mount "+strings.TrimSpace(line))
		}
	}
	sockets, _ := os.ReadFile("/proc/net/unix")
	for line := range strings.Lines(string(sockets)) {
		if strings.Contains(line, t.place) {
			left = append(left, "socket "+strings.TrimSpace(line))
		}
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"} {
		text, _ := os.ReadFile(table)
		for line := range strings.Lines(string(text)) {
			const listens, unconnected = "0A", "07"
			f := strings.Fields(line)
			if len(f) < 4 || f[3] != listens && f[3] != unconnected {
				continue
			}
			_, hex, _ := strings.Cut(f[1], ":")
			if port, err := strconv.ParseUint(hex, 16, 16); err == nil && slices.Contains(t.ports, strconv.FormatUint(port, 10)) {
				left = append(left, fmt.Sprintf("port %d in %s", port, table))
			}
		}
	}
	return left
}

// below are a process and all that it has started, as far as these have not been left to others.
func below(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, _ := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(text), ") ")
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if f := strings.Fields(rest); len(f) > 1 {
			parent, _ := strconv.Atoi(f[1])
			children[parent] = append(children[parent], id)
		}
	}
	list := []int{pid}
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i]]...)
	}
	return list
}

// What is there is seen, and what is gone is not.
func TestTraces(t *testing.T) {
	place := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(place, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	_, number, _ := net.SplitHostPort(port.Addr().String())
	lane := exec.Command("sleep", "1000")
	lane.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := lane.Start(); err != nil {
		t.Fatal(err)
	}
	had := tracesOf(lane.Process.Pid, place, number)
	if left := had.left(); len(had.namespaces) != 3 || len(left) < 3+1+1 {
		t.Errorf("%d namespaces, and there are %q", len(had.namespaces), left)
	}
	_ = lane.Process.Kill()
	_ = lane.Wait()
	l.Close()
	port.Close()
	if left := had.left(); len(left) > 0 {
		t.Errorf("all is gone, but: %q", left)
	}
}
