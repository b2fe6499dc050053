package nginx

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"nginx": 0o755, "my-nginx": 0o755, "plain": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	if resolved, err := os.Getwd(); err == nil {
		dir = resolved
	}
	for _, test := range []struct{ name, path, want, fails string }{
		{"", "/nonexistent::" + dir, dir + "/nginx", ""},
		{"my-nginx", dir, dir + "/my-nginx", ""},
		{"my-nginx", "/nonexistent", dir + "/my-nginx", ""}, // in the working directory
		{dir + "/my-nginx", "", dir + "/my-nginx", ""},
		{"./my-nginx", "", dir + "/my-nginx", ""},
		{"your-nginx", dir, "", `there is no "your-nginx" in PATH`},
		{"plain", dir, "", `there is no "plain" in PATH`},
		{"./plain", dir, "", "./plain is not executable"},
		{"./none", dir, "", "./none does not exist"},
		{dir, "", "", "is not a file"},
		{"valgrind " + dir + "/nginx", dir, "", "without arguments"},
	} {
		got, err := Find(test.name, test.path)
		switch {
		case test.fails == "" && (err != nil || got != test.want):
			t.Errorf("Find(%q, %q) = %q, %v; want %q", test.name, test.path, got, err, test.want)
		case test.fails != "" && (!errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), test.fails)):
			t.Errorf("Find(%q, %q) fails with %v; want ...%s", test.name, test.path, err, test.fails)
		}
	}
}

func TestFindInUsualPlaces(t *testing.T) {
	defer func(places []string) { usualPlaces = places }(usualPlaces)
	dir := t.TempDir()
	t.Chdir(dir)
	usualPlaces = []string{dir + "/none", dir + "/openresty/nginx"}
	if _, err := Find("", ""); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "apt-get install") {
		t.Errorf("%v", err)
	}
	if err := os.MkdirAll(dir+"/openresty", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(usualPlaces[1], nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := Find("", ""); got != usualPlaces[1] {
		t.Errorf("found %q, %v", got, err)
	}
}
