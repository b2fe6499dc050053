package perl

import (
	"encoding/base64"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// What Test::Base's filters do to one string. All of them work on bytes.

const perlSpace = " \t\n\r\f\v"

// normText makes every line end in a newline alone.
func normText(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// trimText takes the empty lines at both ends away. One newline stays at the end where there was one.
func trimText(s string) string {
	for {
		rest := strings.TrimLeft(s, " \t")
		if rest == "" || rest[0] != '\n' {
			break
		}
		s = rest[1:]
	}
	start := len(strings.TrimRight(s, perlSpace))
	if i := strings.IndexByte(s[start:], '\n'); i >= 0 {
		s = s[:start+i+1]
	}
	return s
}

// linesOf cuts a text behind each newline.
func linesOf(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

var (
	escapeSequence = lazyregexp.New(`\\[^\n]`)
	letterEscape   = lazyregexp.New(`\\[a-z]`)
)

// unescape is the escape filter: each backslash and the one character behind it become what they mean in a Perl
// string, where \x and \0 have no digits to go with them.
func unescape(s string) string {
	return escapeSequence.ReplaceAllStringFunc(s, escapeChar)
}

// filterArgument is what a filter makes of the text behind its =: \s is a blank, other letters are escapes.
func filterArgument(s string) string {
	return letterEscape.ReplaceAllStringFunc(strings.ReplaceAll(s, `\s`, " "), escapeChar)
}

// escapeChar is the value of a two-character escape sequence in a string of its own.
func escapeChar(seq string) string {
	switch c := seq[1]; c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case 'a':
		return "\a"
	case 'b':
		return "\b"
	case 'e':
		return "\x1b"
	case 'f':
		return "\f"
	case 'x':
		return "\x00"
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return string([]byte{c - '0'})
	case 'l', 'u', 'L', 'U', 'Q', 'E', 'F', // without a text to work on
		'c', 'o', 'N': // an error without what must follow, and an error is an empty string
		return ""
	}
	return seq[1:]
}

// decodeBase64 decodes what can be decoded, as MIME::Base64 does: characters outside of the alphabet do not count, and
// the first = ends it.
func decodeBase64(s string) string {
	var digits []byte
	for i := 0; i < len(s) && s[i] != '='; i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
			digits = append(digits, c)
		}
	}
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(digits)))
	n, _ := base64.RawStdEncoding.Decode(out, digits)
	return string(out[:n])
}

// encodeBase64 breaks its lines after 76 characters and ends in a newline.
func encodeBase64(s string) string {
	text := base64.StdEncoding.EncodeToString([]byte(s))
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	if text != "" {
		b.WriteString(text + "\n")
	}
	return b.String()
}
