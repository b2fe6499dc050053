package convert

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/spec"
)

func options(t *testing.T) perl.Options {
	return perl.Options{Env: spec.Env{"PATH": os.Getenv("PATH"), "TEST_NGINX_SERVROOT": t.TempDir()}, NginxVersion: "1.022001"}
}

func convert(t *testing.T, path string, src []byte) (Result, error) {
	t.Helper()
	return File(context.Background(), path, src, options(t))
}

// TestGolden holds converted files against files that were read by a person.
func TestGolden(t *testing.T) {
	for _, c := range []struct{ from, want, notes string }{
		{"plain.t", "plain.yaml", "t/plain.t:45: config stays Perl\nt/plain.t:46: request stays Perl\nt/plain.t:53: config stays Perl"},
		{"plain.yaml", "back.t", ""},
		{"perl.t", "perl.yaml", "t/perl.t:1: the preamble stays Perl, under the key perl\nt/perl.t:19: request stays Perl"},
		{"perl.yaml", "perlback.t", ""},
	} {
		t.Run(c.from, func(t *testing.T) {
			src, err := os.ReadFile(filepath.Join("testdata", c.from))
			if err != nil {
				t.Fatal(err)
			}
			got, err := convert(t, "t/"+c.from, src)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", c.want)
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(path, got.Text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Text) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got.Text, want)
			}
			if notes := strings.Join(got.Notes, "\n"); notes != c.notes {
				t.Errorf("notes\n%s\nwant\n%s", notes, c.notes)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"two of a name", "use Test::Nginx::Socket 'no_plan'; run_tests();\n__DATA__\n=== a\n--- config\n=== a\n--- config\n",
			`t/a.t:5: the title "a" is that of line 3, too (a YAML suite needs different names; ngxtest fmt numbers TEST titles)`},
		{"code in front of blocks", "use Test::Nginx::Socket 'no_plan'; run_tests();\n__DATA__\n<<< 1 >>>\n=== a\n--- config\n",
			"t/a.t:3: Perl code between <<< and >>> in front of the blocks has no place in YAML (move it to the preamble)"},
		{"not UTF-8", "use Test::Nginx::Socket 'no_plan';\n# \xff\nour $x; run_tests();\n__DATA__\n=== a\n--- config\n",
			"t/a.t: the preamble is not UTF-8 (YAML is)"},
		{"values that depend on the file's name", "use Test::Nginx::Socket 'no_plan'; our $f = $0; run_tests();\n__DATA__\n=== a\n--- config eval: $::f\n",
			`t/a.t: cannot be converted without a change: block "a": section config would be "t/a.yaml" instead of "t/a.t"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := convert(t, "t/a.t", []byte(c.src))
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestOwnSuites converts all suites of the project there and back. That nothing is lost is what File checks itself; here it is that
// it can be done at all.
func TestOwnSuites(t *testing.T) {
	t.Chdir("../..")
	files, err := filepath.Glob("t/*.t")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d suites in t (%v)", len(files), err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		there, err := convert(t, file, src)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := convert(t, Target(file), there.Text); err != nil {
			t.Error(err)
		}
	}
}
