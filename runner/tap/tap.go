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
	Directive string `json:"directive,omitempty"` // "", "skip", "todo" (local $TODO), or "todo & skip" (what todo_skip prints)
	Reason    string `json:"reason,omitempty"`    // of the directive

	// What a failed test is about, for people; TAP on stdout does not show it.
	Section string `json:"section,omitempty"` // name of the section that was checked
	Compare string `json:"compare,omitempty"` // is, isnt, like, unlike; empty when neither Got nor Want says anything
	Got     string `json:"got,omitempty"`
	Want    string `json:"want,omitempty"`
}

// Line returns the test as line number n of a TAP stream, without a newline at the end. As Test2's formatter has it, a newline in
// the name goes on as a comment, and a '#' in the first line of the name is escaped. A backslash is escaped only in a line that has
// a '#', or that ends in a backslash and is not the whole name of a passed test.
func (t Test) Line(n int) string {
	var b strings.Builder
	if !t.OK {
		b.WriteString("not ")
	}
	fmt.Fprintf(&b, "ok %d", n)
	comment := ""
	switch t.Directive {
	case "", "todo": // a test that ran
		name, rest, more := strings.Cut(t.Name, "\n")
		if strings.Contains(name, "#") || strings.HasSuffix(name, `\`) && (!t.OK || strings.ContainsAny(t.Name, "\n#")) {
			name = escapes.Replace(name)
		}
		if t.Name != "" {
			b.WriteString(" - " + name)
		}
		if more {
			rest = strings.TrimPrefix(rest, "\r") // a CR behind a newline is part of the line end there
			comment = "\n" + strings.ReplaceAll(rest, "\n\r", "\n")
		}
		if t.Directive != "" {
			b.WriteString(" # TODO " + t.Reason)
		}
	case "skip":
		b.WriteString(" # skip " + t.Reason)
	default:
		b.WriteString(" # " + strings.ToUpper(t.Directive) + " " + t.Reason)
	}
	return strings.ReplaceAll(b.String()+comment, "\n", "\n# ")
}

var escapes = strings.NewReplacer(`\`, `\\`, "#", `\#`)
