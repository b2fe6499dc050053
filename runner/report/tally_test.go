package report

import (
	"reflect"
	"testing"

	"github.com/ngxtest/ngxtest/runner/tap"
)

var (
	pass     = tap.Test{OK: true, Name: "a"}
	fail     = tap.Test{Name: "b"}
	skipped  = tap.Test{OK: true, Directive: "skip", Reason: "why"}
	todoSkip = tap.Test{Directive: "todo & skip", Reason: "later"}
	todoPass = tap.Test{OK: true, Directive: "todo", Reason: "td"}
)

// The expected values are what perl 5.36 and prove 3.44 print for such files.
func TestTally(t *testing.T) {
	n := func(p Plan) *Plan { return &p }
	tests := map[string]struct {
		plan  *Plan
		tests []tap.Test
		exit  int
		want  FileResult
	}{
		"all passed":       {n(Plan{Tests: 2}), []tap.Test{pass, pass}, 0, FileResult{Run: 2}},
		"one failed":       {n(Plan{Tests: 2}), []tap.Test{pass, fail}, 0, FileResult{Run: 2, Failed: []int{2}, Exit: 1, Ending: []string{"Looks like you failed 1 test of 2."}}},
		"too few":          {n(Plan{Tests: 5}), []tap.Test{pass, pass, pass, pass}, 0, FileResult{Run: 4, Exit: 255, Problems: []string{"Bad plan.  You planned 5 tests but ran 4."}, Ending: []string{"Looks like you planned 5 tests but ran 4."}}},
		"too many":         {n(Plan{Tests: 1}), []tap.Test{pass, pass}, 0, FileResult{Run: 2, Failed: []int{2}, Exit: 255, Problems: []string{"Bad plan.  You planned 1 tests but ran 2."}, Ending: []string{"Looks like you planned 1 test but ran 2."}}},
		"too few, failed":  {n(Plan{Tests: 3}), []tap.Test{pass, fail}, 0, FileResult{Run: 2, Failed: []int{2}, Exit: 1, Problems: []string{"Bad plan.  You planned 3 tests but ran 2."}, Ending: []string{"Looks like you planned 3 tests but ran 2.", "Looks like you failed 1 test of 2 run."}}},
		"no_plan":          {n(Plan{}), []tap.Test{pass, fail, fail}, 0, FileResult{Run: 3, Failed: []int{2, 3}, Exit: 2, Ending: []string{"Looks like you failed 2 tests of 3."}}},
		"no_plan, nothing": {n(Plan{}), nil, 0, FileResult{Exit: 255}},
		"plan, nothing":    {n(Plan{Tests: 3}), nil, 0, FileResult{Exit: 255, Problems: []string{"Bad plan.  You planned 3 tests but ran 0."}, Ending: []string{"No tests run!"}}},
		"skip_all":         {n(Plan{SkipAll: true, Reason: "r"}), nil, 0, FileResult{}},
		"skips and todos":  {n(Plan{Tests: 4}), []tap.Test{skipped, todoSkip, todoPass, pass}, 0, FileResult{Run: 4, Skipped: []int{1}, Todo: []int{2, 3}, TodoOK: []int{3}}},
		"died at once":     {nil, nil, 255, FileResult{Cut: true, Exit: 255, Problems: []string{"No plan found in TAP output"}}},
		"died early":       {n(Plan{Tests: 3}), nil, 255, FileResult{Cut: true, Exit: 255, Problems: []string{"Bad plan.  You planned 3 tests but ran 0."}, Ending: []string{"Looks like your test exited with 255 before it could output anything."}}},
		"died midway":      {n(Plan{Tests: 3}), []tap.Test{pass}, 255, FileResult{Cut: true, Run: 1, Exit: 255, Problems: []string{"Bad plan.  You planned 3 tests but ran 1."}, Ending: []string{"Looks like your test exited with 255 just after 1."}}},
		"exit 3":           {n(Plan{Tests: 1}), []tap.Test{pass}, 3, FileResult{Cut: true, Run: 1, Exit: 3, Ending: []string{"Looks like your test exited with 3 just after 1."}}},
		"never a plan":     {nil, []tap.Test{pass}, 0, FileResult{Run: 1, Exit: 254, Problems: []string{"No plan found in TAP output"}, Ending: []string{"Tests were run but no plan was declared and done_testing() was not seen."}}},
		"empty":            {nil, nil, 0, FileResult{Problems: []string{"No plan found in TAP output"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var tally Tally
			if test.plan != nil {
				tally.Plan(*test.plan)
			}
			for _, one := range test.tests {
				tally.Test(one)
			}
			test.want.Plan = test.plan
			if got := tally.End(test.exit, ""); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestExitStatusCapsAt254(t *testing.T) {
	var tally Tally
	tally.Plan(Plan{Tests: 300})
	for range 300 {
		tally.Test(fail)
	}
	if got := tally.End(0, "").Exit; got != 254 {
		t.Errorf("exit status %d, want 254", got)
	}
}

func TestSummaryExitStatus(t *testing.T) {
	tests := map[string]struct {
		files       []FileResult
		interrupted bool
		result      string
		exit        int
	}{
		"passed":       {[]FileResult{{Run: 2}}, false, Pass, 0},
		"failed":       {[]FileResult{{Run: 2}, {Run: 1, Failed: []int{1}, Exit: 1}}, false, Fail, 1},
		"bad plan":     {[]FileResult{{Run: 2, Problems: []string{"x"}}}, false, Fail, 1},
		"all skipped":  {[]FileResult{{Plan: &Plan{SkipAll: true}}}, false, NoTests, 1},
		"nothing":      {nil, false, NoTests, 1},
		"not finished": {[]FileResult{{Run: 2, Died: "why", Exit: 0}}, false, Fail, 1},
		"interrupted":  {[]FileResult{{Run: 2}}, true, Pass, 130},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := Summary{Interrupted: test.interrupted}
			for _, r := range test.files {
				s.Add(r)
			}
			if s.Verdict() != test.result || s.ExitStatus() != test.exit {
				t.Errorf("got %s %d, want %s %d", s.Verdict(), s.ExitStatus(), test.result, test.exit)
			}
		})
	}
}
