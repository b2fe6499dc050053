package valgrind

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPlan(t *testing.T) {
	dir := t.TempDir()
	work := t.TempDir()
	write := func(name, text string) string {
		full := filepath.Join(work, name)
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return full
	}
	const entry = "{\n   x\n   Memcheck:Cond\n   fun:f\n}\n"
	mine := write("mine.supp", entry)
	const xml = "--xml=yes --xml-file=DIR/%p.xml "
	const vgdb = "--vgdb-prefix=DIR/vgdb"
	const report = "--keep-debuginfo=yes --num-callers=100 --gen-suppressions=all --error-limit=no --fullpath-after= "
	const memcheck = "vg -q --tool=memcheck --leak-check=full --show-possibly-lost=no " + report
	for _, test := range []struct {
		name  string
		setup Setup
		want  string // with DIR and WORK for the directories
		tool  string
		notes string // what the notes are about, in order
	}{
		{"standard", Setup{}, memcheck + xml + vgdb, "memcheck", ""},
		{"digits", Setup{Options: " 1 "}, memcheck + xml + vgdb, "memcheck", ""},
		{"text", Setup{Text: true}, memcheck + vgdb, "memcheck", ""},
		{"built-in", Setup{Builtin: entry}, memcheck + xml + "--suppressions=DIR/builtin.suppress " + vgdb, "memcheck", ""},
		{"children and the first error", Setup{TraceChildren: true, ExitOnFirstError: true},
			memcheck + xml + "--trace-children=yes --exit-on-first-error=yes --error-exitcode=1 " + vgdb, "memcheck", ""},
		{"forks", Setup{Forks: true}, memcheck + xml + "--trace-children-skip=* --trace-children=yes " + vgdb, "memcheck", ""},
		{"forks and children", Setup{Forks: true, TraceChildren: true}, memcheck + xml + "--trace-children=yes " + vgdb, "memcheck", ""},
		{"forks and the user's children", Setup{Forks: true, Options: "--trace-children=yes"},
			"vg -q --trace-children=yes " + report + xml + vgdb, "memcheck", ""},
		{"the user's own, twice", Setup{Suppressions: []string{mine, mine}},
			strings.Replace(memcheck, "-q ", "", 1) + xml + "--suppressions=WORK/mine.supp " + vgdb, "memcheck", ""},
		{"own options", Setup{Options: "--leak-check=no  --num-callers=5 '--xml-user-comment=a b'"},
			"vg -q --leak-check=no --num-callers=5 --xml-user-comment=a b --keep-debuginfo=yes --gen-suppressions=all --error-limit=no --fullpath-after= " + xml + vgdb, "memcheck", ""},
		{"leaks in brief", Setup{Options: "--leak-check=summary"}, "vg -q --leak-check=summary " + report + xml + vgdb, "memcheck", "--leak-check=summary all the same"},
		{"helgrind", Setup{Options: "--tool=helgrind"}, "vg -q --tool=helgrind " + report + xml + vgdb, "helgrind", ""},
		{"a tool without errors", Setup{Options: "--tool=massif"}, "vg -q --tool=massif " + vgdb, "massif", "reports no errors"},
		{"a file of a tool's own", Setup{Options: "--tool=massif", Label: "t_a.t-7"}, "vg -q --tool=massif --massif-out-file=massif.out.t_a.t-7.%p " + vgdb,
			"massif", "reports no errors"},
		{"a file that the user names", Setup{Options: "--tool=massif --massif-out-file=m", Label: "t_a.t-7"}, "vg -q --tool=massif --massif-out-file=m " + vgdb,
			"massif", "reports no errors"},
		{"conflicts", Setup{Options: "--xml=yes --xml-file=/x --vgdb-prefix=/y --vgdb-error=0 --child-silent-after-fork=yes --gen-suppressions=yes -v"},
			"vg --gen-suppressions=all -v --keep-debuginfo=yes --num-callers=100 --error-limit=no --fullpath-after= " + xml + vgdb, "memcheck",
			"--xml-file --vgdb-prefix --vgdb-error --child-silent-after-fork --gen-suppressions"},
		{"text by option", Setup{Options: "--log-file=/x --xml=no --leak-check=full"}, "vg -q --leak-check=full " + report + vgdb, "memcheck", ""},
		{"log file beside XML", Setup{Options: "--log-file=/x"}, "vg -q --log-file=/x " + report + xml + vgdb, "memcheck", ""},
		{"no vgdb", Setup{Options: "--vgdb=no"}, "vg -q --vgdb=no " + report + strings.TrimSpace(xml), "memcheck", "--vgdb"},
		{"old", Setup{Tool: Tool{Path: "vg", Major: 3, Minor: 10}, ExitOnFirstError: true}, strings.Replace(memcheck, "--keep-debuginfo=yes ", "", 1) + xml + vgdb,
			"memcheck", "first error"},
	} {
		if test.setup.Tool.Path == "" {
			test.setup.Tool = Tool{Path: "vg", Major: 3, Minor: 19}
		}
		test.setup.Dir, test.setup.WorkDir = dir, work
		p, err := test.setup.Plan()
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got := strings.NewReplacer(dir, "DIR", work, "WORK").Replace(strings.Join(p.Args, " "))
		if got != test.want || p.ToolName != test.tool {
			t.Errorf("%s: tool %s\n got %s\nwant %s", test.name, p.ToolName, got, test.want)
		}
		notes := strings.Join(p.Notes, "\n")
		words := strings.Fields(test.notes)
		for _, w := range words {
			if !strings.Contains(notes, w) {
				t.Errorf("%s: notes %q say nothing of %s", test.name, p.Notes, w)
			}
		}
		if len(words) == 0 && len(p.Notes) > 0 {
			t.Errorf("%s: notes %q", test.name, p.Notes)
		}
		if (p.XML != "") != strings.Contains(test.want, "--xml=yes") || (p.VgdbPrefix != "") != strings.Contains(test.want, "--vgdb-prefix") ||
			p.LeakChecks != (p.VgdbPrefix != "" && test.tool == "memcheck" && !p.NoLeaks) || p.NoLeaks != strings.Contains(test.want, "--leak-check=no") {
			t.Errorf("%s: plan %+v", test.name, p)
		}
	}
	write("valgrind.suppress", entry)
	p, err := Setup{Dir: dir, WorkDir: work, Suppressions: []string{mine}}.Plan()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, a := range p.Args {
		if f, ok := strings.CutPrefix(a, "--suppressions="); ok {
			files = append(files, filepath.Base(f))
		}
	}
	if !slices.Equal(files, []string{"valgrind.suppress", "mine.supp"}) {
		t.Errorf("suppression files %q", files)
	}
	if p.XMLFile(77) != filepath.Join(dir, "77.xml") {
		t.Errorf("the file of process 77 is %s", p.XMLFile(77))
	}
}

func TestPlanRefused(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.supp")
	if err := os.WriteFile(bad, []byte("{\n   x\n   Memcheck:Cond\n   fun f\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ options, file, want string }{
		{"--help", "", "--help valgrind runs nothing"},
		{"--tool memcheck", "", `"memcheck" is no option`},
		{"--tool='memcheck", "", "not closed"},
		{"", bad, "bad.supp:4: "},
		{"", "/nowhere/x.supp", "no such file"},
	} {
		s := Setup{Dir: t.TempDir(), Options: test.options}
		if test.file != "" {
			s.Suppressions = []string{test.file}
		}
		if _, err := s.Plan(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("options %q, file %q: %v; want %q", test.options, test.file, err, test.want)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{" --a  --b=c\t", []string{"--a", "--b=c"}},
		{`--a="b c" 'd "e' f\ g ""`, []string{"--a=b c", `d "e`, "f g", ""}},
		{`"a\"b\c" 'd\e'`, []string{`a"b\c`, `d\e`}},
	} {
		if got, err := Split(test.line); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, %v; want %q", test.line, got, err, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	program := func(name, script string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	ctx := context.Background()
	if _, err := Find(ctx, ""); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "apt-get install valgrind") {
		t.Errorf("without one: %v", err)
	}
	program("valgrind", "echo valgrind-3.21.0.GIT")
	program("vgdb", "")
	tool, err := Find(ctx, "")
	if err != nil || tool.Version != "3.21.0.GIT" || tool.Path != filepath.Join(dir, "valgrind") || tool.Vgdb != filepath.Join(dir, "vgdb") {
		t.Errorf("%+v, %v", tool, err)
	}
	for _, v := range []struct {
		major, minor int
		want         bool
	}{{3, 21, true}, {3, 9, true}, {3, 22, false}, {4, 0, false}, {2, 99, true}} {
		if tool.AtLeast(v.major, v.minor) != v.want {
			t.Errorf("3.21 at least %d.%d: %v", v.major, v.minor, !v.want)
		}
	}
	program("valgrind", "echo 'failed to start tool' >&2; exit 1")
	if _, err := Find(ctx, ""); err == nil || !strings.Contains(err.Error(), "reinstall valgrind") {
		t.Errorf("a broken one: %v", err)
	}
	if _, err := Find(ctx, "/nowhere/valgrind"); err == nil || !strings.Contains(err.Error(), "/nowhere/valgrind") {
		t.Errorf("a path with none: %v", err)
	}
}
