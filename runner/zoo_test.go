package runner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/valgrind"
)

// fault is an entry of t/valgrind/expect.yaml, which explains the fields.
type fault struct {
	Verdict  string `yaml:"verdict"`
	Requests []int  `yaml:"requests"`
	Kind     string `yaml:"kind"`
	C        string `yaml:"c"`
	Lua      string `yaml:"lua"`

	Blocks amounts `yaml:"blocks"`
	Bytes  amounts `yaml:"bytes"`
}

// amounts are one for all requests, or one for each of them.
type amounts []float64

func (a *amounts) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]float64)(a))
	}
	*a = make(amounts, 1)
	return n.Decode(&(*a)[0])
}

// are reports whether these are the expected ones; none expected is any.
func (a amounts) are(want amounts) bool {
	for i, n := range a {
		if len(want) > 0 && n != want[min(i, len(want)-1)] {
			return false
		}
	}
	return true
}

func (f fault) String() string {
	return fmt.Sprintf("%s in %s from %s, requests %v, blocks %v, bytes %v %s", f.Verdict, f.C, f.Lua, f.Requests, f.Blocks, f.Bytes, f.Kind)
}

// TestZoo holds what a run under Valgrind says of the zoo, t/valgrind, against what is wrong there. Usually that is one block
// of each sort; NGXTEST_ZOO=all makes it all of them, which takes some minutes.
func TestZoo(t *testing.T) {
	t.Chdir("..")
	files := map[string]string{
		"leak.t": "^TEST (2|3|7|8|9):", "phase.t": "^TEST (3|6|8):", "error.t": "^TEST (3|7):", "crash.t": "^TEST 1:",
		"workers.t": "^TEST 2:", "clean-ffi.t": "^TEST (2|9):", "clean.t": "^TEST (4|11):",
	}
	if os.Getenv("NGXTEST_ZOO") == "all" {
		all, err := filepath.Glob("t/valgrind/*.t")
		if err != nil || len(all) < len(files) {
			t.Fatal(all, err)
		}
		for _, f := range all {
			files[filepath.Base(f)] = ""
		}
	}
	zooCompare(t, files, zooExpected(t))
}

func zooExpected(t *testing.T) map[string]map[string][]fault {
	t.Helper()
	text, err := os.ReadFile("t/valgrind/expect.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string]map[string][]fault
	if err := yaml.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	return expected
}

// zooCompare runs blocks, by file and title, and holds what is found against what is expected.
func zooCompare(t *testing.T, files map[string]string, expected map[string]map[string][]fault, more ...string) {
	t.Helper()
	seeded, found := 0, 0
	for file, titles := range files {
		for title, got := range zooRun(t, filepath.Join("t/valgrind", file), titles, more...) {
			block, _, _ := strings.Cut(title, ":")
			want, ok := expected[file][block]
			if !ok {
				t.Errorf("%s %s: expect.yaml does not say what is wrong with it", file, block)
			}
			seeded += len(want)
			for _, f := range want {
				i := slices.IndexFunc(got, func(g fault) bool { return g.is(f) })
				if i < 0 {
					t.Errorf("%s %s: not found: %s\nfound: %v", file, title, f, got)
					continue
				}
				found++
				got = slices.Delete(got, i, i+1)
			}
			for _, g := range got {
				t.Errorf("%s %s: there is no such fault: %s", file, title, g)
			}
		}
	}
	t.Logf("%d faults seeded, %d found", seeded, found)
	if seeded == 0 {
		t.Error("no block with a fault was run")
	}
}

// Valgrind's other tools, and its text instead of XML, which the user's own options may ask for, come to the same.
func TestZooOtherOptions(t *testing.T) {
	t.Chdir("..")
	tests := []struct {
		options, file, title string
		want                 fault
	}{
		{"--tool=helgrind", "clean-ffi.t", "TEST 10:", fault{Verdict: "error", Kind: "Race", Requests: []int{2}, C: "run"}},
		{"--tool=drd", "clean-ffi.t", "TEST 10:", fault{Verdict: "error", Kind: "ConflictingAccess", Requests: []int{2}, C: "run"}},
		{"--leak-check=full --xml=no", "error.t", "TEST 6:",
			fault{Verdict: "error", Kind: "InvalidRead", Requests: []int{2}, C: "cage_size", Lua: "error.t:94"}},
	}
	for _, test := range tests {
		t.Run(test.options, func(t *testing.T) {
			for title, got := range zooRun(t, "t/valgrind/"+test.file, "^"+test.title, useValgrind+"="+test.options) {
				if len(got) != 1 || !got[0].is(test.want) {
					t.Errorf("%s: found %v, want %v", title, got, test.want)
				}
			}
		})
	}
}

// is reports whether what was found is the fault.
func (f fault) is(want fault) bool {
	return f.Verdict == want.Verdict && f.C == want.C && f.Lua == want.Lua && slices.Equal(f.Requests, want.Requests) &&
		f.Blocks.are(want.Blocks) && f.Bytes.are(want.Bytes) &&
		(want.Kind == "" || f.Kind == want.Kind || f.Verdict == string(valgrind.Crash))
}

// zooRun runs a file under Valgrind, or with a sanitizer, where one of the variables brings it in, and returns the findings of each block:
// those of one verdict that come from one C function are one.
func zooRun(t *testing.T, file, titles string, more ...string) map[string][]fault {
	t.Helper()
	port, err := nginx.FreePort("127.0.0.1", func(p int) bool { return p >= 32768 })
	if err != nil {
		t.Fatal(err)
	}
	env := Environ()
	env["TEST_NGINX_SERVER_PORT"] = fmt.Sprint(port)
	env["TEST_NGINX_SERVROOT"] = filepath.Join(t.TempDir(), "servroot")
	for _, v := range more {
		name, value, _ := strings.Cut(v, "=")
		env[name] = value
	}
	setup := Setup{Env: env}
	if env["TEST_NGINX_LD_PRELOAD"] == "" && env[useValgrind] == "" {
		setup.Valgrind = "1"
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	owner := valgrind.Owner{Roots: []string{dir}}
	blocks := map[string][]fault{}
	h := &heard{on: func(e report.Event) {
		switch {
		case e.Kind == report.BlockStart:
			blocks[e.Place.Block] = nil
		case e.Kind == report.TestDone && !e.Test.OK:
			t.Errorf("%s: not ok: %s", file, e.Test.Name)
		case e.Kind == report.Abort:
			t.Errorf("%s", e.Text)
		case e.Kind == report.Found:
			f := fault{Verdict: string(e.Finding.Verdict), C: owner.Place(e.Finding.Stack).Foot.Function}
			if !e.Finding.Kind.IsLoss() && e.Finding.Kind != valgrind.FatalSignal {
				f.Kind = string(e.Finding.Kind)
			}
			var callers []string
			for _, c := range e.Finding.Blame {
				callers = append(callers, strings.TrimPrefix(c.Where, "t/valgrind/"))
			}
			f.Lua = strings.Join(callers, " and ")
			blocks[e.Place.Block] = merge(blocks[e.Place.Block], f, *e.Finding, e.Place.Request)
		}
	}}
	Run(context.Background(), Options{
		Files: []string{file}, Select: Selection{Title: titles}, Setup: setup,
	}, h)
	return blocks
}

// merge adds a finding to a fault of the list, or to the list.
func merge(list []fault, f fault, found report.Finding, request int) []fault {
	i := slices.IndexFunc(list, func(g fault) bool { return g.Verdict == f.Verdict && g.C == f.C && g.Kind == f.Kind })
	if i < 0 {
		list = append(list, f)
		i = len(list) - 1
	}
	g := &list[i]
	at := 0
	if request > 0 {
		known := false
		if at, known = slices.BinarySearch(g.Requests, request); !known {
			g.Requests = slices.Insert(g.Requests, at, request)
		}
		if !known && len(g.Blocks) >= len(g.Requests) {
			g.Blocks, g.Bytes = slices.Insert(g.Blocks, at, 0), slices.Insert(g.Bytes, at, 0)
		}
	}
	if !found.Kind.IsLoss() {
		return list
	}
	for len(g.Blocks) <= at {
		g.Blocks, g.Bytes = append(g.Blocks, 0), append(g.Bytes, 0)
	}
	if found.Watched > 0 {
		g.Blocks[at] += float64(found.GrownIn) / float64(found.Watched)
		g.Bytes[at] += float64(found.GrownBy) / float64(found.Watched)
	} else {
		g.Blocks[at] += float64(found.Blocks)
		g.Bytes[at] += float64(found.Bytes)
	}
	return list
}
