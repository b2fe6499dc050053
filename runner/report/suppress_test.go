package report

import (
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/valgrind"
)

func remember(events []Event) *Memory {
	m := &Memory{}
	for _, e := range events {
		m.Handle(e)
	}
	return m
}

// Each place in C gets one entry, whatever the way there; a crash gets none, and says so.
func TestSuppressions(t *testing.T) {
	s := leaky(false)
	s.file("t/timer.t", &Plan{Tests: 1}, func(in *inFile) {
		in.block(3, "TEST 1: a label in a timer")
		in.test(pass, 8)
		in.found(Finding{Verdict: valgrind.Leak, Record: lost(valgrind.DefinitelyLost, 9, 1, fromLua(jarLabel)[:3]), Own: []int{1}}, Place{})
	})
	m := remember(s.end())
	for _, all := range []bool{false, true} {
		name := "failing"
		if all {
			name = "all"
		}
		t.Run(name, func(t *testing.T) {
			taken, err := valgrind.ParseSuppressions("", []byte("{\n   leak in jar_label of jar.so\n   Memcheck:Leak\n   fun:other\n}\n"))
			if err != nil {
				t.Fatal(err)
			}
			entries, err := m.Suppressions(all, taken)
			if err == nil || !strings.Contains(err.Error(), "t/lid.t:30 TEST 2: it goes down: process terminating") {
				t.Errorf("of what cannot be silenced it says: %v", err)
			}
			for _, f := range m.Findings.Sorted() {
				_, silent := entries.Match(f.Record)
				if want := (f.Fails || all) && f.Verdict != valgrind.Crash; silent != want {
					t.Errorf("%s %s: silenced %v, want %v", f.Verdict, f.brief(), silent, want)
				}
			}
			golden(t, entries.String())
		})
	}
}

func TestStale(t *testing.T) {
	s := leaky(false)
	s.events = append(s.events, Event{Kind: Suppressed, Suppressed: map[string]int{"used": 1}}, Event{Kind: Suppressed, Suppressed: map[string]int{"used": 2}})
	m := remember(s.end())
	if m.Suppressed["used"] != 3 || !m.Complete {
		t.Errorf("used %d times, complete: %v", m.Suppressed["used"], m.Complete)
	}
	tests := map[string]struct {
		name, frame string
		want        bool
	}{
		"hid something":            {"used", "fun:gone", false},
		"would hide what is found": {"new", "fun:jar_label", false},
		"of no use":                {"old", "fun:gone", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := valgrind.Suppression{Name: test.name, Tools: []string{"Memcheck"}, Kind: "Leak", Frames: []string{"...", test.frame}}
			if got := m.Stale(e); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestAnUnfinishedRunIsIncomplete(t *testing.T) {
	whole := leaky(false).end()
	stopped := leaky(false)
	stopped.summary.Stopped = true
	for name, events := range map[string][]Event{"cut": whole[:len(whole)-1], "stopped": stopped.end(), "one of two": append(leaky(false).events, whole...), "nothing": nil} {
		if remember(events).Complete {
			t.Errorf("%s: taken for a whole run", name)
		}
	}
}
