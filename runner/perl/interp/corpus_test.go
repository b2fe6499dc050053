package interp

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aymanbagabas/go-udiff"
)

// perlOutput runs a program as `perl FILE` in testdata and returns what it prints.
func perlOutput(t *testing.T, file string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out strings.Builder
	in := New(Options{
		Script: file, Dir: dir, Inc: []string{"lib", "."}, Stdout: &out, Context: ctx,
		Env: map[string]string{"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C", "TZ": "UTC"},
	})
	defer in.Cleanup()
	err = in.RunText(file, string(src), 1, "main")
	if e := in.RunEnd(); e != nil && err == nil {
		err = e
	}
	var unsupported *Unsupported
	var stopped *Stopped
	if errors.As(err, &unsupported) || errors.As(err, &stopped) {
		t.Errorf("%v", err)
	}
	return out.String()
}

// TestAgainstPerl holds programs, one for each part of Perl, against what perl 5.36 printed for them; testdata/record
// writes these records.
func TestAgainstPerl(t *testing.T) {
	programs, err := filepath.Glob("testdata/*.pl")
	if err != nil || len(programs) < 10 {
		t.Fatalf("%d programs found: %v", len(programs), err)
	}
	for _, p := range programs {
		name := filepath.Base(p)
		t.Run(strings.TrimSuffix(name, ".pl"), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(p, ".pl") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			if got := perlOutput(t, name); got != string(want) {
				t.Errorf("perl and this differ:\n%s", udiff.Unified("perl", "here", string(want), got))
			}
		})
	}
}
