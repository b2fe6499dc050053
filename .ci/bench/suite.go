package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	perFile = 25 // blocks
	repeats = 2  // of each request

	// longestSleep is what the slowest block of a file asks for.
	longestSleep = 200 * time.Millisecond
)

// kinds are the blocks of the suite, in turn: a static answer, Lua, and Lua whose log is looked at. Each makes three tests.
var kinds = []struct{ config, sections, body string }{
	{"location = /t { return 200 \"static %d\\n\"; }", "--- no_error_log\n[error]\n", "static %d"},
	{"location = /t { default_type text/plain; content_by_lua_block { ngx.say(\"lua \", 0 + %d) } }", "--- no_error_log\n[error]\n", "lua %d"},
	{"location = /t { content_by_lua_block { ngx.log(ngx.WARN, \"logged \", %d) ngx.say(\"log %[1]d\") } }", "--- error_log\nlogged\n", "log %d"},
}

// slow is the block that sleeps.
const slow = "location = /t { content_by_lua_block { ngx.sleep(%g) ngx.say(\"slept\") } }"

// writeSuite makes the suite's files in t/ of a directory.
func writeSuite(dir string, blocks int) error {
	if err := os.MkdirAll(filepath.Join(dir, "t"), 0o777); err != nil {
		return err
	}
	for first := 0; first < blocks; first += perFile {
		text := suiteFile(first, min(first+perFile, blocks))
		name := filepath.Join(dir, "t", fmt.Sprintf("%03d.t", first/perFile+1))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

func suiteFile(first, end int) string {
	var t strings.Builder
	fmt.Fprintf(&t, "use Test::Nginx::Socket;\nrepeat_each(%d);\nplan tests => repeat_each() * 3 * blocks();\nrun_tests();\n__DATA__\n", repeats)
	for i := first; i < end; i++ {
		config, sections, body := block(i)
		fmt.Fprintf(&t, "\n=== TEST %d: %s\n--- config\n%s\n--- request\nGET /t\n--- response_body\n%s\n%s", i-first+1, body, config, body, sections)
	}
	return t.String()
}

// block is a block's config, its further sections and the body of its answer. The last block of each file sleeps.
func block(i int) (config, sections, body string) {
	if i%perFile == perFile-1 {
		return fmt.Sprintf(slow, longestSleep.Seconds()), "--- no_error_log\n[error]\n", "slept"
	}
	k := kinds[i%len(kinds)]
	return fmt.Sprintf(k.config, i), k.sections, fmt.Sprintf(k.body, i)
}
