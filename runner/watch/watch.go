// Package watch tells which files of a run have changed.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watch looks at the directories of files, for editors put a new file in the place of the old one.
type Watch struct {
	fs    *fsnotify.Watcher
	tests map[string]bool // absolute paths of directories with test files
	trees []string        // absolute paths of directories of which everything counts
	files []string        // absolute paths of other files that count
}

// quiet is how long nothing may change before a change is told: an editor writes in several steps, and so does a linker.
const quiet = 50 * time.Millisecond

// code is what the names of files end in whose change is one of what is tested. Others in the same directories are what
// tests write.
var code = []string{".lua", ".pm", ".pl", ".so", ".conf", ".t", ".yaml", ".yml"}

// New watches test files, directories with code (those that are not there are left out), and single files. Close ends it.
func New(tests, trees, files []string) (*Watch, error) {
	w := &Watch{tests: map[string]bool{}}
	var err error
	if w.fs, err = fsnotify.NewWatcher(); err != nil {
		return nil, fmt.Errorf("cannot watch files: %w", err)
	}
	for _, path := range tests {
		if err := w.dir(filepath.Dir(absolute(path))); err != nil {
			w.Close()
			return nil, err
		}
		w.tests[filepath.Dir(absolute(path))] = true
	}
	for _, tree := range trees {
		w.trees = append(w.trees, absolute(tree))
		if err := w.tree(absolute(tree)); err != nil {
			w.Close()
			return nil, err
		}
	}
	for _, path := range files {
		w.files = append(w.files, absolute(path))
		if err := w.dir(filepath.Dir(absolute(path))); err != nil {
			w.Close()
			return nil, err
		}
	}
	return w, nil
}

// Close ends it.
func (w *Watch) Close() error { return w.fs.Close() }

func (w *Watch) dir(path string) error {
	err := w.fs.Add(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot watch %s: %w", path, err)
	}
	return nil
}

// tree watches a directory and those below it but for hidden ones.
func (w *Watch) tree(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return fmt.Errorf("cannot watch %s: %w", path, err)
		case !d.IsDir():
			return nil
		case path != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		}
		return w.dir(path)
	})
}

// Next waits for changes and returns the absolute paths of test files among them; all says that something has changed that
// any test may depend on. isTest tells test files from others. The error is that of ctx, or says why there is nothing to
// watch any more.
func (w *Watch) Next(ctx context.Context, isTest func(path string) bool) (tests []string, all bool, err error) {
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case err := <-w.fs.Errors:
			return nil, false, fmt.Errorf("cannot watch files any more: %w", err)
		case <-settled:
			slices.Sort(tests)
			return slices.Compact(tests), all, nil
		case e := <-w.fs.Events:
			if e.Has(fsnotify.Chmod) && e.Op == fsnotify.Chmod {
				continue
			}
			switch test, other := w.kind(e.Name, isTest); {
			case test:
				tests = append(tests, e.Name)
			case other:
				all = true
			default:
				continue
			}
			settled = time.After(quiet)
		}
	}
}

// kind says whether a changed file is a test, or something that tests may depend on. A directory that is new in a tree is
// watched from now on.
func (w *Watch) kind(path string, isTest func(string) bool) (test, other bool) {
	inTree := slices.ContainsFunc(w.trees, func(tree string) bool { return strings.HasPrefix(path, tree+string(filepath.Separator)) })
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		if inTree {
			_ = w.tree(path)
		}
		return false, inTree && holdsCode(path)
	}
	switch {
	case slices.Contains(w.files, path):
		return false, true
	case !slices.Contains(code, filepath.Ext(path)) || strings.HasPrefix(filepath.Base(path), "."):
		return false, false
	case w.tests[filepath.Dir(path)] && isTest(path):
		return true, false
	}
	return false, inTree || err == nil && w.tests[filepath.Dir(path)] // a test that is gone is none
}

// holdsCode reports whether there was something in a directory before it was watched.
func holdsCode(dir string) bool {
	found := false
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		found = found || err == nil && !d.IsDir() && slices.Contains(code, filepath.Ext(path))
		return nil
	})
	return found
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
