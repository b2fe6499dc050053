package nginx

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Servroot is nginx's prefix while a block runs: an absolute path, t/servroot by custom. It belongs to the run and is
// made anew for every block.
type Servroot string

// ConfFile is where the configuration goes.
func (r Servroot) ConfFile() string { return string(r) + "/conf/nginx.conf" }

// HTMLDir is where files of the test go.
func (r Servroot) HTMLDir() string { return string(r) + "/html" }

// ErrorLog is the error log, unless the configuration names another.
func (r Servroot) ErrorLog() string { return string(r) + "/logs/error.log" }

// AccessLog is the access log.
func (r Servroot) AccessLog() string { return string(r) + "/logs/access.log" }

// PidFile is where nginx writes the pid of its daemon.
func (r Servroot) PidFile() string { return string(r) + "/logs/nginx.pid" }

const indexPage = `<html><head><title>It works!</title></head><body>It works!</body></html>`

// confMark is in every configuration that a test run, Perl's included, has written.
const confMark = "# Begin test case config..."

// Prepare makes the server root as every block finds it: empty but for conf/, logs/ and html/index.html. What an
// earlier block or run left there is removed; a directory with anything else in it is refused and stays as it is. An
// nginx that an interrupted run left on this server root is stopped first.
func (r Servroot) Prepare() error {
	if err := r.StopLeftOver(StopOptions{}); err != nil {
		return err
	}
	if err := r.Clean(); err != nil {
		return err
	}
	for _, dir := range []string{"conf", "logs", "html"} {
		if err := os.MkdirAll(filepath.Join(string(r), dir), 0o777); err != nil {
			return fmt.Errorf("cannot make the server root: %w", err)
		}
	}
	// The mark comes first, so that a run that is interrupted from here on can be cleaned up after.
	if err := os.WriteFile(r.ConfFile(), []byte(confMark+"\n"), 0o666); err != nil {
		return err
	}
	return os.WriteFile(r.HTMLDir()+"/index.html", []byte(indexPage), 0o666)
}

// Clean removes the server root, or fails and leaves it as it is when it holds what no test run made.
func (r Servroot) Clean() error {
	if !filepath.IsAbs(string(r)) || filepath.Clean(string(r)) == "/" {
		return fmt.Errorf("%q cannot be a server root (want the absolute path of a directory)", string(r))
	}
	info, err := os.Lstat(string(r))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a directory (remove it, or name another server root in TEST_NGINX_SERVROOT)", r)
	}
	entries, err := os.ReadDir(string(r))
	if err != nil {
		return err
	}
	var foreign []string
	for _, e := range entries {
		if !ours(e.Name()) {
			foreign = append(foreign, e.Name())
		}
	}
	if len(foreign) == 0 && len(entries) > 0 && !r.marked() {
		for _, e := range entries {
			foreign = append(foreign, e.Name())
		}
	}
	if len(foreign) > 0 {
		return fmt.Errorf("can't remove %s: it has files that no test run made: %s "+
			"(move them away, or name another server root in TEST_NGINX_SERVROOT)", r, list(foreign, 5))
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(string(r), e.Name())); err != nil {
			return err
		}
	}
	return os.Remove(string(r))
}

// ours reports whether an entry of a server root has a name that a run makes.
func ours(name string) bool {
	return slices.Contains([]string{"conf", "logs", "html", "cache"}, name) ||
		!strings.HasPrefix(name, ".") && (strings.HasSuffix(name, "_temp") || strings.HasSuffix(name, "_cache"))
}

// marked tells a server root from a directory that merely has conf, html and logs in it, such as nginx's own prefix,
// by its configuration. Where there is none there must be no file at all.
func (r Servroot) marked() bool {
	conf, err := os.ReadFile(r.ConfFile())
	if err == nil {
		return bytes.Contains(conf, []byte(confMark))
	}
	return empty(string(r))
}

// empty reports whether a tree has no files.
func empty(root string) bool {
	err := filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			return fs.ErrExist
		}
		return err
	})
	return err == nil
}

// list joins the first n of names.
func list(names []string, n int) string {
	if len(names) > n {
		return strings.Join(names[:n], ", ") + fmt.Sprintf(" and %d more", len(names)-n)
	}
	return strings.Join(names, ", ")
}
