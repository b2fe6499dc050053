package runner

import (
	"testing"
	"time"
)

func TestMoreLanes(t *testing.T) {
	for _, c := range []struct {
		what        string
		limit       int
		total, idle int64 // ticks
		want        int
	}{
		{"nobody has looked before", 2, 0, 0, 0},
		{"all processors are busy", 2, 12, 0, 0},
		{"a little is idle", 4, 12, 1, 0},
		{"so little is idle that a lane would not pay", 4, 12, 4, 0},
		{"some is idle, for longer", 4, 24, 6, 1},
		{"little is idle, for longer", 4, 48, 6, 0},
		{"half is idle", 8, 12, 6, 8},
		{"a third is idle", 8, 36, 12, 4},
		{"all is idle", 4, 12, 12, 4},
	} {
		if got := moreLanes(c.limit, c.total, c.idle); got != c.want {
			t.Errorf("%s: %d more than %d lanes, want %d", c.what, got, c.limit, c.want)
		}
	}
}

// Where others keep the processors busy there are more lanes than at first all the same, after a while: tests mostly wait.
func TestLanesOfBusyMachine(t *testing.T) {
	c := newCapacity(0, false)
	if c.sure < c.limit || c.most < c.sure {
		t.Fatalf("%d lanes at first, %d at any rate, %d at most", c.limit, c.sure, c.most)
	}
	c.begun = c.begun.Add(-time.Hour)
	c.at = c.at.Add(-time.Hour)
	c.look()
	if c.limit < c.sure {
		t.Errorf("%d lanes after an hour, want %d or more", c.limit, c.sure)
	}
	if asked := newCapacity(3, false); asked.limit != 3 {
		t.Errorf("%d lanes, and 3 are asked for", asked.limit)
	}
}
