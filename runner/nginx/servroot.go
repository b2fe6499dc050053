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

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
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
//
// Directories are emptied rather than made anew, nginx's own *_temp as well, and of an earlier block conf/nginx.conf
// stays until WriteConf: on a journalling file system a mkdir costs as much as nginx needs to answer a request.
func (r Servroot) Prepare() error {
	if err := r.StopLeftOver(StopOptions{}); err != nil {
		return err
	}
	entries, err := r.entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := r.empty(e); err != nil {
			return fmt.Errorf("cannot empty the server root: %w", err)
		}
	}
	for _, dir := range []string{"conf", "logs", "html"} {
		if err := os.MkdirAll(filepath.Join(string(r), dir), 0o777); err != nil {
			return fmt.Errorf("cannot make the server root: %w", err)
		}
	}
	// The mark comes first, so that a run that is interrupted from here on can be cleaned up after.
	if _, err := os.Stat(r.ConfFile()); err != nil {
		if err := r.WriteConf(confMark + "\n"); err != nil {
			return err
		}
	}
	return writePlain(r.HTMLDir()+"/index.html", indexPage)
}

// PrepareReload makes the server root as a block finds it whose nginx runs already: directories stay, and so do the pid file,
// sockets, certificates and keys; all other files of the block before go.
func (r Servroot) PrepareReload() error {
	entries, err := r.entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_cache") || strings.HasSuffix(e.Name(), "_temp") {
			err = r.empty(e)
		} else {
			err = r.removeFiles(filepath.Join(string(r), e.Name()))
		}
		if err != nil {
			return fmt.Errorf("cannot empty the server root: %w", err)
		}
	}
	if err := os.MkdirAll(r.HTMLDir(), 0o777); err != nil {
		return fmt.Errorf("cannot make the server root: %w", err)
	}
	return writePlain(r.HTMLDir()+"/index.html", indexPage)
}

var staysOnReload = lazyregexp.New(`\bnginx\.pid$|\.sock$|\.crt$|\.key$`)

// removeFiles removes the files below a directory that do not outlive a reload.
func (r Servroot) removeFiles(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == r.ConfFile() || staysOnReload.MatchString(path) {
			return err
		}
		return os.Remove(path)
	})
}

// WriteConf writes the configuration.
func (r Servroot) WriteConf(text string) error { return writePlain(r.ConfFile(), text) }

// empty removes what an earlier block has left in an entry of the server root, or the entry itself where nobody needs
// it again.
func (r Servroot) empty(e fs.DirEntry) error {
	dir := filepath.Join(string(r), e.Name())
	info, err := e.Info()
	if err != nil {
		return err
	}
	usable := info.IsDir() && info.Mode().Perm()&0o700 == 0o700
	if !usable || e.Name() == "cache" || strings.HasSuffix(e.Name(), "_cache") {
		return os.RemoveAll(dir)
	}
	inside, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range inside {
		file := filepath.Join(dir, f.Name())
		if f.Type().IsRegular() && (file == r.ConfFile() || file == r.HTMLDir()+"/index.html") {
			continue
		}
		if err := os.RemoveAll(file); err != nil {
			return err
		}
	}
	return nil
}

// Clean removes the server root, or fails and leaves it as it is when it holds what no test run made.
func (r Servroot) Clean() error {
	entries, err := r.entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(string(r), e.Name())); err != nil {
			return err
		}
	}
	if err := os.Remove(string(r)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// entries returns what is in the server root, nothing when there is none. It fails when something is in it that no
// test run made.
func (r Servroot) entries() ([]fs.DirEntry, error) {
	if !filepath.IsAbs(string(r)) || filepath.Clean(string(r)) == "/" {
		return nil, fmt.Errorf("%q cannot be a server root (want the absolute path of a directory)", string(r))
	}
	info, err := os.Lstat(string(r))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is not a directory (remove it, or name another server root in TEST_NGINX_SERVROOT)", r)
	}
	entries, err := os.ReadDir(string(r))
	if err != nil {
		return nil, err
	}
	var foreign []string
	for _, e := range entries {
		if !ours(e.Name()) {
			foreign = append(foreign, e.Name())
		}
	}
	if len(foreign) == 0 && !r.marked() {
		for _, e := range entries {
			foreign = append(foreign, e.Name())
		}
	}
	if len(foreign) > 0 {
		return nil, fmt.Errorf("can't remove %s: it has files that no test run made: %s "+
			"(move them away, or name another server root in TEST_NGINX_SERVROOT)", r, list(foreign, 5))
	}
	return entries, nil
}

// ours reports whether an entry of a server root has a name that a run makes.
func ours(name string) bool {
	return slices.Contains([]string{"conf", "logs", "html", "cache"}, name) ||
		!strings.HasPrefix(name, ".") && (strings.HasSuffix(name, "_temp") || strings.HasSuffix(name, "_cache"))
}

// marked tells a server root from a directory that merely has conf, html and logs in it, such as nginx's own prefix,
// by its configuration. Where there is none, the page is a run's, which was interrupted before it wrote the
// configuration, or there is no file with anything in it at all, as when the disk was full.
func (r Servroot) marked() bool {
	conf, err := readPlain(r.ConfFile())
	if err == nil && len(conf) > 0 {
		return bytes.Contains(conf, []byte(confMark))
	}
	if page, err := os.ReadFile(r.HTMLDir() + "/index.html"); err == nil && string(page) == indexPage {
		return true
	}
	return emptyFiles(string(r))
}

// emptyFiles reports whether a tree is but directories and empty files.
func emptyFiles(root string) bool {
	err := filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && (!info.Mode().IsRegular() || info.Size() > 0) {
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
