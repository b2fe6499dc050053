package nginxconf

import (
	"strings"
	"testing"
)

func TestPrelude(t *testing.T) {
	const code = `load("a\n");`
	for in, want := range map[string]string{
		"":                               "",
		"a;\ninit_by_lua_block\n{\n y }": "a;\ninit_by_lua_block\n{ load(\"a\\n\"); \n y }",
		"init_by_lua 'y';":               `init_by_lua 'load(\"a\\n\"); y';`,
		"init_by_lua\n  \"y\";":          "init_by_lua\n  \"load(\\\"a\\\\n\\\"); y\";",
		"# init_by_lua_block { }":        "",
		"init_worker_by_lua_block { y }": "",
		"init_by_lua_file lua/i.lua;":    `init_by_lua_block { load("a\n"); assert(loadfile('/r/lua/i.lua'))() }`,
		"init_by_lua_file\n  '/i.lua' ;": "init_by_lua_block {\n  load(\"a\\n\"); assert(loadfile('/i.lua'))()  }",
	} {
		got, placed := prelude(in, code, "/r")
		if want == "" {
			want = in
		}
		if got != want || placed != (want != in) {
			t.Errorf("%q becomes %v\n%q, want\n%q", in, placed, got, want)
		}
	}
}

func TestRenderPrelude(t *testing.T) {
	lines := func(text string) int { return strings.Count(text, "\n") }
	for _, config := range []string{"", "init_by_lua_block { b() }"} {
		conf := Conf{ServRoot: "/r", HTTPConfig: config, Config: "location /t { }"}
		before, _, _ := strings.Cut(Render(conf), "location /t")
		conf.Prelude = "a();"
		text := Render(conf)
		after, _, _ := strings.Cut(text, "location /t")
		if lines(before) != lines(after) {
			t.Errorf("%q: the lines of the test's configuration have moved by %d", config, lines(after)-lines(before))
		}
		if n := strings.Count(text, "a();"); n != 1 || strings.Count(text, "init_by_lua_block {") != 1 {
			t.Errorf("%q: the code is there %d times:\n%s", config, n, text)
		}
	}
}
