package load

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Request is what is sent, and how to read the answer.
type Request struct {
	Text   string
	Method string
	// Once says that the connection ends with the answer: an HTTP/0.9 request, or bytes that are no request.
	Once bool
}

var (
	requestLine = lazyregexp.New(`^(?:\r?\n)*([A-Za-z]+)[ \t]+[^\r\n]*[ \t]HTTP/(1\.[01])\r?\n`)
	connection  = lazyregexp.New(`(?i)^Connection[ \t]*:[ \t]*(?:close|keep-alive)[ \t]*\r?\n$`)
)

// Prepare makes a request of a test fit for load: its connection stays open. Tests ask for one that is closed, so as to see the end
// of the answer.
func Prepare(text string) Request {
	m := requestLine.FindStringSubmatch(text)
	if m == nil {
		return Request{Text: text, Once: true}
	}
	var b strings.Builder
	b.WriteString(m[0])
	rest := text[len(m[0]):]
	for line := range strings.Lines(rest) {
		rest = rest[len(line):]
		if strings.TrimRight(line, "\r\n") == "" {
			b.WriteString("Connection: keep-alive\r\n" + line + rest)
			return Request{Text: b.String(), Method: m[1]}
		}
		if !connection.MatchString(line) {
			b.WriteString(line)
		}
	}
	return Request{Text: text, Once: true} // the headers do not end
}
