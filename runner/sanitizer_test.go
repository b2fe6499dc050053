package runner

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSanitizer runs blocks of the zoo with a library that AddressSanitizer is built into, in an nginx that loads its runtime
// first. What they have to find is what Valgrind has to find.
func TestSanitizer(t *testing.T) {
	t.Chdir("..")
	library := filepath.Join(t.TempDir(), "libzoo.so")
	sources, err := filepath.Glob("t/valgrind/zoo/*.c")
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	arguments := append([]string{"-g", "-O0", "-fPIC", "-std=c99", "-fsanitize=address", "-shared", "-o", library}, sources...)
	if said, err := exec.Command("cc", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	runtime, err := exec.Command("cc", "-print-file-name=libasan.so").Output()
	if err != nil {
		t.Fatal(err)
	}
	variables := []string{"TEST_NGINX_ZOO_LIB=" + library, "TEST_NGINX_LD_PRELOAD=" + strings.TrimSpace(string(runtime))}
	zooCompare(t, map[string]string{
		"leak.t": "^TEST (2|4|10):", "phase.t": "^TEST 6:", "clean-ffi.t": "^TEST (2|9):", "clean.t": "^TEST (4|11):", "workers.t": "^TEST 2:",
	}, zooExpected(t), variables...)

	// What AddressSanitizer finds ends nginx.
	file := filepath.Join(t.TempDir(), "freed.t")
	text := `use lib 't/valgrind/lib';
use Zoo 'no_plan';
run_tests();
__DATA__

=== TEST 1: use after free
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(10)
            if ngx.var.arg_close then
                zoo.cage_close(cage)
            end
            ngx.say(zoo.cage_size(cage))
            zoo.cage_close(cage)
        }
    }
--- request eval
["GET /t", "GET /t?close=1"]
--- ignore_response
`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	variables = append(variables, "ASAN_OPTIONS=malloc_context_size=20:log_path=/nowhere")
	for title, got := range zooRun(t, file, "", variables...) {
		want := fault{Verdict: "error", Requests: []int{2}, Kind: "InvalidRead", C: "cage_size", Lua: file + ":15"}
		if len(got) != 1 || !got[0].is(want) {
			t.Errorf("%s: found %v, want %s", title, got, want)
		}
	}
}
