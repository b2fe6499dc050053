package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// GitHub writes a workflow command for each failed test, so that GitHub shows it beside the line of the section; and at
// the end of the run one for each memory finding, which is shown beside the line of C that it is about.
type GitHub struct {
	w        io.Writer
	findings Findings
}

// NewGitHub returns a listener to stand beside a Console for --format=github.
func NewGitHub(w io.Writer) *GitHub { return &GitHub{w: w} }

// Handle implements Listener.
func (g *GitHub) Handle(e Event) {
	switch e.Kind {
	case Found:
		g.findings.Handle(e)
		return
	case RunEnd:
		for _, m := range g.findings.Sorted() {
			g.finding(m)
		}
		return
	}
	title, message := e.File, ""
	if e.Place != nil {
		title = e.Place.Block
	}
	switch {
	case e.Kind == TestDone && !e.Test.OK && !Todo(e.Test.Test):
		lines := append([]string{e.Test.Name}, comparison(*e.Test, palette{})...)
		message = strings.Join(lines, "\n")
	case e.Kind == Abort:
		message = string(e.Text)
	default:
		return
	}
	fmt.Fprintf(g.w, "::error %stitle=%s::%s\n", position(e), property(title), data(message))
}

// finding writes a finding: an error if it fails the run, else a warning.
func (g *GitHub) finding(m Merged) {
	command := "warning"
	if m.Fails {
		command = "error"
	}
	at, title := m.Tests[0], string(m.Verdict)+": "+m.Tests[0].Place.Block
	place := fmt.Sprintf("file=%s,line=%d,", property(at.File), at.Place.Line)
	for _, frame := range m.own() {
		if path := sourcePath(frame); filepath.IsLocal(path) && frame.Line > 0 {
			place = fmt.Sprintf("file=%s,line=%d,", property(path), frame.Line)
			break
		}
	}
	lines := append([]string{m.sentence()}, m.stackLines(m.Stack, m.ownFrames(), palette{}, false)...)
	for _, spot := range m.spots() {
		lines = append(lines, "found in "+spot)
	}
	fmt.Fprintf(g.w, "::%s %stitle=%s::%s\n", command, place, property(title), data(strings.Join(lines, "\n")))
}

// position is the file and line of a command, as far as they are known.
func position(e Event) string {
	switch {
	case e.File == "":
		return ""
	case e.line() == 0:
		return "file=" + property(e.File) + ","
	}
	return fmt.Sprintf("file=%s,line=%d,", property(e.File), e.line())
}

var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(s string) string     { return dataEscapes.Replace(s) }
func property(s string) string { return propertyEscapes.Replace(s) }
