package wire

import "strings"

// Field is one header line.
type Field struct{ Name, Value string }

// Header is the header lines in their order.
type Header []Field

// parseHeader reads header lines up to the first line that is none. An empty line there belongs to the headers; anything else is
// where the body begins.
func parseHeader(text string) (h Header, body string) {
	for {
		line, rest, ended := strings.Cut(text, "\n")
		if field, ok := headerLine(line); ok {
			h = append(h, field)
			text = rest
			continue
		}
		if len(h) > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			last := &h[len(h)-1]
			last.Value = strings.TrimSuffix(last.Value+"\n"+line, "\r")
			text = rest
			continue
		}
		if ended && strings.TrimSuffix(line, "\r") == "" {
			text = rest
		}
		return h, text
	}
}

// headerLine reads "Name: value". White space is allowed between the name and its colon, but no line end is.
func headerLine(line string) (Field, bool) {
	end := strings.IndexAny(line, white+":")
	if end <= 0 {
		return Field{}, false
	}
	value, ok := strings.CutPrefix(strings.TrimLeft(line[end:], " \t"), ":")
	return Field{Name: line[:end], Value: strings.TrimSuffix(strings.TrimPrefix(value, " "), "\r")}, ok
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
