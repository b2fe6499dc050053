package perl

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

var (
	luaStart = lazyregexp.New(`init_by_lua\s*(['"])`)
	luaBlock = lazyregexp.New(`init_by_lua_block\s*\{`)
	luaQuote = lazyregexp.New(`['"]`)
	semi     = lazyregexp.New(`^\s*;`)
)

// initByLua puts Lua code in front of what the http block of a configuration runs at start, as
// Test::Nginx::Socket::Lua does with TEST_NGINX_INIT_BY_LUA: into the first init_by_lua that is not commented out,
// else into the first init_by_lua_block, else as a directive of its own. A configuration that uses init_by_lua_file
// stays as it is.
func initByLua(config, code string) string {
	if strings.Contains(config, "init_by_lua_file") {
		return config
	}
	escaped := luaQuote.ReplaceAllString(strings.ReplaceAll(code, `\`, `\\`), `\$0`)
	for _, m := range luaStart.FindAllStringSubmatchIndex(config, -1) {
		quote := config[m[2]:m[3]]
		end := lastDirectiveEnd(config[m[3]:], quote)
		if commented(config[:m[0]]) || end < 0 {
			continue
		}
		body, rest := config[m[3]:m[3]+end], config[m[3]+end+1:]
		rest = rest[len(semi.FindString(rest)):]
		return config[:m[0]] + "init_by_lua " + quote + escaped + body + quote + ";" + rest
	}
	for _, m := range luaBlock.FindAllStringIndex(config, -1) {
		if !commented(config[:m[0]]) {
			return config[:m[0]] + "init_by_lua_block { " + code + " " + config[m[1]:]
		}
	}
	return config + "init_by_lua '" + escaped + "';"
}

// commented reports whether what follows text stands right behind a number sign and at most two blanks.
func commented(text string) bool {
	return strings.HasSuffix(text, "#") || strings.HasSuffix(text, "# ") || strings.HasSuffix(text, "#  ")
}

// lastDirectiveEnd finds the last quote of text that a semicolon follows. The last one, not the next: that is how far
// the original's pattern reaches, and suites with several directives get what it makes of them.
func lastDirectiveEnd(text, quote string) int {
	for i := strings.LastIndex(text, quote); i >= 0; i = strings.LastIndex(text[:i], quote) {
		if semi.MatchString(text[i+1:]) {
			return i
		}
	}
	return -1
}
