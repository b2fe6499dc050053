package check

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// TestWaiting: a check waits for the log only as long as lines that may still come matter to it.
func TestWaiting(t *testing.T) {
	for _, c := range []struct {
		name     string
		sections map[string]spec.Value
		lines    []string
		waits    bool
	}{
		{"nothing to judge", nil, nil, false},
		{"all patterns found", map[string]spec.Value{"error_log": spec.Text("one\ntwo")}, []string{"two one\n"}, false},
		{"a pattern missing", map[string]spec.Value{"error_log": spec.Text("one\ntwo")}, []string{"one\n"}, true},
		{"a pattern found in a line that is not complete", map[string]spec.Value{"error_log": spec.Pattern("^one", "")}, []string{"one t"}, false},
		{"a pattern that must not be there", map[string]spec.Value{"no_error_log": spec.Text("one")}, []string{"two\n"}, true},
		{"a pattern that is there and must not be", map[string]spec.Value{"no_error_log": spec.Text("one")}, []string{"one\n"}, true},
		{"both", map[string]spec.Value{"error_log": spec.Text("one"), "no_error_log": spec.Text("two")}, []string{"one\n"}, true},
		{"an empty no_error_log", map[string]spec.Value{"no_error_log": spec.Text("")}, []string{"one\n"}, false},
		{"all that matches", map[string]spec.Value{"grep_error_log": spec.Text("one"), "grep_error_log_out": spec.Text("one\n")}, []string{"one\n"}, true},
		{"all that matches, for another repeat", map[string]spec.Value{
			"grep_error_log": {Kind: spec.List}, "grep_error_log_out": spec.Text("one\n")}, []string{"one\n"}, true},
	} {
		log := &fakeLog{batches: [][]string{c.lines}}
		b := block("", "")
		b.ErrorLog = log
		for section, v := range c.sections {
			b.Spec.Set(section, v)
		}
		if _, err := b.Logs(0, ""); err != nil || !reflect.DeepEqual(log.waits, []bool{c.waits}) {
			t.Errorf("%s: waits %v, error %v", c.name, log.waits, err)
		}
		log.waits = nil
		if _, err := b.Logs(0, "a reason"); err != nil || len(log.waits) > 0 && log.waits[0] {
			t.Errorf("%s, dry: waits %v, error %v", c.name, log.waits, err)
		}
	}
}

// growingLog is a log to which lines come while one waits.
type growingLog struct{ steps [][]string }

func (l *growingLog) Await(done func([]string) bool) []string {
	for i, lines := range l.steps {
		if done != nil && done(lines) {
			l.steps = l.steps[i+1:]
			return lines
		}
	}
	return l.steps[len(l.steps)-1]
}

func (l *growingLog) Glance() string { return strings.Join(l.steps[0], "") }

func TestLinesThatComeLate(t *testing.T) {
	b := block("error_log", "one\nend")
	b.ErrorLog = &growingLog{steps: [][]string{{"one\n", "e"}, {"one\n", "en"}, {"one\n", "end\n"}, {"one\n", "end\n", "more\n"}}}
	r, err := b.Logs(0, "")
	if err != nil || len(r.Tests) != 2 || !r.Tests[0].OK || !r.Tests[1].OK {
		t.Errorf("%+v, %v", r, err)
	}
	if left := b.ErrorLog.(*growingLog).steps; len(left) != 1 {
		t.Errorf("steps left: %q", left)
	}
}

func TestAccessLogIsReadOnlyWhenAsked(t *testing.T) {
	log := &fakeLog{}
	b := block("error_code", "200")
	b.ErrorLog, b.AccessLog = &fakeLog{}, log
	run(t, b, "HTTP/1.1 200 OK\r\n\r\n")
	if len(log.waits) > 0 {
		t.Errorf("access log read %d times", len(log.waits))
	}
}

// run plays one round with one response.
func run(t *testing.T, b *Block, raw string) Result {
	t.Helper()
	var all Result
	err := b.Round(context.Background(), []wire.Request{{}}, Round{
		Do:   func(int, wire.Request) wire.Exchange { return wire.Exchange{Raw: raw} },
		Emit: func(r Result) { all.Tests = append(all.Tests, r.Tests...) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPatternsThatSayNothing(t *testing.T) {
	for _, section := range []string{"response_body_like", "response_body_unlike", "error_code_like", "raw_response_headers_unlike"} {
		b := block(section, "a(")
		tests := run(t, b, "HTTP/1.1 200 OK\r\n\r\na").Tests
		n := 0
		for _, test := range tests {
			if !test.OK && strings.HasPrefix(test.Name, "t/a.t TEST 1: x - "+section+" - t/a.t:5: ") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: %+v", section, tests)
		}
	}
	for _, section := range []string{"error_log", "no_error_log"} {
		b := block(section, "")
		b.Spec.Set(section, spec.Pattern("a(", ""))
		b.ErrorLog = &fakeLog{batches: [][]string{{"a\n", "b\n"}}}
		r, err := b.Logs(0, "")
		if err != nil || len(r.Tests) != 1 || r.Tests[0].OK || !strings.HasPrefix(r.Tests[0].Name, "t/a.t TEST 1: x - "+section+" - t/a.t:5: ") {
			t.Errorf("%s: %+v, %v", section, r, err)
		}
	}
}

func TestWhatAFailureSays(t *testing.T) {
	b := block("response_body", "hello\n")
	tests := run(t, b, "HTTP/1.1 200 OK\r\n\r\nhallo\n").Tests
	got := tests[len(tests)-1]
	if got.OK || got.Section != "response_body" || got.Compare != "is" || got.Got != "hallo\n" || got.Want != "hello\n" {
		t.Errorf("%+v", got)
	}
}

func TestNothingIsNotTheEmptyText(t *testing.T) {
	b := block("", "")
	b.Spec.Set("error_code", spec.Value{Kind: spec.List}) // has no entry for the request
	if tests := run(t, b, "").Tests; len(tests) != 1 || tests[0].OK {
		t.Errorf("%+v", tests)
	}
}

// Severe lines that no section speaks of are warned of, by level.
func TestSevereLinesAreWarnedOf(t *testing.T) {
	log := []string{
		"2026/11/30 18:00:00 [debug] 7#7: *1 x [y] [\n",
		"2026/11/30 18:00:00 [emerg] 7#7: third\n",
		"2026/11/30 18:00:00 [error] 7#7: not severe\n",
		"2026/11/30 18:00:00 [alert] 7#7: first\n",
		"2026/11/30 18:00:00 [debug] 7#7: *1 it said [[crit] second\n",
	}
	b := block("", "")
	b.ErrorLog = &fakeLog{batches: [][]string{log}}
	b.Spec.Set("error_log", spec.Text("not severe"))
	got, err := b.Logs(0, "")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, w := range got.Warnings {
		f := strings.Fields(w)
		said = append(said, f[len(f)-1])
	}
	if want := []string{"first", "second", "third"}; !reflect.DeepEqual(said, want) {
		t.Errorf("warned of %q, want %q", got.Warnings, want)
	}
}
