package perl

import (
	"context"
	"os"
	"path/filepath"
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
	write("t/a.t", "use Test::Nginx::Socket::Lua::Stream 'no_plan';\nrun_tests();\n__DATA__\n"+
		"=== TEST 1: echo\n--- stream_server_config\necho hi;\n--- stream_request\nhello\n--- stream_response\nhi\n")
	data := filepath.Join(dir, "t/tmp/data1.txt")
	load := func() {
		t.Helper()
		err := Load(context.Background(), "t/a.t", Options{Dir: dir}, func(s *spec.Suite) error {
			if err := s.Preprocess(s.Blocks[0]); err != nil {
				return err
			}
			text, err := os.ReadFile(data)
			if string(text) != "hello\n" {
				t.Errorf("while the suite runs, %s holds %q", data, text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%s is left", data)
		}
	}
	load()
	if _, err := os.Stat(filepath.Dir(data)); err == nil {
		t.Error("t/tmp is left")
	}
	write("t/tmp/mine.txt", "keep me")
	load()
	if _, err := os.Stat(filepath.Join(dir, "t/tmp/mine.txt")); err != nil {
		t.Errorf("a file of somebody else is gone: %v", err)
	}
}
