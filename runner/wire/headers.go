package wire

import (
	"fmt"
	"strconv"
	"strings"
)

// moreHeaders are the extra header lines of one request.
type moreHeaders struct {
	lines   string // each ended by CR LF
	chunked bool   // one of them is "Transfer-Encoding: chunked"
}

// headers returns the extra headers of request i.
func (src *Source) headers(i int) (moreHeaders, error) {
	switch {
	case src.PerRequest && i >= len(src.MoreHeaders):
		return moreHeaders{}, fmt.Errorf("%s - more_headers has nothing for request %d (it needs one entry for each request)", src.Name, i)
	case src.PerRequest:
		return parseMoreHeaders(src.MoreHeaders[i]), nil
	case len(src.MoreHeaders) > 0:
		return parseMoreHeaders(src.MoreHeaders[0]), nil
	}
	return moreHeaders{}, nil
}

// parseMoreHeaders puts header lines in the form that is sent. A line without a colon becomes a header without a value; lines
// that begin with # are comments.
func parseMoreHeaders(text string) moreHeaders {
	var h moreHeaders
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return h
	}
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if line == "" && i > 0 || strings.HasPrefix(strings.TrimLeft(line, white), "#") {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimLeft(value, white)
		if lowerASCII(key) == "transfer-encoding" && value == "chunked" {
			h.chunked = true
		}
		b.WriteString(key + ": " + value + "\r\n")
	}
	h.lines = b.String()
	return h
}

// block returns all headers of a request and the empty line. A content whose length it says is trimmed.
func (h moreHeaders) block(serverName, connection string, content *string) string {
	length := ""
	if !h.chunked && *content != "" && !hasLine(h.lines, "Content-Length:") {
		*content = strings.Trim(*content, white)
		length = "Content-Length: " + strconv.Itoa(len(*content)) + "\r\n"
	}
	lines := strings.ReplaceAll(strings.ReplaceAll(h.lines, "\r\n", "\n"), "\n", "\r\n")
	lower := lowerASCII(lines)
	var b strings.Builder
	if !hasLine(lower, "host:") {
		b.WriteString("Host: " + serverName + "\r\n")
	}
	if !hasLine(lower, "connection") {
		b.WriteString("Connection: " + connection + "\r\n")
	}
	b.WriteString(lines + length + "\r\n")
	return b.String()
}

// hasLine reports whether a line begins so.
func hasLine(lines, start string) bool {
	return strings.HasPrefix(lines, start) || strings.Contains(lines, "\n"+start)
}

// lowerASCII is Perl's lc of a byte string.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
