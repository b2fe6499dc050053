package perl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// filter runs the filters of all sections of a block, once.
func (h *host) filter(b *block) error {
	if b.filtered {
		return nil
	}
	for _, s := range order(b.spec) {
		if s.Final {
			continue
		}
		values := b.values(s.Name)
		if original, ok := b.object.Get("original_values").(*interp.Hash); ok {
			original.Put(s.Name, b.first(s.Name))
		}
		for _, name := range h.filterNames(s) {
			name, arg, hasArg := strings.Cut(name, "=")
			var err error
			if values, err = h.runFilter(b, s, name, arg, hasArg, values); err != nil {
				return h.filterError(b, s, name, err)
			}
			b.set(s.Name, values...)
		}
	}
	b.filtered = true
	b.object.Put("is_filtered", int64(1))
	h.sync(b)
	return nil
}

// filterNames lists the filters of a section: those of all sections, those that filters() has for its name, and its own.
// A minus takes a filter away, a plus puts it behind all others.
func (h *host) filterNames(s *spec.Section) []string {
	var names, behind []string
	all := append(append(append([]string{}, h.base.filters...), h.base.byName[s.Name]...), s.Filters...)
	for _, f := range all {
		if f == "" {
			break
		}
		switch f[0] {
		case '-':
			kept := names[:0]
			for _, n := range names {
				if n != f[1:] {
					kept = append(kept, n)
				}
			}
			names = kept
		case '+':
			behind = append(behind, f[1:])
		default:
			names = append(names, f)
		}
	}
	return append(names, behind...)
}

// runFilter runs one filter: a function of that name in the program, else a method of the filter class.
func (h *host) runFilter(b *block, s *spec.Section, name, arg string, hasArg bool, in []interp.Value) ([]interp.Value, error) {
	argument := h.in.ScalarVar("Test::Base::Filter::arguments")
	if argument.Set(nil); hasArg {
		argument.Set(arg)
	}
	code, err := h.mainSub(name)
	if err != nil {
		return nil, err
	}
	if code != nil {
		return h.mainFilter(code, name, in)
	}
	class := h.helperClass("Filter")
	if code, err = h.findMethod(class, name); err != nil {
		return nil, err
	}
	if code == nil {
		return nil, errNoFilter
	}
	if f := baseFilters[name]; f != nil && code == h.in.Sub("Test::Base::Filter::"+name) && code == h.builtin[name] {
		return f(filterCall{host: h, name: name, arg: filterArgument(arg), hasArg: hasArg, block: b}, in)
	}
	out, err := h.in.CallSub(code, interp.ListContext, append([]interp.Value{h.filterObject(class, b)}, in...)...)
	return out.Values(), err
}

var errNoFilter = errors.New("no such filter")

var countResult = lazyregexp.New(`\A(\d+|)\z`)

// mainFilter calls a filter function of the program. What it leaves in $_ counts when it returns nothing, or a number,
// which is taken for the result of a substitution.
func (h *host) mainFilter(code *interp.Code, name string, in []interp.Value) ([]interp.Value, error) {
	underscore := h.in.ScalarVar("main::_")
	saved := underscore.Get()
	defer func() { underscore.Set(saved) }()
	var before interp.Value
	if len(in) != 1 || in[0] != nil {
		before = joinAny(in)
	}
	underscore.Set(before)
	values, err := h.callWithTopic(code, in)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 || len(values) == 1 && values[0] != nil && !interp.IsRef(values[0]) &&
		countResult.MatchString(str(values[0])) {
		after := underscore.Get()
		if len(values) > 0 && interp.Truth(values[0]) && str(after) == str(before) {
			h.diag(fmt.Sprintf("Filters returning numbers are supposed to do munging $_: your filter '%s' apparently doesn't.", name))
		}
		return one(after), nil
	}
	return values, nil
}

// joinAny is values as one string, wide if one of them is.
func joinAny(in []interp.Value) interp.Value {
	if len(in) == 1 {
		if w, ok := in[0].(interp.Wide); ok {
			return w
		}
	}
	return joinValues("", in)
}

// filterObject is what a method of a filter class gets as its object.
func (h *host) filterObject(class string, b *block) interp.Value {
	self := interp.NewHash("current_block", b.object)
	return h.in.Bless(self, class)
}

// filterError is the error that ends the file when a filter fails.
func (h *host) filterError(b *block, s *spec.Section, name string, err error) error {
	var exit *interp.Exit
	if errors.As(err, &exit) || h.fatal != nil {
		return err
	}
	where := fmt.Sprintf("%s:%d", b.file.Path, s.Line)
	if errors.Is(err, errNoFilter) {
		hint := "see Test::Base::Filter for those there are"
		if strings.HasPrefix(name, ":") || strings.Contains(name, ":") {
			hint = "put a blank behind the colon if this is to be the section's value"
		}
		return h.stop(fmt.Errorf("%s: Can't find a function or method for '%s' filter (%s)", where, name, hint))
	}
	var missing *interp.Unsupported
	if errors.As(err, &missing) {
		if strings.HasPrefix(missing.File, "(eval ") {
			missing.File, missing.Line = b.file.Path, textLine(s)+missing.Line-1
		}
		return h.stop(missing)
	}
	var stopped *interp.Stopped
	if errors.As(err, &stopped) {
		if strings.HasPrefix(stopped.File, "(eval ") {
			stopped.File, stopped.Line = b.file.Path, textLine(s)+stopped.Line-1
		}
		return h.stop(stopped)
	}
	text := strings.TrimRight(err.Error(), "\n")
	text = strings.ReplaceAll(place.ReplaceAllString(text, ""), "\n", " ")
	return h.stop(fmt.Errorf("%s: section %s: filter %s: %s", where, s.Name, name, text))
}

// textLine is the line of the file in which the trimmed text of a section begins.
func textLine(s *spec.Section) int {
	if !strings.Contains(s.Text, "\n") {
		return s.Line
	}
	body := s.Text[:len(s.Text)-len(trimText(s.Text))]
	if i := strings.Index(s.Text, strings.TrimRight(trimText(s.Text), "\n")); i >= 0 {
		body = s.Text[:i]
	}
	return s.Line + 1 + strings.Count(body, "\n")
}
