package main

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"
)

// perlOnly are flags of prove that name Perl programs and classes, or are about perl itself. They are taken, so that
// command lines go on working, and each is answered with a line that says what there is instead.
var perlOnly = []struct {
	name, short string
	value       bool
	instead     string
}{
	{"exec", "e", true, "test files are run by ngxtest itself"},
	{"harness", "", true, "there is no Perl harness here; --format chooses the output"},
	{"formatter", "", true, "there is no Perl formatter here; --format chooses the output"},
	{"plugin", "P", true, "plugins of prove are Perl"},
	{"module", "M", true, "modules of prove are Perl"},
	{"source", "", true, "ngxtest reads .t and YAML files only"},
	{"archive", "a", true, "use --format=json > FILE or --format=tap > FILE"},
	{"rules", "", true, "files run one at a time"},
	{"tapversion", "", true, "TAP is written as Test::More writes it"},
	{"normalize", "", false, "TAP is always written the same way"},
	{"taint", "T", false, "there is no taint check"},
	{"warnings-all", "W", false, "perl's warnings are not shown"},
	{"warnings", "w", false, "perl's warnings are not shown"},
}

// proveFlags takes the flags of perlOnly.
func proveFlags(flags *pflag.FlagSet) {
	for _, f := range perlOnly {
		if f.value {
			flags.StringArrayP(f.name, f.short, nil, f.instead)
		} else {
			flags.BoolP(f.name, f.short, false, f.instead)
		}
		flags.Lookup(f.name).Hidden = true
	}
}

// warnOfPerlOnly answers those that were given.
func warnOfPerlOnly(flags *pflag.FlagSet, stderr io.Writer) {
	for _, f := range perlOnly {
		if !flags.Changed(f.name) {
			continue
		}
		name := "--" + f.name
		if f.short != "" {
			name = "-" + f.short
		}
		fmt.Fprintf(stderr, "ngxtest: %s has no effect: %s\n", name, f.instead)
	}
}
