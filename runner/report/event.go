// Package report shows a run. All that it knows comes as one stream of events, plain data that can cross a pipe or
// be kept as JSON, one event a line; a listener never asks the runner anything.
//
// A run is
//
//	run-start { file-start [plan] { block-start {test|exchange|...} block-end } [plan] file-end } run-end
//
// Tests may also stand outside of blocks (a preamble that calls ok), a plan may come after the tests (no_plan), and
// diag, note, stdout, stderr, info and abort may stand anywhere in a file; info and abort outside of one as well.
// Events of one file come in order. Events of different files may be interleaved: File says whose they are. Handle is
// called by one goroutine at a time.
package report

import (
	"fmt"
	"time"

	"github.com/ngxtest/ngxtest/runner/tap"
)

// StreamVersion is the version of the event stream, in run-start. It grows when a field changes its meaning, not when
// one is added.
const StreamVersion = 1

// Listener is told what happens in a run.
type Listener interface {
	Handle(Event)
}

// Kind says what an event is about, and which fields of it are set.
type Kind string

// The kinds of events.
const (
	RunStart   Kind = "run-start"   // Run
	FileStart  Kind = "file-start"  // File, At
	PlanMade   Kind = "plan"        // File, Plan
	BlockStart Kind = "block-start" // File, Place, At
	TestDone   Kind = "test"        // File, Place (nil outside of a block), Test
	Exchanged  Kind = "exchange"    // File, Place, Exchange: after the tests of a request of which one failed
	Diag       Kind = "diag"        // File, Text without "# ": stderr, as Test::More's diag
	Note       Kind = "note"        // File, Text without "# ": stdout, as Test::More's note
	Stdout     Kind = "stdout"      // File, Text: what a test file printed, to the letter
	Stderr     Kind = "stderr"      // File, Text: what a test file or Test::Nginx warns of, to the letter
	Info       Kind = "info"        // Text: one line, only of interest with -v
	Abort      Kind = "abort"       // File, Place, Text: a block or (Place nil) a file could not be run to its end, and why
	Found      Kind = "finding"     // File, Place, Finding: what memory checking has found in a block
	Loaded     Kind = "load"        // File, Place, Load: what a block did under load
	Suppressed Kind = "suppressed"  // File, Place, Suppressed: what suppressions have hidden, as an nginx tells at its end
	BlockEnd   Kind = "block-end"   // File, Place, Seconds
	FileEnd    Kind = "file-end"    // File, Result
	RunEnd     Kind = "run-end"     // Summary
)

// Event is one thing that happened. Which fields are set depends on Kind.
type Event struct {
	Kind     Kind        `json:"event"`
	File     string      `json:"file,omitempty"` // as it was named or found: t/a.t
	Place    *Place      `json:"place,omitempty"`
	Run      *Run        `json:"run,omitempty"`
	Plan     *Plan       `json:"plan,omitempty"`
	Test     *Test       `json:"test,omitempty"`
	Exchange *Exchange   `json:"exchange,omitempty"`
	Finding  *Finding    `json:"finding,omitempty"`
	Load     *Load       `json:"load,omitempty"`
	Text     Bytes       `json:"text,omitempty"`
	At       float64     `json:"at,omitempty"` // seconds since the start of the run
	Seconds  float64     `json:"seconds,omitempty"`
	Result   *FileResult `json:"result,omitempty"`
	Summary  *Summary    `json:"summary,omitempty"`

	// Of a block-end: Earlier says of each time that the block ran before what failed first, when it has run again because of that;
	// Flaky that it then passed, where the user wants that (--retries).
	Earlier []string `json:"earlier,omitempty"`
	Flaky   bool     `json:"flaky,omitempty"`

	// Stray, of a stderr that says so, is a process that the block, or the file, has left running, and that was killed: "sleep 1000
	// (pid 17)".
	Stray string `json:"stray,omitempty"`

	Suppressed map[string]int `json:"suppressed,omitempty"` // how many records each suppression has hidden, by its name
}

// Run is what is known before the first file.
type Run struct {
	Stream       int      `json:"stream"`                  // StreamVersion
	Version      string   `json:"version"`                 // ngxtest's
	Nginx        string   `json:"nginx,omitempty"`         // path of the executable; empty when there is none
	NginxVersion string   `json:"nginx_version,omitempty"` // as -V says it: nginx/1.22.1
	Valgrind     string   `json:"valgrind,omitempty"`      // version of the Valgrind that checks memory, 3.19.0; empty when none does
	Sanitized    bool     `json:"sanitized,omitempty"`     // a sanitizer in nginx, in a module or loaded before it checks memory
	Seed         int64    `json:"seed"`
	Jobs         int      `json:"jobs"`
	Files        []string `json:"files"`           // all files of the run, in order
	Shard        *Shard   `json:"shard,omitempty"` // nil when the run is a whole one

	Started time.Time `json:"started,omitzero"` // when the run began
}

// Shard says which part of a run this is.
type Shard struct {
	Index int      `json:"index"` // from 1
	Of    int      `json:"of"`
	By    string   `json:"by,omitempty"` // who has said so: --shard, or the variables of the environment
	Files []string `json:"files"`        // all files of all shards, in order
}

// MostShards is how many shards a run can have.
const MostShards = 1 << 16

// short is K/N; nothing for a whole run.
func (s *Shard) short() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

func (s Shard) valid() bool { return s.Index >= 1 && s.Index <= s.Of && s.Of <= MostShards }

// Place is where in a file something happened.
type Place struct {
	Block    string `json:"block"` // title, without the file in front
	Line     int    `json:"line"`  // of the === line
	Repeat   int    `json:"repeat,omitempty"`
	Repeats  int    `json:"repeats,omitempty"` // Repeat counts from 1 to Repeats; 0 where no repeat is meant
	Request  int    `json:"request,omitempty"`
	Requests int    `json:"requests,omitempty"` // Request counts from 1 to Requests; 0 where no request is meant
}

// Plan is what a file said about the number of its tests. The zero Plan is no_plan.
type Plan struct {
	Tests   int    `json:"tests,omitempty"`
	SkipAll bool   `json:"skip_all,omitempty"`
	Reason  string `json:"reason,omitempty"` // of SkipAll
}

// Test is one numbered assertion.
type Test struct {
	Number int `json:"number"` // within its file, from 1
	tap.Test
	Line int `json:"line,omitempty"` // of the section that was checked, or of the call in the preamble; 0 when unknown
	// Explained says that a Diag or a Note tells why it failed, which is so of the tests of a file's own Perl: Test::More words
	// them there.
	Explained bool `json:"explained,omitempty"`
}

// Exchange is what went over the wire for one request, and what nginx said meanwhile. It is also used where nginx did
// not start: then only Nginx, Log and Advice are set.
type Exchange struct {
	Request  Bytes    `json:"request,omitempty"`  // bytes as sent
	Response Bytes    `json:"response,omitempty"` // bytes as received, head and body
	TimedOut bool     `json:"timed_out,omitempty"`
	Error    string   `json:"error,omitempty"`  // of the connection
	Log      []string `json:"log,omitempty"`    // error-log lines above debug level, without newlines
	Nginx    []string `json:"nginx,omitempty"`  // what nginx printed when it refused its configuration
	Advice   string   `json:"advice,omitempty"` // what to do
}

// FileResult is how a file ended. Tally works it out.
type FileResult struct {
	Plan     *Plan    `json:"plan,omitempty"`     // nil when the file made none
	Run      int      `json:"run"`                // tests that ran
	Failed   []int    `json:"failed,omitempty"`   // numbers of the tests that prove calls failed: not ok and not todo, or beyond the plan
	Skipped  []int    `json:"skipped,omitempty"`  // tests that were skipped one by one
	Todo     []int    `json:"todo,omitempty"`     // all todo tests
	TodoOK   []int    `json:"todo_ok,omitempty"`  // todo tests that unexpectedly passed
	Exit     int      `json:"exit"`               // what perl would have exited with, 0 to 255
	Died     string   `json:"died,omitempty"`     // why the file could not be run to its end
	Cut      bool     `json:"cut,omitempty"`      // the file, or a block of it, was not run to its end; Died, or an abort event, says why
	Ignored  bool     `json:"ignored,omitempty"`  // Exit and Died do not count: --ignore-exit, and nothing else is wrong
	Problems []string `json:"problems,omitempty"` // what prove calls parse errors: "Bad plan.  You planned 5 tests but ran 4."
	Ending   []string `json:"ending,omitempty"`   // what Test::More says at the end, without "# ": "Looks like you failed 2 tests of 9."
	Perl     string   `json:"perl,omitempty"`     // what of its Perl the built-in evaluator lacks, so that the system's perl ran it
	Shuffled bool     `json:"shuffled,omitempty"` // the run's seed decided the order of its blocks
	Seconds  float64  `json:"seconds"`            // from start to end
	Times    Times    `json:"times"`
}

// OK reports whether nothing is wrong with the file.
func (r FileResult) OK() bool {
	return (r.Exit == 0 && r.Died == "" || r.Ignored) && len(r.Failed) == 0 && len(r.Problems) == 0
}

// IgnoreExit lets the file pass if its tests and its plan do.
func (r *FileResult) IgnoreExit() {
	if len(r.Failed) == 0 && len(r.Problems) == 0 && r.Exit != 0 {
		r.Ignored, r.Cut = true, false
	}
}

// Times are processor times in seconds.
type Times struct {
	User        float64 `json:"user"` // of ngxtest
	System      float64 `json:"system"`
	ChildUser   float64 `json:"child_user"` // of nginx and other children
	ChildSystem float64 `json:"child_system"`
}

// Verdicts of a run, as prove prints them behind "Result:".
const (
	Pass    = "PASS"
	Fail    = "FAIL"
	NoTests = "NOTESTS"
)

// Summary is how a run ended. Add counts the files.
type Summary struct {
	Result      string `json:"result"` // Pass, Fail or NoTests: what Verdict says
	Files       int    `json:"files"`
	Tests       int    `json:"tests"`  // tests that ran
	Failed      int    `json:"failed"` // tests that failed
	FailedFiles int    `json:"failed_files"`
	CutFiles    int    `json:"cut_files,omitempty"`  // files of which not all was run to its end
	LeaksOnly   bool   `json:"leaks_only,omitempty"` // failed tests do not fail the run
	Flaky       int    `json:"flaky,omitempty"`      // blocks that failed, ran again and passed
	Strays      int    `json:"strays,omitempty"`     // processes that were left running, and were killed
	Findings    int    `json:"findings,omitempty"`   // memory findings that fail the run, each stack once
	// Suppressed says how many records each suppression has hidden, by its name, over all files.
	Suppressed  map[string]int `json:"suppressed,omitempty"`
	Interrupted bool           `json:"interrupted,omitempty"` // a signal ended it
	Stopped     bool           `json:"stopped,omitempty"`     // --fail-fast ended it
	Shuffled    bool           `json:"shuffled,omitempty"`    // the seed decided an order, so it is worth saying
	Part        bool           `json:"part,omitempty"`        // a shard: that it has nothing to run is no failure
	Seconds     float64        `json:"seconds"`               // wall clock
	Times       Times          `json:"times"`
}

// Add counts a file and sets Result.
func (s *Summary) Add(r FileResult) {
	s.Files++
	s.Tests += r.Run
	s.Failed += len(r.Failed)
	if !r.OK() {
		s.FailedFiles++
	}
	if r.Cut {
		s.CutFiles++
	}
	s.Result = s.Verdict()
}

// Verdict returns Fail, Pass or NoTests, as prove decides it; but with LeaksOnly failed tests do not count, and a shard
// passes without tests: those of the run are in the others.
func (s Summary) Verdict() string {
	switch {
	case s.FailedFiles > 0 && !s.LeaksOnly, s.CutFiles > 0:
		return Fail
	case s.Tests > 0, s.Part:
		return Pass
	}
	return NoTests
}

// ExitStatus returns what ngxtest exits with: 0 when all passed, 1 when something failed or nothing ran, 2 when all
// passed but memory findings fail the run, 130 when a signal ended it.
func (s Summary) ExitStatus() int {
	switch {
	case s.Interrupted:
		return 130
	case s.Verdict() != Pass:
		return 1
	case s.Findings > 0:
		return 2
	}
	return 0
}
