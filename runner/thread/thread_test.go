package thread_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/thread"
)

// TestMain is a lane, too, which says what slack its threads have, or which processors they and what it starts may run on.
func TestMain(m *testing.M) {
	if os.Getenv("NGXTEST_PIN") != "" {
		n, _ := strconv.Atoi(os.Getenv("NGXTEST_PIN"))
		thread.Pin(n)
		threads, _ := os.ReadDir("/proc/self/task")
		for _, t := range threads {
			fmt.Println(allowed("/proc/" + t.Name() + "/status"))
		}
		for range 2 { // the second time it has to have found its way back
			back := thread.Usual()
			said, _ := exec.Command("cat", "/proc/self/status").Output()
			back()
			fmt.Println("starts", processorsIn(string(said)))
			said, _ = exec.Command("cat", "/proc/self/status").Output()
			fmt.Println(processorsIn(string(said)))
		}
		os.Exit(0)
	}
	if os.Getenv("NGXTEST_SLACK") != "" {
		runtime.GOMAXPROCS(1)
		thread.Settle()
		threads, _ := os.ReadDir("/proc/self/task")
		for _, t := range threads {
			text, _ := os.ReadFile("/proc/" + t.Name() + "/timerslack_ns")
			fmt.Print(string(text))
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// In a lane one thread sleeps long, that of the runtime which looks after the others, and none of those that work.
func TestSettle(t *testing.T) {
	self := exec.Command(os.Args[0])
	self.Env = append(os.Environ(), "NGXTEST_SLACK=1")
	back := thread.Widen()
	said, err := self.Output()
	back()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, ns := range strings.Fields(string(said)) {
		count[ns]++
	}
	if count["30000001"] != 1 || count["300001"] < 1 || len(count) != 2 {
		t.Errorf("the threads of a lane have slack of (ns: how many) %v; want 30000001 once, 300001 for the others", count)
	}
}

// slackOf is the timer slack in nanoseconds that a program started now finds.
func slackOf(t *testing.T) string {
	t.Helper()
	said, err := exec.Command("cat", "/proc/self/timerslack_ns").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(said))
}

// A lane has more slack, and what it starts has the usual one, as under prove.
func TestSlack(t *testing.T) {
	before := slackOf(t)
	back := thread.Widen()
	lane := slackOf(t)
	inner := thread.Usual() // as in a lane, whose threads all have it
	program := slackOf(t)
	inner()
	back()
	if lane != "30000001" || program != "50000" {
		t.Errorf("a lane starts with %s ns, a program that it starts has %s; want 30000001 and 50000", lane, program)
	}
	if after := slackOf(t); after != before {
		t.Errorf("%s ns afterwards, %s before", after, before)
	}
	inner = thread.Usual() // not a lane
	defer inner()
	if same := slackOf(t); same != before {
		t.Errorf("outside of a lane a program has %s ns, want %s as it was", same, before)
	}
}

// processorsIn is what a status of /proc says of the processors that a thread may run on: "0-3,6".
func processorsIn(status string) string {
	_, rest, _ := strings.Cut(status, "Cpus_allowed_list:")
	list, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(list)
}

func allowed(file string) string {
	text, _ := os.ReadFile(file)
	return processorsIn(string(text))
}

// A lane stays on a processor, the next one on the next, and what they start may run on all that there are.
func TestPin(t *testing.T) {
	all := allowed("/proc/thread-self/status")
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		t.Fatal(err)
	}
	var each []string
	for cpu := range 1024 {
		if set.IsSet(cpu) {
			each = append(each, strconv.Itoa(cpu))
		}
	}
	for n := range len(each) + 1 {
		self := exec.Command(os.Args[0])
		self.Env = append(os.Environ(), "NGXTEST_PIN="+strconv.Itoa(n))
		said, err := self.Output()
		if err != nil {
			t.Fatal(err)
		}
		stays, starts := each[n%len(each)], 0
		for line := range strings.Lines(string(said)) {
			line = strings.TrimSpace(line)
			list, is := strings.CutPrefix(line, "starts ")
			switch {
			case is && list == all:
				starts++
			case is || line != stays:
				t.Errorf("lane %d: %q; want it on processor %s, and what it starts on %s", n, line, stays, all)
			}
		}
		if starts != 2 {
			t.Errorf("lane %d has said %q", n, said)
		}
	}
}
