package main

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner"
)

// choices are the values of flags that a shell can offer, by flag.
var choices = map[string][]string{
	"format":  formats,
	"perl":    evaluators,
	"isolate": {runner.IsolateAuto, runner.IsolateNetns, runner.IsolateNone},
	"shard":   {runner.NoShards},
	"state":   runner.StateWords(),
}

// offer lets the shell complete the values of the command's flags.
func offer(cmd *cobra.Command) {
	for _, name := range slices.Sorted(maps.Keys(choices)) {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(choices[name], cobra.ShellCompDirectiveNoFileComp)) // fails for a flag that is not there
		}
	}
}
