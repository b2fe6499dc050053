package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/valgrind"
)

// suppressOptions is what the flags of suppress say.
type suppressOptions struct {
	stdout, stderr io.Writer
	merge          string
	all            bool
}

func newSuppress(stdout, stderr io.Writer) *cobra.Command {
	o := &suppressOptions{stdout: stdout, stderr: stderr}
	cmd := &cobra.Command{
		Use:   "suppress [flags] REPORT...",
		Short: "Write a suppression file for what a run under Valgrind has found",
		Long: `Reads reports that ngxtest --valgrind --format=json has written (- is standard input) and writes to standard
output a suppression file that silences the findings that failed the run: an entry for each place in C, as short
as it can be, with a name and with comments that say in which tests it was found. It never writes an entry that
would hide everything of a kind.

With --merge, the entries of an existing file come first, as they are. Those that have hidden nothing in the run
and would silence nothing of what was found are stale and left out, so use the report of a run of the whole suite;
and write to another file than that one, which the shell empties before it is read.`,
		Example: `  ngxtest -r --valgrind --format=json t > run.json
  ngxtest suppress run.json > valgrind.suppress`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error { return o.run(cmd.InOrStdin(), files) },
	}
	f := cmd.Flags()
	f.StringVar(&o.merge, "merge", "", "keep the entries of this `FILE` that are of use")
	f.BoolVar(&o.all, "all", false, "silence findings that did not fail the run, too")
	return cmd
}

// run writes the file. Findings that no entry can silence are told; the exit status is 1 then.
func (o *suppressOptions) run(stdin io.Reader, files []string) error {
	var memory report.Memory
	for _, file := range files {
		if err := readReport(stdin, file, &memory); err != nil {
			return err
		}
	}
	var old valgrind.Suppressions
	var stale func(valgrind.Suppression) bool
	if o.merge != "" {
		var err error
		if old, err = valgrind.ReadSuppressions(o.merge); err != nil {
			return err
		}
		stale = func(e valgrind.Suppression) bool {
			if !memory.Stale(e) {
				return false
			}
			fmt.Fprintf(o.stderr, "%s:%d: suppression %s hides nothing: left out\n", e.File, e.Line, e.Name)
			return true
		}
		if !memory.Complete {
			fmt.Fprintf(o.stderr, "ngxtest: the run did not come to its end: all entries of %s are kept\n", o.merge)
			stale = nil
		}
	}
	fresh, problems := memory.Suppressions(o.all, old)
	if _, err := io.WriteString(o.stdout, old.Merge(fresh, stale).String()); err != nil {
		return err
	}
	if problems != nil {
		complain(o.stderr, problems)
		return exitStatus(1)
	}
	return nil
}

// readReport hands the events of a report to the listener.
func readReport(stdin io.Reader, file string, l report.Listener) error {
	return readWith(stdin, file, func(r io.Reader, name string) error { return report.ReadJSON(r, name, l) })
}
