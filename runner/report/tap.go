package report

import (
	"fmt"
	"io"
	"strings"
)

// TAP prints for each file what `perl FILE` prints with Test::More: plan and tests on stdout, diagnostics on stderr.
// Files whose events are interleaved come one after another, in the order of the run.
type TAP struct {
	stdout, stderr io.Writer
	order          queue
	findings       findingsText
}

// NewTAP returns a listener for --format=tap.
func NewTAP(stdout, stderr io.Writer) *TAP { return &TAP{stdout: stdout, stderr: stderr} }

// Handle implements Listener.
func (t *TAP) Handle(e Event) {
	switch e.Kind {
	case RunStart:
		t.order.begin(e.Run.Files)
	case RunEnd:
		t.order.end(t.print)
	}
	t.order.push(e, t.print)
}

func (t *TAP) print(e Event) {
	io.WriteString(t.stdout, tapLines(e))
	switch e.Kind {
	case TestDone:
		if !e.Test.OK && !e.Test.Explained && !Todo(e.Test.Test) {
			io.WriteString(t.stderr, comment(testMore(e)))
		}
	case Exchanged:
		io.WriteString(t.stderr, comment(exchangeText(*e.Exchange, palette{})))
	case Found:
		if text := t.findings.take(e, palette{}); text != "" {
			io.WriteString(t.stderr, comment(text))
		}
	case Diag:
		io.WriteString(t.stderr, comment(string(e.Text)))
	case Stderr:
		io.WriteString(t.stderr, string(e.Text))
	case Abort:
		io.WriteString(t.stderr, lined(string(e.Text)))
	case FileEnd:
		for _, said := range e.Result.Ending {
			io.WriteString(t.stderr, comment(said))
		}
	}
}

// tapLines returns what an event puts on stdout in a TAP stream: whole lines, or nothing.
func tapLines(e Event) string {
	switch e.Kind {
	case PlanMade:
		switch {
		case e.Plan.SkipAll:
			return strings.TrimRight("1..0 # SKIP "+e.Plan.Reason, " ") + "\n"
		case e.Plan.counted():
			return ""
		}
		return fmt.Sprintf("1..%d\n", e.Plan.Tests)
	case TestDone:
		line := e.Test.tapLine() + "\n"
		if !e.Test.OK && !e.Test.Explained && e.Test.Directive == "todo" {
			line += comment(testMore(e))
		}
		return line
	case Note:
		return comment(string(e.Text))
	case Stdout:
		return string(e.Text)
	case FileEnd:
		if p := e.Result.Plan; p != nil && p.counted() {
			return fmt.Sprintf("1..%d\n", e.Result.Run)
		}
	}
	return ""
}

// tapLine is the test's line, without a newline at the end.
func (t Test) tapLine() string { return t.Test.Line(t.Number) }

// testMore words a failed test as Test::More does, without "# " in front.
func testMore(e Event) string {
	t, label := e.Test, "Failed test"
	if Todo(t.Test) {
		label = "Failed (TODO) test"
	}
	at := fmt.Sprintf("at %s line %d.", e.File, e.line())
	var b strings.Builder
	if t.Name == "" {
		fmt.Fprintf(&b, "  %s %s\n", label, at)
	} else {
		fmt.Fprintf(&b, "  %s '%s'\n  %s\n", label, t.Name, at)
	}
	switch t.Compare {
	case "is":
		fmt.Fprintf(&b, "         got: '%s'\n    expected: '%s'\n", t.Got, t.Want)
	case "isnt":
		fmt.Fprintf(&b, "         got: '%s'\n    expected: anything else\n", t.Got)
	case "like":
		fmt.Fprintf(&b, "                  '%s'\n    doesn't match '%s'\n", t.Got, t.Want)
	case "unlike":
		fmt.Fprintf(&b, "                  '%s'\n          matches '%s'\n", t.Got, t.Want)
	}
	return b.String()
}

// line is the line that an event is about: that of the section, else that of the block.
func (e Event) line() int {
	switch {
	case e.Test != nil && e.Test.Line > 0:
		return e.Test.Line
	case e.Place != nil:
		return e.Place.Line
	}
	return 0
}

// comment puts "# " in front of each line.
func comment(text string) string {
	return "# " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n# ") + "\n"
}

// lined is text that ends in a newline.
func lined(text string) string {
	if strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}
