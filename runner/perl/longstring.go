package perl

import (
	"strings"
	"unicode"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// defineLongString defines Test::LongString. Its tests are those of Test::More; how a failure is shown is for reporters.
func (h *host) defineLongString() {
	h.in.DefineModule("Test::LongString", nil, nil)
	names := []string{"is_string", "is_string_nows", "like_string", "unlike_string", "contains_string", "lacks_string"}
	h.exports("Test::LongString", names...)
	contains := func(wanted bool) native {
		return func(c *interp.Call) (interp.List, error) {
			got, part := c.Arg(0), c.Arg(1)
			ok := got != nil && part != nil && strings.Contains(str(got), str(part)) == wanted
			return h.ok(c, ok, c.Arg(2), tap.Test{Got: str(got), Want: str(part)})
		}
	}
	h.define("Test::LongString", map[string]native{
		"import": func(c *interp.Call) (interp.List, error) {
			return nil, h.in.Import("Test::LongString", c.Package, names...)
		},
		"is_string($$;$)": h.is,
		"is_string_nows($$;$)": func(c *interp.Call) (interp.List, error) {
			call := *c
			call.Args = list(bare(c.Arg(0)), bare(c.Arg(1)), c.Arg(2))
			return h.is(&call)
		},
		"like_string($$;$)": h.like, "unlike_string($$;$)": h.unlike,
		"contains_string($$;$)": contains(true), "lacks_string($$;$)": contains(false),
	})
}

// bare is a string without white space.
func bare(v interp.Value) interp.Value {
	if v == nil {
		return nil
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, str(v))
}

// builder is what Test::More->builder returns.
func (h *host) builder() interp.Value {
	return h.in.Bless(interp.NewHash(), "Test::Builder")
}

// defineBuilder defines the methods of Test::Builder that test files call.
func (h *host) defineBuilder() {
	method := func(f native) native { // drops the object
		return func(c *interp.Call) (interp.List, error) {
			call := *c
			call.Args = c.Args[min(1, len(c.Args)):]
			return f(&call)
		}
	}
	nothing := func(*interp.Call) (interp.List, error) { return nil, nil }
	subs := map[string]native{
		"new": func(*interp.Call) (interp.List, error) { return list(h.builder()), nil },
		"current_test": func(c *interp.Call) (interp.List, error) {
			if len(c.Args) > 1 {
				h.tests = int(interp.Int(c.Arg(1)))
			}
			return list(int64(h.tests)), nil
		},
		"has_plan": func(*interp.Call) (interp.List, error) {
			switch h.plan.Kind {
			case spec.PlanTests:
				return list(int64(h.plan.Tests)), nil
			case spec.PlanNo:
				return list("no_plan"), nil
			}
			return list(nil), nil
		},
		"expected_tests": func(*interp.Call) (interp.List, error) { return list(int64(h.plan.Tests)), nil },
		"is_passing":     func(*interp.Call) (interp.List, error) { return list(truthValue(h.failed == 0)), nil },
		"skip_all": func(c *interp.Call) (interp.List, error) {
			return nil, h.makePlan(spec.Plan{Kind: spec.PlanSkipAll, Reason: c.Str(1)})
		},
		"skip": func(c *interp.Call) (interp.List, error) {
			h.emit(tap.Test{OK: true, Directive: "skip", Reason: c.Str(1)}, c.Line)
			return list(int64(1)), nil
		},
		"todo_skip": func(c *interp.Call) (interp.List, error) {
			h.emit(tap.Test{Directive: "todo & skip", Reason: c.Str(1)}, c.Line)
			return list(int64(1)), nil
		},
	}
	for name, more := range map[string]string{
		"ok": "ok", "is_eq": "is", "is_num": "is", "isnt_eq": "isnt", "like": "like", "unlike": "unlike", "cmp_ok": "cmp_ok",
		"diag": "diag", "note": "note", "plan": "plan", "done_testing": "done_testing", "BAIL_OUT": "BAIL_OUT",
		"explain": "explain", "subtest": "subtest",
	} {
		code := more
		subs[name] = method(func(c *interp.Call) (interp.List, error) {
			return h.in.CallAliased(h.in.Sub("Test::More::"+code), c.Want, c.Args)
		})
	}
	for _, name := range []string{"no_ending", "no_header", "no_diag", "level", "use_numbers", "exported_to", "output",
		"failure_output", "todo_output", "reset", "todo", "todo_start", "todo_end"} {
		subs[name] = nothing
	}
	h.define("Test::Builder", subs)
}
