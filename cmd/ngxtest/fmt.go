package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// fmtOptions is what the flags of fmt say.
type fmtOptions struct {
	stdout    io.Writer
	recursive bool
	check     bool
}

func newFmt(stdout io.Writer) *cobra.Command {
	o := &fmtOptions{stdout: stdout}
	cmd := &cobra.Command{
		Use:   "fmt [flags] [FILE | DIR ...]",
		Short: "Number TEST titles anew and space the blocks of .t files",
		Long: `Numbers the titles "=== TEST N:" of the .t files that are named, or of those in t/, from 1 in the order in which the blocks
stand, and puts three empty lines above each, as the reindex script of the OpenResty world does. Everything else stays byte for
byte. Prints the names of the files that it changes.

Exit status: 0, or 1 with --check when a file would change, 3 when one cannot be read or written.`,
		RunE: func(_ *cobra.Command, paths []string) error { return o.run(paths) },
	}
	f := cmd.Flags()
	f.BoolVarP(&o.recursive, "recurse", "r", false, "look into directories below, too")
	f.BoolVar(&o.check, "check", false, "change nothing, only print the names of the files that would change")
	return cmd
}

func (o *fmtOptions) run(paths []string) error {
	if len(paths) == 0 {
		paths = []string{"t"}
	}
	files, unread := runner.Discover(paths, o.recursive, []string{".t"})
	problems := multierror.Append(nil, unread)
	changes := 0
	for _, file := range files {
		changed, err := o.file(file)
		if err != nil {
			problems = multierror.Append(problems, err)
		}
		if changed {
			changes++
			fmt.Fprintln(o.stdout, file)
		}
	}
	if problems.ErrorOrNil() == nil && o.check && changes > 0 {
		return exitStatus(1)
	}
	return problems.ErrorOrNil()
}

// file reports whether the file is not as it should be, and then mends it unless only a check is asked for.
func (o *fmtOptions) file(path string) (changed bool, err error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return false, fmt.Errorf("%s: cannot be read: %w", path, err)
	}
	mended := spec.Reindex(src)
	if bytes.Equal(src, mended) {
		return false, nil
	}
	if o.check {
		return true, nil
	}
	return true, replace(path, mended)
}

// replace puts text in the place of a file's, at once: a reader sees the old one or the new one.
func replace(path string, text []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	info, err := os.Stat(target)
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"-")
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(text)
	if mode := temp.Chmod(info.Mode().Perm()); err == nil {
		err = mode
	}
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temp.Name(), target)
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	return nil
}
