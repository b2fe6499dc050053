package nginx

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// distributions says where a distribution's nginx package keeps the load_module lines of the modules that are enabled,
// one file a module, by the prefix that the package builds nginx with.
var distributions = []struct{ prefix, enabled string }{
	{"/usr/share/nginx", "/etc/nginx/modules-enabled"}, // Debian, Ubuntu
	{"/usr/share/nginx", "/usr/share/nginx/modules"},   // Fedora, RHEL
	{"/var/lib/nginx", "/etc/nginx/modules"},           // Alpine
}

// distributionDirs are where a distribution installs its own nginx. Whoever builds one with the distribution's
// arguments puts it elsewhere, and may have another version that does not take the modules.
var distributionDirs = []string{"/usr/sbin", "/usr/bin", "/sbin", "/bin"}

var loadModuleLine = lazyregexp.New(`(?m)^[ \t]*load_module\s+["']?([^"';\s]+)["']?\s*;`)

// DefaultModules returns the absolute paths of the dynamic modules that the distribution has enabled for its own nginx,
// in the order in which it loads them. Modules fit only the nginx that they were built for, so there are none for any
// other binary, such as OpenResty or one built by hand. A module whose file is missing is left out.
func DefaultModules(b Build) []string { return defaultModules(b, "/") }

// defaultModules looks below root instead of /, for the tests.
func defaultModules(b Build, root string) []string {
	binary, err := filepath.EvalSymlinks(b.Path)
	if err != nil || b.OpenResty {
		return nil
	}
	rel, err := filepath.Rel(root, binary)
	if err != nil || !slices.Contains(distributionDirs, "/"+filepath.Dir(rel)) {
		return nil
	}
	prefix, _ := b.Argument("--prefix")
	for _, d := range distributions {
		if d.prefix != prefix {
			continue
		}
		files, _ := filepath.Glob(filepath.Join(root, d.enabled, "*.conf")) // sorted, as nginx's include sorts
		var modules []string
		for _, f := range files {
			modules = append(modules, enabledBy(f, root, prefix)...)
		}
		if len(modules) > 0 {
			return modules
		}
	}
	return nil
}

// enabledBy returns the modules of one file's load_module lines.
func enabledBy(file, root, prefix string) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil // a dangling link: the module's package was removed
	}
	var modules []string
	for _, m := range loadModuleLine.FindAllStringSubmatch(string(text), -1) {
		module := m[1]
		if !strings.HasPrefix(module, "/") {
			// Relative names start at nginx's prefix, which a test replaces by its server root.
			module = filepath.Join(prefix, module)
		}
		module = filepath.Join(root, module)
		if _, err := os.Stat(module); err == nil && !slices.Contains(modules, module) {
			modules = append(modules, module)
		}
	}
	return modules
}
