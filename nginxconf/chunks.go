package nginxconf

import (
	"slices"
	"strings"
)

// Chunk is a directive that runs Lua.
type Chunk struct {
	Line      int    // of its name, counted from 1
	Directive string // content_by_lua_block
	location  string // its head: "= /t"; "" outside of locations
}

var (
	luaDirective = expression(`^\s*(\w+_by_lua(?:_block|_file)?)\b`)
	locationHead = expression(`^\s*location\s+((?:=|~\*?|\^~)?\s*[^\s{]+)\s*\{`)
	jump         = expression(`\b(?:internal|try_files|error_page|rewrite|ngx\.exec|ngx\.req\.set_uri|location\.capture\w*|echo_exec|` +
		`echo_(?:location|subrequest)\w*|auth_request|mirror|srcache_\w+)\b`)
	inlineLua = expression(`\b(\w+_by_lua(?:_block|_file)?)\b`)
)

// LuaChunks returns what runs Lua in a part of a configuration. With a path, these are the ones that nginx runs for a request
// of it, and none that run at its start; where it cannot be told which location serves the path, or a request may go on to
// another location, those of all locations. Without a path all are returned.
func LuaChunks(text, path string) []Chunk {
	chunks, heads, sure := scan(text)
	if path == "" {
		return chunks
	}
	serving := ""
	if sure && !jump().MatchString(text) {
		serving = serves(heads, path)
	}
	return slices.DeleteFunc(chunks, func(c Chunk) bool {
		return strings.HasPrefix(c.Directive, "init_") || serving != "" && c.location != "" && c.location != serving
	})
}

// scan finds the directives and the heads of locations. sure is false where braces do not pair, so that it is not known
// what is in which location.
func scan(text string) (chunks []Chunk, heads []string, sure bool) {
	location, depth, inside, n := "", 0, 0, 0
	for line := range strings.Lines(text) {
		n++
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if m := locationHead().FindStringSubmatch(line); m != nil && location == "" {
			location, inside = strings.Join(strings.Fields(m[1]), " "), depth
			heads = append(heads, location)
		}
		m := luaDirective().FindStringSubmatch(line)
		if m == nil && locationHead().MatchString(line) {
			m = inlineLua().FindStringSubmatch(line)
		}
		if m != nil {
			chunks = append(chunks, Chunk{Line: n, Directive: m[1], location: location})
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
		if depth < 0 {
			return everything(chunks, text), nil, false
		}
		if location != "" && depth <= inside {
			location = ""
		}
	}
	return chunks, heads, depth == 0
}

func everything(found []Chunk, text string) []Chunk {
	n, last := 0, 0
	if len(found) > 0 {
		last = found[len(found)-1].Line
	}
	for line := range strings.Lines(text) {
		n++
		if m := luaDirective().FindStringSubmatch(line); m != nil && n > last {
			found = append(found, Chunk{Line: n, Directive: m[1]})
		}
	}
	return found
}

// serves is the head of the location for a path by nginx's rules: the exact one, else the longest prefix; "" where a regular
// expression would have to be tried, or none fits.
func serves(heads []string, path string) string {
	if slices.Contains(heads, "= "+path) {
		return "= " + path
	}
	best, length := "", 0
	for _, head := range heads {
		kind, prefix, modified := strings.Cut(head, " ")
		switch {
		case strings.HasPrefix(kind, "~"):
			return ""
		case strings.HasPrefix(kind, "="):
			continue
		case !modified:
			prefix = kind
		}
		if strings.HasPrefix(path, prefix) && len(prefix) > length {
			best, length = head, len(prefix)
		}
	}
	return best
}
