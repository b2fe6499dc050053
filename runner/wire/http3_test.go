package wire

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go/http3"
)

// selfSigned is a certificate for localhost.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// overHTTP3 starts quic-go's server.
func overHTTP3(t *testing.T, handler http.HandlerFunc) (addr string) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http3.Server{
		Handler:   handler,
		TLSConfig: http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{selfSigned(t)}}),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(socket)
	}()
	t.Cleanup(func() {
		server.Close()
		socket.Close()
		<-done
	})
	return socket.LocalAddr().String()
}

// stream takes over the stream of a response, once its header is out.
func stream(w http.ResponseWriter) *http3.Stream {
	w.(http.Flusher).Flush()
	s, err := w.(http3.HTTPStreamer).HTTPStream()
	if err != nil {
		panic(err)
	}
	return s
}

func TestHTTP3(t *testing.T) {
	tests := []struct {
		name, request string
		handler       http.HandlerFunc
		raw, err      string
	}{
		{name: "the request", request: "POST /a?b#c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello",
			handler: func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				fmt.Fprint(w, r.Method, " ", r.RequestURI, " ", r.Host, " ", r.Header, " ", string(body))
			}, raw: "HTTP/3 200 \r\ncontent-length: 57\r\n\r\nPOST /a?b localhost map[Content-Length:[5] X-A:[1]] hello"},
		{name: "a large body, there and back", request: "PUT / HTTP/1.1\r\nHost: a\r\n\r\n" + strings.Repeat("x", 300000),
			handler: func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) },
			raw:     "HTTP/3 200 \r\n\r\n" + strings.Repeat("x", 300000)},
		{name: "HEAD", request: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
			handler: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "3") },
			raw:     "HTTP/3 200 \r\ncontent-length: 3\r\n\r\n"},
		{name: "interim responses and trailers", request: get, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Trailer", "X-End")
			w.WriteHeader(http.StatusNotFound)
			w.(http.Flusher).Flush()
			fmt.Fprint(w, "abc")
			w.Header().Set("X-End", "1")
		}, raw: "HTTP/3 103 \r\n\r\nHTTP/3 404 \r\ntrailer: X-End\r\n\r\nabcx-end: 1\r\n"},
		{name: "reset", request: get, handler: func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler) // before there is a header: what is on its way may come before the reset, or not at all
		}, err: "curl: (95) HTTP/3 stream 0 reset by server"},
		{name: "too short", request: get, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			s := stream(w)
			_, _ = s.Write([]byte("abc"))
			s.Close()
		}, raw: "HTTP/3 200 \r\ncontent-length: 5\r\n\r\nabc", err: "curl: (18) end of response with 2 bytes missing"},
		{name: "no header", request: get, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			stream(w).Close()
		}, raw: "HTTP/3 200 \r\n", err: "curl: (95) HTTP/3 stream 0 was closed cleanly, but before getting all response header fields, treated as error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			addr := overHTTP3(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Date"], w.Header()["Content-Type"] = nil, nil
				test.handler(w, r)
			})
			x := Transfer{Version: 3}.Do(t.Context(), plain(test.request), Options{Name: "n", Addr: addr, Timeout: 20 * time.Second})
			if got := fmt.Sprint(x.Err); x.Raw != test.raw || got != test.err && !(x.Err == nil && test.err == "") {
				t.Errorf("got %.300q, %s; want %.300q, %s", x.Raw, got, test.raw, test.err)
			}
		})
	}
}

func TestHTTP3EndsByItself(t *testing.T) {
	t.Run("in time", func(t *testing.T) {
		release := make(chan struct{})
		addr := overHTTP3(t, func(http.ResponseWriter, *http.Request) { <-release })
		defer close(release)
		x := Transfer{Version: 3, Expects: func(s string) bool { return strings.HasPrefix(s, "curl: (28) Operation timed out after ") }}.
			Do(t.Context(), plain(get), Options{Name: "n", Addr: addr, Timeout: 3 * time.Second})
		if !x.TimedOut || len(x.Failures) > 0 {
			t.Errorf("got %+v", x)
		}
	})
	t.Run("when it is told to", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		addr := overHTTP3(t, func(http.ResponseWriter, *http.Request) { cancel(); <-release })
		defer close(release)
		x := Transfer{Version: 3}.Do(ctx, plain(get), Options{Name: "n", Addr: addr, Timeout: time.Hour})
		if x.Err != context.Canceled || len(x.Failures) > 0 {
			t.Errorf("got %+v", x)
		}
	})
	t.Run("without a server", func(t *testing.T) {
		x := Transfer{Version: 3}.Do(t.Context(), plain(get), Options{Name: "n", Addr: "127.0.0.1:1", Timeout: 20 * time.Second, ConnectWait: time.Millisecond})
		if want := []string{"n - Can't connect to 127.0.0.1:1: Connection refused (aborted)\n"}; !reflect.DeepEqual(x.Failures, want) {
			t.Errorf("got %q, want %q", x.Failures, want)
		}
	})
	t.Run("when somebody else has the port", func(t *testing.T) {
		socket, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer socket.Close()
		x := Transfer{Version: 3}.Do(t.Context(), plain(get), Options{Name: "n", Addr: socket.LocalAddr().String(), Timeout: 50 * time.Millisecond})
		if !x.TimedOut || len(x.Failures) != 1 || !strings.Contains(x.Failures[0], "curl: (28) Connection timed out after ") {
			t.Errorf("got %+v", x)
		}
	})
}

// TestInsideTLS has what goes over TCP with curl_protocol https.
func TestInsideTLS(t *testing.T) {
	for _, test := range []struct {
		name      string
		protocols []string
		curl      CurlOptions
		raw, err  string
	}{
		{"HTTP/2", []string{"h2"}, CurlOptions{Insecure: true}, "HTTP/2 200 \r\n\r\nHTTP/2.0", ""},
		{"a server without HTTP/2", nil, CurlOptions{Insecure: true}, "HTTP/1.1 200 OK\r\n", ""},
		{"HTTP/1.1", []string{"h2"}, CurlOptions{Insecure: true, HTTP1: true}, "HTTP/1.1 200 OK\r\n", ""},
		{"nobody trusts the certificate", []string{"h2"}, CurlOptions{}, "", "curl: (60) SSL certificate problem: self-signed certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := &http.Server{
				ErrorLog: log.New(io.Discard, "", 0),
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for _, name := range []string{"Date", "Content-Type", "Content-Length"} {
						w.Header()[name] = nil
					}
					fmt.Fprint(w, r.Proto)
				}),
			}
			server.Protocols = &http.Protocols{}
			server.Protocols.SetHTTP1(true)
			server.Protocols.SetHTTP2(slices.Contains(test.protocols, "h2"))
			l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{NextProtos: append(test.protocols, "http/1.1"), Certificates: []tls.Certificate{selfSigned(t)}})
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = server.Serve(l)
			}()
			defer func() {
				server.Close()
				<-done
			}()
			x := Transfer{Version: 2, TLS: true, Curl: test.curl}.Do(t.Context(), plain(get), Options{Name: "n", Addr: l.Addr().String(), Timeout: 20 * time.Second})
			if got := fmt.Sprint(x.Err); !strings.HasPrefix(x.Raw, test.raw) || test.raw == "" && x.Raw != "" || got != test.err && !(x.Err == nil && test.err == "") {
				t.Errorf("got %q, %s; want %q, %s", x.Raw, got, test.raw, test.err)
			}
		})
	}
}
