package wire

import (
	"fmt"
	"regexp"
	"strings"
)

// requestText is a request as a test writes it: "METHOD [URL [VERSION]]" and the body. The sizes are those of the parts in
// the text, white space between them included, so that its packets can be edited in place.
type requestText struct {
	method, url, version, content string

	before      int // white space in front of the method
	methodSize  int
	afterMethod int
	urlSize     int // 0 when the URL is the default
	afterURL    int
	versionSize int // 0 when the version is the default
	afterLine   int // white space behind the version, line end included
	contentSize int
}

var requestLine = regexp.MustCompile(`^(` + space + `*)([^\t\n\v\f\r ]+)( *)(?:([^\t\n\v\f\r ]+)( *))?(?:([^\t\n\v\f\r ]+)( *))?(` + space + `*)$`)

// parseRequest takes the text of a request apart.
func parseRequest(name, text string) (requestText, error) {
	first, content, _ := strings.Cut(text, "\n")
	if len(first) < len(text) {
		first += "\n"
	}
	if first == "" || first == "0" {
		return requestText{}, fmt.Errorf("%s - the request line is empty (write METHOD [URL [VERSION]])", name)
	}
	m := requestLine.FindStringSubmatchIndex(first)
	if m == nil {
		return requestText{}, fmt.Errorf("%s - bad request line %q (write METHOD [URL [VERSION]])", name, first)
	}
	size := func(group int) int { return m[2*group+1] - m[2*group] } // 0 for a group that took no part: both ends are -1
	part := func(group int, otherwise string) string {
		if m[2*group] < 0 {
			return otherwise
		}
		return first[m[2*group]:m[2*group+1]]
	}
	return requestText{
		method: part(2, ""), url: part(4, "/"), version: part(6, "HTTP/1.1"), content: content,
		before: size(1), methodSize: size(2), afterMethod: size(3), urlSize: size(4), afterURL: size(5),
		versionSize: size(6), afterLine: size(7) + size(8), contentSize: len(content),
	}, nil
}

// edits are the changes that make the text a request with these headers.
func (r *requestText) edits(headers string) []edit {
	return []edit{
		{drop: r.before},
		{replace: r.methodSize, with: r.method + " ", insert: true},
		{drop: r.afterMethod},
		{replace: r.urlSize, with: r.url + " ", insert: true},
		{drop: r.afterURL},
		{replace: r.versionSize, with: r.version + "\r\n", insert: true},
		{drop: r.afterLine},
		{with: headers, insert: true},
		{replace: r.contentSize, with: r.content, insert: true},
	}
}
