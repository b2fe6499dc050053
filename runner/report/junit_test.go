package report

import (
	"encoding/xml"
	"strings"
	"testing"
)

func TestJUnit(t *testing.T) {
	text := written(t, journal(everything()).JUnit)
	golden(t, text)
	var back junitSuites
	if err := xml.Unmarshal([]byte(text), &back); err != nil {
		t.Fatalf("no XML: %v", err)
	}
	failures, errors, cases := 0, 0, 0
	for _, s := range back.Suites {
		for _, c := range s.Cases {
			cases++
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errors++
			}
		}
	}
	if failures != back.Failures || errors != back.Errors || cases != back.Tests {
		t.Errorf("%d cases, %d failures, %d errors; the file says %+v", cases, failures, errors, back.junitCounts)
	}
}

// What an interrupted run leaves is an error, lest a part be taken for the whole.
func TestJUnitOfAnInterruptedRun(t *testing.T) {
	events := everything()
	text := written(t, journal(events[:len(events)-1]).JUnit)
	if !strings.Contains(text, `<error message="the run was interrupted: `) {
		t.Errorf("nothing says so:\n%s", text)
	}
}

// With --leaks-only a failed test turns no case red, and a finding does.
func TestJUnitLeaksOnly(t *testing.T) {
	s := leaky(true)
	s.summary.LeaksOnly = true
	text := written(t, journal(s.end()).JUnit)
	if strings.Contains(text, `type="assertion"`) || !strings.Contains(text, `<skipped message="failed, which does not fail a run with --leaks-only`) ||
		!strings.Contains(text, `<failure message="leak: jar_label`) {
		t.Errorf("got\n%s", text)
	}
}
