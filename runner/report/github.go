package report

import (
	"fmt"
	"io"
	"strings"
)

// GitHub writes a workflow command for each failed test, so that GitHub shows it beside the line of the section.
type GitHub struct{ w io.Writer }

// NewGitHub returns a listener to stand beside a Console for --format=github.
func NewGitHub(w io.Writer) *GitHub { return &GitHub{w} }

// Handle implements Listener.
func (g *GitHub) Handle(e Event) {
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
