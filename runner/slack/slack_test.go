package slack_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/slack"
)

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
	if lane != "10000001" || program != "50000" {
		t.Errorf("a lane starts with %s ns, a program that it starts has %s; want 10000001 and 50000", lane, program)
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
