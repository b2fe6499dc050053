package wire

import (
	"regexp"
	"strings"
)

// Field is one header line.
type Field struct{ Name, Value string }

// Header is the header lines in their order.
type Header []Field

var (
	headerLine   = regexp.MustCompile(`^([^\t\n\v\f\r :]+)[ \t]*: ?([^\n]*)\n?`)
	continuation = regexp.MustCompile(`^([ \t][^\n]*)\n?`)
	emptyLine    = regexp.MustCompile(`^\r?\n`)
)

// parseHeader reads header lines up to the first line that is none. An empty line there belongs to the headers; anything else is
// where the body begins.
func parseHeader(text string) (h Header, body string) {
	for {
		if m := headerLine.FindStringSubmatchIndex(text); m != nil {
			h = append(h, Field{Name: text[m[2]:m[3]], Value: strings.TrimSuffix(text[m[4]:m[5]], "\r")})
			text = text[m[1]:]
			continue
		}
		if m := continuation.FindStringSubmatchIndex(text); m != nil && len(h) > 0 {
			last := &h[len(h)-1]
			last.Value = strings.TrimSuffix(last.Value+"\n"+text[m[2]:m[3]], "\r")
			text = text[m[1]:]
			continue
		}
		if m := emptyLine.FindStringIndex(text); m != nil {
			text = text[m[1]:]
		}
		return h, text
	}
}

// Values returns the values of a field. Names are compared without regard to case, and a "_" asked for finds a "-"; a field that
// was received with a "_" in its name is not found, as in HTTP::Headers.
func (h Header) Values(name string) []string {
	name = strings.ReplaceAll(lowerASCII(name), "_", "-")
	var out []string
	for _, f := range h {
		if lowerASCII(f.Name) == name {
			out = append(out, f.Value)
		}
	}
	return out
}

// Get returns the values of a field joined with ", ", and whether there is one.
func (h Header) Get(name string) (string, bool) {
	v := h.Values(name)
	return strings.Join(v, ", "), v != nil
}
