package perl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// account is all that an evaluator has to say of a file, warnings apart.
type account struct {
	Shown  any      // what WriteShow wrote
	Events []string // in order
	Err    string
}

// accidental are the numbers of evals and of processes.
var accidental = regexp.MustCompile(`(\(eval |ngxtest-\w+-)\d+`)

// accountOf loads a file in dir.
func accountOf(t *testing.T, evaluator Evaluator, dir, file string) account {
	t.Helper()
	var a account
	say := func(kind string) func(string) {
		return func(s string) { a.Events = append(a.Events, kind+": "+s) }
	}
	err := Load(context.Background(), file, Options{
		Env: spec.Env{"PATH": os.Getenv("PATH"), "LC_ALL": "C", "TZ": "UTC"}, Dir: dir, Evaluator: evaluator,
		NginxVersion: "1.022001", OpenSSLVersion: "3.000011", PcreVersion: 1,
		Sink: Sink{
			Plan: func(p spec.Plan) { say("plan")(fmt.Sprint(p)) },
			Test: func(x tap.Test, line int) { say("test")(fmt.Sprintf("%+v in line %d", x, line)) },
			Diag: say("diag"), Note: say("note"), Stdout: say("stdout"),
		},
	}, func(s *spec.Suite) error {
		for _, b := range s.Blocks {
			if err := s.Preprocess(b); err != nil {
				return err
			}
		}
		var b bytes.Buffer
		if err := WriteShow(&b, s); err != nil {
			return err
		}
		return json.Unmarshal(accidental.ReplaceAll(b.Bytes(), []byte("${1}N")), &a.Shown)
	})
	if err != nil {
		a.Err = err.Error()
	}
	a.Events = joinOutput(a.Events)
	return a
}

// joinOutput makes one event of neighbours on stdout: perl says in one what the built-in evaluator says in several.
func joinOutput(events []string) []string {
	var out []string
	for _, e := range events {
		text, ok := strings.CutPrefix(e, "stdout: ")
		if last := len(out) - 1; ok && last >= 0 && strings.HasPrefix(out[last], "stdout: ") {
			out[last] += text
			continue
		}
		out = append(out, e)
	}
	return out
}

// agree fails where the built-in evaluator and the system's perl make something else of a file.
func agree(t *testing.T, dir, file string) {
	t.Helper()
	builtin, system := accountOf(t, Builtin, dir, file), accountOf(t, System, dir, file)
	if builtin.Shown == nil && builtin.Err == "" {
		t.Errorf("%s: the built-in evaluator shows nothing", file)
	}
	for _, d := range differences(file, builtin.Shown, system.Shown) {
		t.Error(d)
	}
	if !reflect.DeepEqual(builtin.Events, system.Events) {
		t.Errorf("%s: what it says is, builtin:\n%q\nsystem:\n%q", file, builtin.Events, system.Events)
	}
	if builtin.Err != system.Err {
		t.Errorf("%s: the error is, builtin: %q, system: %q", file, builtin.Err, system.Err)
	}
}

// differences lists where two values read from JSON differ.
func differences(path string, a, b any) []string {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			break
		}
		var out []string
		for k := range x {
			out = append(out, differences(path+"."+k, x[k], y[k])...)
		}
		for k := range y {
			if _, ok := x[k]; !ok {
				out = append(out, fmt.Sprintf("%s.%s: only system has it: %q", path, k, y[k]))
			}
		}
		return out
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			break
		}
		var out []string
		for i := range x {
			out = append(out, differences(fmt.Sprintf("%s[%d]", path, i), x[i], y[i])...)
		}
		return out
	}
	if reflect.DeepEqual(a, b) {
		return nil
	}
	return []string{fmt.Sprintf("%s: builtin %q, system %q", path, a, b)}
}

func TestEvaluatorsAgreeOnSamples(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/samples.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if filepath.Ext(f.Name) == ".t" {
			agree(t, dir, f.Name)
		}
	}
}

func TestEvaluatorsAgreeOnOwnSuites(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "t"), os.DirFS("../../t")); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"t/*.t", "t/*/*.t", "t/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, f := range files {
			if filepath.Base(f) != "randomize.t" { // has another port each time
				agree(t, dir, strings.TrimPrefix(f, dir+"/"))
			}
		}
	}
}
