package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// framesOf serves one connection: it reads until the request has ended, and the client has taken the settings, and has answer
// do the rest. To close a connection before all is read that the client has sent would reset it.
func framesOf(t *testing.T, answer func(f *http2.Framer, conn net.Conn)) (addr string, request func() (fields []string, body string)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var fields []string
	var body bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := io.CopyN(io.Discard, conn, int64(len(http2.ClientPreface))); err != nil {
			return
		}
		f := http2.NewFramer(conn, conn)
		f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
		_ = f.WriteSettings()
		for ended, taken := false, false; !ended || !taken; {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				taken = taken || frame.IsAck()
			case *http2.MetaHeadersFrame:
				for _, h := range frame.Fields {
					fields = append(fields, h.Name+": "+h.Value)
				}
				ended = frame.StreamEnded()
			case *http2.DataFrame:
				body.Write(frame.Data())
				if n := uint32(len(frame.Data())); n > 0 {
					_ = f.WriteWindowUpdate(0, n)
					_ = f.WriteWindowUpdate(1, n)
				}
				ended = frame.StreamEnded()
			}
		}
		answer(f, conn)
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
	}()
	return l.Addr().String(), func() ([]string, string) { <-done; return fields, body.String() }
}

// block encodes header fields, given as name and value in turn.
func block(pairs ...string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for i := 0; i < len(pairs); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return b.Bytes()
}

func headers(f *http2.Framer, end bool, pairs ...string) {
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block(pairs...), EndHeaders: true, EndStream: end})
}

// plain is a request as Build makes it.
func plain(text string) Request { return Request{Packets: []Packet{{Value: text}}} }

const get = "GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

func TestHTTP2Request(t *testing.T) {
	tests := []struct {
		name, request string
		curl          CurlOptions
		want          []string
		body          string
	}{
		{name: "the order of the header is kept, and what is HTTP/1's goes", request: "GET /a?b#c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-B: 2\r\n" +
			"x-a:  1 \r\nX-Empty:\r\nX-Void;\r\nno header\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n",
			want: []string{":method: GET", ":scheme: http", ":path: /a?b", ":authority: localhost", "x-b: 2", "x-a: 1 ", "x-void: ", "te: trailers"}},
		{name: "a GET with a body is a POST", request: "GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab",
			want: []string{":method: POST", ":scheme: http", ":path: /", "content-length: 2"}, body: "ab"},
		{name: "options", request: "POST / HTTP/1.1\r\nConnection: close\r\n\r\n", curl: CurlOptions{Upload: true, Method: "FOO", Lines: []string{"A: b"}},
			want: []string{":method: FOO", ":scheme: http", ":path: /", "a: b"}},
		{name: "more than a window and a frame hold", request: "PUT / HTTP/1.1\r\nX: " + strings.Repeat("~", 40000) + "\r\n\r\n" + strings.Repeat("x", 200000),
			want: []string{":method: PUT", ":scheme: http", ":path: /", "x: " + strings.Repeat("~", 40000)}, body: strings.Repeat("x", 200000)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			addr, request := framesOf(t, func(f *http2.Framer, _ net.Conn) { headers(f, true, ":status", "200") })
			x := Transfer{Version: 2, Curl: test.curl}.Do(t.Context(), plain(test.request), Options{Name: "n", Addr: addr, Timeout: 10 * time.Second})
			if x.Raw != "HTTP/2 200 \r\n\r\n" || x.Err != nil || !x.Connected {
				t.Fatalf("got %+v", x)
			}
			fields, body := request()
			if !reflect.DeepEqual(fields, test.want) || body != test.body {
				t.Errorf("the server got %.200q and %d bytes, want %.200q and %d bytes", fields, len(body), test.want, len(test.body))
			}
		})
	}
}

func TestHTTP2Response(t *testing.T) {
	tests := []struct {
		name   string
		head   bool
		answer func(f *http2.Framer, conn net.Conn)
		raw    string
		err    string
	}{
		{name: "as curl -i prints it", answer: func(f *http2.Framer, _ net.Conn) {
			headers(f, false, ":status", "103", "link", "a")
			headers(f, false, ":status", "200", "x-a", "1", "content-length", "3")
			_ = f.WriteData(1, false, []byte("ab"))
			_ = f.WriteData(1, false, []byte("c"))
			headers(f, true, "x-end", "2")
		}, raw: "HTTP/2 103 \r\nlink: a\r\n\r\nHTTP/2 200 \r\nx-a: 1\r\ncontent-length: 3\r\n\r\nabcx-end: 2\r\n"},
		{name: "a header in several frames, PING in between", answer: func(f *http2.Framer, _ net.Conn) {
			_ = f.WritePing(false, [8]byte{1})
			b := block(":status", "200", "x-a", strings.Repeat("~", 1000))
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: b[:10], EndStream: true})
			_ = f.WriteContinuation(1, false, b[10:20])
			_ = f.WriteContinuation(1, true, b[20:])
		}, raw: "HTTP/2 200 \r\nx-a: " + strings.Repeat("~", 1000) + "\r\n\r\n"},
		{name: "HEAD", head: true, answer: func(f *http2.Framer, _ net.Conn) {
			headers(f, true, ":status", "200", "content-length", "3")
		}, raw: "HTTP/2 200 \r\ncontent-length: 3\r\n\r\n"},
		{name: "reset", answer: func(f *http2.Framer, _ net.Conn) { _ = f.WriteRSTStream(1, http2.ErrCodeInternal) },
			err: "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)"},
		{name: "reset without an error", answer: func(f *http2.Framer, _ net.Conn) { _ = f.WriteRSTStream(1, http2.ErrCodeNo) },
			err: "curl: (92) HTTP/2 stream 1 was closed cleanly, but before getting all response header fields, treated as error"},
		{name: "a part, then reset", answer: func(f *http2.Framer, _ net.Conn) {
			headers(f, false, ":status", "200")
			_ = f.WriteData(1, false, []byte("ab"))
			_ = f.WriteRSTStream(1, http2.ErrCodeCancel)
		}, raw: "HTTP/2 200 \r\n\r\nab", err: "curl: (92) HTTP/2 stream 1 was not closed cleanly: CANCEL (err 8)"},
		{name: "a header of HTTP/1", answer: func(f *http2.Framer, _ net.Conn) {
			headers(f, true, ":status", "200", "a", "b", "connection", "close")
		}, raw: "HTTP/2 200 \r\na: b\r\n", err: "curl: (92) Invalid HTTP header field was received: frame type: 1, stream: 1, name: [connection], value: [close]"},
		{name: "too short", answer: func(f *http2.Framer, _ net.Conn) {
			headers(f, false, ":status", "200", "content-length", "3")
			_ = f.WriteData(1, true, []byte("ab"))
		}, raw: "HTTP/2 200 \r\ncontent-length: 3\r\n\r\nab", err: "curl: (92) HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)"},
		{name: "too long", answer: func(f *http2.Framer, _ net.Conn) {
			headers(f, false, ":status", "200", "content-length", "1")
			_ = f.WriteData(1, true, []byte("ab"))
		}, raw: "HTTP/2 200 \r\ncontent-length: 1\r\n\r\n", err: "curl: (92) HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)"},
		{name: "a body without a header", answer: func(f *http2.Framer, _ net.Conn) { _ = f.WriteData(1, true, []byte("ab")) },
			err: "curl: (92) HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)"},
		{name: "the connection is closed", answer: func(*http2.Framer, net.Conn) {},
			err: "curl: (16) Error in the HTTP2 framing layer"},
		{name: "the connection is reset", answer: func(_ *http2.Framer, conn net.Conn) {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		},
			err: "curl: (56) Recv failure: Connection reset by peer"},
		{name: "no HTTP/2", answer: func(_ *http2.Framer, conn net.Conn) { fmt.Fprint(conn, "HTTP/1.1 400 Bad Request\r\n\r\n") },
			err: "curl: (16) Error in the HTTP2 framing layer"},
		{name: "GOAWAY", answer: func(f *http2.Framer, _ net.Conn) { _ = f.WriteGoAway(0, http2.ErrCodeNo, nil) },
			err: "curl: (16) Error in the HTTP2 framing layer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			addr, _ := framesOf(t, test.answer)
			request := get
			if test.head {
				request = strings.Replace(get, "GET", "HEAD", 1)
			}
			x := Transfer{Version: 2}.Do(t.Context(), plain(request), Options{Name: "n", Addr: addr, Timeout: 10 * time.Second})
			if got := fmt.Sprint(x.Err); x.Raw != test.raw || got != test.err && !(x.Err == nil && test.err == "") {
				t.Errorf("got %q, %s; want %q, %s", x.Raw, got, test.raw, test.err)
			}
			switch {
			case test.err == "" && len(x.Failures)+len(x.Warnings) > 0,
				test.err != "" && test.raw == "" && !reflect.DeepEqual(x.Failures, []string{"n - the HTTP/2 request generates error output: " + test.err + "\n"}),
				test.err != "" && test.raw != "" && !reflect.DeepEqual(x.Warnings, []string{"WARNING: n - the HTTP/2 request generates error output: " + test.err}):
				t.Errorf("failures %q, warnings %q", x.Failures, x.Warnings)
			}
		})
	}
}

// TestExpectedCurlError has failures that a test expects, in the words of one curl or another.
func TestExpectedCurlError(t *testing.T) {
	for _, expected := range []string{
		"curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)\n",
		"curl: (92) HTTP/2 stream 1 reset by server (error 0x2 INTERNAL_ERROR)\n",
	} {
		addr, _ := framesOf(t, func(f *http2.Framer, _ net.Conn) { _ = f.WriteRSTStream(1, http2.ErrCodeInternal) })
		expects := func(text string) bool { return strings.Contains(text, expected) }
		x := Transfer{Version: 2, Expects: expects}.Do(t.Context(), plain(get), Options{Name: "n", Addr: addr, Timeout: 10 * time.Second})
		if len(x.Failures) > 0 || x.Err == nil {
			t.Errorf("expected %q, got failures %q, error %v", expected, x.Failures, x.Err)
		}
	}
}

func TestHTTP2EndsByItself(t *testing.T) {
	t.Run("in time", func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		addr, _ := framesOf(t, func(f *http2.Framer, _ net.Conn) {
			headers(f, false, ":status", "200", "content-length", "9")
			<-release
		})
		x := Transfer{Version: 2}.Do(t.Context(), plain(get), Options{Name: "n", Addr: addr, Timeout: 2 * time.Second})
		if !x.TimedOut || !strings.HasSuffix(fmt.Sprint(x.Err), "milliseconds with 0 out of 9 bytes received") || len(x.Failures) != 0 {
			t.Errorf("got %+v", x)
		}
	})
	t.Run("when it is told to", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		addr, _ := framesOf(t, func(*http2.Framer, net.Conn) { cancel(); <-t.Context().Done() })
		x := Transfer{Version: 2}.Do(ctx, plain(get), Options{Name: "n", Addr: addr, Timeout: time.Hour})
		if x.Err != context.Canceled || len(x.Failures) > 0 {
			t.Errorf("got %+v", x)
		}
	})
	t.Run("without a server", func(t *testing.T) {
		_, addr := silent(t)
		x := Transfer{Version: 2}.Do(t.Context(), plain(get), Options{Name: "n", Addr: addr, Timeout: 20 * time.Second, ConnectWait: time.Millisecond})
		if want := "n - Can't connect to " + addr + ": Connection refused (aborted)\n"; len(x.Failures) != 1 || x.Failures[0] != want {
			t.Errorf("got %q, want %q", x.Failures, want)
		}
	})
}
