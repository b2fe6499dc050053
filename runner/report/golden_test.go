package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/tap"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden holds got against testdata/TEST.golden.
func golden(t *testing.T, got string) {
	t.Helper()
	path := filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "-")+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s:\n%s", path, strings.Join(difference(string(want), got, palette{}), "\n"))
	}
}

// script builds the events of a run as the runner sends them.
type script struct {
	events  []Event
	summary Summary
}

func begin(files ...string) *script {
	return &script{events: []Event{{Kind: RunStart, Run: &Run{Stream: StreamVersion, Version: "1", Files: files, Seed: 7, Jobs: 1}}}}
}

// file adds a file with its plan; what happens in it is written by the caller.
func (s *script) file(name string, plan *Plan, fill func(in *inFile)) *script {
	in := &inFile{file: name}
	in.add(Event{Kind: FileStart})
	if plan != nil {
		in.tally.Plan(*plan)
		in.add(Event{Kind: PlanMade, Plan: plan})
	}
	if fill != nil {
		fill(in)
	}
	result := in.tally.End(in.exit, in.died)
	result.Seconds = 0.053
	result.Times = Times{ChildUser: 0.03, ChildSystem: 0.01}
	in.add(Event{Kind: FileEnd, Result: &result})
	s.events = append(s.events, in.events...)
	s.summary.Add(result)
	return s
}

type inFile struct {
	file   string
	events []Event
	tally  Tally
	place  *Place
	exit   int
	died   string
}

func (in *inFile) add(e Event) {
	e.File = in.file
	in.events = append(in.events, e)
}

func (in *inFile) block(line int, title string) {
	in.place = &Place{Block: title, Line: line}
	in.add(Event{Kind: BlockStart, Place: in.place})
}

func (in *inFile) test(t tap.Test, line int) {
	in.add(Event{Kind: TestDone, Place: in.place, Test: &Test{Number: in.tally.Test(t), Test: t, Line: line}})
}

func (in *inFile) say(k Kind, text string) {
	in.add(Event{Kind: k, Place: in.place, Text: Bytes(text)})
}

func (s *script) end() []Event {
	s.summary.Seconds = 3.9
	s.summary.Times = Times{User: 0.02, System: 0.01, ChildUser: 0.1, ChildSystem: 0.03}
	return append(s.events, Event{Kind: RunEnd, Summary: &s.summary})
}

// console returns what goes to stdout, and to stderr behind a line that says so.
func console(events []Event, o ConsoleOptions) string {
	var stdout, stderr bytes.Buffer
	o.Now = func() time.Time { return time.Date(2024, 1, 2, 15, 7, 46, 0, time.UTC) }
	c := NewConsole(&stdout, &stderr, o)
	for _, e := range events {
		c.Handle(e)
	}
	return stdout.String() + "== stderr\n" + stderr.String()
}

func tapOutput(events []Event) string {
	var stdout, stderr bytes.Buffer
	l := NewTAP(&stdout, &stderr)
	for _, e := range events {
		l.Handle(e)
	}
	return stdout.String() + "== stderr\n" + stderr.String()
}

// everyEnding is a run with all ways in which a file can end.
func everyEnding() []Event {
	s := begin("t/ok.t", "t/failsome.t", "t/skipall.t", "t/few.t", "t/many.t", "t/skips.t", "t/todo.t", "t/died.t", "t/none.t", "t/noplan.t", "t/longest-name.t")
	s.file("t/ok.t", &Plan{Tests: 2}, func(in *inFile) {
		in.test(pass, 0)
		in.test(tap.Test{OK: true, Name: "b # c\nd"}, 0)
		in.say(Note, "nn")
		in.say(Stdout, "some out\n")
		in.say(Diag, "hello\nthere")
		in.say(Stderr, "raw\n")
	})
	s.file("t/failsome.t", &Plan{Tests: 4}, func(in *inFile) {
		in.test(pass, 3)
		in.test(tap.Test{Name: "b", Compare: "is", Got: "1", Want: "2"}, 4)
		in.test(tap.Test{Name: "pat", Compare: "like", Got: "abc\ndef", Want: "(?^:x)"}, 5)
		in.test(tap.Test{Compare: "unlike", Got: "abc", Want: "(?^:b)"}, 6)
	})
	s.file("t/skipall.t", &Plan{SkipAll: true, Reason: "no reason # here"}, nil)
	s.file("t/few.t", &Plan{Tests: 5}, func(in *inFile) { in.test(pass, 0); in.test(pass, 0) })
	s.file("t/many.t", &Plan{Tests: 1}, func(in *inFile) { in.test(pass, 0); in.test(pass, 0) })
	s.file("t/skips.t", &Plan{Tests: 4}, func(in *inFile) {
		in.test(skipped, 0)
		in.test(pass, 0)
		in.test(todoSkip, 0)
		in.test(fail, 9)
	})
	s.file("t/todo.t", &Plan{Tests: 3}, func(in *inFile) {
		in.test(tap.Test{Name: "n", Directive: "todo", Reason: "td"}, 1)
		in.test(todoPass, 1)
		in.test(pass, 1)
	})
	s.file("t/died.t", nil, func(in *inFile) {
		in.say(Abort, "t/died.t:3: no such module Foo (what to do)")
		in.exit, in.died = 255, "t/died.t:3: no such module Foo (what to do)"
	})
	s.file("t/none.t", &Plan{}, nil)
	s.file("t/noplan.t", &Plan{}, func(in *inFile) { in.test(pass, 0) })
	s.file("t/longest-name.t", &Plan{}, func(in *inFile) {
		for i := range 60 {
			in.test(tap.Test{OK: i%3 == 0}, 0)
		}
	})
	return s.end()
}

// failingBlocks is a run with the kinds of failures that a block can have.
func failingBlocks() []Event {
	s := begin("t/a.t")
	s.file("t/a.t", &Plan{Tests: 7}, func(in *inFile) {
		in.block(41, "TEST 3: title")
		in.place = &Place{Block: "TEST 3: title", Line: 41, Request: 2, Requests: 3, Repeat: 1, Repeats: 2}
		in.test(tap.Test{Name: "t/a.t TEST 3: title - status code ok", Section: "error_code", Compare: "is", Got: "404", Want: "200"}, 41)
		in.test(tap.Test{Name: "t/a.t TEST 3: title - response_body - response is expected (repeated req 0, req 1)", Section: "response_body",
			Compare: "is", Got: "one\ntwo \nth\tree\r\nfour\xff", Want: "one\ntwo\nthree\nfour\n"}, 52)
		in.add(Event{Kind: Exchanged, Place: in.place, Exchange: &Exchange{
			Request:  "GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
			Response: "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nX: a\tb\r\n\r\none\ntwo \nth\tree\r\nfour\xff",
			Log:      []string{`2024/01/02 15:07:46 [notice] 1#1: using the "epoll" event method`, `2024/01/02 15:07:46 [error] 1#1: *1 open() "/t" failed (2: No such file or directory)`},
		}})
		in.block(60, "TEST 4: patterns")
		in.test(tap.Test{Name: "t/a.t TEST 4: patterns - response_body_like - response is expected (abc)", Compare: "like", Got: "abc\n", Want: `(?^s:^\d+$)`}, 66)
		in.test(tap.Test{Name: `t/a.t TEST 4: patterns - pattern "[error]" should not match any line in error.log but matches line "x"`}, 67)
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(70, "TEST 5: nginx does not start")
		in.say(Abort, "t/a.t:70: nginx refuses the configuration (correct the section named below)")
		in.add(Event{Kind: Exchanged, Place: in.place, Exchange: &Exchange{
			Nginx:  []string{`nginx: [emerg] unknown directive "ech" in t/servroot/conf/nginx.conf:35`},
			Advice: "load the module that has it with --load-module, or correct the name",
		}})
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(80, "TEST 6: no answer")
		in.test(tap.Test{Name: "TEST 6: no answer - status code ok", Compare: "is", Want: "200"}, 80)
		in.add(Event{Kind: Exchanged, Place: in.place, Exchange: &Exchange{Request: "GET /\r\n", TimedOut: true, Error: "connection reset by peer"}})
		in.place = nil
		in.test(tap.Test{Name: "outside", Compare: "isnt", Got: "3", Want: "3"}, 12)
	})
	return s.end()
}

func TestConsole(t *testing.T) {
	tests := map[string]ConsoleOptions{
		"default":    {},
		"verbose":    {Verbose: true},
		"quiet":      {Quiet: true, Failures: true},
		"silent":     {Silent: true},
		"failures":   {Failures: true},
		"comments":   {Comments: true},
		"directives": {Directives: true},
		"timer":      {Timer: true},
		"color":      {Color: true, ColorErrors: true, Verbose: true},
		"merge":      {Merge: true},
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) { golden(t, console(everyEnding(), o)) })
	}
}

func TestFailures(t *testing.T) {
	t.Run("console", func(t *testing.T) { golden(t, console(failingBlocks(), ConsoleOptions{})) })
	t.Run("terminal", func(t *testing.T) {
		golden(t, console(failingBlocks(), ConsoleOptions{Terminal: true, Width: 60, Color: true, ColorErrors: true}))
	})
	t.Run("github", func(t *testing.T) {
		var b bytes.Buffer
		g := NewGitHub(&b)
		for _, e := range failingBlocks() {
			g.Handle(e)
		}
		golden(t, b.String())
	})
	t.Run("tap", func(t *testing.T) { golden(t, tapOutput(failingBlocks())) })
}

func TestTAP(t *testing.T) { golden(t, tapOutput(everyEnding())) }

func TestPassingRun(t *testing.T) {
	s := begin("t/a.t", "t/bb.t")
	for _, name := range []string{"t/a.t", "t/bb.t"} {
		s.file(name, &Plan{Tests: 1}, func(in *inFile) { in.test(pass, 0) })
	}
	got := console(s.end(), ConsoleOptions{})
	want := `t/a.t ... ok
t/bb.t .. ok
All tests successful.
Files=2, Tests=2,  3 wallclock secs ( 0.02 usr  0.01 sys +  0.10 cusr  0.03 csys =  0.16 CPU)
Result: PASS
== stderr
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
