// Package tap is the model of what Perl's Test::More prints: a plan and numbered tests.
package tap

import (
	"fmt"
	"strings"
)

// Test is one assertion.
type Test struct {
	OK        bool   `json:"ok"`
	Name      string `json:"name,omitempty"`      // description, as Test::Nginx words it; may hold newlines
	Directive string `json:"directive,omitempty"` // "", "skip", or "todo & skip" (what todo_skip prints)
	Reason    string `json:"reason,omitempty"`    // of the directive

	// What a failed test is about, for people; TAP on stdout does not show it.
	Section string `json:"section,omitempty"` // name of the section that was checked
	Compare string `json:"compare,omitempty"` // is, isnt, like, unlike; empty when neither Got nor Want says anything
	Got     string `json:"got,omitempty"`
	Want    string `json:"want,omitempty"`
}

// Line returns the test as line number n of a TAP stream, without a newline at the end. As in Test::Builder a '#' in
// the name is escaped and a newline goes on as a comment.
func (t Test) Line(n int) string {
	var b strings.Builder
	if !t.OK {
		b.WriteString("not ")
	}
	fmt.Fprintf(&b, "ok %d", n)
	if t.Name != "" {
		b.WriteString(" - ")
		b.WriteString(strings.ReplaceAll(t.Name, "#", `\#`))
	}
	switch t.Directive {
	case "":
	case "skip":
		b.WriteString(" # skip " + t.Reason)
	default:
		b.WriteString(" # " + strings.ToUpper(t.Directive) + " " + t.Reason)
	}
	return strings.ReplaceAll(b.String(), "\n", "\n# ")
}
