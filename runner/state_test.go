package runner

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
)

func TestState(t *testing.T) {
	tree(t, map[string]string{"a.t": "", "b.t": "", "c.t": "", "gone.t": ""})
	s, err := LoadState(StateFile)
	if err != nil {
		t.Fatal(err)
	}
	// two runs: the first has all files, the second two of them
	end := func(file string, seconds float64, r report.FileResult) {
		r.Seconds = seconds
		s.Handle(report.Event{Kind: report.FileEnd, File: file, Result: &r})
	}
	s.Handle(report.Event{Kind: report.RunStart})
	end("a.t", 3, report.FileResult{Run: 1})
	end("b.t", 1, report.FileResult{Run: 1, Failed: []int{1}, Exit: 1})
	end("c.t", 2, report.FileResult{Run: 1, Failed: []int{1}, Exit: 1})
	end("gone.t", 9, report.FileResult{Run: 1, Failed: []int{1}, Exit: 1})
	s.Handle(report.Event{Kind: report.RunStart})
	end("b.t", 1, report.FileResult{Run: 1, Todo: []int{1}})
	end("c.t", 2, report.FileResult{Problems: []string{"x"}})
	os.Remove("gone.t")
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	if s, err = LoadState(StateFile); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	os.Chtimes("a.t", later, later)
	tests := map[string]struct {
		want []string
		save bool
	}{
		"last":        {[]string{"b.t", "c.t"}, false},
		"failed,save": {[]string{"c.t"}, true},
		"passed":      {[]string{"a.t", "b.t"}, false},
		"all":         {[]string{"a.t", "b.t", "c.t"}, false},
		"slow":        {[]string{"a.t", "c.t", "b.t"}, false},
		"fast":        {[]string{"b.t", "c.t", "a.t"}, false},
		"hot":         {[]string{"c.t", "b.t"}, false},
		"todo":        {[]string{"b.t"}, false},
		"fresh":       {[]string{"a.t"}, false},
		"failed,slow": {[]string{"c.t", "a.t", "b.t"}, false},
		"save":        {nil, true},
	}
	for words, test := range tests {
		got, save, err := s.Choose(strings.Split(words, ","))
		if err != nil || save != test.save || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %q, %t, %v; want %q, %t", words, got, save, err, test.want, test.save)
		}
	}
	if got, _, _ := s.Choose([]string{"new"}); len(got) != 3 || got[0] != "a.t" {
		t.Errorf("new: got %q, want a.t first", got)
	}
	// most failures, and most todos, first
	end("a.t", 3, report.FileResult{Run: 3, Failed: []int{1, 2}, Exit: 2, Todo: []int{3}})
	end("b.t", 1, report.FileResult{Run: 6, Failed: []int{1, 2, 3}, Exit: 3, Todo: []int{5, 6}})
	if got, _, _ := s.Choose([]string{"failed"}); !reflect.DeepEqual(got, []string{"b.t", "a.t", "c.t"}) {
		t.Errorf("failed: got %q", got)
	}
	if got, _, _ := s.Choose([]string{"todo"}); !reflect.DeepEqual(got, []string{"b.t", "a.t"}) {
		t.Errorf("todo: got %q", got)
	}
	if _, _, err := s.Choose([]string{"adrian"}); err == nil || !strings.Contains(err.Error(), "no such word") {
		t.Errorf("unknown word: got %v", err)
	}
}

func TestStateThatIsNone(t *testing.T) {
	tree(t, map[string]string{StateFile: "{"})
	if _, err := LoadState(StateFile); err == nil || !strings.Contains(err.Error(), "remove the file") {
		t.Errorf("got %v", err)
	}
}
