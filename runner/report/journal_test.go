package report

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/tap"
	"github.com/ngxtest/ngxtest/valgrind"
)

// everything is a run of the kinds of things that a report has to show: failures, skips, todo, what could not be run to its
// end, findings of each verdict, bytes that are no text, titles with markup.
func everything() []Event {
	s := begin("t/jar.t", "t/lid.t", "t/odd.t", "t/unit.t", "t/none.t", "t/died.t")
	run := s.events[0].Run
	run.Valgrind, run.NginxVersion, run.Started = "3.19.0", "nginx/1.22.1", time.Date(2024, 1, 2, 15, 7, 46, 0, time.UTC)
	found := leaky(true)
	s.events = append(s.events, found.events[1:]...)
	for _, e := range found.events {
		if e.Kind == FileEnd {
			s.summary.Add(*e.Result)
		}
	}
	s.summary.Findings = 4
	s.file("t/odd.t", &Plan{Tests: 40}, func(in *inFile) {
		in.say(Stdout, "some out]]>\x00\xff\n")
		in.say(Stderr, "a warning\x1b[1m\n")
		in.block(3, "TEST 1: <b>bold</b> & ]]> \x01")
		in.test(pass, 4)
		in.place = &Place{Block: in.place.Block, Line: 3, Request: 2, Requests: 3, Repeat: 1, Repeats: 2}
		in.test(tap.Test{Name: "t/odd.t TEST 1 - response_body - response is expected", Section: "response_body", Compare: "is",
			Got: "one\ntwo \nth\tree\r\nfour\xff</pre>", Want: "one\ntwo\nthree\nfour\n"}, 9)
		in.add(Event{Kind: Exchanged, Place: in.place, Exchange: &Exchange{
			Request:  "GET /?<script>alert(1)</script> HTTP/1.1\r\nHost: localhost\r\n\r\n",
			Response: "HTTP/1.1 200 OK\r\nX: ```\r\n\r\none\ntwo \nth\tree\r\nfour\xff</pre>",
			Log:      []string{"2024/01/02 15:07:46 [error] 1#1: *1 | a pipe ]]> \x02"},
		}})
		in.add(Event{Kind: BlockEnd, Place: in.place, Seconds: 0.25})
		in.block(20, "TEST 2: no nginx")
		in.say(Abort, "t/odd.t:20: nginx refuses the configuration (correct the section named below)")
		in.test(tap.Test{Name: "t/odd.t TEST 2: no nginx - the block could not be run to its end"}, 20)
		in.add(Event{Kind: Exchanged, Place: in.place, Exchange: &Exchange{Nginx: []string{`nginx: [emerg] unknown directive "ech"`}, Advice: "correct the name"}})
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(30, "TEST 3: skipped")
		in.test(tap.Test{OK: true, Directive: "skip", Reason: "nginx < 1.25 | <old>"}, 30)
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(40, "TEST 4: later")
		in.test(tap.Test{Name: "n", Directive: "todo", Reason: "some day"}, 41)
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(50, "TEST 4: later")
		in.test(tap.Test{OK: true, Name: "works", Directive: "todo", Reason: "some day"}, 51)
		in.add(Event{Kind: BlockEnd, Place: in.place})
	})
	s.file("t/unit.t", &Plan{Tests: 2}, func(in *inFile) {
		in.test(tap.Test{OK: true, Name: "one"}, 2)
		in.add(Event{Kind: TestDone, Test: &Test{Number: in.tally.Test(fail), Test: tap.Test{Name: "a is b"}, Line: 3, Explained: true}})
		in.say(Diag, "  Failed test 'a is b'\n  at t/unit.t line 3.")
	})
	s.file("t/none.t", &Plan{SkipAll: true, Reason: "no <memcached> here"}, nil)
	s.file("t/died.t", nil, func(in *inFile) {
		in.say(Abort, "t/died.t:3: no such module Foo (what to do)")
		in.exit, in.died = 255, "t/died.t:3: no such module Foo (what to do)"
	})
	return s.end()
}

// journal tells events to a Journal.
func journal(events []Event) *Journal {
	var j Journal
	for _, e := range events {
		j.Handle(e)
	}
	return &j
}

// written is what a report writes.
func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A run whose end was never told is shown as far as it went, and marked.
func TestJournalOfACutRun(t *testing.T) {
	events := everything()
	for i, e := range events {
		if e.Kind == BlockStart && e.Place.Block == "TEST 2: no nginx" {
			events = events[:i+1]
			break
		}
	}
	j := journal(events)
	total := j.total()
	if !total.Interrupted || total.Files != 2 || total.Findings != 4 {
		t.Errorf("the summary is %+v", total)
	}
	last := j.files[len(j.files)-1]
	if got := last.blocks[len(last.blocks)-1].outcome(); got != notEnded {
		t.Errorf("the block that was cut is %s", got)
	}
	if got := last.problems(); len(got) != 1 || !strings.Contains(got[0], "the run ended") {
		t.Errorf("the file that was cut has the problems %q", got)
	}
}

// What a block is, whatever its tests and findings are.
func TestOutcome(t *testing.T) {
	isTodoFailed := tap.Test{Directive: "todo"}
	tests := map[outcome][]tap.Test{
		didPass:   {pass, skipped},
		didFail:   {pass, fail},
		didSkip:   {skipped, skipped},
		isTodo:    {isTodoFailed, skipped},
		unchecked: {},
	}
	for want, list := range tests {
		s := begin("t/a.t").file("t/a.t", &Plan{}, func(in *inFile) {
			in.block(3, "TEST 1: x")
			for _, one := range list {
				in.test(one, 3)
			}
			in.add(Event{Kind: BlockEnd, Place: in.place})
		})
		if got := journal(s.end()).files[0].blocks[0].outcome(); got != want {
			t.Errorf("%v: %s, want %s", list, got, want)
		}
	}
}

// What exec finds in the tests of a command belongs to files that ngxtest itself has not run.
func TestJournalOfACommand(t *testing.T) {
	leak := Finding{Verdict: valgrind.Leak, Fails: true, Key: "k1", Record: lost(valgrind.DefinitelyLost, 10, 2, fromLua(jarLabel)), Own: []int{1}}
	crash := Finding{Verdict: valgrind.Crash, Fails: true, Key: "k2", Record: valgrind.Record{Kind: valgrind.FatalSignal, What: "SIGSEGV", Stack: fromLua(jarPeek)[1:]}}
	s := begin("busted spec")
	s.file("busted spec", &Plan{Tests: 1}, func(in *inFile) {
		in.add(Event{Kind: Found, Finding: &crash})
		in.test(tap.Test{OK: true, Name: "exit status is 0"}, 0)
	})
	found := Event{Kind: Found, File: "spec/a_spec.lua", Place: &Place{Block: "a cage is dropped", Line: 30}, Finding: &leak}
	s.events = append(s.events[:2:2], append([]Event{found}, s.events[2:]...)...)
	j := journal(s.end())
	text := written(t, j.JUnit)
	for _, want := range []string{
		`<testsuites name="ngxtest" tests="3" failures="2" errors="0" `,
		`<testcase name="a cage is dropped: leak in jar_label" classname="spec.a_spec_lua" file="spec/a_spec.lua" line="30" `,
		`<testcase name="crash in jar_peek" classname="busted spec" file="busted spec" `,
		`<testcase name="exit status is 0" `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if text := written(t, j.HTML); !strings.Contains(text, `>spec/a_spec.lua:30 a cage is dropped</a>`) || strings.Contains(text, "the run ended") {
		t.Errorf("the page has\n%s", text)
	}
}
