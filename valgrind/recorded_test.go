package valgrind

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The files of testdata are what Valgrind 3.19 and gcc 12's sanitizers wrote on Debian 12, of small libraries that a
// stripped nginx 1.22.1 or luajit called; directories are renamed.

func recorded(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// brief is a record in one line: pid, kind, count, numbers, the top of the user's frames, and the stacks that go with it.
func brief(r Record, o Owner) string {
	out := string(r.Kind)
	if r.Kind.IsLoss() {
		out += fmt.Sprintf(" %d+%d in %d", r.Bytes, r.Indirect, r.Blocks)
	}
	if r.MoreBytes != 0 || r.MoreBlocks != 0 {
		out += fmt.Sprintf(" (%+d in %+d)", r.MoreBytes, r.MoreBlocks)
	}
	if r.Signal != "" {
		out += " " + r.Signal
	}
	if r.Count != 1 {
		out += fmt.Sprintf(" x%d", r.Count)
	}
	if p := o.Place(r.Stack); p.Last > 0 {
		out += fmt.Sprintf(" | %s:%d < %s %s", p.Top.Function, p.Top.Line, p.Foot.Function, p.Way)
	} else {
		for _, f := range r.Stack {
			if f.Function != "" && !f.allocates() {
				out += " | " + f.Function
				break
			}
		}
	}
	for _, e := range r.Extra {
		out += fmt.Sprintf(" | %.24s [%d]", e.What, len(e.Stack))
	}
	return strings.TrimSpace(out)
}

func briefs(records []Record) []string {
	out := []string{}
	for _, r := range records {
		out = append(out, brief(r, Owner{Roots: []string{"/home/me/zoo"}}))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := "(none)", "(none)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("%s, %d:\n got %s\nwant %s", what, i, g, w)
		}
	}
}
