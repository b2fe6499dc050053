package wire

import (
	"strconv"
	"strings"
)

const (
	noEnoughBytes = "invalid chunked data received (not enought octets for the data section)"
	noCRLF        = "invalid chunked data received (expected CRLF)."
)

// dechunk puts a chunked body together. trailers are the values of the Trailer fields: each is the name of a field that has to follow the
// last chunk. left is what comes after the end; wrong says what is broken, in Test::Nginx's words.
func dechunk(raw string, trailers []string) (body, left, wrong string) {
	var b strings.Builder
	at := raw
	for {
		if end, ok := lastChunk(at); ok {
			switch {
			case len(trailers) > 0:
				left, wrong = skipTrailers(end, trailers)
				return b.String(), left, wrong
			case strings.HasPrefix(end, "\r\n"):
				return b.String(), end[2:], ""
			}
		}
		digits, rest, ok := chunkSize(at)
		switch {
		case ok:
			size, err := strconv.ParseInt(digits, 16, 64)
			at = rest
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

// lastChunk returns what is behind the line of the last chunk.
func lastChunk(at string) (rest string, ok bool) {
	rest, zero := strings.CutPrefix(at, "0")
	rest, ended := strings.CutPrefix(strings.TrimLeft(rest, "\t "), "\r\n")
	return rest, zero && ended
}

// chunkSize returns the hexadecimal digits of a chunk's first line, and what is behind the line.
func chunkSize(at string) (digits, rest string, ok bool) {
	at = strings.TrimLeft(at, "\t ")
	rest = strings.TrimLeft(at, "0123456789ABCDEFabcdef")
	digits = at[:len(at)-len(rest)]
	rest, ended := strings.CutPrefix(strings.TrimLeft(rest, "\t "), "\r\n")
	return digits, rest, digits != "" && ended
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
