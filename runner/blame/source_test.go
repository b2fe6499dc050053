package blame

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// suite is a test file whose blocks are alike; the numbers are those of its lines.
const suite = `use Test::Nginx::Socket::Lua;             # 1
our $HttpConfig = q{
    init_by_lua_block {
        require("zoo").start()
    }
};                                                #
run_tests();
__DATA__

=== TEST 1: one
--- http_config eval: $::HttpConfig
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            zoo.note("a")
        }
    }
--- request

=== TEST 2: two
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            zoo.note("a")
            zoo.note("$TEST_NGINX_NAME")
            ngx.say("ok")
        }
        log_by_lua '
            zoo.note("in quotes")
            zoo.note("b")
        ';
    }
--- user_files
>>> mod.lua
local zoo = require "zoo"

return zoo.note("from a file")
`

func TestWhere(t *testing.T) {
	conf := "daemon on;\nhttp {\n" + strings.Join(strings.Split(suite, "\n")[2:5], "\n") + "\nserver {\n\n# config\n" +
		strings.ReplaceAll(strings.Join(strings.Split(suite, "\n")[22:34], "\n"), "$TEST_NGINX_NAME", "Ada") + "\n}\n}\n"
	root := filepath.Join(t.TempDir(), "servroot")
	if err := os.MkdirAll(root+"/html", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+"/html/mod.lua", []byte("local zoo = require \"zoo\"\n\nreturn zoo.note(\"from a file\")\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := Source{
		File: "t/a.t", Text: suite, First: 21, Last: BlockEnd(suite, 21, []int{10, 21}), Conf: conf, ConfName: "nginx.conf",
		Root: root, Dir: filepath.Dir(root),
	}
	for _, c := range []struct {
		source string
		line   int
		want   string
	}{
		{"=content_by_lua(nginx.conf:10)", 3, "t/a.t:26"}, // the same line stands in the first block
		{"=content_by_lua(nginx.conf:10)", 4, "t/a.t:27"}, // with a variable in it
		{"=content_by_lua(...nx.conf:10)", 5, "t/a.t:28"},
		{"=log_by_lua(nginx.conf:19)", 2, "t/a.t:31"}, // the name of a quoted chunk has the line of its end
		{"=log_by_lua(nginx.conf:19)", 3, "t/a.t:32"},
		{"=init_by_lua(nginx.conf:3)", 2, "t/a.t:4"}, // from the preamble
		{"=init_by_lua(other.conf:3)", 2, "other.conf:4"},
		{"=content_by_lua(nginx.conf:1)", 1, "nginx.conf:1"}, // of which the file says nothing
		{"@" + root + "/html/mod.lua", 3, "t/a.t:39"},
		{"@" + s.Dir + "/lib/zoo.lua", 7, "lib/zoo.lua:7"},
		{"@lib/zoo.lua", 7, "lib/zoo.lua:7"},
		{"@./lib/zoo.lua", 7, "lib/zoo.lua:7"},
		{"@/usr/share/lua/5.1/cjson.lua", 7, "/usr/share/lua/5.1/cjson.lua:7"},
		{"=(load)", 2, "(load):2"},
		{"?", 0, "?"},
	} {
		if got := s.Where(Site{Source: c.source, Line: c.line}); got != c.want {
			t.Errorf("line %d of %s is %s, want %s", c.line, c.source, got, c.want)
		}
	}
}

func TestBlockEnd(t *testing.T) {
	if got := BlockEnd("a\nb\nc\nd\n", 1, []int{3, 1}); got != 2 {
		t.Errorf("the first of two blocks ends on line %d, want 2", got)
	}
	if got := BlockEnd("a\nb\nc\nd", 3, []int{3, 1}); got != 4 {
		t.Errorf("the last block ends on line %d, want 4", got)
	}
}
