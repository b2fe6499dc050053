package perl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// suiteDir returns a copy of testdata to run in: suites write files.
func suiteDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// loaded is what came of loading a suite.
type loaded struct {
	suite *spec.Suite
	shown string
	tests []tap.Test
	plans []spec.Plan
	out   strings.Builder // diagnostics, notes, stdout, stderr
}

func load(t *testing.T, dir, file string) (*loaded, error) {
	t.Helper()
	l := &loaded{}
	write := func(s string) { l.out.WriteString(s) }
	err := Load(context.Background(), file, Options{Evaluator: Builtin,
		Env: spec.Env{"PATH": os.Getenv("PATH"), "LC_ALL": "C"}, Dir: dir, NginxVersion: "1.022001", OpenSSLVersion: "3.000011",
		PcreVersion: 1,
		Sink: Sink{
			Plan: func(p spec.Plan) { l.plans = append(l.plans, p) },
			Test: func(x tap.Test, _ int) { l.tests = append(l.tests, x) },
			Diag: write, Note: write, Stdout: write, Stderr: write,
		},
	}, func(s *spec.Suite) error {
		l.suite = s
		for _, b := range s.Blocks {
			if err := s.Preprocess(b); err != nil {
				return err
			}
		}
		var b bytes.Buffer
		if err := WriteShow(&b, s); err != nil {
			return err
		}
		l.shown = strings.ReplaceAll(b.String(), dir, "ROOT")
		return nil
	})
	return l, err
}

// loadText loads a suite of this text.
func loadText(t *testing.T, name, text string) (*loaded, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return load(t, dir, name)
}

// TestSuites compares what is seen of each suite in testdata with what perl 5.36, Test::Base 0.89 and Test::Nginx 0.33 see.
func TestSuites(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no recorded suites")
	}
	dir := suiteDir(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			l, err := load(t, dir, name+".t")
			if err != nil {
				t.Fatalf("%v\n%s", err, l.out.String())
			}
			recorded, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want, got map[string]any
			if err := json.Unmarshal(recorded, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(l.shown), &got); err != nil {
				t.Fatalf("%v in %s", err, l.shown)
			}
			compareShown(t, want, got)
		})
	}
}

func compareShown(t *testing.T, want, got map[string]any) {
	t.Helper()
	if got["entry"] != want["entry"] {
		t.Errorf("entry %v, want %v", got["entry"], want["entry"])
	}
	settings := got["settings"].(map[string]any)
	for name, w := range want["settings"].(map[string]any) {
		if g := settings[name]; text(g) != text(w) {
			t.Errorf("setting %s is %v, want %v", name, g, w)
		}
	}
	blocks, wanted := got["blocks"].([]any), want["blocks"].([]any)
	if len(blocks) != len(wanted) {
		t.Fatalf("%d blocks, want %d", len(blocks), len(wanted))
	}
	for i, w := range wanted {
		w, g := w.(map[string]any), blocks[i].(map[string]any)
		if g["name"] != w["name"] || g["line"] != w["line"] {
			t.Errorf("block %q in line %v, want %q in line %v", g["name"], g["line"], w["name"], w["line"])
		}
		values, wantedValues := g["values"].(map[string]any), w["values"].(map[string]any)
		for name, value := range wantedValues {
			if !reflect.DeepEqual(values[name], value) {
				t.Errorf("%v, section %s: %s\nwant %s", w["name"], name, text(values[name]), text(value))
			}
		}
		for name, value := range values {
			if _, ok := wantedValues[name]; !ok && value != nil {
				t.Errorf("%v: section %s was not recorded: %s", w["name"], name, text(value))
			}
		}
	}
}

// text is a decoded JSON value as text; numbers and the strings that show them are the same.
func text(v any) string {
	if s, ok := v.(string); ok && strings.Trim(s, "0123456789") == "" && s != "" {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func TestLoadErrors(t *testing.T) {
	const use = "use Test::Nginx::Socket 'no_plan';\nrun_tests();\n__DATA__\n"
	for _, c := range []struct{ name, file, text, want string }{
		{"empty", "a.t", "", "a.t:1: the file is empty"},
		{"blank", "a.t", "\n \n", "a.t:1: the file is empty"},
		{"binary", "a.t", "\x7fELF\x02\x01\x00\x00\n", "a.t:1: "},
		{"no data", "a.t", "use Test::Nginx::Socket 'no_plan';\nrun_tests();\n", "a.t: no test blocks, for there is no __DATA__ line"},
		{"no blocks", "a.t", use, "a.t:3: no test blocks below this line"},
		{"string", "a.t", "use Test::Nginx::Socket;\nmy $x = \"abc;\nrun_tests();\n", "a.t:2: the string that begins here is never closed"},
		{"heredoc", "a.t", "my $x = 1;\nmy $y = <<EOF;\nabc\n", "a.t:2: the here-document that begins here is never closed"},
		{"die", "a.t", "use strict;\n\ndie 'no luck';\n", "a.t:3: no luck"},
		{"die with newline", "a.t", "\ndie \"no luck\\n\";\n", "a.t:2: no luck"},
		{"run time", "a.t", "my $x;\n$x->foo;\n", "a.t:2: Can't call method \"foo\" on an undefined value"},
		{"module", "a.t", "\nuse No::Such::Module;\n", "a.t:2: unsupported Perl: module No::Such::Module"},
		{"filter", "a.t", use + "=== a\n--- b\nc\n--- d nosuch\nx\n", "a.t:7: Can't find a function or method for 'nosuch' filter"},
		{"colon", "a.t", use + "=== a\n--- error_code:404\n", "a.t:5: Can't find a function or method for ':404' filter"},
		{"reserved", "a.t", use + "=== a\n--- name: x\n", "a.t:5: "},
		{"extra lines", "a.t", use + "=== a\n--- b: x\ny\n", "a.t:5: "},
		{"unsupported in eval", "a.t", use + "=== a\n--- b eval\n\n1;\nfork()\n", "a.t:8: unsupported Perl: "},
		{"filter dies", "a.t", use + "=== a\n--- b lines eval\n1\n2\n", "a.t:5: section b: filter eval: Input to the 'eval' filter must be a scalar"},
		{"plan twice", "a.t", "use Test::More 'no_plan';\nplan tests => 1;\n", "a.t:2: You tried to plan twice"},
		{"plan 0", "a.t", "use Test::More;\n\nplan tests => 0;\n", "a.t:3: You said to run 0 tests (a file without blocks has none to count: add blocks, or plan skip_all)"},
		{"yaml", "a.yaml", "tests:\n  - name: a\n    config: [\n", "a.yaml:"},
		{"environment", "a.t", "BEGIN { $ENV{TEST_NGINX_USE_HTTP2} = $ENV{TEST_NGINX_USE_HTTP3} = 1 }\n" + use, "a.t: TEST_NGINX_USE_HTTP2 and"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadText(t, c.file, c.text)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one line that begins with %q", err, c.want)
			}
		})
	}
	dir := t.TempDir()
	if _, err := load(t, dir, "."); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: error %v", err)
	}
	if _, err := load(t, dir, "none.t"); err == nil || !strings.HasPrefix(err.Error(), "none.t: no such file") {
		t.Errorf("no file: error %v", err)
	}
}

// TestOwnTests compares the tests and diagnostics that files make by themselves with those that perl prints.
func TestOwnTests(t *testing.T) {
	for _, name := range []string{"more", "runs"} {
		dir := suiteDir(t)
		var stdout, stderr strings.Builder
		n := 0
		diag := func(s string) { stderr.WriteString(s) }
		note := func(s string) { stdout.WriteString(s) }
		var entry string
		err := Load(context.Background(), name+".t", Options{Evaluator: Builtin, Dir: dir, Sink: Sink{
			Plan: func(p spec.Plan) { fmt.Fprintf(&stdout, "1..%d\n", p.Tests) },
			Test: func(x tap.Test, _ int) { n++; stdout.WriteString(x.Line(n) + "\n") },
			Diag: diag, Note: note, Stdout: note, Stderr: diag,
		}}, func(s *spec.Suite) error { entry = s.Entry; return nil })
		if err != nil || entry != spec.EntryEnd {
			t.Errorf("%s: entry %q, error %v", name, entry, err)
		}
		compareLines(t, filepath.Join(dir, name+".tap"), stdout.String())
		compareLines(t, filepath.Join(dir, name+".err"), stderr.String())
	}
}

// compareLines reports the first line that differs from the recorded ones. Without a record there must be none.
func compareLines(t *testing.T, record, got string) {
	t.Helper()
	want, err := os.ReadFile(record)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Errorf("%s:%d: %q, want %q", filepath.Base(record), i+1, g[min(i, len(g)):min(i+3, len(g))], w[min(i, len(w)):min(i+3, len(w))])
			return
		}
	}
}
