package runner

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// row is a line of README's tables: a name, the file that shows it or "refused", and a note.
var row = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\S+) \\| (.*) \\|$")

// ofLWP are sections of Test::Nginx::LWP alone.
var ofLWP = []string{"chunked_body", "middle_chunk_delay", "request_headers", "start_chunk_delay"}

// TestReadmeTables holds the tables of README against the code and t/: each section and variable that the code knows has a row,
// and each row a file in which it occurs.
func TestReadmeTables(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(string(readme), -1) {
		name, file, note := m[1], m[2], m[3]
		if _, twice := rows[name]; twice {
			t.Errorf("%s has two rows", name)
		}
		rows[name] = file
		if file == "refused" {
			if strings.TrimSpace(note) == "" {
				t.Errorf("%s: the row does not say why it is refused", name)
			}
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		use := regexp.MustCompile(`(?m)^--- \(?` + name + `\b`)
		if name == strings.ToUpper(name) && strings.Contains(name, "_") || name == "MOCKEAGAIN" {
			use = regexp.MustCompile(`\b` + name + `\b`)
		}
		if err != nil || !strings.HasPrefix(file, "t/") || !use.Match(text) {
			t.Errorf("%s: %s does not show it (%v)", name, file, err)
		}
	}
	known := slices.Concat(slices.Collect(maps.Keys(spec.Sections)), ofLWP, variables(t))
	for _, name := range known {
		if _, ok := rows[name]; !ok {
			t.Errorf("README has no row for %s", name)
		}
		delete(rows, name)
	}
	for name := range rows {
		if !slices.Contains([]string{"ASAN_OPTIONS", "LD_LIBRARY_PATH", "LD_PRELOAD", "MOCKEAGAIN", "TEST_SHOW_NO_DIFFS"}, name) &&
			!strings.HasPrefix(name, "TEST_NGINX_") {
			t.Errorf("README has a row for %s, which the code does not know", name)
		}
	}
}

// variables are the names of variables in the code that evaluates preambles and runs blocks.
func variables(t *testing.T) []string {
	t.Helper()
	names := map[string]bool{}
	for _, pattern := range []string{"*.go", "nginx/*.go", "perl/nginx*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`"(TEST_NGINX_[A-Z0-9_]*[A-Z0-9])"`).FindAllStringSubmatch(string(text), -1) {
				names[m[1]] = true
			}
			if f == "perl/nginxvars.go" { // a table of names without their beginning
				for _, m := range regexp.MustCompile(`"\w+": "([A-Z][A-Z0-9_]+)"`).FindAllStringSubmatch(string(text), -1) {
					names["TEST_NGINX_"+strings.TrimPrefix(m[1], "TEST_NGINX_")] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
