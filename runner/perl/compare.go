package perl

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// same is Test::More's idea of equal: as strings, and undef equals only undef.
func same(a, b interp.Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return str(a) == str(b)
}

// absent stands for an item that one of two structures does not have.
var absent interp.Value = interp.NewScalar(nil)

func missingOr(there bool, v interp.Value) interp.Value {
	if there {
		return v
	}
	return absent
}

// shown is a value in a diagnostic.
func shown(v interp.Value) string {
	switch v {
	case nil:
		return "undef"
	case absent:
		return "Does not exist"
	}
	return "'" + str(v) + "'"
}

func (h *host) is(c *interp.Call) (interp.List, error) {
	got, want := c.Arg(0), c.Arg(1)
	equal := same(got, want)
	out, err := h.ok(c, equal, c.Arg(2), tap.Test{Compare: "is", Got: str(got), Want: str(want)})
	if !equal {
		h.diag(fmt.Sprintf("         got: %s\n    expected: %s", shown(got), shown(want)))
	}
	return out, err
}

func (h *host) isnt(c *interp.Call) (interp.List, error) {
	got, want := c.Arg(0), c.Arg(1)
	differ := !same(got, want)
	out, err := h.ok(c, differ, c.Arg(2), tap.Test{Compare: "isnt", Got: str(got), Want: str(want)})
	if !differ {
		h.diag(fmt.Sprintf("         got: %s\n    expected: anything else", shown(got)))
	}
	return out, err
}

func (h *host) like(c *interp.Call) (interp.List, error)   { return h.matches(c, true) }
func (h *host) unlike(c *interp.Call) (interp.List, error) { return h.matches(c, false) }

// slashed is a pattern written as a string, "/.../flags", which Test::More takes for one.
func slashed(v interp.Value) (pattern, flags string, ok bool) {
	s := str(v)
	end := strings.LastIndexByte(s, '/')
	if len(s) < 2 || s[0] != '/' || end < 1 || strings.Trim(s[end+1:], "imsxn") != "" {
		return "", "", false
	}
	return s[1:end], s[end+1:], true
}

// regexpOf is the pattern that v stands for; ok is false when it stands for none.
func (h *host) regexpOf(v interp.Value) (re interp.Value, ok bool, err error) {
	if interp.Ref(v) == "Regexp" {
		return v, true, nil
	}
	pattern, flags, ok := slashed(v)
	if !ok {
		return nil, false, nil
	}
	re, err = h.in.NewRegexp(pattern, flags)
	return re, true, err
}

func (h *host) matches(c *interp.Call, wanted bool) (interp.List, error) {
	got, pattern := c.Arg(0), c.Arg(1)
	words := map[bool][2]string{true: {"like", "doesn't match"}, false: {"unlike", "matches"}}[wanted]
	re, ok, err := h.regexpOf(pattern)
	if err != nil {
		return nil, err
	}
	if !ok {
		out, err := h.ok(c, false, c.Arg(2), tap.Test{})
		h.diag(fmt.Sprintf("    '%s' doesn't look much like a regex to me.", str(pattern)))
		return out, err
	}
	subject := got
	if got == nil {
		subject = ""
	}
	found, err := h.binary("=~", subject, re)
	if err != nil {
		return nil, err
	}
	passed := found == wanted
	out, err := h.ok(c, passed, c.Arg(2), tap.Test{Compare: words[0], Got: str(got), Want: str(re)})
	if !passed {
		h.diag(fmt.Sprintf("                  %s\n    %13s '%s'", shown(got), words[1], str(re)))
	}
	return out, err
}

// binary applies an operator of Perl's, and says whether the result is true.
func (h *host) binary(op string, a, b interp.Value) (bool, error) {
	code, err := h.eval("sub { $_[0] "+op+" $_[1] }", interp.EvalOptions{Package: "main", Want: interp.ScalarContext})
	if err != nil {
		return false, err
	}
	f, ok := code.Last().(*interp.Code)
	if !ok {
		return false, fmt.Errorf("unrecognized operator %s", op)
	}
	out, err := h.in.CallSub(f, interp.ScalarContext, a, b)
	return interp.Truth(out.Last()), err
}

func (h *host) cmpOK(c *interp.Call) (interp.List, error) {
	got, op, want := c.Arg(0), c.Str(1), c.Arg(2)
	passed, err := h.binary(op, got, want)
	if err != nil {
		return nil, err
	}
	out, err := h.ok(c, passed, c.Arg(3), tap.Test{Got: str(got), Want: str(want)})
	if !passed {
		if op == "eq" || op == "==" {
			h.diag(fmt.Sprintf("         got: %s\n    expected: %s", shown(got), shown(want)))
		} else {
			h.diag(fmt.Sprintf("    %s\n        %s\n    %s", shown(got), op, shown(want)))
		}
	}
	return out, err
}

// differ finds where two structures differ: the way there, and what is at its end. Equal ones give "".
func differ(a, b interp.Value, path string, depth int) (where string, got, want interp.Value) {
	if depth > deepest || a == b && interp.IsRef(a) {
		return "", nil, nil
	}
	switch x := a.(type) {
	case *interp.Array:
		y, ok := b.(*interp.Array)
		if !ok {
			break
		}
		for i := range max(x.Len(), y.Len()) {
			at := path + "[" + strconv.Itoa(i) + "]"
			if i >= x.Len() || i >= y.Len() {
				return at, missingOr(i < x.Len(), x.Get(i)), missingOr(i < y.Len(), y.Get(i))
			}
			if where, got, want := differ(x.Get(i), y.Get(i), at, depth+1); where != "" {
				return where, got, want
			}
		}
		return "", nil, nil
	case *interp.Hash:
		y, ok := b.(*interp.Hash)
		if !ok {
			break
		}
		keys := append(x.Keys(), y.Keys()...)
		sort.Strings(keys)
		for _, k := range slices.Compact(keys) {
			at := path + "{" + k + "}"
			if x.Lookup(k) == nil || y.Lookup(k) == nil {
				return at, missingOr(x.Lookup(k) != nil, x.Get(k)), missingOr(y.Lookup(k) != nil, y.Get(k))
			}
			if where, got, want := differ(x.Get(k), y.Get(k), at, depth+1); where != "" {
				return where, got, want
			}
		}
		return "", nil, nil
	case *interp.Scalar:
		if y, ok := b.(*interp.Scalar); ok {
			return differ(x.Get(), y.Get(), "${"+path+"}", depth+1)
		}
	default:
		if same(a, b) && interp.IsRef(a) == interp.IsRef(b) {
			return "", nil, nil
		}
	}
	return path, a, b
}

func (h *host) isDeeply(c *interp.Call) (interp.List, error) {
	where, got, want := differ(c.Arg(0), c.Arg(1), "->", 0)
	out, err := h.ok(c, where == "", c.Arg(2), tap.Test{})
	if where != "" {
		where = strings.TrimSuffix(where, "->")
		h.diag(fmt.Sprintf("    Structures begin differing at:\n         $got%s = %s\n    $expected%s = %s", where, shown(got), where, shown(want)))
	}
	return out, err
}

func (h *host) eqDeeply(c *interp.Call) (interp.List, error) {
	where, _, _ := differ(c.Arg(0), c.Arg(1), "->", 0)
	return list(truthValue(where == "")), nil
}

func (h *host) eqSet(c *interp.Call) (interp.List, error) {
	sorted := func(v interp.Value) interp.Value {
		a, ok := v.(*interp.Array)
		if !ok {
			return v
		}
		items := a.Values()
		slices.SortStableFunc(items, func(x, y interp.Value) int { return strings.Compare(str(x), str(y)) })
		return interp.NewArray(items...)
	}
	where, _, _ := differ(sorted(c.Arg(0)), sorted(c.Arg(1)), "->", 0)
	return list(truthValue(where == "")), nil
}

// classOf is the class that a method would be called on.
func classOf(v interp.Value) string {
	if class := interp.ClassOf(v); class != "" {
		return class
	}
	return str(v)
}

func (h *host) canOK(c *interp.Call) (interp.List, error) {
	class := classOf(c.Arg(0))
	var missing []string
	for _, v := range c.Args.Values()[1:] {
		if h.in.FindMethod(class, str(v)) == nil {
			missing = append(missing, fmt.Sprintf("    %s->can('%s') failed", class, str(v)))
		}
	}
	name := class + "->can(...)"
	if len(c.Args) == 2 {
		name = fmt.Sprintf("%s->can('%s')", class, c.Str(1))
	}
	out, err := h.ok(c, len(missing) == 0, name, tap.Test{})
	h.diag(strings.Join(missing, "\n"))
	return out, err
}

func (h *host) isaOK(c *interp.Call) (interp.List, error) {
	v, class := c.Arg(0), c.Str(1)
	ok, what, isnt := false, "undef", "undef isn't defined"
	switch {
	case interp.ClassOf(v) != "":
		own := interp.ClassOf(v)
		what, isnt = "An object of class '"+own+"'", "The object of class '"+own+"' isn't a '"+class+"'"
		ok = slices.Contains(h.allBases(own, nil), class)
	case interp.IsRef(v):
		what, isnt = "A reference of type '"+interp.Ref(v)+"'", "The reference of type '"+interp.Ref(v)+"' isn't a '"+class+"'"
		ok = interp.Ref(v) == class
	case v != nil:
		what = "The class (or class-like) '" + str(v) + "'"
		isnt = what + " isn't a '" + class + "'"
		ok = slices.Contains(h.allBases(str(v), nil), class)
	}
	if c.Arg(2) != nil {
		what = "'" + c.Str(2) + "'"
		if isnt = what + " isn't a '" + class + "'"; v == nil {
			isnt = what + " isn't defined"
		}
	}
	out, err := h.ok(c, ok, what+" isa '"+class+"'", tap.Test{})
	if !ok {
		h.diag("    " + isnt)
	}
	return out, err
}

func (h *host) newOK(c *interp.Call) (interp.List, error) {
	var args []interp.Value
	if a, ok := c.Arg(1).(*interp.Array); ok {
		args = a.Values()
	}
	made, err := h.in.CallMethod(c.Str(0), "new", interp.ScalarContext, args...)
	if err != nil {
		return nil, err
	}
	call := *c
	call.Args = list(made.Last(), c.Str(0))
	if _, err := h.isaOK(&call); err != nil {
		return nil, err
	}
	return list(made.Last()), nil
}

// useOK is use_ok and require_ok.
func (h *host) useOK(verb string) native {
	return func(c *interp.Call) (interp.List, error) {
		module := c.Str(0)
		_, err := h.in.EvalString("package "+c.Package+"; "+verb+" "+module+"; 1", c.Package, "", 1, interp.ScalarContext)
		if err != nil {
			if _, ok := err.(*interp.Die); !ok {
				return nil, err
			}
		}
		out, _ := h.ok(c, err == nil, verb+" "+module+";", tap.Test{})
		if err != nil {
			h.diag(fmt.Sprintf("    Tried to %s '%s'.\n    Error:  %s", verb, module, err.Error()))
		}
		return out, nil
	}
}
