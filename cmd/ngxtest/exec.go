package main

import (
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner/outside"
)

// execOptions is what the flags of exec say.
type execOptions struct {
	runOptions
}

func newExec(stdout, stderr io.Writer) *cobra.Command {
	o := &execOptions{runOptions{stdout: stdout, stderr: stderr, perl: "auto"}}
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command under Valgrind and say what leaks",
		Long: `Runs a command under Valgrind and reports what is found as a run of test files does.

Tests of busted are told apart: each leak and each error has the name of its test. resty runs its nginx under
Valgrind, with --valgrind or without. Of other commands each process is looked at as a whole.

The exit status is 0, or 1 if the command failed, or 2 if it did not but memory findings are there.`,
		Example: `  ngxtest exec -- luajit x.lua
  ngxtest exec -- busted --lua=luajit spec
  ngxtest exec -- resty x.lua`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return o.exec(cmd.InOrStdin(), args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.SetInterspersed(false)
	f.StringVar(&o.valgrind, "valgrind", defaultValgrind, "Valgrind's own `OPTIONS`, instead of those that find leaks: --valgrind=--tool=helgrind; the command runs\nunder Valgrind without this flag, too")
	f.Lookup("valgrind").NoOptDefVal, f.Lookup("valgrind").DefValue = defaultValgrind, ""
	f.StringArrayVar(&o.suppressions, "suppressions", nil, "what Valgrind is not to report, a `FILE`; may be repeated (valgrind.suppress is always read)")
	f.BoolVar(&o.strictLeaks, "strict-leaks", false, "memory that is not freed but does not grow either fails, too")
	f.StringVar(&o.format, "format", "prove", "how findings are told, a `FORMAT`: prove, tap, json, or github; with tap and json the command's\nown output goes to stderr")
	o.reports.flags(f)
	f.BoolVarP(&o.verbose, "verbose", "v", false, "whole stacks, and what Valgrind's options came to")
	f.BoolVarP(&o.color, "color", "c", false, "colours on stderr, terminal or not")
	f.BoolVar(&o.noColor, "nocolor", false, "no colours (NO_COLOR does the same)")
	synonyms(f)
	offer(cmd)
	return cmd
}

// exec runs the command.
func (o *execOptions) exec(stdin io.Reader, args []string) error {
	if err := o.Validate(); err != nil {
		return err
	}
	suppressions, err := readSuppressions(o.suppressions)
	if err != nil {
		return err
	}
	warnOfCatchAll(suppressions, o.stderr)
	ctx, _, stop := interruptible()
	defer stop()
	options := outside.Options{
		Version: version(), Command: args, Valgrind: o.valgrind, Suppressions: o.suppressions, StrictLeaks: o.strictLeaks,
		Stdin: stdin, Stdout: o.stdout, Stderr: o.stderr,
	}
	if slices.Contains([]string{"tap", "json"}, o.format) {
		options.Stdout = o.stderr
	}
	o.reports.or(sideReports{JUnit: os.Getenv(bazelReport)})
	reports, err := o.reports.open(o.stdout)
	if err != nil {
		return err
	}
	if o.reports.toStdout() {
		o.stdout, options.Stdout = o.stderr, o.stderr
	}
	summary, err := outside.Run(ctx, options, append(o.listeners(), reports.listeners...)...)
	if err != nil {
		reports.abandon()
		return err
	}
	if err := reports.close(); err != nil {
		return err
	}
	if o.verbose {
		tellUnused(suppressions, summary.Suppressed, o.stderr)
	}
	if status := summary.ExitStatus(); status != 0 {
		return exitStatus(status)
	}
	return nil
}
