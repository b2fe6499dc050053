package wire

import (
	"cmp"
	"fmt"
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

// parseRequest takes the text of a request apart.
func parseRequest(name, text string) (requestText, error) {
	first, content, _ := strings.Cut(text, "\n")
	if len(first) < len(text) {
		first += "\n"
	}
	if first == "" || first == "0" {
		return requestText{}, fmt.Errorf("%s - the request line is empty (write METHOD [URL [VERSION]])", name)
	}
	r := requestText{content: content, contentSize: len(content)}
	rest := strings.TrimLeft(first, white)
	r.before = len(first) - len(rest)
	r.method, r.afterMethod, rest = wordAndSpaces(rest)
	r.url, r.afterURL, rest = wordAndSpaces(rest)
	r.version, r.afterLine, rest = wordAndSpaces(rest)
	if r.method == "" || strings.Trim(rest, white) != "" {
		return requestText{}, fmt.Errorf("%s - bad request line %q (write METHOD [URL [VERSION]])", name, first)
	}
	r.methodSize, r.urlSize, r.versionSize = len(r.method), len(r.url), len(r.version)
	r.afterLine += len(rest)
	r.url, r.version = cmp.Or(r.url, "/"), cmp.Or(r.version, "HTTP/1.1")
	return r, nil
}

// wordAndSpaces cuts off what is in front of the first white space, and the spaces behind it; other white space ends a request
// line.
func wordAndSpaces(text string) (word string, spaces int, rest string) {
	word = text
	if i := strings.IndexAny(text, white); i >= 0 {
		word = text[:i]
	}
	behind := text[len(word):]
	rest = strings.TrimLeft(behind, " ")
	return word, len(behind) - len(rest), rest
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
