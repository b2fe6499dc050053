package runner

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// tree makes files in a fresh working directory. A name that ends in / is a directory, a text that begins with -> a link.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name+"x"), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		target, link := strings.CutPrefix(text, "->")
		switch {
		case strings.HasSuffix(name, "/"):
		case link:
			err = os.Symlink(target, name)
		default:
			err = os.WriteFile(name, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestDiscover(t *testing.T) {
	files := map[string]string{
		"t/b.t": "", "t/a.t": "", "t/A.t": "", "t/.hidden.t": "", "t/a.txt": "", "t/sub/c.t": "", "t/sub.t": "",
		"t/s.yaml": "settings: {}\ntests:\n", "t/s2.yml": "tests: []\n", "t/fixture.yaml": "a: 1\n",
		"t/loop": "->.", "t/linked.t": "->sub/c.t", "t/gone.t": "->nowhere", "t/x.tt": "", "empty/": "",
		"t/.#a.t": "->me@host.1:2", "t/alias": "->sub", "t/alias2": "->../other", "t/also": "->../other", "other/d.t": "",
	}
	all := []string{"t/A.t", "t/a.t", "t/b.t", "t/linked.t", "t/s.yaml", "t/s2.yml", "t/sub.t"}
	tests := map[string]struct {
		paths   []string
		recurse bool
		exts    []string
		want    []string
		err     string
	}{
		"directory":          {paths: []string{"t"}, want: all, err: "t/gone.t: no such file or directory"},
		"slash at the end":   {paths: []string{"t/"}, want: all, err: "t/gone.t: no such file or directory"},
		"names as prove's":   {paths: []string{"./t//sub/"}, want: []string{"t/sub/c.t"}},
		"here":               {paths: []string{"t/sub/.", "./.", "empty/.."}, want: []string{"t/sub/c.t"}},
		"recursive names":    {paths: []string{"./t//sub/"}, recurse: true, want: []string{"./t//sub/c.t"}},
		"recursive":          {paths: []string{"t"}, recurse: true, want: []string{"t/A.t", "t/a.t", "t/alias2/d.t", "t/b.t", "t/linked.t", "t/s.yaml", "t/s2.yml", "t/sub.t", "t/sub/c.t"}},
		"named file":         {paths: []string{"t/fixture.yaml", "t/a.txt"}, want: []string{"t/fixture.yaml", "t/a.txt"}},
		"each once":          {paths: []string{"t/sub/c.t", "t/sub", "t/sub/c.t"}, want: []string{"t/sub/c.t"}},
		"extension":          {paths: []string{"t"}, exts: []string{".tt"}, want: []string{"t/x.tt"}},
		"extension yaml":     {paths: []string{"t"}, exts: []string{".yaml"}, want: []string{"t/fixture.yaml", "t/s.yaml"}},
		"missing beside one": {paths: []string{"no.t", "t/a.t", "no2.t"}, want: []string{"t/a.t"}, err: "no.t: no such file or directory no2.t: no such file or directory"},
		"standard input":     {paths: []string{"-"}, err: "-: a list of files on standard input is not read (use xargs ngxtest)"},
		"empty":              {paths: []string{"empty"}},
		"device":             {paths: []string{os.DevNull, "t/a.t"}, want: []string{"t/a.t"}, err: os.DevNull + ": is neither a file nor a directory "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tree(t, files)
			got, err := Discover(test.paths, test.recurse, test.exts)
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			for _, want := range strings.SplitAfter(test.err, "directory ") {
				if !strings.Contains(text, strings.TrimSpace(want)) {
					t.Errorf("error %q lacks %q", text, want)
				}
			}
			if test.err == "" && err != nil {
				t.Errorf("unexpected: %v", err)
			}
		})
	}
}

func TestSplitLine(t *testing.T) {
	tree(t, map[string]string{"t/odd:7": ""})
	tests := []struct {
		arg, path string
		line      int
	}{
		{"t/a.t:41", "t/a.t", 41},
		{"t/a.t", "t/a.t", 0},
		{"t/a.t:", "t/a.t:", 0},
		{"t/a.t:0", "t/a.t:0", 0},
		{"t/odd:7", "t/odd:7", 0},
		{":7", ":7", 0},
	}
	for _, test := range tests {
		if path, line := SplitLine(test.arg); path != test.path || line != test.line {
			t.Errorf("%s: got %q, %d", test.arg, path, line)
		}
	}
}
