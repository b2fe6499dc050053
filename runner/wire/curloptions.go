package wire

import (
	"fmt"
	"strings"
	"time"
)

// CurlOptions are options of curl that mean something where no curl runs.
type CurlOptions struct {
	Insecure bool     // the server's certificate is not looked at
	HTTP1    bool     // HTTP/1.1 after all
	Lines    []string // further header lines
	Method   string
	Upload   bool          // a body of unknown length, which turns out to be empty
	MaxTime  time.Duration // 0: as the block says
}

// ParseCurlOptions reads what a section curl_options has: options of curl, as a shell reads them. One that means nothing here is
// an error that names it.
func ParseCurlOptions(s string) (o CurlOptions, err error) {
	words, err := shellWords(s)
	if err != nil {
		return o, err
	}
	for i := 0; i < len(words); i++ {
		name, value, attached := cutOption(words[i])
		operand := func() string {
			if !attached && i+1 < len(words) {
				i++
				value = words[i]
			}
			return strings.TrimLeft(value, " ")
		}
		switch name {
		case "-k", "--insecure":
			o.Insecure = true
		case "-H", "--header":
			o.Lines = append(o.Lines, operand())
		case "-X", "--request":
			o.Method = operand()
		case "-m", "--max-time":
			o.MaxTime = Seconds(operand())
		case "--http1.1":
			o.HTTP1 = true
		case "-T", "--upload-file", "-d", "--data", "--data-binary":
			if v := operand(); strings.TrimPrefix(v, "@") != "/dev/null" {
				return o, fmt.Errorf("%s %s: only the empty body of /dev/null is known here (write the body into the request)", name, v)
			}
			o.Upload = true
		case "--http2", "--http2-prior-knowledge", "--http3", "--http3-only", "--path-as-is", "-g", "--globoff",
			"-i", "-s", "-S", "-sS", "-v", "-vv", "--silent", "--show-error", "--verbose", "-N", "--no-buffer":
			// as it is anyway, or a matter of what curl prints
		default:
			return o, fmt.Errorf("%s: no option that is known here; no curl runs (there are -k, -H, -X, -m, --http1.1, -T/dev/null, "+
				"-d@/dev/null)", words[i])
		}
	}
	return o, nil
}

// cutOption takes an option's value off that stands in the same word.
func cutOption(word string) (name, value string, attached bool) {
	if strings.HasPrefix(word, "--") {
		return strings.Cut(word, "=")
	}
	if len(word) > 2 && word[0] == '-' && strings.IndexByte("HXmTd", word[1]) >= 0 {
		return word[:2], word[2:], true
	}
	return word, "", false
}

// shellWords splits at white space outside of quotes. A section is one argument for curl, so `-H X: y` without quotes is a header.
func shellWords(s string) (words []string, err error) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "-H") && !strings.ContainsAny(s, `"'`) {
		return []string{s}, nil
	}
	var word strings.Builder
	inside, quote := false, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote, inside = c, true
		case strings.IndexByte(" \t\r\n", c) >= 0:
			if inside {
				words = append(words, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteByte(c)
			inside = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%s: a quote is not closed", s)
	}
	if inside {
		words = append(words, word.String())
	}
	return words, nil
}
