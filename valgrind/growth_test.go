package valgrind

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// step makes the changes of one check of words: stack:kind:blocks, ten bytes a block.
func step(requests int, words string) Step {
	s := Step{Requests: requests}
	for _, w := range strings.Fields(words) {
		f := strings.Split(w, ":")
		n := number(f[2])
		kind := map[string]Kind{"d": DefinitelyLost, "i": IndirectlyLost, "r": StillReachable, "p": PossiblyLost}[f[1]]
		s.Records = append(s.Records, Record{Kind: kind, Stack: frames("malloc@vg " + f[0]), MoreBlocks: n, MoreBytes: 10 * n, Blocks: max(n, 0), Bytes: 10 * max(n, 0)})
	}
	return s
}

// realloced is a check after which one block is longer.
func realloced(requests int, bytes int64) Step {
	return Step{Requests: requests, Records: []Record{{Kind: StillReachable, Stack: frames("malloc@vg a"), MoreBytes: bytes, Blocks: 1, Bytes: 500}}}
}

func TestGrow(t *testing.T) {
	for _, test := range []struct {
		name  string
		steps []Step
		want  string // stack pattern bytes/blocks kind lost, verdict
	}{
		{"a plain leak", []Step{step(1, "a:d:1"), step(1, "a:d:1"), step(1, "a:d:1")}, "a every 30/3 definite lost=true leak"},
		{"a handle lost in Lua", []Step{step(1, "a:r:1"), step(1, "a:r:1"), step(1, "a:d:1"), step(1, "a:r:1")}, "a every 40/4 definite lost=true leak"},
		{"the same, when it surfaces", []Step{step(2, "a:r:2"), step(2, "a:r:-1 a:d:3")}, "a every 40/4 definite lost=true leak"},
		{"a cache", []Step{step(4, "a:r:4"), step(4, "a:r:4")}, "a every 80/8 reachable lost=false growing"},
		{"the second of three requests", []Step{step(3, "a:d:1"), step(3, "a:d:1")}, "a steps 20/2 definite lost=true leak"},
		{"now and then", []Step{step(1, "a:r:1"), step(1, ""), step(1, "a:r:1")}, "a sometimes 20/2 reachable lost=false growing"},
		{"a ring that gets full", []Step{step(2, "a:r:2"), step(2, "a:r:2"), step(9, "a:r:4"), step(9, "")}, "a bounded 80/8 reachable lost=false once"},
		{"a leak that pauses", []Step{step(2, "a:d:2"), step(2, "a:d:2"), step(9, "a:d:4"), step(9, "")}, "a bounded 80/8 definite lost=true leak"},
		{"a cache that goes on", []Step{step(2, "a:r:1"), step(2, ""), step(9, "a:r:4"), step(9, "a:r:3")}, "a sometimes 80/8 reachable lost=false growing"},
		{"one time", []Step{step(1, ""), step(1, "a:r:1"), step(1, "")}, "a once 10/1 reachable lost=false once"},
		{"one time, lost", []Step{step(1, ""), step(1, "a:d:1"), step(1, "")}, "a once 10/1 definite lost=true leak"},
		{"a block that changes its kind", []Step{step(1, "a:r:-1 a:d:1"), step(1, "")}, ""},
		{"up and down", []Step{step(1, "a:r:2"), step(1, "a:r:-2")}, ""},
		{"one step only", []Step{step(4, "a:r:4")}, "a undecided 40/4 reachable lost=false suspect"},
		{"a block that gets longer", []Step{realloced(2, 200), realloced(2, 200), realloced(9, 90)}, "a every 490/0 reachable lost=false growing"},
		{"one that came and gets longer", []Step{step(2, "a:r:1"), realloced(2, 200), realloced(9, 90)}, "a every 300/1 reachable lost=false growing"},
		{"one that has got longer", []Step{realloced(2, 200), realloced(2, 200), realloced(9, 8)}, ""},
		{"two stacks", []Step{step(1, "a:d:1 b:d:5"), step(1, "a:d:1 b:d:5")}, "b every 100/10 definite lost=true leak; a every 20/2 definite lost=true leak"},
		{"nothing", []Step{step(1, ""), step(1, "")}, ""},
	} {
		var got []string
		for _, g := range Grow(test.steps, nil) {
			v := Classify(Evidence{Kind: g.Record.Kind, Checked: true, Alive: true, Growth: &g})
			got = append(got, fmt.Sprintf("%s %s %d/%d %s lost=%v %s", g.Record.Stack[1].Function, g.Pattern, g.Bytes, g.Blocks, g.Record.Kind.Word(), g.Lost, v))
		}
		if s := strings.Join(got, "; "); s != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, s, test.want)
		}
	}
	g := Grow([]Step{step(3, "a:d:3"), step(1, "a:d:3")}, nil)[0]
	if bytes, blocks := g.PerRequest(); bytes != 15 || blocks != 1.5 || !slices.Equal(g.Changes, []Change{{3, 30, 3}, {1, 30, 3}}) {
		t.Errorf("%g bytes, %g blocks for each request; %+v", bytes, blocks, g.Changes)
	}
	one := Grow([]Step{step(1, "a:d:1 b:d:1"), step(1, "a:d:1 b:d:1")}, func(Record) Key { return "all" })
	if len(one) != 1 || one[0].Blocks != 4 {
		t.Errorf("with a key of the caller's: %+v", one)
	}
}

func TestGrowRecorded(t *testing.T) {
	answer := ParseAnswer(string(recorded(t, "changed.txt")))
	var got []string
	for _, g := range Grow([]Step{{Requests: 1}, {Requests: 1, Records: answer.Records}}, nil) {
		got = append(got, fmt.Sprintf("%s %d/%d %v", g.Record.Stack[1].Function, g.Bytes, g.Blocks, g.Lost))
	}
	want := []string{"vault_open 332/7 true", "leak 300/3 true", "copy_label 18/3 true"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBetween(t *testing.T) {
	r := func(kind Kind, stack string, bytes, blocks int64) Record {
		return Record{Kind: kind, Stack: frames("malloc@vg " + stack), Bytes: bytes, Blocks: blocks}
	}
	got := Between(
		[]Record{r(StillReachable, "same", 5, 1), r(StillReachable, "more", 5, 1), r(DefinitelyLost, "gone", 7, 2)},
		[]Record{r(StillReachable, "same", 5, 1), r(StillReachable, "more", 5, 1), r(StillReachable, "more", 10, 1), r(DefinitelyLost, "new", 3, 3)})
	var out []string
	for _, r := range got {
		out = append(out, fmt.Sprintf("%s %s %+d in %+d of %d", r.Stack[1].Function, r.Kind.Word(), r.MoreBytes, r.MoreBlocks, r.Blocks))
	}
	slices.Sort(out)
	want := []string{"gone definite -7 in -2 of 0", "more reachable +10 in +1 of 2", "new definite +3 in +3 of 3"}
	if !slices.Equal(out, want) {
		t.Errorf("%q, want %q", out, want)
	}
}

func TestClassify(t *testing.T) {
	for _, test := range []struct {
		name          string
		evidence      Evidence
		want          Verdict
		fails, strict bool
	}{
		{"a crash", Evidence{Kind: FatalSignal}, Crash, true, true},
		{"a bad read", Evidence{Kind: "InvalidRead"}, Error, true, true},
		{"a race", Evidence{Kind: "Race", Checked: true}, Error, true, true},
		{"at the end and never before", Evidence{Kind: DefinitelyLost, Checked: true}, AtExitOnly, false, true},
		{"never checked", Evidence{Kind: DefinitelyLost}, AtExitOnly, false, true},
		{"from the start", Evidence{Kind: DefinitelyLost, Checked: true, Alive: true}, Once, false, true},
		{"grows", Evidence{Kind: DefinitelyLost, Checked: true, Alive: true, Growth: &Growth{Pattern: EveryRequest, Lost: true}}, Leak, true, true},
		{"grows, held", Evidence{Kind: StillReachable, Checked: true, Alive: true, Growth: &Growth{Pattern: EveryStep}}, Growing, true, true},
		{"to be decided", Evidence{Kind: StillReachable, Growth: &Growth{Pattern: Undecided}}, Suspect, false, true},
	} {
		got := Classify(test.evidence)
		if got != test.want || got.Fails(false) != test.fails || got.Fails(true) != test.strict {
			t.Errorf("%s: %s, fails %v and %v", test.name, got, got.Fails(false), got.Fails(true))
		}
	}
}
