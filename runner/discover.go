package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// Discover lists the test files that paths name, each once, as prove does: a file as it is, a directory's files sorted
// by name, with recurse those of its subdirectories too (symbolic links are followed, each directory is visited once).
// Without exts a directory's test files are *.t, and those *.yaml and *.yml that have a top-level tests: key; other YAML
// files there are fixtures.
// Paths that cannot be read are in the error, a go-multierror of one line each; the others are returned all the same.
func Discover(paths []string, recurse bool, exts []string) ([]string, error) {
	d := discovery{recurse: recurse, exts: exts, seen: map[string]bool{}}
	for _, path := range paths {
		d.path(path)
	}
	return d.files, d.problems.ErrorOrNil()
}

// SplitLine splits FILE:LINE. An argument that names an existing file, or has no number behind its last colon, is all
// path, and line is 0.
func SplitLine(arg string) (path string, line int) {
	if _, err := os.Stat(arg); err == nil {
		return arg, 0
	}
	at := strings.LastIndexByte(arg, ':')
	if at <= 0 {
		return arg, 0
	}
	line, err := strconv.Atoi(arg[at+1:])
	if err != nil || line <= 0 {
		return arg, 0
	}
	return arg[:at], line
}

type discovery struct {
	recurse  bool
	exts     []string
	files    []string
	seen     map[string]bool
	problems *multierror.Error

	visited map[string]bool // real paths of the directories below one that is named
	links   []string        // to directories, which are looked at when the others have been
}

func (d *discovery) path(path string) {
	info, err := os.Stat(path)
	switch {
	case path == "-":
		d.fail(fmt.Errorf("-: a list of files on standard input is not read (use xargs ngxtest)"))
	case err != nil:
		d.fail(fmt.Errorf("%s: %w", path, reason(err)))
	case info.IsDir():
		var found []string
		if !d.recurse {
			path = canonical(path)
		}
		d.visited = map[string]bool{}
		d.directory(path, &found)
		for len(d.links) > 0 {
			link := d.links[0]
			d.links = d.links[1:]
			d.directory(link, &found)
		}
		slices.Sort(found)
		for _, file := range found {
			d.add(file)
		}
	case !info.Mode().IsRegular():
		d.fail(fmt.Errorf("%s: is neither a file nor a directory (name a test file)", path))
	default:
		d.add(path)
	}
}

// canonical is a directory's name as File::Spec writes it, which prove does where it does not recurse: without ./ in front,
// slashes at the end and doubled ones.
func canonical(dir string) string {
	parts := strings.Split(dir, "/")
	kept := parts[:1]
	for _, part := range parts[1:] {
		if part != "" && part != "." {
			kept = append(kept, part)
		}
	}
	if len(kept) > 1 && kept[0] == "." {
		kept = kept[1:]
	}
	if len(kept) == 1 && kept[0] == "" {
		return "/"
	}
	return strings.Join(kept, "/")
}

// directory collects the test files of a directory. Each directory is visited once, however many links lead to it or
// around in a circle, and under its own name if it has one here.
func (d *discovery) directory(dir string, found *[]string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		d.fail(fmt.Errorf("%s: %w", dir, reason(err)))
		return
	}
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil || d.visited[real] {
		return
	}
	d.visited[real] = true
	for _, entry := range entries {
		path := strings.TrimSuffix(dir, "/") + "/" + entry.Name()
		info, err := os.Stat(path)
		switch {
		case err != nil:
			if d.named(path) && !(d.recurse && errors.Is(err, fs.ErrNotExist)) { // prove -r passes over links to nothing
				d.fail(fmt.Errorf("%s: %w", path, reason(err)))
			}
		case info.IsDir() && d.recurse && entry.Type()&fs.ModeSymlink != 0:
			d.links = append(d.links, path)
		case info.IsDir() && d.recurse:
			d.directory(path, found)
		case info.Mode().IsRegular() && d.isTest(path):
			*found = append(*found, path)
		}
	}
}

// named reports whether a file in a directory has a test file's name. Hidden ones are none: editors keep their locks there.
func (d *discovery) named(path string) bool {
	if strings.HasPrefix(filepath.Base(path), ".") {
		return false
	}
	exts := d.exts
	if len(exts) == 0 {
		exts = []string{".t", ".yaml", ".yml"}
	}
	return slices.ContainsFunc(exts, func(ext string) bool { return strings.HasSuffix(path, ext) })
}

func (d *discovery) isTest(path string) bool {
	if !d.named(path) {
		return false
	}
	return len(d.exts) > 0 || strings.HasSuffix(path, ".t") || isSuite(path)
}

// isSuite reports whether a YAML file has a top-level tests: key. One that cannot be read counts, so that it is told.
func isSuite(path string) bool {
	text, err := os.ReadFile(path)
	return err != nil || bytes.HasPrefix(text, []byte("tests:")) || bytes.Contains(text, []byte("\ntests:"))
}

func (d *discovery) add(file string) {
	if d.seen[file] {
		return
	}
	d.seen[file] = true
	f, err := os.Open(file)
	if err != nil {
		d.fail(fmt.Errorf("%s: %w", file, reason(err)))
		return
	}
	f.Close()
	d.files = append(d.files, file)
}

func (d *discovery) fail(err error) { d.problems = multierror.Append(d.problems, err) }

// reason is what the system said, without the operation and the path in front.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
