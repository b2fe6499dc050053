package wire

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	chunkSize     = regexp.MustCompile(`^[\t ]*([A-Fa-f0-9]+)[\t ]*\r\n`)
	lastChunk     = regexp.MustCompile(`^0[\t ]*\r\n`)
	noEnoughBytes = "invalid chunked data received (not enought octets for the data section)"
	noCRLF        = "invalid chunked data received (expected CRLF)."
)

// dechunk puts a chunked body together. trailers are the values of the Trailer fields: each is the name of a field that has to follow the
// last chunk. left is what comes after the end; wrong says what is broken, in Test::Nginx's words.
func dechunk(raw string, trailers []string) (body, left, wrong string) {
	var b strings.Builder
	at := raw
	for {
		if m := lastChunk.FindString(at); m != "" {
			end := at[len(m):]
			switch {
			case len(trailers) > 0:
				left, wrong = skipTrailers(end, trailers)
				return b.String(), left, wrong
			case strings.HasPrefix(end, "\r\n"):
				return b.String(), end[2:], ""
			}
		}
		m := chunkSize.FindStringSubmatchIndex(at)
		switch {
		case m != nil:
			size, err := strconv.ParseInt(at[m[2]:m[3]], 16, 64)
			at = at[m[1]:]
			if err != nil || size > int64(len(at)) {
				return "", "", noEnoughBytes
			}
			b.WriteString(at[:size])
			at = at[size:]
			if !strings.HasPrefix(at, "\r\n") {
				return "", "", noCRLF
			}
			at = at[2:]
		case at != "":
			return "", "", "invalid chunked body received: " + at
		default:
			return "", "", "no last chunk found - " + raw
		}
	}
}

func skipTrailers(at string, trailers []string) (left, wrong string) {
	for _, name := range trailers {
		line, rest, _ := strings.Cut(at, "\n")
		if !strings.HasPrefix(line, name+": ") || !strings.HasSuffix(line, "\r") || len(line) == len(at) {
			return "", "invalid trailer data received (expected " + name + ")."
		}
		at = rest
	}
	if !strings.HasPrefix(at, "\r\n") {
		return "", noCRLF
	}
	return at[2:], ""
}
