package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/tap"
	"github.com/ngxtest/ngxtest/valgrind"
)

var (
	pageIDs   = regexp.MustCompile(` id="([^"]*)"`)
	pageHrefs = regexp.MustCompile(` href="([^"]*)"`)
	loads     = regexp.MustCompile(`(?i)<(script|link|img|iframe|object)|\bsrc=|url\(|@import|https?://`)
)

func TestHTML(t *testing.T) {
	text := written(t, journal(everything()).HTML)
	for _, want := range []string{
		`<span class="badge fail">FAIL</span>`,
		`<div class="tile bad"><b>4</b><span>failed</span></div>`,
		`<div class="tile bad"><b>4</b><span>memory findings</span></div>`,
		`<span class="where">t/odd.t:3</span> TEST 1: &lt;b&gt;bold&lt;/b&gt; &amp; ]]&gt; \x01 <span class="which">request 2 of 3, repeat 1 of 2</span>`,
		`<span class="bad">+four\xFF&lt;/pre&gt;</span>`,
		"<div class=\"part\">request sent</div>\n<pre>GET /?&lt;script&gt;alert(1)&lt;/script&gt; HTTP/1.1\n",
		`1 crash, 1 error, 1 leak, 1 growing (2 more do not fail the run)`,
		`<span class="strong">jar_label (testdata/jar.c:7)</span>`,
		`<td class="n">30</td><td>TEST 3: skipped <span class="which">skipped: nginx &lt; 1.25 | &lt;old&gt;</span></td>`,
		`<span class="which">skipped: no &lt;memcached&gt; here</span>`,
		`<pre>t/died.t:3: no such module Foo (what to do)</pre>`,
		"   leak in jar_label of jar.so\n   Memcheck:Leak\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if bad := loads.FindString(text); bad != "" {
		t.Errorf("the page loads something: %s", bad)
	}
	ids := map[string]bool{}
	for _, m := range pageIDs.FindAllStringSubmatch(text, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		ids[m[1]] = true
	}
	links := pageHrefs.FindAllStringSubmatch(text, -1)
	for _, m := range links {
		if !ids[strings.TrimPrefix(m[1], "#")] {
			t.Errorf("a link to %s leads nowhere", m[1])
		}
	}
	if len(links) < 10 {
		t.Errorf("%d links only", len(links))
	}
}

// A page of very many tests can still be opened: what passed takes a line, failures are folded and bounded by their texts.
func TestHTMLOfManyTests(t *testing.T) {
	s := begin()
	for n := range 100 {
		s.file(fmt.Sprintf("t/%d.t", n), &Plan{}, func(in *inFile) {
			for i := range 100 {
				in.block(3+i, fmt.Sprintf("TEST %d: a test with a title of usual length", i))
				in.test(tap.Test{OK: i != 5, Name: "body", Got: "x", Want: "y", Compare: "is"}, 3+i)
				in.add(Event{Kind: BlockEnd, Place: in.place})
			}
		})
	}
	text := written(t, journal(s.end()).HTML)
	if len(text) > 4<<20 || strings.Count(text, "<tr ") != 10000 || strings.Contains(text, " open>") {
		t.Errorf("%d bytes, %d rows", len(text), strings.Count(text, "<tr "))
	}
}

func TestHTMLOfAnInterruptedRun(t *testing.T) {
	events := everything()
	text := written(t, journal(events[:len(events)-1]).HTML)
	if !strings.Contains(text, `<p class="banner">The run was interrupted`) {
		t.Error("nothing says so")
	}
}

// Growth is drawn: over the requests, and for each of several requests.
func TestCharts(t *testing.T) {
	f := Finding{
		Steps: []valgrind.Change{{Requests: 4, Bytes: 40, Blocks: 4}, {Requests: 4, Bytes: 40, Blocks: 4}},
		Alone: []valgrind.Change{{Requests: 2}, {Requests: 2, Bytes: 40960, Blocks: 2}},
	}
	got := ""
	for _, c := range f.charts() {
		got += c.Title + ":"
		for _, b := range c.Bars {
			got += fmt.Sprintf(" %s=%s(%d)", b.Label, b.Value, b.Height)
		}
		got += "\n"
	}
	want := "bytes more after so many requests: 0=0(1) 4=40(32) 8=80(64)\nbytes more with each request: #1=0(1) #2=20 KiB(64)\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestPainted(t *testing.T) {
	p := palette{true}
	got := painted("a<b " + p.red("x<y") + p.alarm("!") + p.bold("z") + " \x1b[35mq\x1b[0m")
	want := `a&lt;b <span class="bad">x&lt;y</span><span class="alarm">!</span><span class="strong">z</span> q`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}
