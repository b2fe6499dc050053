package runner

import (
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

func TestWaiting(t *testing.T) {
	for text, want := range map[string]float64{
		"--- config\nlocation /t { return 200; }\n":                     0,
		"--- config\ncontent_by_lua 'ngx.sleep(0.1) ngx.sleep( 1 )';\n": 1.1,
		"--- config\nlocation /t { echo_sleep 2.5; }\n":                 2.5,
		"--- wait: 3\n": 3,
		"--- tcp_reply_delay: 0.25\n--- request\nGET /sleeper?n=4\n":          0.25,
		"--- config\ncontent_by_lua 'l:lock(\"k\") l.timeout = 5 sleep()';\n": 0,
	} {
		blocks, err := spec.ParseBlocks(&spec.File{Path: "a.t", Data: "=== TEST 1: a\n" + text}, spec.Delims{})
		if err != nil {
			t.Fatal(err)
		}
		if got := waiting(blocks[0]); got != want {
			t.Errorf("%s: %v, want %v", strings.TrimSpace(text), got, want)
		}
	}
}

// Whatever starts first, all blocks start once.
func TestLongestFirst(t *testing.T) {
	for _, test := range []struct {
		waits []float64
		want  []int
	}{
		{nil, []int{0, 1, 2, 3}},
		{[]float64{0, 1, 0, 2}, []int{3, 1, 0, 2}},
	} {
		a := &assembly{slots: make([]slot, 4), waits: test.waits}
		var got []int
		for l := new(laneProcess); len(got) < 5; {
			i := a.next(l)
			if i < 0 {
				break
			}
			got = append(got, i)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("waits %v: blocks start in the order %v, want %v", test.waits, got, test.want)
		}
	}
}
