package main

import (
	"context"
	"fmt"
	"io"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
)

// lintOptions is what the flags of lint say.
type lintOptions struct {
	stdout    io.Writer
	recursive bool
	include   []string
	nginx     string
	ext       []string
}

func newLint(stdout io.Writer) *cobra.Command {
	o := &lintOptions{stdout: stdout}
	cmd := &cobra.Command{
		Use:   "lint [flags] [FILE | DIR ...]",
		Short: "Say what is probably a mistake in test files; run nothing",
		Long: `Reads test files, or those in t/, evaluates their Perl, and prints a line for each thing that Test::Nginx takes
without a word although it is probably a mistake:

  a section that nothing reads, with the nearest name that something reads
  ONLY left in a block
  a plan that does not fit the blocks, with the number that does
  a title that is there twice
  port 1984 written out where $TEST_NGINX_SERVER_PORT can stand
  several values where only the first counts (--- error_log eval)

Exit status: 0 nothing found, 1 something found, 3 a file cannot be read or evaluated.`,
		RunE: func(cmd *cobra.Command, paths []string) error { return o.run(cmd.Context(), paths) },
	}
	f := cmd.Flags()
	f.BoolVarP(&o.recursive, "recurse", "r", false, "look into directories below, too")
	f.StringArrayVarP(&o.include, "include", "I", nil, "add a `DIR` to @INC")
	f.StringArrayVar(&o.ext, "ext", nil, "an `EXTENSION` of test files in directories (default .t, .yaml, .yml)")
	f.StringVar(&o.nginx, "nginx", "", "nginx of which a file asks for the version, a `PATH`")
	return cmd
}

// run looks at the files one after another. One that cannot be read does not stop the others.
func (o *lintOptions) run(ctx context.Context, paths []string) error {
	conf, err := readConfig()
	if err != nil {
		return err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	setup := (&runOptions{include: o.include, nginx: o.nginx}).setup(conf)
	if len(paths) == 0 {
		paths = []string{"t"}
	}
	files, unread := runner.Discover(paths, o.recursive, o.ext)
	broken := multierror.Append(nil, unread)
	found := 0
	for _, file := range files {
		problems, err := runner.Lint(ctx, setup, file)
		for _, p := range problems {
			found++
			fmt.Fprintln(o.stdout, p)
		}
		if err != nil {
			broken = multierror.Append(broken, err)
		}
	}
	if broken.ErrorOrNil() == nil && found > 0 {
		return exitStatus(1)
	}
	return broken.ErrorOrNil()
}
