package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/watch"
)

const watchUsage = "run again what changes, until Ctrl-C: a test file itself; all files for a module in lib, a directory of -I or beside\n" +
	"the tests, nginx, and what it loads"

// keepRunning runs the files, and then again those that change, until a signal comes. It ends as the last run did.
func (o *runOptions) keepRunning(ctx context.Context, cancel func(), args []string, j job) error {
	stdout, stderr, options := o.stdout, o.stderr, j.options
	j.options.Files = slices.Clone(options.Files)
	var loaded []string
	if path, err := runner.FindNginx(ctx, options.Setup.Env); err == nil {
		loaded = append(loaded, path.Path)
	}
	loaded = append(loaded, options.Setup.LoadModules...)
	loaded = append(loaded, nginxconf.ParseLoadModules(options.Setup.Env["TEST_NGINX_LOAD_MODULES"])...)
	w, err := watch.New(options.Files, append([]string{"lib"}, options.Setup.IncludeDirs...), slices.DeleteFunc(loaded, func(path string) bool { return !filepath.IsAbs(path) }))
	if err != nil {
		return err
	}
	defer w.Close()
	last := o.once(ctx, cancel, j)
	for ctx.Err() == nil {
		fmt.Fprintln(stderr, "ngxtest: waiting for changes (Ctrl-C ends)")
		changed, all, err := w.Next(ctx, func(path string) bool { return o.named(args, path) != "" })
		switch {
		case ctx.Err() != nil:
			return last
		case err != nil:
			return err
		}
		var files []string
		for _, path := range changed {
			if name := o.named(args, path); name != "" {
				files = append(files, name)
			}
		}
		gone := func(file string) bool { _, err := os.Stat(file); return err != nil }
		j.options.Files = slices.DeleteFunc(append(j.options.Files, without(files, j.options.Files)...), gone)
		next := j
		if !all {
			next.options.Files = files
		}
		if len(next.options.Files) == 0 {
			continue // it is gone by now
		}
		fmt.Fprintf(stderr, "ngxtest: running %s\n", strings.Join(next.options.Files, " "))
		o.stdout, o.stderr = stdout, stderr
		last = o.once(ctx, cancel, next)
	}
	return last
}

// named is the test file of the command line that has this absolute path, as it is named there; "" where none has. Files may
// have come and gone since the start.
func (o *runOptions) named(args []string, path string) string {
	paths := []string{"t"}
	if len(args) > 0 {
		paths = nil
		for _, arg := range args {
			file, _ := runner.SplitLine(arg)
			paths = append(paths, file)
		}
	}
	files, _ := runner.Discover(paths, o.recurse, o.ext)
	for _, file := range files {
		if abs, err := filepath.Abs(file); err == nil && abs == path {
			return file
		}
	}
	return ""
}

// without is the files that are not among others.
func without(files, others []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(file string) bool { return slices.Contains(others, file) })
}

var errWatchAlone = errors.New("--watch goes together with none of --list, --dry and --shard")
