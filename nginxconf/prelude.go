package nginxconf

import (
	"path"
	"strings"
)

// initByLua finds the directive in its three forms: a block's brace, a quote, a file's name.
var initByLua = expression(`\binit_by_lua(?:_block(\s*)\{|(\s+)(['"])|_file(\s+)(?:'([^']*)'|"([^"]*)"|([^\s;'"]+))(\s*);)`)

var luaEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`)

// prelude puts Lua code, on one line, in front of what the init_by_lua directive of config runs, and keeps the number of lines:
// code under test knows them. It is false where there is no such directive. A file's relative name is one below root, as
// nginx has it.
func prelude(config, code, root string) (string, bool) {
	for _, m := range initByLua().FindAllStringSubmatchIndex(config, -1) {
		line := config[strings.LastIndexByte(config[:m[0]], '\n')+1 : m[0]]
		if strings.Contains(line, "#") {
			continue
		}
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return config[m[2*n]:m[2*n+1]]
		}
		before, found, after := config[:m[0]], config[m[0]:m[1]], config[m[1]:]
		switch {
		case m[8] >= 0: // the file's chunk keeps its name
			file := group(5) + group(6) + group(7)
			if !path.IsAbs(file) {
				file = root + "/" + file
			}
			return before + "init_by_lua_block {" + group(4) + code + " assert(loadfile('" + luaEscapes.Replace(file) + "'))() " +
				group(8) + "}" + after, true
		case m[6] >= 0:
			return before + found + luaEscapes.Replace(code) + " " + after, true
		}
		return before + found + " " + code + " " + after, true
	}
	return config, false
}
