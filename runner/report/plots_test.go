package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlots(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	p := NewPlots(dir)
	load := func(file string, line int, m *LoadMemory) {
		p.Handle(Event{Kind: Loaded, File: file, Place: &Place{Block: "TEST 1: <\xff>", Line: line}, Load: &Load{Memory: m}})
	}
	load("t/sub/a.t", 7, &LoadMemory{Resident: []int{10, 20, 40}, Answered: []int{1, 2, 3}, Slope: "15.0", PerRequest: 15360, Verdict: "growing"})
	load("../b.t", 8, &LoadMemory{Resident: []int{10}, Answered: []int{0}, Slope: "Inf"})
	load("t/none.t", 9, &LoadMemory{Slope: "N/A"})
	load("t/benchmark.t", 10, nil)
	p.Handle(Event{Kind: BlockStart, File: "t/a.t", Place: &Place{Line: 1}})
	if err := p.Err(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != ".._b.t-8.svg" || filepath.Base(files[1]) != "t_sub_a.t-7.svg" {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[1])
	if err != nil || !strings.Contains(string(text), "(k=15.0, 15360.0 bytes with each request: growing)") ||
		!strings.Contains(string(text), "TEST 1: &lt;") || strings.Contains(string(text), "\xff") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestPlotsThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewPlots(file)
	p.Handle(Event{Kind: Loaded, File: "t/a.t", Place: &Place{}, Load: &Load{Memory: &LoadMemory{Resident: []int{1}, Answered: []int{1}}}})
	if p.Err() == nil {
		t.Error("no error")
	}
}
