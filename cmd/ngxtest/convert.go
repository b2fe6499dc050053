package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/convert"
)

// convertOptions is what the flags of convert say.
type convertOptions struct {
	stdout, stderr io.Writer
	output         string
	force          bool
	include        []string
	nginx          string
}

func newConvert(stdout, stderr io.Writer) *cobra.Command {
	o := &convertOptions{stdout: stdout, stderr: stderr}
	cmd := &cobra.Command{
		Use:   "convert [flags] FILE...",
		Short: "Write .t files as YAML suites, and YAML suites as .t files",
		Long: `Writes t/a.t as t/a.yaml, and t/a.yaml as t/a.t. What comes out is evaluated and held against what went in: a file that would not
say the same is not written. Perl that has no form in YAML stays Perl text, and a note on stderr says where.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error { return o.run(cmd.Context(), files) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.output, "output", "o", "", "write to `FILE`, - for standard output, instead of beside the file")
	f.BoolVar(&o.force, "force", false, "overwrite a file that is there")
	f.StringArrayVarP(&o.include, "include", "I", nil, "add a `DIR` to @INC")
	f.StringVar(&o.nginx, "nginx", "", "nginx of which a file asks for the version, a `PATH`")
	return cmd
}

// run converts the files one after another. One that cannot be converted does not stop the others.
func (o *convertOptions) run(ctx context.Context, files []string) error {
	if o.output != "" && o.output != "-" && len(files) > 1 {
		return errors.New("--output is one file, and several are to be converted (leave it out: each is written beside its own)")
	}
	conf, err := readConfig()
	if err != nil {
		return err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	setup := (&runOptions{include: o.include, nginx: o.nginx}).setup(conf)
	var problems *multierror.Error
	for _, file := range files {
		result, err := runner.Convert(ctx, setup, file)
		if err == nil {
			err = o.write(file, result)
		}
		if err != nil {
			problems = multierror.Append(problems, err)
		}
	}
	return problems.ErrorOrNil()
}

func (o *convertOptions) write(file string, result convert.Result) error {
	for _, note := range result.Notes {
		fmt.Fprintln(o.stderr, note)
	}
	target := o.output
	switch target {
	case "-":
		_, err := o.stdout.Write(result.Text)
		return err
	case "":
		target = convert.Target(file)
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if o.force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	out, err := os.OpenFile(target, flags, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: is there already (--force overwrites it, --output names another)", target)
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", target, err)
	}
	_, err = out.Write(result.Text)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", target, err)
	}
	return nil
}
