package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/hashicorp/go-multierror"

	"github.com/ngxtest/ngxtest/valgrind"
)

// standingSuppressions is the file that is always read where it is.
const standingSuppressions = "valgrind.suppress"

// readSuppressions reads the suppression files of a run: the standing one and those that are named, each once. Mistakes
// of all of them come together.
func readSuppressions(named []string) (valgrind.Suppressions, error) {
	files := slices.Clone(named)
	if _, err := os.Stat(standingSuppressions); err == nil && !slices.Contains(files, standingSuppressions) {
		files = append([]string{standingSuppressions}, files...)
	}
	var all valgrind.Suppressions
	var problems *multierror.Error
	for _, file := range files {
		entries, err := valgrind.ReadSuppressions(file)
		if err != nil {
			problems = multierror.Append(problems, err)
		}
		all = append(all, entries...)
	}
	return all, problems.ErrorOrNil()
}

// warnOfCatchAll names the entries that hide more than anybody can mean.
func warnOfCatchAll(entries valgrind.Suppressions, stderr io.Writer) {
	for _, e := range entries {
		if why := e.CatchAll(); why != "" {
			fmt.Fprintf(stderr, "%s:%d: suppression %s: %s (name a function in it; ngxtest suppress writes such entries)\n", e.File, e.Line, e.Name, why)
		}
	}
}

// tellUnused names the entries that hid nothing in the run.
func tellUnused(entries valgrind.Suppressions, counts map[string]int, stderr io.Writer) {
	for _, e := range entries.Unused(counts) {
		fmt.Fprintf(stderr, "%s:%d: suppression %s has hidden nothing in this run\n", e.File, e.Line, e.Name)
	}
}
