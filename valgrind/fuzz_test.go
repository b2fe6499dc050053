package valgrind

import (
	"os"
	"path/filepath"
	"testing"
)

// Whatever a killed process leaves behind, no reader panics, and none finds records out of nothing when it reads again.
func FuzzReaders(f *testing.F) {
	names, err := filepath.Glob("testdata/*.*")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text[:min(len(text), 4000)])
	}
	f.Add([]byte(Builtin))
	f.Fuzz(func(t *testing.T, text []byte) {
		var records []Record
		tail := &Tail{}
		records = append(records, tail.feed(text, false)...)
		if got := tail.feed(nil, false); len(got) != 0 {
			t.Errorf("%d records out of nothing", len(got))
		}
		tail.feed(nil, true)
		records = append(records, ParseAnswer(string(text)).Records...)
		records = append(records, ParseSanitizer(string(text), 1)...)
		entries, err := ParseSuppressions("x", text)
		for _, e := range entries {
			if again, problem := ParseSuppressions("x", []byte(e.String())); err == nil && (problem != nil || !again[0].same(e)) {
				t.Errorf("%q is read back as %+v, %v", e.String(), again, problem)
			}
		}
		o := Owner{Roots: []string{"/home/me"}}
		for _, r := range records {
			_ = r.Key()
			_ = o.Place(r.Stack)
			if s, err := Suppress(r, o, nil); err == nil && s.CatchAll() != "" {
				t.Errorf("a catch-all: %s", s)
			}
		}
		Grow([]Step{{1, records}, {1, records}}, nil)
		Between(nil, records)
	})
}
