package perl

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// A filter turns the values of a section into others, as the method of that name in Test::Base::Filter does.
type filter func(c filterCall, in []interp.Value) ([]interp.Value, error)

// filterCall is what a filter can know besides the values.
type filterCall struct {
	host   *host
	block  *block
	name   string
	arg    string // the text behind the =, its escapes resolved
	hasArg bool
}

// argOr is the argument where Perl takes it for true, or else fallback.
func (c filterCall) argOr(fallback string) string {
	if c.hasArg && truth(c.arg) {
		return c.arg
	}
	return fallback
}

// scalarFilter is a filter that takes exactly one value.
func scalarFilter(f func(c filterCall, v interp.Value) ([]interp.Value, error)) filter {
	return func(c filterCall, in []interp.Value) ([]interp.Value, error) {
		if len(in) != 1 {
			return nil, croak("Input to the '%s' filter must be a scalar, not a list", c.name)
		}
		return f(c, in[0])
	}
}

// textFilter is a filter from one string to one string.
func textFilter(f func(c filterCall, s string) string) filter {
	return scalarFilter(func(c filterCall, v interp.Value) ([]interp.Value, error) {
		return one(like(v, f(c, str(v)))), nil
	})
}

// eachFilter is a filter that changes every value by itself.
func eachFilter(f func(c filterCall, s string) string) filter {
	return func(c filterCall, in []interp.Value) ([]interp.Value, error) {
		out := make([]interp.Value, len(in))
		for i, v := range in {
			out[i] = like(v, f(c, str(v)))
		}
		return out, nil
	}
}

// str is a value as a string. That of a wide string is its UTF-8.
func str(v interp.Value) string {
	if w, ok := v.(interp.Wide); ok {
		return string(w)
	}
	return interp.Str(v)
}

func one(v interp.Value) []interp.Value { return []interp.Value{v} }

// like returns s as a string of the same kind as v: what is cut from a wide string is one.
func like(v interp.Value, s string) interp.Value {
	if _, ok := v.(interp.Wide); ok {
		return interp.Wide(s)
	}
	return s
}

var baseFilters map[string]filter

func init() {
	baseFilters = map[string]filter{
		"norm":          textFilter(func(_ filterCall, s string) string { return normText(s) }),
		"trim":          eachFilter(func(_ filterCall, s string) string { return trimText(s) }),
		"chomp":         eachFilter(func(_ filterCall, s string) string { return strings.TrimSuffix(s, "\n") }),
		"chop":          chopFilter,
		"unchomp":       eachFilter(func(_ filterCall, s string) string { return s + "\n" }),
		"append":        eachFilter(func(c filterCall, s string) string { return s + c.arg }),
		"prepend":       eachFilter(func(c filterCall, s string) string { return c.arg + s }),
		"escape":        textFilter(func(_ filterCall, s string) string { return unescape(s) }),
		"strict":        textFilter(func(_ filterCall, s string) string { return "use strict;\nuse warnings;\n" + s }),
		"base64_decode": textFilter(func(_ filterCall, s string) string { return decodeBase64(s) }),
		"base64_encode": textFilter(func(_ filterCall, s string) string { return encodeBase64(s) }),

		"array":   func(_ filterCall, in []interp.Value) ([]interp.Value, error) { return one(interp.NewArray(in...)), nil },
		"hash":    hashFilter,
		"flatten": scalarFilter(flattenFilter),
		"join": func(c filterCall, in []interp.Value) ([]interp.Value, error) {
			return one(joinValues(c.arg, in)), nil
		},
		"lines": scalarFilter(func(_ filterCall, v interp.Value) ([]interp.Value, error) {
			return texts(linesOf(str(v))), nil
		}),
		"split":   scalarFilter(splitFilter),
		"sort":    sortFilter,
		"reverse": reverseFilter,
		"head":    headFilter,
		"tail":    tailFilter,
		"slice":   sliceFilter,

		"Join":    deepJoin,
		"Reverse": deepFilter(reverseFilter),
		"Sort":    deepFilter(sortFilter),
		"Split":   deepFilter(splitEach),

		"eval":             scalarFilter(evalFilter),
		"eval_all":         scalarFilter(evalAllFilter),
		"eval_stdout":      scalarFilter(evalStdoutFilter),
		"eval_stderr":      scalarFilter(evalStderrFilter),
		"regexp":           scalarFilter(regexpFilter),
		"yaml":             scalarFilter(yamlFilter),
		"dumper":           dumperFilter,
		"read_file":        scalarFilter(readFileFilter),
		"write_file":       writeFileFilter,
		"exec_perl_stdout": execPerlFilter,
		"get_url":          scalarFilter(getURLFilter),
	}
}

func texts(list []string) []interp.Value {
	out := make([]interp.Value, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func joinValues(separator string, in []interp.Value) string {
	parts := make([]string, len(in))
	for i, v := range in {
		parts[i] = str(v)
	}
	return strings.Join(parts, separator)
}

func chopFilter(_ filterCall, in []interp.Value) ([]interp.Value, error) {
	out := make([]interp.Value, len(in))
	for i, v := range in {
		s := str(v)
		if _, ok := v.(interp.Wide); ok {
			r := []rune(s)
			s = string(r[:max(0, len(r)-1)])
		} else {
			s = s[:max(0, len(s)-1)]
		}
		out[i] = like(v, s)
	}
	return out, nil
}

func hashFilter(_ filterCall, in []interp.Value) ([]interp.Value, error) {
	h := interp.NewHash()
	h.Assign(in)
	return one(h), nil
}

func flattenFilter(_ filterCall, v interp.Value) ([]interp.Value, error) {
	switch v := v.(type) {
	case *interp.Array:
		return v.Values(), nil
	case *interp.Hash:
		var out []interp.Value
		for _, k := range slices.Sorted(slices.Values(v.Keys())) {
			out = append(out, k, v.Get(k))
		}
		return out, nil
	}
	return nil, croak("Can only flatten a hash or array ref")
}

func splitFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	pattern := `\s+`
	switch {
	case len(c.arg) > 1 && strings.HasPrefix(c.arg, "/") && strings.HasSuffix(c.arg, "/"):
		pattern = c.arg[1 : len(c.arg)-1]
	case c.arg == " ":
		return texts(strings.Fields(str(v))), nil
	case truth(c.arg):
		pattern = c.arg
	}
	parts, err := splitText(pattern, str(v))
	if err != nil {
		return nil, err
	}
	return texts(parts), nil
}

func splitEach(c filterCall, in []interp.Value) ([]interp.Value, error) {
	out := make([]interp.Value, len(in))
	for i, v := range in {
		parts, err := splitFilter(c, v)
		if err != nil {
			return nil, err
		}
		out[i] = interp.NewArray(parts...)
	}
	return out, nil
}

func sortFilter(_ filterCall, in []interp.Value) ([]interp.Value, error) {
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b interp.Value) int { return strings.Compare(str(a), str(b)) })
	return out, nil
}

func reverseFilter(_ filterCall, in []interp.Value) ([]interp.Value, error) {
	out := slices.Clone(in)
	slices.Reverse(out)
	return out, nil
}

// count is the argument as a number of values, 1 when there is none.
func (c filterCall) count(have int) (n, wanted int) {
	wanted = int(interp.Num(c.argOr("1")))
	return min(max(wanted, 0), have), wanted
}

func headFilter(c filterCall, in []interp.Value) ([]interp.Value, error) {
	n, wanted := c.count(len(in))
	if wanted < 0 { // counted from the end, as splice does
		n = max(0, len(in)+wanted)
	}
	return in[:n], nil
}

func tailFilter(c filterCall, in []interp.Value) ([]interp.Value, error) {
	n, wanted := c.count(len(in))
	if wanted > len(in) {
		return nil, croak("Modification of non-creatable array value attempted, subscript %d", len(in)-wanted)
	}
	return in[len(in)-n:], nil
}

var sliceArgument = lazyregexp.New(`^(\d+)(?:,(\d))?\n?$`)

func sliceFilter(c filterCall, in []interp.Value) ([]interp.Value, error) {
	m := sliceArgument.FindStringSubmatch(c.arg)
	if m == nil {
		return nil, croak("Invalid args for slice")
	}
	x, _ := strconv.Atoi(m[1])
	y := x
	if m[2] != "" {
		y, _ = strconv.Atoi(m[2])
	}
	if x > y {
		return nil, croak("Invalid args for slice")
	}
	x, y = min(x, len(in)), min(y+1, len(in))
	return in[x:y], nil
}

// deepFilter applies f to the innermost lists of nested arrays, in place.
func deepFilter(f filter) filter {
	var deep filter
	deep = func(c filterCall, in []interp.Value) ([]interp.Value, error) {
		if len(in) == 0 {
			return nil, nil
		}
		if _, ok := in[0].(*interp.Array); !ok {
			return f(c, in)
		}
		for _, v := range in {
			a, ok := v.(*interp.Array)
			if !ok {
				return nil, croak("Not an ARRAY reference")
			}
			out, err := deep(c, a.Values())
			if err != nil {
				return nil, err
			}
			a.Assign(out)
		}
		return in, nil
	}
	return deep
}

func deepJoin(c filterCall, in []interp.Value) ([]interp.Value, error) {
	joined, err := deepFilter(baseFilters["join"])(c, in)
	if err != nil {
		return nil, err
	}
	return peel(joined), nil
}

// peel takes away the innermost arrays, which have one item each.
func peel(in []interp.Value) []interp.Value {
	if len(in) == 0 {
		return nil
	}
	first, ok := in[0].(*interp.Array)
	if !ok {
		return in
	}
	if _, nested := first.Get(0).(*interp.Array); nested {
		for _, v := range in {
			if a, ok := v.(*interp.Array); ok {
				a.Assign(peel(a.Values()))
			}
		}
		return in
	}
	out := make([]interp.Value, len(in))
	for i, v := range in {
		if a, ok := v.(*interp.Array); ok {
			out[i] = a.Get(0)
		}
	}
	return out
}

// defineFilters makes the filters methods of Test::Base::Filter, so that a suite's own filters can call or replace them.
func (h *host) defineFilters() {
	h.builtin = map[string]*interp.Code{}
	for name, f := range baseFilters {
		h.builtin[name] = h.in.DefineSub("Test::Base::Filter::"+name, func(c *interp.Call) (interp.List, error) {
			call := filterCall{host: h, name: name}
			if arg := h.in.ScalarVar("Test::Base::Filter::arguments").Get(); arg != nil {
				call.arg, call.hasArg = filterArgument(str(arg)), true
			}
			if self, ok := c.Arg(0).(*interp.Hash); ok {
				if object, ok := self.Get("current_block").(*interp.Hash); ok {
					call.block = h.blockOf[object]
				}
			}
			out, err := f(call, c.Args[min(1, len(c.Args)):].Values())
			return list(out...), err
		})
	}
	h.define("Test::Base::Filter", map[string]native{
		"new": func(c *interp.Call) (interp.List, error) { return list(h.in.Bless(interp.NewHash(), c.Str(0))), nil },
		"current_block": func(c *interp.Call) (interp.List, error) {
			if self, ok := c.Arg(0).(*interp.Hash); ok {
				return list(self.Get("current_block")), nil
			}
			return list(nil), nil
		},
		"current_arguments": func(*interp.Call) (interp.List, error) {
			if arg := h.in.ScalarVar("Test::Base::Filter::arguments").Get(); arg != nil {
				return list(filterArgument(str(arg))), nil
			}
			return list(nil), nil
		},
		"assert_scalar": func(c *interp.Call) (interp.List, error) {
			if len(c.Args) != 2 {
				return nil, croak("Input to the filter must be a scalar, not a list")
			}
			return nil, nil
		},
	})
}

func readFileFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	name := strings.TrimSuffix(str(v), "\n")
	data, err := os.ReadFile(c.host.abs(name))
	if err != nil {
		return nil, croak("Can't open '%s' for input:\n%s", name, osError(err))
	}
	return one(string(data)), nil
}

func writeFileFilter(c filterCall, in []interp.Value) ([]interp.Value, error) {
	name := c.argOr("")
	if name == "" {
		return nil, croak("No file specified for write_file filter")
	}
	path := c.host.abs(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, croak("Can't create %s", filepath.Dir(name))
	}
	if err := os.WriteFile(path, []byte(joinValues("", in)), 0o666); err != nil {
		return nil, croak("Can't open '%s' for output\n:%s", name, osError(err))
	}
	return one(name), nil
}

// getURLFilter refuses: reading a suite has to be possible without a network.
func getURLFilter(filterCall, interp.Value) ([]interp.Value, error) {
	return nil, errors.New("the get_url filter is not supported (fetch the page into a file and use read_file)")
}

// osError is the reason of a failure in the words of the system, as $! has it.
func osError(err error) string {
	for e := err; e != nil; e = errors.Unwrap(e) {
		err = e
	}
	text := err.Error()
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
