package convert

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// yaml converts a suite in its YAML form.
func (c *converter) yaml(src []byte, before evaluated) (Result, error) {
	y, err := spec.ParseYAML(c.path, src)
	if err != nil {
		return Result{}, err
	}
	var out strings.Builder
	for line := range strings.Lines(string(src)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		out.WriteString(line)
	}
	if y.Perl != "" {
		out.Reset()
		out.WriteString(y.Perl)
		if !strings.HasSuffix(y.Perl, "\n") {
			out.WriteString("\n")
		}
	} else if err := preamble(&out, y); err != nil {
		return Result{}, fmt.Errorf("%s: %w", c.path, err)
	}
	out.WriteString("__DATA__\n\n")
	d := before.suite.Delims
	for i, b := range y.All {
		if i > 0 {
			out.WriteString("\n\n\n")
		}
		own := *b
		own.Sections = make([]*spec.Section, len(b.Sections))
		for k, s := range b.Sections {
			if own.Sections[k], err = section(s, d); err != nil {
				return Result{}, fmt.Errorf("%s:%d: section %s: %w", c.path, s.Line, s.Name, err)
			}
		}
		text, err := spec.Format([]*spec.Block{&own}, d)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", c.path, err)
		}
		out.WriteString(text)
	}
	return c.checked(Target(c.path), []byte(out.String()), before)
}

// preamble writes the Perl that the settings stand for.
func preamble(out *strings.Builder, y *spec.YAMLSuite) error {
	module := "Test::Nginx::Socket::Lua"
	for _, b := range y.All {
		for _, s := range b.Sections {
			switch {
			case strings.HasPrefix(s.Name, "stream_"):
				module = "Test::Nginx::Socket::Lua::Stream"
			case strings.HasPrefix(s.Name, "dgram_"):
				module = "Test::Nginx::Socket::Lua::Dgram"
			}
		}
	}
	fmt.Fprintf(out, "use %s;\n\n", module)
	for _, s := range y.Settings {
		switch v := s.Value.(type) {
		case bool:
			if v {
				fmt.Fprintf(out, "%s();\n", s.Name)
			}
		case int:
			fmt.Fprintf(out, "%s(%d);\n", s.Name, v)
		case []any:
			var names []string
			for _, name := range v {
				names = append(names, quoted(fmt.Sprint(name)))
			}
			fmt.Fprintf(out, "%s(%s);\n", s.Name, strings.Join(names, ", "))
		default:
			fmt.Fprintf(out, "%s(%s);\n", s.Name, quoted(fmt.Sprint(v)))
		}
	}
	switch y.Plan.Kind {
	case spec.PlanTests:
		fmt.Fprintf(out, "plan tests => %d;\n", y.Plan.Tests)
	case spec.PlanSkipAll:
		fmt.Fprintf(out, "plan skip_all => %s;\n", quoted(y.Plan.Reason))
	default:
		out.WriteString("plan 'no_plan';\n")
	}
	out.WriteString("\nrun_tests();\n\n")
	return nil
}

// section is a section as a .t file says it.
func section(s *spec.Section, d spec.Delims) (*spec.Section, error) {
	own := &spec.Section{Name: s.Name, Text: s.Text, Filters: s.Filters}
	if !s.Final {
		return own, nil
	}
	v := s.Values[0]
	if v.Kind == spec.Bytes && plain(v.Str, d) {
		own.Text = v.Str
		return own, nil
	}
	own.Filters = []string{"eval"}
	if v.Kind == spec.Perl {
		own.Text = ended(v.Str)
		return own, nil
	}
	code, err := literal(v)
	own.Text = ended(code)
	return own, err
}

// plain reports whether a text comes out of a section without filters as it went in.
func plain(s string, d spec.Delims) bool {
	if s == "" {
		return true
	}
	inline := !strings.Contains(s, "\n") && strings.Trim(s, " \t\r\f\v") == s
	if !inline && (!strings.HasSuffix(s, "\n") || perl.Trimmed(s) != s) {
		return false
	}
	for line := range strings.Lines(s) {
		if d.Starts(line) {
			return false
		}
	}
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f })
}

// ended is a text with a newline at its end.
func ended(s string) string { return strings.TrimRight(s, "\n") + "\n" }

// literal is Perl text for a value.
func literal(v spec.Value) (string, error) {
	switch v.Kind {
	case spec.Bytes, spec.Number:
		return quoted(v.Str), nil
	case spec.Perl:
		return "(sub {\n" + v.Str + "\n})->()", nil
	case spec.Regexp:
		return pattern(v)
	case spec.List:
		var items []string
		lines := false
		for _, item := range v.List {
			text, err := literal(item)
			if err != nil {
				return "", err
			}
			lines = lines || len(text) > 30
			items = append(items, text)
		}
		if lines {
			return "[\n    " + strings.Join(items, ",\n    ") + ",\n]", nil
		}
		return "[" + strings.Join(items, ", ") + "]", nil
	case spec.Map:
		var items []string
		for _, key := range sortedKeys(v.Map) {
			text, err := literal(v.Map[key])
			if err != nil {
				return "", err
			}
			items = append(items, quoted(key)+" => "+text)
		}
		return "+{" + strings.Join(items, ", ") + "}", nil
	}
	return "", fmt.Errorf("a value that Perl text cannot say")
}

func sortedKeys(m map[string]spec.Value) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// quoted is a Perl string.
func quoted(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case strings.IndexByte(`\"$@`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// pattern is qr with a delimiter that does not occur in the pattern. With apostrophes nothing in it is a variable.
func pattern(v spec.Value) (string, error) {
	const delimiters = "'/!,#%|~\"&;:="
	for i := range len(delimiters) {
		d := delimiters[i : i+1]
		if !strings.Contains(v.Str, d) && (d == "'" || !strings.ContainsAny(v.Str, "$@")) {
			return "qr" + d + v.Str + d + v.Flags, nil
		}
	}
	return "", fmt.Errorf("the pattern %q has all characters that could stand around it (write one as \\x)", v.Str)
}
