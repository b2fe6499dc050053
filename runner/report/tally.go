package report

import (
	"fmt"

	"github.com/ngxtest/ngxtest/runner/tap"
)

// Tally numbers and counts the tests of one file, and knows what Test::Builder and prove make of them in the end.
// The zero Tally is ready to use.
type Tally struct {
	result FileResult
	notOK  int // as Test::Builder counts failures: tests beyond the plan are none
}

// Plan notes the file's plan.
func (t *Tally) Plan(p Plan) { t.result.Plan = &p }

// Test counts a test and returns its number.
func (t *Tally) Test(test tap.Test) int {
	r := &t.result
	r.Run++
	todo := Todo(test)
	if todo {
		r.Todo = append(r.Todo, r.Run)
		if test.OK {
			r.TodoOK = append(r.TodoOK, r.Run)
		}
	}
	if test.Directive == "skip" {
		r.Skipped = append(r.Skipped, r.Run)
	}
	if !test.OK && !todo {
		t.notOK++
	}
	beyond := r.Plan != nil && r.Plan.Tests > 0 && r.Run > r.Plan.Tests
	if !test.OK && !todo || beyond {
		r.Failed = append(r.Failed, r.Run)
	}
	return r.Run
}

// Cut notes that a block was not run to its end.
func (t *Tally) Cut() { t.result.Cut = true }

// Run returns how many tests there were so far.
func (t *Tally) Run() int { return t.result.Run }

// Failed returns how many tests that count failed so far.
func (t *Tally) Failed() int { return t.notOK }

// End returns the result of a file whose Perl program would have exited with this status before Test::Builder has its
// say: 0, what exit() was called with, or 255 where it died. Died says why in the last case. The times are the
// caller's to fill in.
func (t *Tally) End(exit int, died string) FileResult {
	r := t.result
	r.Exit, r.Ending = t.ending(exit)
	r.Died = died
	r.Cut = r.Cut || exit != 0 || died != ""
	planned, known := r.planned()
	switch {
	case !known:
		r.Problems = append(r.Problems, "No plan found in TAP output")
	case planned != r.Run:
		r.Problems = append(r.Problems, fmt.Sprintf("Bad plan.  You planned %d tests but ran %d.", planned, r.Run))
	}
	return r
}

// ending is what Test::Builder does in its END block: the exit status, and what it says.
func (t *Tally) ending(exit int) (int, []string) {
	r, plan := t.result, t.result.Plan
	early := fmt.Sprintf("Looks like your test exited with %d", exit)
	switch {
	case plan == nil && r.Run == 0:
		return exit, nil
	case plan == nil:
		said := []string{"Tests were run but no plan was declared and done_testing() was not seen."}
		switch {
		case exit != 0:
			return exit, append(said, fmt.Sprintf("%s just after %d.", early, r.Run))
		case t.notOK > 0:
			return min(t.notOK, 254), said
		}
		return 254, said
	case exit != 0 && r.Run == 0 && !plan.counted():
		return exit, []string{early + " before it could output anything."}
	case plan.SkipAll:
		return exit, nil
	case r.Run == 0 && plan.counted():
		return firstNonZero(exit, 255), nil
	case r.Run == 0:
		return 255, []string{"No tests run!"}
	case exit != 0:
		return exit, []string{fmt.Sprintf("%s just after %d.", early, r.Run)}
	}
	var said []string
	planned, _ := r.planned()
	extra := planned != r.Run
	if extra {
		said = append(said, fmt.Sprintf("Looks like you planned %s but ran %d.", tests(planned), r.Run))
	}
	switch {
	case t.notOK > 0:
		of := fmt.Sprintf("Looks like you failed %s of %d", tests(t.notOK), r.Run)
		if extra {
			of += " run"
		}
		return min(t.notOK, 254), append(said, of+".")
	case extra:
		return 255, said
	}
	return 0, said
}

// Todo reports whether a test is expected to fail.
func Todo(t tap.Test) bool { return t.Directive != "" && t.Directive != "skip" }

// counted reports whether the plan is no_plan: made at the end from what ran.
func (p Plan) counted() bool { return !p.SkipAll && p.Tests == 0 }

// planned is the number in the plan line that TAP shows, and whether there is one.
func (r FileResult) planned() (int, bool) {
	switch {
	case r.Plan == nil:
		return 0, false
	case r.Plan.SkipAll:
		return 0, true
	case r.Plan.counted():
		return r.Run, true
	}
	return r.Plan.Tests, true
}

func firstNonZero(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

func tests(n int) string {
	if n == 1 {
		return "1 test"
	}
	return fmt.Sprintf("%d tests", n)
}
