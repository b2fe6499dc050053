package wire

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const space = `[\t\n\v\f\r ]`

// What was a regular expression, and is code now because every process needs it.
var (
	headerLineByExpression   = regexp.MustCompile(`^([^\t\n\v\f\r :]+)[ \t]*: ?([^\n]*)\n?`)
	continuationByExpression = regexp.MustCompile(`^([ \t][^\n]*)\n?`)
	emptyLineByExpression    = regexp.MustCompile(`^\r?\n`)
	chunkSizeByExpression    = regexp.MustCompile(`^[\t ]*([A-Fa-f0-9]+)[\t ]*\r\n`)
	lastChunkByExpression    = regexp.MustCompile(`^0[\t ]*\r\n`)
	codeFirstByExpression    = regexp.MustCompile(`^[0-9]{3} `)
	digitsByExpression       = regexp.MustCompile(`^[0-9]+$`)
	unitByExpression         = regexp.MustCompile(`([^_a-zA-Z])(m?s)(\n?)$`)
	numberByExpression       = regexp.MustCompile(`^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`)
	newlinesByExpression     = regexp.MustCompile(`\n+`)
	commentByExpression      = regexp.MustCompile(`^` + space + `*#`)
	colonByExpression        = regexp.MustCompile(`:` + space + `*`)
	headByExpression         = regexp.MustCompile(`^` + space + `*HEAD` + space)
	commentsByExpression     = regexp.MustCompile(`^(?:` + space + `*#[^\n]+` + space + `+|` + space + `+)`)
	requestByExpression      = regexp.MustCompile(`^(` + space + `*)([^\t\n\v\f\r ]+)( *)(?:([^\t\n\v\f\r ]+)( *))?(?:([^\t\n\v\f\r ]+)( *))?(` + space + `*)$`)
	plainWordByExpression    = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)
)

// The code finds what the expressions find, in odd texts of up to three pieces.
func TestPlain(t *testing.T) {
	pieces := []string{
		"a", "Z_", "HEAD", "#", ":", "0", "19", "200", "f", ".", "+", "e", "m", "s", "\n", "\r", " ", "\t", "\v", "\xff", "é", "\u00a0", "/",
	}
	last := []string{""}
	for range 3 {
		var longer []string
		for _, before := range last {
			for _, p := range pieces {
				longer = append(longer, before+p)
				if samePlain(t, before+p); t.Failed() {
					return
				}
			}
		}
		last = longer
	}
	samePlain(t, "")
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		"A: b\r\n c\r\n\td\nE :f\n\r\nbody", "\r\n", "0 \r\n\r\n", " fF\t\r\n", "200 OK", "HTTP/1.1 200", "-1.5e-3ms\n", "\n\n# a\n\nB:  c\nD\n",
		" HEAD /", "# a\n #b\nGET", "#", "# a b", " GET  /a  HTTP/1.0 \t\r\n", "GET\t/a", "a b c d",
	} {
		f.Add(seed)
	}
	f.Fuzz(samePlain)
}

func samePlain(t *testing.T, text string) {
	t.Helper()
	same := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s of %q: got %+v, want %+v", what, text, got, want)
		}
	}
	h, body := parseHeader(text)
	wantHeader, wantBody := headerByExpression(text)
	same("the headers", h, wantHeader)
	same("the body", body, wantBody)

	rest, ok := lastChunk(text)
	m := lastChunkByExpression.FindString(text)
	if same("a last chunk", ok, m != ""); ok {
		same("what follows the last chunk", rest, text[len(m):])
	}
	digits, rest, ok := chunkSize(text)
	at := chunkSizeByExpression.FindStringSubmatchIndex(text)
	if same("a chunk", ok, at != nil); ok {
		same("what follows a chunk's size", [2]string{digits, rest}, [2]string{text[at[2]:at[3]], text[at[1]:]})
	}

	status, byExpression := &Response{}, &Response{}
	status.statusLine(text)
	if codeFirstByExpression.MatchString(text) {
		byExpression.Code, byExpression.Message = text[:3], strings.TrimLeft(text[3:], white)
	} else {
		if byExpression.Protocol, rest = nextWord(text); byExpression.Protocol == "0" {
			byExpression.Protocol = ""
		}
		if byExpression.Code, byExpression.Message = nextWord(rest); !digitsByExpression.MatchString(byExpression.Code) {
			byExpression.Code = ""
		}
	}
	same("the status line", status, byExpression)

	same("the number", leadingNumber(text), numberByExpression.FindString(text))
	same("the time", ParseTime(text), timeByExpression(text))
	same("the lines", parseMoreHeaders(text), moreHeadersByExpression(text))
	same("HEAD", isHead(text), headByExpression.MatchString(text))
	same("a plain word", isPlainWord(text), plainWordByExpression.MatchString(text))

	bare := text
	for m := commentsByExpression.FindString(bare); m != ""; m = commentsByExpression.FindString(bare) {
		bare = bare[len(m):]
	}
	same("the text without comments", stripComments(text), bare)

	request, err := parseRequest("a", text)
	wantRequest, ok := lineByExpression(text)
	same("a request", err == nil, ok)
	same("the request", request, wantRequest)
}

func headerByExpression(text string) (h Header, body string) {
	for {
		if m := headerLineByExpression.FindStringSubmatchIndex(text); m != nil {
			h = append(h, Field{Name: text[m[2]:m[3]], Value: strings.TrimSuffix(text[m[4]:m[5]], "\r")})
			text = text[m[1]:]
			continue
		}
		if m := continuationByExpression.FindStringSubmatchIndex(text); m != nil && len(h) > 0 {
			last := &h[len(h)-1]
			last.Value = strings.TrimSuffix(last.Value+"\n"+text[m[2]:m[3]], "\r")
			text = text[m[1]:]
			continue
		}
		return h, text[len(emptyLineByExpression.FindString(text)):]
	}
}

func timeByExpression(text string) time.Duration {
	m := unitByExpression.FindStringSubmatchIndex(text)
	switch {
	case m == nil:
		return Seconds(text)
	case text[m[4]:m[5]] == "ms":
		return Seconds(text[:m[3]]) / 1000
	}
	return Seconds(text[:m[3]])
}

func moreHeadersByExpression(text string) (h moreHeaders) {
	if text = strings.TrimRight(text, "\n"); text == "" {
		return h
	}
	var lines []string
	for _, line := range newlinesByExpression.Split(text, -1) {
		if commentByExpression.MatchString(line) {
			continue
		}
		key, value := line, ""
		if m := colonByExpression.FindStringIndex(line); m != nil {
			key, value = line[:m[0]], line[m[1]:]
		}
		h.chunked = h.chunked || lowerASCII(key) == "transfer-encoding" && value == "chunked"
		lines = append(lines, key+": "+value+"\r\n")
	}
	h.lines = strings.Join(lines, "")
	return h
}

func lineByExpression(text string) (requestText, bool) {
	first, content, ended := strings.Cut(text, "\n")
	if ended {
		first += "\n"
	}
	m := requestByExpression.FindStringSubmatch(first)
	if m == nil || first == "0" {
		return requestText{}, false
	}
	r := requestText{method: m[2], url: m[4], version: m[6], content: content, before: len(m[1]), methodSize: len(m[2]), afterMethod: len(m[3]),
		urlSize: len(m[4]), afterURL: len(m[5]), versionSize: len(m[6]), afterLine: len(m[7]) + len(m[8]), contentSize: len(content)}
	if m[4] == "" {
		r.url = "/"
	}
	if m[6] == "" {
		r.version = "HTTP/1.1"
	}
	return r, true
}

// The numbers that come of it are those that strconv reads.
func TestNumberPlain(t *testing.T) {
	for _, s := range []string{"1.", ".5", "-.5e2x", "+1e", "1e+", "0x1f", "1_0", "inf", "nan", "1e999", "12abc"} {
		want, _ := strconv.ParseFloat(numberByExpression.FindString(s), 64)
		if got := Number(s); got != want {
			t.Errorf("%q is %v, want %v", s, got, want)
		}
	}
}
