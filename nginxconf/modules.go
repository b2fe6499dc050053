package nginxconf

import (
	"path"
	"strings"
)

// ParseLoadModules splits the value of TEST_NGINX_LOAD_MODULES, a list with blanks between, into Conf.LoadModules.
func ParseLoadModules(text string) []string {
	var modules []string
	for _, m := range strings.FieldsFunc(text, isBlank) {
		if m != "0" { // false in Perl, which drops it
			modules = append(modules, m)
		}
	}
	return modules
}

func isBlank(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

func isNoBlank(r rune) bool { return !isBlank(r) }

var (
	loadModule = expression(`(?m)(?:^|[;\s])load_module\s+["']?([^"';\s]+)`)
	comment    = expression(`(?m)^[ \t]*#.*`)
)

// DropLoaded returns the modules whose file name no load_module line of mainConfig has: nginx refuses to load one
// twice. It is for modules that nobody asked for by name, such as those that a distribution enables.
func DropLoaded(modules []string, mainConfig string) []string {
	loaded := map[string]bool{}
	if strings.Contains(mainConfig, "load_module") { // in most it is not, and then there is nothing to compile
		for _, m := range loadModule().FindAllStringSubmatch(comment().ReplaceAllString(mainConfig, ""), -1) {
			loaded[path.Base(m[1])] = true
		}
	}
	var kept []string
	for _, m := range modules {
		if !loaded[path.Base(m)] {
			kept = append(kept, m)
		}
	}
	return kept
}
