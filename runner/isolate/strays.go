package isolate

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Stray is a process that was left running, and was killed.
type Stray struct {
	Pid     int
	Command string // "sleep 1000 (pid 17)"
}

// process is what /proc says of one.
type process struct {
	pid, parent, session int
	zombie               bool
}

// KillDescendants kills the processes below this one, reaps those that are its children by then, and returns those that were
// alive. Those for which spare is true, unless it is nil, stay, and what is below them. Nothing else of this process may be waiting
// for any other child meanwhile.
func KillDescendants(spare func(pid, session int) bool) (killed []Stray) {
	return killDescendants(func(p process) bool { return spare != nil && spare(p.pid, p.session) })
}

// KillOrphans is KillDescendants for a process with lanes, of which one has died: the others, by their pids, stay, and what is below them.
func KillOrphans(lanes []int) (killed []Stray) {
	return killDescendants(func(p process) bool { return slices.Contains(lanes, p.pid) })
}

func killDescendants(spare func(process) bool) (killed []Stray) {
	const rounds = 20 // each kills what the one before has made orphans of, or what was just being started
	for range rounds {
		left := 0
		for _, p := range descendants(os.Getpid(), spare) {
			left++
			if !p.zombie {
				killed = append(killed, Stray{p.pid, describe(p.pid)})
				_ = unix.Kill(p.pid, unix.SIGKILL)
			}
			if p.parent == os.Getpid() {
				_, _ = unix.Wait4(p.pid, nil, 0, nil)
			}
		}
		if left == 0 {
			break
		}
	}
	return killed
}

// Children returns the processes that are children of a lane's first thread, to which orphans come, up to some hundred. It is one
// system call. nil where the kernel does not tell.
func Children() []int {
	var text [1024]byte
	n := 0
	if f := ownChildren(); f != nil {
		n, _ = unix.Pread(int(f.Fd()), text[:], 0)
	}
	if n == len(text) { // the last number may be cut off
		n = bytes.LastIndexByte(text[:], ' ')
	}
	var pids []int
	for f := range strings.FieldsSeq(string(text[:max(0, n)])) {
		if id, err := strconv.Atoi(f); err == nil {
			pids = append(pids, id)
		}
	}
	return pids
}

var ownChildren = sync.OnceValue(func() *os.File {
	f, _ := os.Open(fmt.Sprintf("/proc/self/task/%d/children", os.Getpid()))
	return f
})

// descendants returns the processes below a process, parents before their children, without those that are spared and what
// is below them.
func descendants(of int, spare func(process) bool) []process {
	below := map[int][]process{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		id, err := strconv.Atoi(e.Name())
		if err != nil || id == of {
			continue
		}
		if p, ok := read(id); ok && !spare(p) {
			below[p.parent] = append(below[p.parent], p)
		}
	}
	list := below[of]
	for i := 0; i < len(list); i++ {
		list = append(list, below[list[i].pid]...)
	}
	return list
}

func read(id int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	end := bytes.LastIndexByte(text, ')') // the name before it may hold any byte
	if err != nil || end < 0 {
		return process{}, false
	}
	f := strings.Fields(string(text[end+1:]))
	if len(f) < 4 {
		return process{}, false
	}
	parent, _ := strconv.Atoi(f[1])
	session, _ := strconv.Atoi(f[3])
	return process{pid: id, parent: parent, session: session, zombie: f[0] == "Z" || f[0] == "X"}, true
}

func describe(id int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", id))
	line := strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\x00", " ")), " ")
	if line == "" {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", id))
		line = "[" + strings.TrimSpace(string(name)) + "]"
	}
	if len(line) > 120 {
		line = line[:120] + "..."
	}
	return fmt.Sprintf("%s (pid %d)", line, id)
}
