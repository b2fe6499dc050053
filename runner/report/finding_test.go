package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/valgrind"
)

// found tells a finding in the block of the moment.
func (in *inFile) found(f Finding, which Place) {
	which.Block, which.Line = in.place.Block, in.place.Line
	f.Key = f.Record.Key().Fingerprint()
	f.Fails = f.Verdict.Fails(false)
	in.add(Event{Kind: Found, Place: &which, Finding: &f})
}

const jar, luajit, nginx = "/home/me/jar.so", "/usr/lib/x86_64-linux-gnu/libluajit-5.1.so.2", "/usr/sbin/nginx"

// fromLua is a stack that comes from Lua into jar.so.
func fromLua(frames ...valgrind.Frame) valgrind.Stack {
	s := append(valgrind.Stack{{Object: "/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so", Function: "malloc"}}, frames...)
	return append(s, valgrind.Frame{Object: luajit}, valgrind.Frame{Object: luajit}, valgrind.Frame{Object: luajit, Function: "lua_resume"},
		valgrind.Frame{Object: "/usr/lib/nginx/modules/ngx_http_lua_module.so"}, valgrind.Frame{Object: nginx}, valgrind.Frame{Object: nginx, Function: "main"})
}

func lost(kind valgrind.Kind, bytes, blocks int64, s valgrind.Stack) valgrind.Record {
	r := valgrind.Record{Kind: kind, What: "so many bytes are lost", SuppressionKind: "Memcheck:Leak", Bytes: bytes, Blocks: blocks, Stack: s}
	r.Suppression = "{\n   <insert_a_suppression_name_here>\n   Memcheck:Leak\n   match-leak-kinds: " + kind.Word() + "\n   fun:malloc\n   fun:" + s[1].Function + "\n}"
	return r
}

var (
	jarLabel = valgrind.Frame{Object: jar, Function: "jar_label", Dir: "testdata", File: "jar.c", Line: 7}
	jarPeek  = valgrind.Frame{Object: jar, Function: "jar_peek", Dir: "testdata", File: "jar.c", Line: 15}
	badRead  = valgrind.Record{Kind: "InvalidRead", What: "Invalid read of size 1", SuppressionKind: "Memcheck:Addr1", Count: 3, Stack: fromLua(jarPeek)[1:], Extra: []valgrind.Extra{
		{What: "Address 0x57e04a6 is 0 bytes after a block of size 6 alloc'd", Stack: fromLua(jarLabel)},
	}}
	environment = lost(valgrind.DefinitelyLost, 8, 1, valgrind.Stack{fromLua()[0], {Object: nginx, Function: "ngx_alloc"}, {Object: nginx, Function: "ngx_set_environment"}})
)

// leaky is a run with findings of all kinds; failed tests beside them if asked for.
func leaky(failed bool) *script {
	s := begin("t/jar.t", "t/lid.t")
	s.events[0].Run.Valgrind = "3.19.0"
	s.file("t/jar.t", &Plan{Tests: 1}, func(in *inFile) {
		in.block(6, "TEST 1: a label for each request")
		in.test(pass, 8)
		in.found(Finding{Verdict: valgrind.AtExitOnly, Record: environment}, Place{})
		in.found(Finding{Verdict: valgrind.Leak, Record: lost(valgrind.DefinitelyLost, 84, 4, fromLua(jarLabel)), RequestLine: "GET /t HTTP/1.1",
			Watched: 4, GrownBy: 84, GrownIn: 4, Own: []int{1}, Lua: []string{"t/jar.t:8: content_by_lua_block {"},
			Note: "the block ran again, alone, to decide"}, Place{Request: 2, Requests: 3})
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(20, "TEST 2: behind its end")
		in.found(Finding{Verdict: valgrind.Error, Record: badRead, RequestLine: "GET /peek HTTP/1.1", Own: []int{0}}, Place{Repeat: 2, Repeats: 2})
		in.found(Finding{Verdict: valgrind.AtExitOnly, Record: environment}, Place{})
		in.add(Event{Kind: BlockEnd, Place: in.place})
	})
	s.file("t/lid.t", &Plan{Tests: 1}, func(in *inFile) {
		in.block(9, "TEST 1: the same label")
		if failed {
			in.test(fail, 9)
		} else {
			in.test(pass, 9)
		}
		in.found(Finding{Verdict: valgrind.Leak, Record: lost(valgrind.StillReachable, 1000, 3, fromLua(jarLabel)), RequestLine: "GET /t HTTP/1.1",
			Watched: 4, GrownBy: 1000, GrownIn: 3, Own: []int{1}}, Place{})
		in.found(Finding{Verdict: valgrind.Growing, Record: lost(valgrind.StillReachable, 27648, 2, fromLua(valgrind.Frame{Object: "/usr/lib/x86_64-linux-gnu/libpot.so.1", Function: "pot_put"})), Watched: 2, GrownBy: 13824, GrownIn: 2}, Place{})
		in.add(Event{Kind: BlockEnd, Place: in.place})
		in.block(30, "TEST 2: it goes down")
		in.found(Finding{Verdict: valgrind.Crash, Record: valgrind.Record{Kind: valgrind.FatalSignal, Signal: "SIGSEGV",
			What: "process terminating with SIGSEGV: Access not within mapped region at address 0x0", Stack: fromLua(jarPeek)[1:]}, Own: []int{0}}, Place{})
		in.found(Finding{Verdict: valgrind.Once, Record: lost(valgrind.PossiblyLost, 128, 1, fromLua(jarPeek))}, Place{})
		in.add(Event{Kind: BlockEnd, Place: in.place})
	})
	return s
}

func TestFindings(t *testing.T) {
	t.Run("console", func(t *testing.T) { golden(t, console(leaky(false).end(), ConsoleOptions{})) })
	t.Run("verbose", func(t *testing.T) { golden(t, console(leaky(false).end(), ConsoleOptions{Verbose: true})) })
	t.Run("color", func(t *testing.T) {
		golden(t, console(leaky(false).end(), ConsoleOptions{Color: true, ColorErrors: true}))
	})
	t.Run("tap", func(t *testing.T) { golden(t, tapOutput(leaky(false).end())) })
	t.Run("github", func(t *testing.T) {
		var b bytes.Buffer
		g := NewGitHub(&b)
		for _, e := range leaky(false).end() {
			g.Handle(e)
		}
		golden(t, b.String())
	})
}

// A stack that was told in one line, where it failed no run, is told with its frames where it does, and with what silences it.
func TestStackBehindBrief(t *testing.T) {
	s := begin("t/jar.t")
	s.file("t/jar.t", &Plan{Tests: 2}, func(in *inFile) {
		in.block(6, "TEST 1: a label at the start")
		in.test(pass, 8)
		in.found(Finding{Verdict: valgrind.Once, Record: lost(valgrind.StillReachable, 21, 1, fromLua(jarLabel)), Own: []int{1}}, Place{})
		in.block(20, "TEST 2: a label for each request")
		in.test(pass, 22)
		in.found(Finding{Verdict: valgrind.Growing, Record: lost(valgrind.StillReachable, 84, 4, fromLua(jarLabel)), Own: []int{1}}, Place{})
		in.block(30, "TEST 3: so here")
		in.test(pass, 32)
		in.found(Finding{Verdict: valgrind.Growing, Record: lost(valgrind.StillReachable, 84, 4, fromLua(jarLabel)), Own: []int{1}}, Place{})
	})
	out := console(s.end(), ConsoleOptions{})
	for want, n := range map[string]int{
		"\n  > jar_label (testdata/jar.c:7)\n":                     1,
		"the stack is that of t/jar.t:20 TEST 2: a label for each": 1,
		"\n   fun:jar_label\n":                                     1,
	} {
		if got := strings.Count(strings.ReplaceAll(out, "    > ", "  > "), want); got != n {
			t.Errorf("%q is there %d times, want %d, in\n%s", want, got, n, out)
		}
	}
}

// With --leaks-only failed tests are told, and do not decide.
func TestLeaksOnly(t *testing.T) {
	s := leaky(true)
	s.summary.LeaksOnly = true
	s.summary.Findings = 4
	if got := s.summary.ExitStatus(); got != 2 {
		t.Errorf("exit status %d, want 2", got)
	}
	out := console(s.end(), ConsoleOptions{})
	for _, want := range []string{"\n  Failed test:  1\n", "\nFailed tests do not fail this run: --leaks-only.\n", "\nResult: PASS\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	s.file("t/died.t", nil, func(in *inFile) { in.exit, in.died = 255, "no such module Foo" })
	if got := s.summary.ExitStatus(); got != 1 {
		t.Errorf("a file that died: exit status %d, want 1", got)
	}
}

func TestExitStatus(t *testing.T) {
	tests := map[string]struct {
		summary Summary
		want    int
	}{
		"all passed":              {Summary{Tests: 1}, 0},
		"findings":                {Summary{Tests: 1, Findings: 1}, 2},
		"failures and findings":   {Summary{Tests: 1, FailedFiles: 1, Findings: 1}, 1},
		"leaks only":              {Summary{Tests: 1, FailedFiles: 1, LeaksOnly: true}, 0},
		"leaks only, cut":         {Summary{Tests: 1, FailedFiles: 1, CutFiles: 1, LeaksOnly: true}, 1},
		"leaks only, nothing ran": {Summary{LeaksOnly: true}, 1},
		"interrupted":             {Summary{Tests: 1, Findings: 1, Interrupted: true}, 130},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.summary.ExitStatus(); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestCountLine(t *testing.T) {
	finding := func(v valgrind.Verdict) Merged { return Merged{Finding: Finding{Verdict: v, Fails: v.Fails(false)}} }
	tests := map[string]struct {
		all  []Merged
		want string
	}{
		"none":     {nil, "none"},
		"harmless": {[]Merged{finding(valgrind.Once), finding(valgrind.AtExitOnly)}, "none that fails the run (2 that do not)"},
		"one":      {[]Merged{finding(valgrind.Leak)}, "1 leak"},
		"several": {[]Merged{finding(valgrind.Growing), finding(valgrind.Leak), finding(valgrind.Leak), finding(valgrind.Crash), finding(valgrind.Crash),
			finding(valgrind.Growing), finding(valgrind.Once)}, "2 crashes, 2 leaks, 2 growing (1 more does not fail the run)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := countLine(test.all); got != "Memory findings: "+test.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// A finding that was recorded shows the lines of source as they were, wherever it is shown.
func TestQuote(t *testing.T) {
	f := Finding{Record: lost(valgrind.DefinitelyLost, 84, 4, fromLua(jarLabel)), Own: []int{1}}
	f.Quote()
	if got := f.Source["testdata/jar.c:7"]; got != `char  *copy = malloc(strlen(text) + 1);` {
		t.Errorf("quoted %q of %v", got, f.Source)
	}
	f.Source["testdata/jar.c:7"] = "as it was"
	if got := strings.Join(f.stackLines(f.Stack, f.ownFrames(), palette{}, false), "\n"); !strings.Contains(got, "\n           7 | as it was\n") {
		t.Errorf("the stack is\n%s", got)
	}
}
