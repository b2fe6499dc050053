package slack_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/slack"
)

// TestMain is a lane, too, which says what slack its threads have.
func TestMain(m *testing.M) {
	if os.Getenv("NGXTEST_SLACK") != "" {
		runtime.GOMAXPROCS(1)
		slack.Settle()
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
	back := slack.Widen()
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
	back := slack.Widen()
	lane := slackOf(t)
	inner := slack.Usual() // as in a lane, whose threads all have it
	program := slackOf(t)
	inner()
	back()
	if lane != "30000001" || program != "50000" {
		t.Errorf("a lane starts with %s ns, a program that it starts has %s; want 30000001 and 50000", lane, program)
	}
	if after := slackOf(t); after != before {
		t.Errorf("%s ns afterwards, %s before", after, before)
	}
	inner = slack.Usual() // not a lane
	defer inner()
	if same := slackOf(t); same != before {
		t.Errorf("outside of a lane a program has %s ns, want %s as it was", same, before)
	}
}
