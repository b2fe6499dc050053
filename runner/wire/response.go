package wire

import (
	"fmt"
	"strings"
)

// Response is a response taken apart.
type Response struct {
	Protocol   string
	Code       string // the status; "" when there was none, or none that is a number
	Message    string
	RawHeaders string // all up to the first empty line, status line included; "" when there is no such line
	Header     Header
	Body       string
	// Left is what came after the end of the body: the next response of a pipeline, or a mistake of the server.
	Left string
}

// Problems are what was wrong with a response.
type Problems struct {
	Failures []string // descriptions of failed tests, as Test::Nginx words them
	Warnings []string // without a newline at the end
}

// PlainResponse is a response that is all body, as HTTP/0.9 has it. It counts as status 200.
func PlainResponse(raw string) *Response { return &Response{Code: "200", Message: "OK", Body: raw} }

// ParseResponse takes apart what came over a connection. head says that the request was a HEAD.
//
// The rules are those of Test::Nginx and HTTP::Response: a line that is no header ends the headers; the first status line
// counts, also where it is an interim one; 304 and 101 end the parsing; a body that says "chunked" is put together, and one
// with a Content-Length is cut there. A body whose chunks are broken makes a failure and no response.
func ParseResponse(name, raw string, head bool) (*Response, Problems) {
	r := &Response{}
	if i := strings.Index(raw, "\r\n\r\n"); i >= 0 {
		r.RawHeaders = raw[:i+2]
	}
	line, rest, _ := strings.Cut(raw, "\n")
	r.statusLine(strings.TrimSuffix(line, "\r"))
	r.Header, r.Body = parseHeader(rest)
	if r.Code == "304" || r.Code == "101" {
		return r, Problems{}
	}
	if encoding, _ := r.Header.Get("Transfer-Encoding"); encoding == "chunked" {
		body, left, wrong := dechunk(r.Body, r.Header.Values("Trailer"))
		if wrong != "" {
			return nil, Problems{Failures: []string{name + " - " + wrong}}
		}
		r.Body, r.Left = body, left
		return r, Problems{}
	}
	return r, r.cut(name, head)
}

// cut ends the body where Content-Length says.
func (r *Response) cut(name string, head bool) (p Problems) {
	text, _ := r.Header.Get("Content-Length")
	length := Number(text)
	if text == "" || length < 0 {
		return p
	}
	got := float64(len(r.Body))
	switch {
	case got > length:
		r.Body, r.Left = r.Body[:int(length)], r.Body[int(length):]
	case got < length && !head:
		p.Warnings = append(p.Warnings,
			fmt.Sprintf("WARNING: %s - response body truncated: %s expected, but got %d", name, text, len(r.Body)))
	}
	return p
}

func (r *Response) statusLine(line string) {
	if len(line) > 3 && isNumber(line[:3]) && line[3] == ' ' {
		r.Code, line = nextWord(line)
		r.Message = line
		return
	}
	if r.Protocol, line = nextWord(line); r.Protocol == "0" {
		r.Protocol = "" // false for Perl
	}
	r.Code, r.Message = nextWord(line)
	if !isNumber(r.Code) {
		r.Code = ""
	}
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// white is what Perl's \s matches in a byte string.
const white = "\t\n\v\f\r "

// nextWord cuts the first word off a line, and the white space behind it.
func nextWord(line string) (word, rest string) {
	line = strings.TrimLeft(line, white)
	i := strings.IndexAny(line, white)
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.TrimLeft(line[i:], white)
}

// ExtraBytes is the warning about bytes after the end of the last response; "" when there is nothing to warn of.
func ExtraBytes(name, left string) string {
	if left == "" || left == "0" {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(left); i++ {
		if c := left[i]; c < 0x20 || c >= 0x80 {
			fmt.Fprintf(&b, `\x{%02x}`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return fmt.Sprintf("WARNING: %s - unexpected extra bytes after last chunk in response: \"%s\"", name, b.String())
}
