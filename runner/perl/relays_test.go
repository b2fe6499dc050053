package perl

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

func TestRelayFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	suite := "use Test::Nginx::Socket::Lua::Stream 'no_plan';\nrun_tests();\n__DATA__\n" +
		"=== TEST 1: echo\n--- stream_server_config\necho hi;\n--- stream_request\nhello\n--- stream_response\nhi\n"
	write("t/a.t", suite)
	// another file of the suite runs at the same time
	write("t/b.t", strings.Replace(suite, "hello", "bye", 1))
	requests := func() string {
		t.Helper()
		names, err := filepath.Glob(filepath.Join(dir, "t/tmp/data*.txt"))
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
		slices.Sort(texts)
		return strings.Join(texts, "")
	}
	preprocessed := func(file string, then func()) {
		t.Helper()
		err := Load(context.Background(), file, Options{Dir: dir}, func(s *spec.Suite) error {
			err := s.Preprocess(s.Blocks[0])
			then()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	load := func() {
		t.Helper()
		preprocessed("t/a.t", func() {
			preprocessed("t/b.t", func() {
				if got := requests(); got != "bye\nhello\n" {
					t.Errorf("while both files run, t/tmp holds %q", got)
				}
			})
			if got := requests(); got != "hello\n" {
				t.Errorf("while the suite runs, t/tmp holds %q", got)
			}
		})
		if got := requests(); got != "" {
			t.Errorf("left in t/tmp: %q", got)
		}
	}
	load()
	if _, err := os.Stat(filepath.Join(dir, "t/tmp")); err == nil {
		t.Error("t/tmp is left")
	}
	write("t/tmp/mine.txt", "keep me")
	load()
	if _, err := os.Stat(filepath.Join(dir, "t/tmp/mine.txt")); err != nil {
		t.Errorf("a file of somebody else is gone: %v", err)
	}
}
