package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Logs checks the error log: grep_error_log, error_log, no_error_log, and warnings about lines that no section speaks of. It is
// what is left to check of a block that must not start.
func (b *Block) Logs(repeat int, dryRun string) (Result, error) {
	j := judge{Block: b, dry: dryRun}
	err := j.checkErrorLog(repeat)
	return j.Result, err
}

func (j *judge) checkErrorLog(repeat int) error {
	grep, err := j.grepFor(repeat)
	if err != nil {
		return err
	}
	has := logCheck{section: "error_log", file: "error.log", suffix: fmt.Sprintf(" (req %d)", repeat)}
	if has.needles, err = j.needles(has.section); err != nil {
		return err
	}
	hasNot := logCheck{section: "no_error_log", file: has.file, suffix: has.suffix, context: true}
	if hasNot.needles, err = j.needles(hasNot.section); err != nil {
		return err
	}

	if j.dry == "" && j.ErrorLog != nil && len(has.needles)+len(hasNot.needles) == 0 && !j.Spec.Has("grep_error_log") {
		if text := j.ErrorLog.Glance(); remarkable(text) {
			j.scan(slices.Collect(strings.Lines(text)))
		}
		return nil
	}
	// Only lines that are wanted can be waited for. What must not be there, or must be all that is there, takes the whole wait.
	var done func([]string) bool
	switch {
	case j.dry != "":
		done = atOnce
	case !j.Spec.Has("grep_error_log") && len(hasNot.needles) == 0:
		done = allFound(has.needles)
	}
	var lines []string
	if j.dry == "" || j.Spec.Has(has.section) || j.Spec.Has(hasNot.section) {
		lines = j.read(j.ErrorLog, done)
	}
	if grep != nil && !j.skips("grep_error_log_out", "error_log - ") {
		j.grep(grep, lines, repeat)
	}
	j.has(has, lines)
	j.hasNot(hasNot, lines)
	if slices.ContainsFunc(lines, remarkable) {
		j.scan(lines)
	}
	return nil
}

func (j *judge) read(log Log, done func([]string) bool) []string {
	if log == nil {
		return nil
	}
	return log.Await(done)
}

// grepCheck is grep_error_log and what it has to find.
type grepCheck struct {
	needle *needle
	want   spec.Value
}

// grepFor returns what grep_error_log looks for in this repeat, nil when that is nothing.
func (j *judge) grepFor(repeat int) (*grepCheck, error) {
	pat, want := j.Spec.Value("grep_error_log"), j.Spec.Value("grep_error_log_out")
	if !pat.Defined() && want.Defined() {
		return nil, j.errorf("there is a grep_error_log_out but no grep_error_log")
	}
	if pat.Kind == spec.List {
		pat = at(pat, repeat)
	}
	if !pat.Defined() {
		return nil, nil
	}
	switch {
	case !want.Defined():
		return nil, j.errorf("there is a grep_error_log but no grep_error_log_out")
	case want.Kind == spec.List:
		want = at(want, repeat)
	case !want.IsRef():
		text, err := j.expand(want.String())
		if err != nil {
			return nil, err
		}
		want = spec.Text(text)
	}
	return &grepCheck{needle: j.needle(pat), want: want}, nil
}

// at is member i of a list, undef where it has none.
func at(v spec.Value, i int) spec.Value {
	if i < len(v.List) {
		return v.List[i]
	}
	return spec.Value{}
}

// grep holds what matches in the lines, one match a line, against what is wanted.
func (j *judge) grep(g *grepCheck, lines []string, repeat int) {
	var got strings.Builder
	for _, line := range lines {
		if part, ok := g.needle.find(line); ok && !strings.Contains(part, "\n") {
			got.WriteString(part + "\n")
		}
	}
	const section = "grep_error_log_out"
	name := fmt.Sprintf("%s - grep_error_log_out (req %d)", j.Name, repeat)
	switch {
	case g.needle.err != nil:
		j.broken("grep_error_log", g.needle.err)
	case g.want.Kind == spec.Regexp:
		j.like(section, "like", got.String(), g.want, "", name)
	default:
		j.is(section, spec.Text(got.String()), g.want, name)
	}
}

var (
	severe    = []string{"alert", "crit", "emerg"}
	assertion = lazyregexp.New(`\bAssertion .*?failed\b`)
)

const writeGuard = "writing a global lua variable"

// scan warns of lines that should not be in an error log and that neither error_log nor no_error_log speaks of. An assertion of nginx
// that failed is a failed test.
func (j *judge) scan(lines []string) {
	if j.dry == "" {
		j.warnOf(lines, writeGuard, writeGuard)
		for _, level := range severe {
			j.warnOf(lines, "["+level, "["+level+"]")
		}
	}
	for _, line := range lines {
		if strings.Contains(line, "Assertion ") && assertion.MatchString(line) { // a pattern that begins with \b is slow by itself
			j.fail("error_log", fmt.Sprintf("%s - %s\n", j.Name, strings.TrimSuffix(line, "\n")))
		}
	}
}

// remarkable reports whether there may be something in a text that scan looks for. Debug logs have hundreds of lines for each request,
// and hardly any has.
func remarkable(text string) bool {
	for rest := text; ; {
		i := strings.IndexByte(rest, '[')
		if i < 0 || i+1 == len(rest) {
			break
		}
		rest = rest[i+1:]
		if c := rest[0]; (c == 'a' || c == 'c' || c == 'e') && slices.ContainsFunc(severe, func(level string) bool {
			return strings.HasPrefix(rest, level) && strings.HasPrefix(rest[len(level):], "]")
		}) {
			return true
		}
	}
	return strings.Contains(text, "Assertion ") || strings.Contains(text, writeGuard)
}

// warnOf warns of the lines with a text, unless a section mentions it.
func (j *judge) warnOf(lines []string, mention, text string) {
	if contains(j.Spec.Value("error_log"), mention) || contains(j.Spec.Value("no_error_log"), mention) {
		return
	}
	for _, line := range lines {
		if strings.Contains(line, text) {
			j.warn("WARNING: %s - %s", j.Name, shown(line))
		}
	}
}

// checkAccessLog checks access_log and no_access_log. The access log is read from its start each time.
func (j *judge) checkAccessLog(repeat int) error {
	suffix := fmt.Sprintf(" (req %d)", repeat)
	has := logCheck{section: "access_log", file: "access.log", suffix: suffix}
	hasNot := logCheck{section: "no_access_log", file: "access.log", suffix: suffix, context: true}
	return j.checkBoth(j.AccessLog, has, hasNot)
}

// checkBoth checks a section and its no_ twin against a log that nothing else looks at.
func (j *judge) checkBoth(log Log, has, hasNot logCheck) (err error) {
	if has.needles, err = j.needles(has.section); err != nil {
		return err
	}
	if hasNot.needles, err = j.needles(hasNot.section); err != nil {
		return err
	}
	if len(has.needles)+len(hasNot.needles) == 0 {
		return nil
	}
	var done func([]string) bool
	switch {
	case j.dry != "":
		done = atOnce
	case len(hasNot.needles) == 0:
		done = allFound(has.needles)
	}
	lines := j.read(log, done)
	j.has(has, lines)
	j.hasNot(hasNot, lines)
	return nil
}
