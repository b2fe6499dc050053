package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// showOptions is what the flags of show say.
type showOptions struct {
	stdout, stderr io.Writer
	format         string
	include        []string
	nginx          string
	perl           string
	perlLimit      float64
}

func newShow(stdout, stderr io.Writer) *cobra.Command {
	o := &showOptions{stdout: stdout, stderr: stderr}
	cmd := &cobra.Command{
		Use:   "show [flags] FILE...",
		Short: "Print what a test file says once its Perl is evaluated; run nothing",
		Args:  cobra.MinimumNArgs(1),
		RunE:  func(cmd *cobra.Command, files []string) error { return o.run(cmd.Context(), files) },
	}
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "text", "a `FORMAT`: text, or json: one line for the file, one for each block, as runner/perl.WriteShow says")
	f.StringArrayVarP(&o.include, "include", "I", nil, "add a `DIR` to @INC")
	f.StringVar(&o.nginx, "nginx", "", "nginx of which a file asks for the version, a `PATH`")
	f.StringVar(&o.perl, "perl", "auto", perlUsage)
	f.Float64Var(&o.perlLimit, "perl-limit", 1, perlLimitUsage)
	return cmd
}

// Validate names what is wrong with the flags.
func (o *showOptions) Validate() error {
	if o.format != "text" && o.format != "json" {
		return fmt.Errorf("--format=%s: no such format (text, json)", o.format)
	}
	run := runOptions{format: "prove", perl: o.perl, perlLimit: o.perlLimit}
	return run.Validate()
}

// run shows the files one after another. One that cannot be shown does not stop the others.
func (o *showOptions) run(ctx context.Context, files []string) error {
	if err := o.Validate(); err != nil {
		return err
	}
	conf, err := readConfig()
	if err != nil {
		return err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	// A file needs some megabytes for some milliseconds: to collect them rarely is cheaper, and the limit still counts.
	debug.SetGCPercent(400)
	setup := (&runOptions{include: o.include, nginx: o.nginx, perl: o.perl, perlLimit: o.perlLimit}).setup(conf)
	var problems *multierror.Error
	for _, file := range files {
		err := runner.Show(ctx, setup, file, o.stderr, func(s *spec.Suite) error {
			if o.format == "json" {
				return perl.WriteShow(o.stdout, s)
			}
			return writeText(o.stdout, s)
		})
		if err != nil {
			problems = multierror.Append(problems, err)
		}
	}
	return problems.ErrorOrNil()
}

// writeText prints a suite for people: each section under its name, strings as they are.
func writeText(w io.Writer, s *spec.Suite) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s, repeat_each %d, %d blocks\n", s.File, s.Entry, planned(s.Settings.Plan), s.Settings.RepeatEach, len(s.Blocks))
	for _, block := range s.Blocks {
		fmt.Fprintf(&b, "\n%s:%d %s\n", s.File, block.Line, block.Name)
		for _, section := range block.Sections {
			fmt.Fprintf(&b, "  %s = %s\n", section.Name, shown(block.Value(section.Name)))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func planned(p spec.Plan) string {
	switch p.Kind {
	case spec.PlanTests:
		return fmt.Sprintf("plan of %d tests", p.Tests)
	case spec.PlanNo:
		return "no_plan"
	case spec.PlanSkipAll:
		return "skip_all: " + p.Reason
	}
	return "without a plan"
}

// shown is a value on one line, or a text of several lines indented below.
func shown(v spec.Value) string {
	switch v.Kind {
	case spec.Undef:
		return "undef"
	case spec.Number:
		return v.Str
	case spec.Bytes:
		if lines := strings.Split(strings.TrimSuffix(v.Str, "\n"), "\n"); len(lines) > 1 {
			return "|\n    " + strings.ReplaceAll(strings.TrimSuffix(v.Str, "\n"), "\n", "\n    ")
		}
		return fmt.Sprintf("%q", v.Str)
	case spec.Regexp:
		return "qr/" + v.Str + "/" + v.Flags
	case spec.List:
		var items []string
		for _, item := range v.List {
			items = append(items, shown(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case spec.Map:
		return fmt.Sprintf("a hash of %d keys", len(v.Map))
	}
	return "sub { ... }"
}
