package perl

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// defineMore defines Test::More and what there is of Test::Builder.
func (h *host) defineMore() {
	for _, module := range []string{"Test::More", "Test::Simple", "Test::Builder"} {
		h.in.DefineModule(module, nil, nil)
	}
	h.exports("Test::More", "ok", "use_ok", "require_ok", "is", "isnt", "like", "unlike", "is_deeply", "cmp_ok", "skip",
		"todo", "todo_skip", "pass", "fail", "eq_array", "eq_hash", "eq_set", "$TODO", "plan", "done_testing", "can_ok",
		"isa_ok", "new_ok", "diag", "note", "explain", "subtest", "BAIL_OUT")
	h.exports("Test::Simple", "ok")
	h.define("Test::More", map[string]native{
		"import": h.importMore,
		"ok($;$)": func(c *interp.Call) (interp.List, error) {
			return h.ok(c, interp.Truth(c.Arg(0)), c.Arg(1), tap.Test{})
		},
		"pass(;$)":   func(c *interp.Call) (interp.List, error) { return h.ok(c, true, c.Arg(0), tap.Test{}) },
		"fail(;$)":   func(c *interp.Call) (interp.List, error) { return h.ok(c, false, c.Arg(0), tap.Test{}) },
		"is($$;$)":   h.is,
		"isnt($$;$)": h.isnt,
		"like($$;$)": h.like, "unlike($$;$)": h.unlike,
		"cmp_ok($$$;$)": h.cmpOK,
		"is_deeply":     h.isDeeply,
		"eq_array":      h.eqDeeply, "eq_hash": h.eqDeeply, "eq_set": h.eqSet,
		"can_ok($@)":   h.canOK,
		"isa_ok($;$$)": h.isaOK,
		"new_ok":       h.newOK,
		"use_ok($;@)":  h.useOK("use"), "require_ok($)": h.useOK("require"),
		"skip": h.skip, "todo_skip": h.todoSkip,
		"plan": func(c *interp.Call) (interp.List, error) { return nil, h.planFrom(c.Args.Values(), c) },
		"done_testing": func(c *interp.Call) (interp.List, error) {
			n := h.tests
			if len(c.Args) > 0 {
				n = int(interp.Int(c.Arg(0)))
			}
			if h.plan.Kind == spec.PlanTests {
				return nil, nil
			}
			h.plan = spec.Plan{}
			return nil, h.makePlan(spec.Plan{Kind: spec.PlanTests, Tests: n})
		},
		"diag": func(c *interp.Call) (interp.List, error) { h.diag(joinArgs(c.Args)); return list(""), nil },
		"note": func(c *interp.Call) (interp.List, error) {
			h.note(joinArgs(c.Args))
			return list(""), nil
		},
		"explain":  h.explain,
		"subtest":  h.subtest,
		"BAIL_OUT": h.bailOut,
		"builder":  func(*interp.Call) (interp.List, error) { return list(h.builder()), nil },
	})
	h.in.DefineSub("Test::Simple::import", h.importMore)
	_ = h.in.Import("Test::More", "Test::Simple", "ok")
	h.defineBuilder()
}

func joinArgs(args interp.List) string {
	var b strings.Builder
	for _, v := range args.Values() {
		if v == nil {
			b.WriteString("undef")
			continue
		}
		b.WriteString(str(v))
	}
	return b.String()
}

// comment makes lines that begin with "# " of a text.
func comment(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return "# " + strings.ReplaceAll(text, "\n", "\n# ") + "\n"
}

func (h *host) diag(text string) {
	if h.opts.Sink.Diag != nil && text != "" {
		h.opts.Sink.Diag(comment(text))
	}
}

func (h *host) note(text string) {
	if h.opts.Sink.Note != nil && text != "" {
		h.opts.Sink.Note(comment(text))
	}
}

// ok makes a test. What t says of values is kept for whoever shows the failure.
func (h *host) ok(c *interp.Call, ok bool, name interp.Value, t tap.Test) (interp.List, error) {
	t.OK, t.Name = ok, str(name)
	if todo := h.in.ScalarVar(c.Package + "::TODO").Get(); interp.Truth(todo) {
		t.Directive, t.Reason = "todo", str(todo)
	}
	h.emit(t, c.Line)
	if !ok {
		words, say := "Failed test", h.diag
		if t.Directive != "" { // nothing to worry about, so it goes to stdout
			words, say = "Failed (TODO) test", h.note
		}
		if t.Name != "" {
			say(fmt.Sprintf("  %s '%s'\n  at %s line %d.", words, t.Name, c.File, c.Line))
		} else {
			say(fmt.Sprintf("  %s at %s line %d.", words, c.File, c.Line))
		}
	}
	return list(truthValue(ok)), nil
}

func (h *host) emit(t tap.Test, line int) {
	h.tests++
	if !t.OK && t.Directive == "" {
		h.failed++
	}
	if h.opts.Sink.Test != nil {
		h.opts.Sink.Test(t, line)
	}
}

// importMore is Test::More->import: names, and a plan.
func (h *host) importMore(c *interp.Call) (interp.List, error) {
	names := h.in.ArrayVar(c.Str(0) + "::EXPORT").Values()
	var rest []interp.Value
	for i := 1; i < len(c.Args); i++ {
		if c.Str(i) == "import" && i+1 < len(c.Args) {
			i++
			if a, ok := c.Arg(i).(*interp.Array); ok {
				names = a.Values()
			}
			continue
		}
		rest = append(rest, c.Arg(i))
	}
	for _, n := range names {
		if err := h.in.Import(c.Str(0), c.Package, str(n)); err != nil {
			return nil, err
		}
	}
	return nil, h.planFrom(rest, c)
}

var positive = lazyregexp.New(`^\+?\d+\n?$`)

// planFrom makes a plan from the arguments of plan() or use.
func (h *host) planFrom(args []interp.Value, c *interp.Call) error {
	if len(args) == 0 || args[0] == nil || str(args[0]) == "" {
		return nil
	}
	kind := str(args[0])
	// Perl dies of a file that skips itself behind `use X 'no_plan'`; nobody means that.
	late := h.plan.Kind == spec.PlanNo && kind == "skip_all" && h.tests == 0
	if h.plan.Kind != spec.PlanNone && !late {
		return croak("You tried to plan twice")
	}
	var arg interp.Value
	if len(args) > 1 {
		arg = args[1]
	}
	switch kind {
	case "no_plan":
		return h.makePlan(spec.Plan{Kind: spec.PlanNo})
	case "skip_all":
		return h.makePlan(spec.Plan{Kind: spec.PlanSkipAll, Reason: str(arg)})
	case "tests":
		text := str(arg)
		switch {
		case arg == nil:
			return croak("Got an undefined number of tests")
		case !truth(text):
			return croak("You said to run 0 tests")
		case !positive.MatchString(text):
			return croak("Number of tests must be a positive integer.  You gave it '%s'", text)
		}
		n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(text, "+")))
		if err != nil {
			return err
		}
		return h.makePlan(spec.Plan{Kind: spec.PlanTests, Tests: n})
	}
	words := make([]string, len(args))
	for i, v := range args {
		words[i] = str(v)
	}
	return fmt.Errorf("plan() doesn't understand %s", strings.Join(words, " "))
}

// makePlan announces a plan. One that skips all ends the program.
func (h *host) makePlan(p spec.Plan) error {
	h.plan = p
	if h.opts.Sink.Plan != nil {
		h.opts.Sink.Plan(p)
	}
	if p.Kind == spec.PlanSkipAll {
		return &interp.Exit{Code: 0}
	}
	return nil
}

func (h *host) skip(c *interp.Call) (interp.List, error) {
	for range h.howMany(c) {
		h.emit(tap.Test{OK: true, Directive: "skip", Reason: c.Str(0)}, c.Line)
	}
	return nil, &interp.LoopExit{Op: "last", Label: "SKIP"}
}

func (h *host) todoSkip(c *interp.Call) (interp.List, error) {
	for range h.howMany(c) {
		h.emit(tap.Test{OK: false, Directive: "todo & skip", Reason: c.Str(0)}, c.Line)
	}
	return nil, &interp.LoopExit{Op: "last", Label: "TODO"}
}

func (h *host) howMany(c *interp.Call) int {
	if c.Arg(1) == nil {
		return 1
	}
	return int(interp.Int(c.Arg(1)))
}

func (h *host) bailOut(c *interp.Call) (interp.List, error) {
	return nil, h.stop(&BailOut{Reason: joinArgs(c.Args)})
}

func (h *host) explain(c *interp.Call) (interp.List, error) {
	out := make([]interp.Value, len(c.Args))
	for i, v := range c.Args.Values() {
		if out[i] = v; interp.IsRef(v) {
			text, err := dumperFilter(filterCall{}, one(v))
			if err != nil {
				return nil, err
			}
			out[i] = text[0]
		}
	}
	return list(out...), nil
}

// subtest runs a sub whose tests count as one. What they were goes out as notes.
func (h *host) subtest(c *interp.Call) (interp.List, error) {
	code := c.Code(1)
	if code == nil {
		return nil, fmt.Errorf("subtest()'s second argument must be a code ref")
	}
	outer, sink := *h, h.opts.Sink
	h.plan, h.tests, h.failed = spec.Plan{}, 0, 0
	h.opts.Sink.Plan = nil
	h.opts.Sink.Test = func(t tap.Test, _ int) {
		h.note("    " + t.Line(h.tests))
	}
	_, err := h.in.CallSub(code, interp.Void, c.Args.Values()[2:]...)
	ok := h.failed == 0 && h.tests > 0 && (h.plan.Kind != spec.PlanTests || h.plan.Tests == h.tests)
	h.plan, h.tests, h.failed, h.opts.Sink = outer.plan, outer.tests, outer.failed, sink
	if err != nil {
		return nil, err
	}
	return h.ok(c, ok, c.Arg(0), tap.Test{})
}
