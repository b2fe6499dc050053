package runner

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/report"
)

const hupSuite = `use Test::Nginx::Socket::Lua 'no_plan';
no_shuffle();
run_tests();
__DATA__
=== TEST 1: first
--- config
location = /t { echo one; }
--- request
GET /t
--- response_body
one
=== TEST 2: refused
--- config
location = /t { no_such_directive; }
--- request
GET /t
--- response_body
one
=== TEST 3: after it
--- config
location = /t { echo three; }
--- request
GET /t
--- response_body
three
`

// TestReloadRefused: a block whose configuration nginx does not take at a reload fails with nginx's words, or is skipped where
// the user wants that; the next block finds its nginx.
func TestReloadRefused(t *testing.T) {
	o := workspace(t, map[string]string{"a.t": hupSuite})
	o.Files, o.Setup.Env["TEST_NGINX_USE_HUP"] = []string{"a.t"}, "1"
	h := &heard{}
	Run(context.Background(), o, h)
	if got := h.tests(); len(got) != 5 || got[2] != "not ok a.t TEST 2: refused - the block could not be run to its end" ||
		!strings.HasPrefix(got[4], "ok a.t TEST 3: after it - response_body") {
		t.Errorf("%q", got)
	}
	var words []string
	for _, e := range h.events {
		if e.Kind == report.Exchanged {
			words = append(words, e.Exchange.Nginx...)
		}
	}
	if len(words) != 1 || !strings.HasPrefix(words[0], `[emerg] unknown directive "no_such_directive" in `) {
		t.Errorf("%q", words)
	}

	o.Setup.Env["TEST_NGINX_IGNORE_MISSING_DIRECTIVES"] = "1"
	h = &heard{}
	Run(context.Background(), o, h)
	if got := h.tests(); !slices.Contains(got, "skip a.t TEST 2: refused - tests skipped due to the lack of directive no_such_directive") {
		t.Errorf("%q", got)
	}
}

// TestReloadUnderValgrind: what a worker has lost belongs to the block that it served, though it tells so when the next block
// has come.
func TestReloadUnderValgrind(t *testing.T) {
	t.Chdir("..")
	got := zooRun(t, "t/valgrind/leak.t", "^TEST (2|4|7):", "TEST_NGINX_USE_HUP=1", "TEST_NGINX_NO_SHUFFLE=1")
	for title, want := range map[string]fault{
		"TEST 2: leak: Lua does not free the text that it was given":                   {Verdict: "leak", C: "zoo_label", Requests: []int{1}},
		"TEST 4: leak: an early return forgets to free, in the second of two requests": {Verdict: "leak", C: "zoo_label", Requests: []int{2}},
		"TEST 7: growing: a cache without bounds":                                      {Verdict: "growing", C: "cage_open", Requests: []int{1}},
	} {
		if list := got[title]; len(list) != 1 || !list[0].is(want) {
			t.Errorf("%s: found %v, want %v", title, list, want)
		}
	}
}
