package nginxconf

import (
	"fmt"
	"strings"
	"testing"
)

func TestLuaChunks(t *testing.T) {
	const two = `
location = /a {
    access_by_lua_block { local t = { "}" .. "{" } }
    content_by_lua_block {
        ngx.say("a")
    }
}
location /b/ { content_by_lua 'ngx.say("b")'; }
location ^~ /b/c {
    # content_by_lua_block { }
    content_by_lua_file c.lua;
}
log_by_lua_block { }
`
	tests := []struct {
		name, text, path string
		want             string // LINE:DIRECTIVE
	}{
		{"all", two, "", "3:access_by_lua_block 4:content_by_lua_block 8:content_by_lua 11:content_by_lua_file 13:log_by_lua_block"},
		{"an exact location", two, "/a", "3:access_by_lua_block 4:content_by_lua_block 13:log_by_lua_block"},
		{"a prefix", two, "/b/x", "8:content_by_lua 13:log_by_lua_block"},
		{"a longer prefix", two, "/b/c/d", "11:content_by_lua_file 13:log_by_lua_block"},
		{"no location fits", two, "/x", "3:access_by_lua_block 4:content_by_lua_block 8:content_by_lua 11:content_by_lua_file 13:log_by_lua_block"},
		{"a location may go on to another", "location /a { content_by_lua_block { ngx.exec(\"/b\") } }\nlocation /b { log_by_lua_block { } }", "/a",
			"1:content_by_lua_block 2:log_by_lua_block"},
		{"a regular expression comes first", "location ~ ^/ { content_by_lua_block { } }\nlocation /a { log_by_lua_block { } }", "/a",
			"1:content_by_lua_block 2:log_by_lua_block"},
		{"braces that do not pair", "location /a {\ncontent_by_lua_block { ngx.say('}}}') }\n}\nlocation /b {\nlog_by_lua_block { }\n}", "/a",
			"2:content_by_lua_block 5:log_by_lua_block"},
		{"what runs at the start, for a request", "init_by_lua_block { }\ninit_worker_by_lua_block { }\nrewrite_by_lua_block { }", "/a", "3:rewrite_by_lua_block"},
		{"what runs at the start", "init_by_lua_block { }\nset_by_lua_block $a { }", "", "1:init_by_lua_block 2:set_by_lua_block"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, c := range LuaChunks(test.text, test.path) {
				got = append(got, fmt.Sprintf("%d:%s", c.Line, c.Directive))
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("got  %s\nwant %s", s, test.want)
			}
		})
	}
}
