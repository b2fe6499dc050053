package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/tap"
)

func TestMarkdown(t *testing.T) {
	golden(t, written(t, journal(everything()).Markdown))
}

func TestMarkdownIsShort(t *testing.T) {
	s := begin("t/a.t").file("t/a.t", &Plan{}, func(in *inFile) {
		for i := range 5000 {
			in.block(3+i, fmt.Sprintf("TEST %d: x", i))
			in.test(tap.Test{Name: "body", Compare: "is", Want: strings.Repeat("a line\n", 100), Got: strings.Repeat("another\n", 100)}, 3+i)
			in.add(Event{Kind: BlockEnd, Place: in.place})
		}
	})
	text := written(t, journal(s.end()).Markdown)
	if len(text) > 60<<10 || !strings.Contains(text, "\n... and 4,970 failures more.\n") || !strings.Contains(text, "lines left out") {
		t.Errorf("%d bytes:\n%.3000s", len(text), text)
	}
}

func TestMarkdownOfAnInterruptedRun(t *testing.T) {
	events := everything()
	text := written(t, journal(events[:len(events)-1]).Markdown)
	if !strings.Contains(text, "\n**The run was interrupted") {
		t.Errorf("nothing says so:\n%s", text)
	}
}

func TestMarkdownCode(t *testing.T) {
	for text, want := range map[string]string{"a": "`a`", "a`b": "`` a`b ``", "``": "``` `` ```", "a\nb\x01": "`a b\\x01`", "": "`  `"} {
		if got := code(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got, want := fenced("", []string{"```", "x"}, ""), "````\n```\nx\n````\n"; got != want {
		t.Errorf("got %s", got)
	}
}

// A failure that comes again in each repeat is told once.
func TestRepeatedFailures(t *testing.T) {
	s := begin("t/a.t").file("t/a.t", &Plan{}, func(in *inFile) {
		in.block(3, "TEST 1: x")
		for repeat := 1; repeat <= 3; repeat++ {
			in.place = &Place{Block: "TEST 1: x", Line: 3, Request: 1, Requests: 1, Repeat: repeat, Repeats: 3}
			got := "a"
			if repeat == 2 {
				got = "b"
			}
			in.test(tap.Test{Name: fmt.Sprintf("t/a.t TEST 1: x - body (repeated req %d, req 0)", repeat-1), Compare: "is", Got: got, Want: "c"}, 5)
		}
		in.add(Event{Kind: BlockEnd, Place: in.place})
	})
	list := journal(s.end()).files[0].blocks[0].distinct()
	got := ""
	for _, f := range list {
		got += f.which() + ": " + strings.Join(f.changes(), "|") + "\n"
	}
	want := "2 of 3 repeats: body|- expected: \"c\"|+ got:      \"a\"\nrepeat 2 of 3: body|- expected: \"c\"|+ got:      \"b\"\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
