package outside

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// programs puts scripts and empty programs into a directory that is all of $PATH.
func programs(t *testing.T, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	t.Chdir(dir)
	return dir
}

func TestRecognise(t *testing.T) {
	dir := programs(t, map[string]string{
		"luajit": "\x7fELF", "lua": "\x7fELF", "sh": "\x7fELF", "env": "\x7fELF",
		"busted":  "#!" + "/usr/bin/env lua\nrequire 'busted.runner'({ standalone = false })\n",
		"wrapped": "#!DIR/sh\nexec luajit\n",
		"resty":   "#!DIR/env perl\n",
		"tool":    "#!DIR/env -S luajit -O3\n",
	})
	for _, name := range []string{"wrapped", "resty", "tool"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(text), "DIR", dir)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ command, want string }{
		{"luajit x.lua", "V DIR/luajit x.lua"},
		{"tool x", "V DIR/luajit -O3 DIR/tool x"},
		{"wrapped x", "trace: V DIR/sh DIR/wrapped x"},
		{"sh -c luajit", "trace: V DIR/sh -c luajit"},
		{"busted spec", "V DIR/lua DIR/busted -e dofile[[H]] spec"},
		{"busted --lua=luajit spec", "V DIR/luajit DIR/busted -e dofile[[H]] --ignore-lua --lua=luajit spec"},
		{"busted --lua luajit spec", "V DIR/luajit DIR/busted -e dofile[[H]] --ignore-lua --lua luajit spec"},
		{"busted --lua=nowhere spec", "trace: V DIR/lua DIR/busted -e dofile[[H]] --lua=nowhere spec"},
		{"luajit /bin/busted spec", "V DIR/luajit /bin/busted -e dofile[[H]] spec"},
		{"luajit -lm x.lua", "V DIR/luajit -lm x.lua"},
		{"resty x.lua a", "DIR/resty --user-runner=V -e dofile[[P]] x.lua a"},
		{"resty --valgrind -I lib x.lua --valgrind", "DIR/resty --user-runner=V -e dofile[[P]] -I lib x.lua --valgrind"},
		{"resty -e --valgrind --shdict=a --valgrind x.lua", "DIR/resty --user-runner=V -e dofile[[P]] -e --valgrind --shdict=a x.lua"},
		{"resty --valgrind-opts=--tool=drd x.lua", "--tool=drd: DIR/resty --user-runner=V -e dofile[[P]] x.lua"},
		{"resty --valgrind-opts --tool=drd x.lua", "--tool=drd: DIR/resty --user-runner=V -e dofile[[P]] x.lua"},
		{"resty -I lib /bin/busted spec", "DIR/resty --user-runner=V -e dofile[[P]] -I lib /bin/busted -e dofile[[H]] spec"},
	} {
		c, err := recognise(strings.Fields(test.command))
		if err != nil {
			t.Errorf("%s: %v", test.command, err)
			continue
		}
		if c.script > 0 {
			c = c.hooked("H")
		}
		got := strings.ReplaceAll(strings.Join(c.under([]string{"V"}, "P"), " "), dir, "DIR")
		switch {
		case c.valgrind != "":
			got = c.valgrind + ": " + got
		case c.trace:
			got = "trace: " + got
		}
		if got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.command, got, test.want)
		}
	}
}

func TestRefused(t *testing.T) {
	programs(t, map[string]string{"resty": "", "valgrind": ""})
	for _, test := range []struct{ command, want string }{
		{"", "there is no command"},
		{"busted spec", "busted: no such program in $PATH (to get it: apt-get install lua-busted luajit2"},
		{"./resty.d x.lua", "./resty.d: cannot be run: no such file or directory"},
		{"valgrind luajit", "leave valgrind out"},
		{"resty --gdb x.lua", "leave --gdb out"},
		{"resty --user-runner=perf x.lua", "leave --user-runner out"},
	} {
		_, err := recognise(strings.Fields(test.command))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want one line with %q", test.command, err, test.want)
		}
	}
}

func TestConfiguredLua(t *testing.T) {
	programs(t, map[string]string{".busted": "return {\n  _all = {\n    coverage = false, lua = \"luajit\",\n  },\n  -- lua = \"lua5.1\"\n}\n"})
	if got := bustedLua([]string{"spec"}); got != "luajit" {
		t.Errorf("the file .busted: got %q", got)
	}
	if got := bustedLua([]string{"--lua=lua5.4", "spec"}); got != "lua5.4" {
		t.Errorf("an option beside the file: got %q", got)
	}
}

func TestRemaining(t *testing.T) {
	for _, test := range []struct {
		name   string
		blocks []int64
		want   []int64 // step, blocks, step, blocks...
	}{
		{"nothing", []int64{0, 0}, nil},
		{"two of three", []int64{1, 0, 2}, []int64{0, 1, 2, 2}},
		{"freed by the next", []int64{1, -1, 1}, []int64{2, 1}},
		{"freed in part", []int64{1, 3, -2}, []int64{0, 1, 1, 1}},
		{"freed over several", []int64{1, 2, -3, 1}, []int64{3, 1}},
		{"freed from before", []int64{-4, 1}, []int64{1, 1}},
	} {
		var got []int64
		for _, s := range remaining(changes(test.blocks)) {
			got = append(got, int64(s.step), s.change.Blocks)
			if s.change.Bytes != 10*s.change.Blocks {
				t.Errorf("%s: %d bytes in %d blocks", test.name, s.change.Bytes, s.change.Blocks)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
