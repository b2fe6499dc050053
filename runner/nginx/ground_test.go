package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listing is what is below a directory, with kinds, permissions and contents.
func listing(t *testing.T, root string) string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := ""
		if info.Mode().IsRegular() {
			read, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text = string(read)
		}
		lines = append(lines, fmt.Sprintf("%s %s %q", strings.TrimPrefix(path, root), info.Mode(), text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// What a block leaves on a ground is gone before the next one, as it is from a server root that is searched.
func TestGroundForgetsBlocks(t *testing.T) {
	file := func(name, text string) func(root string) error {
		return func(root string) error { return os.WriteFile(filepath.Join(root, name), []byte(text), 0o644) }
	}
	for _, block := range []struct {
		name string
		do   func(root string) error
	}{
		{"nothing", func(string) error { return nil }},
		{"a log", file("logs/error.log", "it failed\n")},
		{"a log of another name", file("logs/else", "x")},
		{"a pid file of a process that is gone", file("logs/nginx.pid", "4194304000\n")},
		{"a directory among the logs", func(root string) error { return os.MkdirAll(root+"/logs/a/b", 0o755) }},
		{"a link among the logs", func(root string) error { return os.Symlink("/etc/passwd", root+"/logs/link") }},
		{"a log that was renamed", func(root string) error {
			if err := file("logs/error.log", "x")(root); err != nil {
				return err
			}
			return os.Rename(root+"/logs/error.log", root+"/logs/error.log.1")
		}},
		{"a page", file("html/a.html", "<a>")},
		{"the page changed", file("html/index.html", "else")},
		{"the page gone", func(root string) error { return os.Remove(root + "/html/index.html") }},
		{"a directory gone", func(root string) error { return os.RemoveAll(root + "/html") }},
		{"a file in a temporary directory", file("proxy_temp/0000000001", "body")},
		{"a temporary directory of nginx's, with a file in it", func(root string) error {
			return errors.Join(os.MkdirAll(root+"/fastcgi_temp", 0o700), file("fastcgi_temp/0000000001", "body")(root))
		}},
		{"a temporary directory that nobody may look into", func(root string) error {
			return errors.Join(os.MkdirAll(root+"/scgi_temp", 0o700), os.Chmod(root+"/scgi_temp", 0o600))
		}},
		{"a new directory", func(root string) error { return os.MkdirAll(root+"/my_cache/a", 0o755) }},
		{"a file beside the configuration", file("conf/more.conf", "x")},
		{"a directory that nobody may look into", func(root string) error { return os.Chmod(root+"/proxy_temp", 0) }},
		{"very many logs", func(root string) error {
			for i := range 300 {
				if err := file(fmt.Sprintf("logs/%d", i), "x")(root); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		t.Run(block.name, func(t *testing.T) {
			var left [3]string
			for i := range left {
				root := Servroot(t.TempDir())
				prepare := root.Prepare
				if i > 0 {
					ground, err := NewGround(root)
					if err != nil {
						t.Fatal(err)
					}
					defer ground.Close()
					prepare = ground.Prepare
					if i == 2 { // the block before was the last one of its file
						prepare = func() error {
							if before := listing(t, string(root)); ground.Recover() && strings.Contains(listing(t, string(root)), "/logs/") {
								t.Errorf("it is said to be as it was, of\n%s\nthere is\n%s", before, listing(t, string(root)))
							}
							return ground.Prepare()
						}
					}
				}
				// nginx makes its directories in the first block; what is asked about happens in the third, and again.
				for n := range 5 {
					if err := prepare(); err != nil {
						t.Fatal(err)
					}
					if n == 0 {
						for _, name := range []string{"proxy_temp", "client_body_temp"} {
							if err := os.Mkdir(filepath.Join(string(root), name), 0o700); err != nil {
								t.Fatal(err)
							}
						}
					}
					if n == 2 || n == 3 {
						_ = os.Mkdir(string(root)+"/proxy_temp", 0o700) // as nginx would
						if err := block.do(string(root)); err != nil {
							t.Fatal(err)
						}
					}
				}
				left[i] = listing(t, string(root))
			}
			for _, ground := range left[1:] {
				if left[0] != ground {
					t.Errorf("searched, there is\n%s\nand on a ground\n%s", left[0], ground)
				}
			}
			lines := strings.Split(left[1], "\n")
			if slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "/logs/") }) {
				t.Errorf("a log is left:\n%s", left[1])
			}
		})
	}
}

// A block that leaves logs alone costs no search: a file that nobody has told of stays.
func TestGroundDoesNotSearch(t *testing.T) {
	root := Servroot(t.TempDir())
	ground, err := NewGround(root)
	if err != nil {
		t.Fatal(err)
	}
	defer ground.Close()
	for n := range 3 {
		if err := ground.Prepare(); err != nil {
			t.Fatal(err)
		}
		if n == 0 { // as nginx does when it first starts
			for _, name := range temporaries {
				if err := errors.Join(os.Mkdir(string(root)+"/"+name, 0o700), os.Chown(string(root)+"/"+name, os.Getuid(), os.Getgid())); err != nil {
					t.Fatal(err)
				}
			}
			if _, ok := ground.fresh(); !ok {
				t.Error("nginx's own directories have all of it searched")
			}
		}
		if err := os.WriteFile(root.ErrorLog(), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	logs, ok := ground.fresh()
	if !ok || !slices.Equal(logs, []string{"error.log"}) {
		t.Errorf("of a log it is known: %q, %v", logs, ok)
	}
	// It is known to be known, so nothing is looked for.
	if err := ground.Prepare(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root.ErrorLog()); err != nil {
		t.Errorf("a log that nobody told of again is searched for: %v", err)
	}
}
