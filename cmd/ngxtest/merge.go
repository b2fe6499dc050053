package main

import (
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/report"
)

// mergeOptions is what the flags of merge say.
type mergeOptions struct {
	runOptions
	save bool
}

func newMerge(stdout, stderr io.Writer) *cobra.Command {
	o := &mergeOptions{runOptions: runOptions{stdout: stdout, stderr: stderr, perl: "auto"}}
	cmd := &cobra.Command{
		Use:   "merge [flags] REPORT.json...",
		Short: "Join the reports of shards to that of one run",
		Long: `Reads the reports that the shards of a run have written with --json (- is standard input), prints what one run of all
files would have printed, exits as it would have, and writes the reports that are asked for. The time is that of
the longest shard.

A shard that is missing or was interrupted is told in one line; what there is of the run is shown, and the exit
status is 1, or 130. Reports of different runs, and a shard that is named twice, are refused.

The report of a run that was not sharded will do as well: it is shown again, or written in another format.`,
		Example: `  ngxtest -r --shard 1/2 --json 1.json t; ngxtest -r --shard 2/2 --json 2.json t
  ngxtest merge --junit junit.xml --html report.html 1.json 2.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error { return o.merge(cmd.InOrStdin(), files) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.format, "format", "prove", "what goes to stdout, a `FORMAT`: prove, tap, json, or github")
	o.reports.flags(f)
	f.BoolVar(&o.save, "save", false, "keep in .ngxtest-state how long each file took, as --state=save does: the next run is divided by it")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print each line of TAP")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print the results of files only")
	f.BoolVarP(&o.silent, "QUIET", "Q", false, "print the summary only")
	f.BoolVarP(&o.runOptions.merge, "merge", "m", false, "print on stdout what goes to stderr otherwise")
	f.BoolVarP(&o.color, "color", "c", false, "colours on stderr, terminal or not")
	f.BoolVar(&o.noColor, "nocolor", false, "no colours (NO_COLOR does the same)")
	synonyms(f)
	offer(cmd)
	return cmd
}

// merge reads all reports before it writes any. What is wrong with them is told together.
func (o *mergeOptions) merge(stdin io.Reader, files []string) error {
	if err := o.Validate(); err != nil {
		return err
	}
	o.noCount = true
	var shards report.Shards
	var problems *multierror.Error
	for _, file := range files {
		if err := readWith(stdin, file, shards.Read); err != nil {
			problems = multierror.Append(problems, err)
		}
	}
	if problems != nil {
		return problems
	}
	if err := shards.Check(); err != nil {
		return err
	}
	var state *runner.State
	var err error
	if o.save {
		if state, err = runner.LoadState(runner.StateFile); err != nil {
			return err
		}
	}
	stdout := &output{w: o.stdout, cancel: func() {}}
	o.stdout = stdout
	reports, err := o.reports.open(o.stdout)
	if err != nil {
		return err
	}
	if o.reports.toStdout() {
		o.stdout = o.stderr
	}
	listeners := append(o.listeners(), reports.listeners...)
	if o.save {
		listeners = append(listeners, state)
	}
	summary := shards.Tell(listeners...)
	err = reports.close()
	if o.save {
		err = multierror.Append(err, state.Save()).ErrorOrNil()
	}
	if err == nil {
		err = stdout.failure("standard output")
	}
	if status := summary.ExitStatus(); err == nil && status != 0 {
		return exitStatus(status)
	}
	return err
}

// readWith opens a report for what reads it; - is standard input.
func readWith(stdin io.Reader, file string, read func(r io.Reader, name string) error) error {
	if file == "-" {
		return read(stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("%s: cannot be read: %w", file, reason(err))
	}
	defer f.Close()
	return read(f, file)
}
