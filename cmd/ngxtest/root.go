package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// execute runs a command line and returns the exit status.
func execute(args []string, stdout, stderr io.Writer) int {
	// prove hands what stands behind :: to the test files
	if at := slices.Index(args, "::"); at >= 0 && args[0] != "exec" {
		fmt.Fprintln(stderr, "ngxtest: what stands behind :: has no effect: test files get no arguments")
		args = args[:at]
	}
	args, err := withRCFiles(args)
	if err != nil {
		complain(stderr, err)
		return exitUsage
	}
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err = root.Execute()
	var status exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	}
	complain(stderr, err)
	return exitUsage
}

// newRoot returns the command line of ngxtest. Without a subcommand it runs tests.
func newRoot(stdout, stderr io.Writer) *cobra.Command {
	o := &runOptions{stdout: stdout, stderr: stderr}
	root := &cobra.Command{
		Use:   "ngxtest [flags] [FILE | DIR | FILE:LINE ...]",
		Short: "Run test suites of nginx and OpenResty",
		Long: `Runs the test files that are named, or those in the directories that are named, or those in t/.
A test file is a .t file for Perl's Test::Nginx, or a YAML file that says the same.

FILE:LINE runs the block that this line belongs to.`,
		Example: `  ngxtest -r t                    instead of prove -r t
  ngxtest t/sanity.t:41           one block
  ngxtest -t 'TEST 3:' t          the blocks whose titles match
  ngxtest -r --valgrind t         which tests leak memory
  prove -r --exec 'ngxtest --format=tap' t`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.version {
				return printVersion(stdout)
			}
			if o.manual {
				return cmd.Help()
			}
			return o.run(cmd.Flags(), args)
		},
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	cobra.AddTemplateFunc("usages", usages)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", ".FlagUsages | usages"))
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (%s --help lists the flags)", err, cmd.CommandPath())
	})
	o.flags(root.Flags())
	offer(root)
	root.AddCommand(newShow(stdout, stderr), newLint(stdout), newFmt(stdout), newConvert(stdout, stderr), newSuppress(stdout, stderr), newMerge(stdout, stderr), newExec(stdout, stderr), newDoctor(stdout), newVersion(stdout))
	return root
}

// usages is the list of flags without the values of those that are on or off, and with those that may be left out in
// brackets.
func usages(list string) string {
	for written, better := range map[string]string{
		"[=true|false]": "",
		`--valgrind OPTIONS[="` + defaultValgrind + `"]`: "--valgrind[=OPTIONS]",
	} {
		list = strings.ReplaceAll(list, written, better+strings.Repeat(" ", len(written)-len(better)))
	}
	return list
}
