package outside

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/valgrind"
)

func changes(blocks []int64) []valgrind.Change {
	var out []valgrind.Change
	for _, n := range blocks {
		out = append(out, valgrind.Change{Requests: 1, Bytes: 10 * n, Blocks: n})
	}
	return out
}

// found notes findings in a line each.
type found []string

func (f *found) Handle(e report.Event) {
	if e.Kind != report.Found {
		return
	}
	at := e.File
	if e.Place != nil {
		at = fmt.Sprintf("%s:%d %s", filepath.Base(e.File), e.Place.Line, e.Place.Block)
	}
	what := string(e.Finding.Record.Kind)
	if e.Finding.Record.Kind.IsLoss() {
		what = fmt.Sprintf("%d bytes in %d", e.Finding.Bytes, e.Finding.Blocks)
	}
	*f = append(*f, fmt.Sprintf("%s: %s: %s", at, e.Finding.Verdict, what))
}

// outsideRun runs a command in the project's directory, with the library of t/valgrind built.
func outsideRun(t *testing.T, o Options) (found, report.Summary, string) {
	t.Helper()
	t.Chdir("../..")
	if out, err := exec.Command("make", "-s", "-C", "t/valgrind/zoo").CombinedOutput(); err != nil {
		t.Fatalf("make: %v\n%s", err, out)
	}
	var f found
	var output bytes.Buffer
	o.Stdout, o.Stderr = &output, &output
	summary, err := Run(t.Context(), o, &f)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(f)
	return f, summary, output.String()
}

func wants(t *testing.T, got found, summary report.Summary, output string, status int, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("found\n  %s\nwant\n  %s\n%s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), output)
	}
	if summary.ExitStatus() != status {
		t.Errorf("exit status %d, want %d\n%s", summary.ExitStatus(), status, output)
	}
}

// Five faults in eight tests, and nothing of the other three. Who asks Valgrind makes no difference.
func TestBusted(t *testing.T) {
	for name, options := range map[string]string{
		"requests": "",
		"vgdb":     "--leak-check=full --show-possibly-lost=no --log-file=" + filepath.Join(t.TempDir(), "users.log"),
	} {
		t.Run(name, func(t *testing.T) {
			got, summary, output := outsideRun(t, Options{
				Command: []string{"busted", "--lua=luajit", "t/valgrind/outside"}, Valgrind: options,
			})
			wants(t, got, summary, output, 2,
				"cage_spec.lua:18 a cage gets a note: leak: 5 bytes in 1",
				"cage_spec.lua:26 a cage adds up: error: InvalidRead",
				"cage_spec.lua:30 a cage is dropped: leak: 70 bytes in 1",
				"cage_spec.lua:34 a cage adds up again: error: InvalidRead",
				"cage_spec.lua:42 a cage gets two notes: leak: 14 bytes in 2",
			)
		})
	}
}

// With --repeat, each time is like the first one.
func TestBustedRepeat(t *testing.T) {
	spec := write(t, "twice_spec.lua", `package.path = "t/valgrind/lib/?.lua;" .. package.path
local zoo = require "zoo"
it("leaks", function() zoo.zoo_note("twice") end)
it("does not", function() end)
`)
	got, summary, output := outsideRun(t, Options{Command: []string{"busted", "--lua=luajit", "--repeat=2", spec}})
	wants(t, got, summary, output, 2, "twice_spec.lua:3 leaks: leak: 6 bytes in 1", "twice_spec.lua:3 leaks: leak: 6 bytes in 1")
	if n := strings.Count(output, "2 successes / 0 failures / 0 errors"); n != 2 {
		t.Errorf("all tests pass %d times, want 2:\n%s", n, output)
	}
}

// What busted tests do to handles, in the words of their titles.
func TestBustedHandles(t *testing.T) {
	spec := write(t, "handle_spec.lua", `package.path = "t/valgrind/lib/?.lua;" .. package.path
local ffi, zoo = require "ffi", require "zoo"
local kept = {}
describe("a handle", function()
  setup(function() zoo.zoo_note("setup") end)
  it("is lost in Lua", function() assert.equal(0, zoo.cage_peek(zoo.cage_open(11), 0)) end)
  it("is lost before it fails", function() zoo.cage_drop(zoo.cage_open(15)) assert.equal(1, 2) end)
  it("is closed", function() zoo.cage_close(zoo.cage_open(12)) end)
  it("is kept", function() kept[1] = zoo.zoo_label("kept") end)
  pending("is thought about")
  it("is kept by another", function() kept[2] = zoo.zoo_label("kept, too") end)
  it("is one that stays", function() kept[3] = zoo.cage_open(13) end)
  it("is not there", function() zoo.cage_peek(nil, 0) end)
end)
`)
	got, summary, output := outsideRun(t, Options{Command: []string{"busted", "--lua=luajit", spec}})
	wants(t, got, summary, output, 1,
		"handle_spec.lua:0 (outside of tests): leak: 6 bytes in 1",
		"handle_spec.lua:11 a handle is kept by another: growing: 10 bytes in 1",
		"handle_spec.lua:13 a handle is not there: crash: FatalSignal",
		"handle_spec.lua:6 a handle is lost in Lua: leak: 43 bytes in 2",
		"handle_spec.lua:7 a handle is lost before it fails: leak: 15 bytes in 1",
		"handle_spec.lua:9 a handle is kept: growing: 5 bytes in 1",
	)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLuajit(t *testing.T) {
	init := write(t, "init.lua", `print("users init")`)
	t.Setenv("LUA_INIT", "@"+init)
	got, summary, output := outsideRun(t, Options{Command: []string{"luajit", "t/valgrind/outside/leak.lua"}})
	wants(t, got, summary, output, 2, "luajit t/valgrind/outside/leak.lua: leak: 5 bytes in 1")
	if output != "users init\ndone\n" {
		t.Errorf("the command printed %q", output)
	}
}

// A forked child is a process of its own, and a shell is not what is meant.
func TestProcesses(t *testing.T) {
	script := write(t, "fork.lua", `package.path = "t/valgrind/lib/?.lua;" .. package.path
local ffi, zoo = require "ffi", require "zoo"
ffi.cdef "int fork(void); int waitpid(int, int *, int);"
local child = ffi.C.fork()
if child == 0 then zoo.zoo_note("child") os.exit(0) end
ffi.C.waitpid(child, nil, 0)
zoo.cage_drop(zoo.cage_open(9))
`)
	got, summary, output := outsideRun(t, Options{Command: []string{"sh", "-c", "luajit " + script + "; exit 3"}})
	name := "sh -c luajit " + script + "; exit 3"
	wants(t, got, summary, output, 1, name+": leak: 6 bytes in 1", name+": leak: 9 bytes in 1")
}

// resty is a program of OpenResty, which Debian has not: this one does with its arguments what resty does.
func TestResty(t *testing.T) {
	resty := write(t, "resty", `#!/bin/sh
case $1 in --user-runner=*) runner=${1#*=};; *) echo "runner expected: $1"; exit 9;; esac
[ "$2" = -e ] || exit 9
eval "exec $runner luajit -e '$3' $4"
`)
	t.Setenv("PATH", filepath.Dir(resty)+":"+os.Getenv("PATH"))
	got, summary, output := outsideRun(t, Options{Command: []string{"resty", "--valgrind", "t/valgrind/outside/leak.lua"}})
	wants(t, got, summary, output, 2, "resty --valgrind t/valgrind/outside/leak.lua: leak: 5 bytes in 1")
}

func TestText(t *testing.T) {
	got, summary, output := outsideRun(t, Options{
		Command: []string{"luajit", "t/valgrind/outside/leak.lua"}, Valgrind: "--xml=no --leak-check=full", Suppressions: []string{
			write(t, "other.suppress", "{\n   other\n   Memcheck:Leak\n   fun:malloc\n   fun:other\n}\n"),
		},
	})
	wants(t, got, summary, output, 2, "luajit t/valgrind/outside/leak.lua: leak: 5 bytes in 1")
}

// A run that is interrupted leaves no process behind, and does not call its own signal a crash.
func TestInterrupted(t *testing.T) {
	script := write(t, "wait.lua", `io.stdout:write("here\n") io.stdout:flush() while true do end`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	output, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() {
		_, _ = r.Read(make([]byte, 5))
		cancel()
	}()
	var f found
	summary, err := Run(ctx, Options{Command: []string{"sh", "-c", "luajit " + script + "; echo"}, Stdout: w, Stderr: output}, &f)
	w.Close()
	if err != nil || summary.ExitStatus() != 130 || len(f) > 0 {
		t.Errorf("exit status %d, want 130; found %q, %v", summary.ExitStatus(), f, err)
	}
	// whoever still held the pipe would keep it from ending
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Error(err)
	}
}
