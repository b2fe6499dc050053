// Command ngxtest runs OpenResty test suites: .t files for Perl's Test::Nginx, or YAML files that say the same, without
// Perl. It takes the place of prove: `ngxtest -r t` instead of `prove -r t`. `ngxtest --help` tells the rest.
package main

import (
	"os"

	"github.com/ngxtest/ngxtest/runner"
)

func main() {
	if runner.IsLane(os.Args[1:]) {
		os.Exit(runner.Lane(os.Args[1:]))
	}
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}
