// Package check holds a response and the logs of nginx against what a test block expects of them.
//
// It makes the tests that Test::Nginx makes: the same ones, in the same order, under the same descriptions, since a suite's plan
// counts them. Where Test::Nginx would end the whole run (BAIL_OUT) or die, a method returns an error that says so in one line.
package check

import (
	"github.com/ngxtest/ngxtest/runner/regex"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// Log is the part of a log file that has not been read yet.
type Log interface {
	// Await returns the lines that were not read before, each with its newline. It returns as soon as done says that the
	// lines suffice, and at the latest when Test::Nginx's own wait is over (3 times TEST_NGINX_SLEEP). With a nil done it
	// waits all that time. What was returned counts as read, except for the access log, and for the error log under
	// check_accum_error_log, which are read from the start each time. A log that cannot be read has no lines.
	Await(done func(lines []string) bool) []string
	// Glance returns what Await would return of a moment, as one text. It may be overwritten by the next call.
	Glance() string
}

// Block is a test block, ready to be checked.
type Block struct {
	Spec *spec.Block
	Name string // with the file in front, as descriptions begin: "t/a.t TEST 1: sanity"
	File string // for file:line in messages
	LWP  bool   // the suite is one for Test::Nginx::LWP

	ServerName          string // of the Host header
	ServerPort          string
	ServerPortForClient string

	// Expand replaces $TEST_NGINX_x in a text. Its error is a bail-out.
	Expand func(text string) (string, error)
	// Eval evaluates Perl text of the deprecated request_eval and response_body_eval.
	Eval func(code string) (spec.Value, error)
	// BodyChecks are the suite's response body checks, and Self is what they get for the block.
	BodyChecks []spec.Func
	Self       spec.Value

	ErrorLog  Log
	AccessLog Log
	Stap      Stap

	patterns map[string]*regex.Regexp // compiled, by flags and text: a section is looked at once for each request
}

// Result is what a check found.
type Result struct {
	Tests    []tap.Test
	Warnings []string // for stderr, without a newline at the end
}
