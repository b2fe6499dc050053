package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ngxtest/ngxtest/valgrind"
)

// The elements that Jenkins, GitLab and the like read. There is no standard; these are those on which they agree, and
// file and line, which some show.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Time   string       `xml:"time,attr"`
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr,omitempty"` // without a zone, as Ant wrote it: UTC
		File       string          `xml:"file,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        *junitText      `xml:"system-out"`
		Err        *junitText      `xml:"system-err"`
	}
	junitCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name       string        `xml:"name,attr"`
		Class      string        `xml:"classname,attr"`
		File       string        `xml:"file,attr"`
		Line       int           `xml:"line,attr,omitempty"`
		Assertions int           `xml:"assertions,attr,omitempty"`
		Time       string        `xml:"time,attr"`
		Skipped    *junitResult  `xml:"skipped"`
		Failure    *junitResult  `xml:"failure"`
		Error      *junitResult  `xml:"error"`
		Flaky      []junitResult `xml:"flakyFailure"` // tries before one that passed
		Rerun      []junitResult `xml:"rerunFailure"` // tries before the last one, which failed, too
		Out        *junitText    `xml:"system-out"`
	}
	junitResult struct {
		Message string `xml:"message,attr,omitempty"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	junitText struct {
		Text string `xml:",cdata"`
	}
)

// JUnit writes the run as JUnit XML: a suite for each file and in it a case for each block, with all assertions of all its
// repeats; for each assertion that stands outside of blocks; and a failed one for each memory finding that fails the run. A
// case is named after its block, so that it keeps its history when lines move. With --leaks-only, a failed block is a
// skipped case, for it does not fail the run.
func (j *Journal) JUnit(w io.Writer) error {
	total := j.total()
	all := junitSuites{Name: "ngxtest", Time: junitTime(total.Seconds)}
	for _, f := range j.sorted() {
		s := j.junitSuite(f)
		all.Suites = append(all.Suites, s)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if len(j.said) > 0 || j.interrupted() {
		s := junitSuite{Name: "ngxtest", Time: junitTime(0), junitCounts: junitCounts{Tests: 1, Errors: 1}}
		why := append([]string{}, j.said...)
		if j.interrupted() {
			why = append(why, "the run was interrupted: not all that was to run is in this report")
		}
		s.Cases = []junitCase{{Name: "the run", Class: "ngxtest", Time: junitTime(0), Error: &junitResult{Message: why[len(why)-1], Text: legal(strings.Join(why, "\n"))}}}
		all.Suites = append(all.Suites, s)
		all.Tests, all.Errors = all.Tests+1, all.Errors+1
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (j *Journal) junitSuite(f *fileLog) junitSuite {
	s := junitSuite{Name: f.name, File: f.name, Time: junitTime(0), Out: junitOutput(f.out.String()), Err: junitOutput(f.err.String())}
	if f.result != nil {
		s.Time = junitTime(f.result.Seconds)
	}
	if !j.run.Started.IsZero() {
		s.Timestamp = j.run.Started.Add(time.Duration(f.at * float64(time.Second))).UTC().Format("2006-01-02T15:04:05")
	}
	for _, p := range []junitProperty{
		{"ngxtest", j.run.Version}, {"nginx", j.run.NginxVersion}, {"valgrind", j.run.Valgrind}, {"seed", seed(j.run.Seed)}, {"shard", j.run.Shard.short()},
	} {
		if p.Value != "" {
			s.Properties = append(s.Properties, p)
		}
	}
	class := junitClass(f.name)
	taken := map[string]int{}
	add := func(c junitCase) {
		c.Class, c.File = class, f.name
		if taken[c.Name]++; taken[c.Name] > 1 {
			c.Name = fmt.Sprintf("%s (%d)", c.Name, taken[c.Name])
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
		switch {
		case c.Error != nil:
			s.Errors++
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	for _, b := range f.blocks {
		for _, c := range j.junitCases(f, b) {
			add(c)
		}
	}
	switch problems := f.problems(); {
	case len(problems) > 0:
		first, _, _ := strings.Cut(problems[0], "\n")
		add(junitCase{Name: junitWhole, Time: junitTime(0), Error: &junitResult{Message: first, Text: legal(strings.Join(problems, "\n"))}})
	case f.result != nil && f.result.Plan != nil && f.result.Plan.SkipAll:
		add(junitCase{Name: junitWhole, Time: junitTime(0), Skipped: &junitResult{Message: visible(f.result.Plan.Reason, false)}})
	}
	return s
}

// junitWhole is the name of a case that is about the file, not a block of it.
const junitWhole = "the file as a whole"

// junitCases are the cases of a block: itself, and a failed one for each of its findings that fails the run.
func (j *Journal) junitCases(f *fileLog, b *blockLog) []junitCase {
	if !b.inside {
		return append(j.junitOutside(f, b), junitFindings(b, "")...)
	}
	c := junitCase{File: f.name, Name: visible(b.place.Block, false), Line: b.place.Line, Assertions: len(b.tests), Time: junitTime(b.seconds)}
	if c.Name == "" {
		c.Name = fmt.Sprintf("line %d", b.place.Line)
	}
	cases := junitFindings(b, c.Name+": ")
	if !b.begun && len(b.tests) == 0 {
		return cases // nothing is known of it but what was found
	}
	out := j.junitVerdict(&c, b)
	for _, why := range b.earlier {
		first, _, _ := strings.Cut(why, "\n")
		tried := junitResult{Message: visible(first, false), Text: legal(why)}
		if c.Failure == nil && c.Error == nil {
			c.Flaky = append(c.Flaky, tried)
		} else {
			c.Rerun = append(c.Rerun, tried)
		}
	}
	for _, m := range b.findings.Sorted() {
		if !m.Fails {
			out += string(m.Verdict) + "\n" + m.inFull(palette{})
		}
	}
	c.Out = junitOutput(out)
	return append([]junitCase{c}, cases...)
}

// junitFindings are the cases of the findings of a block that fail the run, named behind its title.
func junitFindings(b *blockLog, title string) []junitCase {
	var cases []junitCase
	for _, m := range b.findings.Sorted() {
		if m.Fails {
			cases = append(cases, junitCase{Name: title + m.name(), Line: b.place.Line, Time: junitTime(0),
				Failure: &junitResult{Message: string(m.Verdict) + ": " + m.brief(), Type: string(m.Verdict), Text: legal("\n" + m.inFull(palette{}))}})
		}
	}
	return cases
}

// junitVerdict says what became of a block; it returns what else is to say.
func (j *Journal) junitVerdict(c *junitCase, b *blockLog) (out string) {
	var text strings.Builder
	message, kind := "", ""
	for _, failed := range b.failures {
		text.WriteString(failed.text(palette{}))
		if message == "" {
			message, kind = failed.summary()
		}
	}
	result := &junitResult{Message: message, Type: kind, Text: legal("\n" + text.String())}
	switch b.outcome() {
	case didBreak:
		c.Error = result
	case notEnded:
		c.Error = &junitResult{Message: "the run ended before the block did"}
	case didFail:
		if !j.leaksOnly() {
			c.Failure = result
			break
		}
		c.Skipped = &junitResult{Message: "failed, which does not fail a run with --leaks-only: " + message}
		out = text.String()
	case didSkip:
		c.Skipped = &junitResult{Message: b.reason(c.File)}
	case isTodo:
		c.Skipped = &junitResult{Message: "TODO " + b.reason(c.File)}
	case unchecked:
		if len(b.findings.order) == 0 {
			c.Skipped = &junitResult{Message: "nothing was checked"}
		}
	}
	for _, t := range b.tests {
		if Todo(t.Test) && t.OK {
			out += visible(t.tapLine(), false) + " (passed unexpectedly)\n"
		}
	}
	return out
}

// junitOutside are the cases of the tests that stand outside of blocks: one for each.
func (j *Journal) junitOutside(f *fileLog, b *blockLog) []junitCase {
	var cases []junitCase
	for _, t := range b.tests {
		one := &blockLog{tests: []Test{t}}
		for _, failed := range b.failures {
			for _, ft := range failed.tests {
				if ft.Number == t.Number {
					one.failures = []failure{{file: f.name, tests: []failedTest{ft}}}
				}
			}
		}
		c := junitCase{File: f.name, Name: failure{file: f.name}.name(t), Line: t.Line, Assertions: 1, Time: junitTime(0)}
		if c.Name == "" {
			c.Name = fmt.Sprintf("test %d", t.Number)
		}
		c.Out = junitOutput(j.junitVerdict(&c, one))
		cases = append(cases, c)
	}
	return cases
}

// junitClass is the file's name as a class is called, since Jenkins takes what stands before the last dot for a package:
// t/a/b.t is t.a.b.
func junitClass(file string) string {
	file = strings.TrimPrefix(path.Clean(file), "/")
	if ext := path.Ext(file); ext == ".t" {
		file = strings.TrimSuffix(file, ext)
	}
	return visible(strings.NewReplacer(".", "_", "/", ".").Replace(file), false)
}

func junitTime(seconds float64) string { return fmt.Sprintf("%.3f", seconds) }

// junitOutput is what was printed, no more of it than a reader of reports takes; nil where nothing was.
func junitOutput(s string) *junitText {
	const most = 64 << 10
	if s == "" {
		return nil
	}
	if len(s) > most {
		s = s[:most/2] + fmt.Sprintf("\n... (%d bytes left out) ...\n", len(s)-most) + s[len(s)-most/2:]
	}
	return &junitText{legal(s)}
}

// legal is a text of several lines with each byte that XML cannot hold, and each character without a picture, made visible.
func legal(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '\n' || r == '\t' || r == ' ' {
			b.WriteRune(r)
		} else {
			b.WriteString(visible(s[i:i+size], false))
		}
		i += size
	}
	return b.String()
}

// name is what a finding is, without numbers and lines, so that it is the same from run to run.
func (f Finding) name() string {
	frame, ok := f.top()
	if !ok || frame.Function == "" {
		return string(f.Verdict)
	}
	if f.Verdict == valgrind.Error {
		return visible(f.What, false) + " in " + frame.Function
	}
	return string(f.Verdict) + " in " + frame.Function
}
