package wire

import (
	"strings"
	"testing"
)

// Whatever a server sends, its response is taken apart, or there is a failure that says why not; nothing is made up.
func FuzzParseResponse(f *testing.F) {
	for _, seed := range []string{
		"", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nHTTP/1.1",
		"HTTP/1.1 304\nA: b\n c\nbody", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n0\r\nX: 1\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\nContent-Length: 1e9\r\n\r\na",
	} {
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, raw string, head bool) {
		r, wrong := ParseResponse("a", raw, head)
		if r == nil {
			if len(wrong.Failures) == 0 {
				t.Error("neither a response nor a failure")
			}
			return
		}
		if !strings.HasPrefix(raw, r.RawHeaders) || !strings.HasSuffix(raw, r.Left) || len(r.Body)+len(r.Left) > len(raw) {
			t.Errorf("headers %q, body %q, left %q", r.RawHeaders, r.Body, r.Left)
		}
		ExtraBytes("a", r.Left)
	})
}

// Whatever a section asks for, the requests are built or refused, and one that is built has something to send.
func FuzzBuild(f *testing.F) {
	for _, seed := range []string{"", "GET /", "POST /a HTTP/1.0\r\nb\n", "# c\nGET  \nHost: x\n\nbody", "\nGET /t\nA", "GET /a b c"} {
		f.Add(seed, "X: y\n", true)
	}
	f.Fuzz(func(t *testing.T, text, headers string, pipelined bool) {
		src := Source{Text: text, MoreHeaders: []string{headers}}
		if pipelined {
			src.Pipelined = []string{text, text}
		}
		requests, err := Build(src)
		if err != nil && err.Error() == "" || err == nil && len(requests) == 0 {
			t.Errorf("%d requests, error %v", len(requests), err)
		}
	})
}
