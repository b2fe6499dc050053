package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Transfer sends requests over HTTP/2, HTTP/3 or TLS. Test::Nginx has curl do that, so what goes out, what comes back and what is
// said of failures is as with `curl -i -sS`: names of header fields are in lower case, an empty field is not sent, a GET that has
// a body becomes a POST, and a timeout limits the whole transfer.
type Transfer struct {
	Version int  // of HTTP: 2 or 3
	TLS     bool // HTTP/3 has it in any case
	Curl    CurlOptions
	// KeepAlive is how long a QUIC connection may be silent until something is sent, so that the server does not take it for idle while
	// it is busy with the request; 0: a second.
	KeepAlive time.Duration
	// Expects says whether a test expects a failure with this text, which is what curl would print; nil: it expects none.
	Expects func(text string) bool
}

// Do sends a request. Raw is the response as curl would print it. A failure without any response is a failed test unless it
// is expected, and one behind a part of the response a warning.
func (t Transfer) Do(ctx context.Context, r Request, o Options) Exchange {
	m, err := readMessage(r.Bytes())
	if err != nil {
		return Exchange{Err: err, Failures: []string{fmt.Sprintf("%s - %v", o.Name, err)}}
	}
	plain := m.version != "1.1" || t.Curl.HTTP1
	if plain && !t.TLS {
		return Do(ctx, r, o)
	}
	o.Timeout = cmp.Or(t.Curl.MaxTime, o.Timeout)
	answer := answer{version: t.Version, head: m.method == "HEAD", length: -1, most: cmp.Or(o.MaxResponse, 256<<20)}
	x := Exchange{}
	switch {
	case t.Version == 3 && !plain:
		err = t.overQUIC(ctx, o, t.fields(m, "https"), m.body, &answer)
	default:
		err = t.overTCP(ctx, o, r, m, plain, &answer)
	}
	x.Raw, x.Connected = answer.text(), answer.connected
	var refused refusal
	var words *CurlError
	switch {
	case ctx.Err() != nil:
		x.Err = context.Cause(ctx)
		return x
	case err == nil:
		return x
	case errors.As(err, &refused):
		x.Err = err
		x.Failures = append(x.Failures, fmt.Sprintf("%s - Can't connect to %s: %v (aborted)\n", o.Name, o.Addr, err))
		return x
	case !errors.As(err, &words):
		words = curlError(16, err.Error())
	}
	x.Err, x.TimedOut = words, words.Silent
	switch {
	case x.Raw != "":
		x.Warnings = append(x.Warnings, fmt.Sprintf("WARNING: %s - the HTTP/%d request generates error output: %v", o.Name, t.Version, words))
	case t.Expects == nil || !slices.ContainsFunc(words.lines(), func(s string) bool { return t.Expects(s + "\n") }):
		x.Failures = append(x.Failures, fmt.Sprintf("%s - the HTTP/%d request generates error output: %v\n", o.Name, t.Version, words))
	}
	return x
}

// refusal is the end of all attempts to connect.
type refusal struct{ error }

// overTCP sends over HTTP/2, or over HTTP/1 inside of TLS.
func (t Transfer) overTCP(ctx context.Context, o Options, r Request, m message, plain bool, a *answer) error {
	conn, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer conn.Close()
	a.started = time.Now()
	_ = conn.SetDeadline(a.started.Add(o.Timeout))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	scheme := "http"
	if t.TLS {
		scheme = "https"
		secured, err := t.handshake(ctx, conn, o.Addr, plain)
		if err != nil {
			if isTimeout(err) {
				return timedOut(a.started, 0, -1, false)
			}
			return err
		}
		plain = plain || secured.ConnectionState().NegotiatedProtocol != "h2"
		conn = secured
	}
	a.connected = true
	if plain {
		return a.overHTTP1(conn, r)
	}
	return overHTTP2(conn, t.fields(m, scheme), m.body, t.Curl.Upload, a)
}

// dial connects as Do does.
func dial(ctx context.Context, o Options) (net.Conn, error) {
	fd, _, err := connect(ctx, o)
	if err != nil {
		return nil, refusal{err}
	}
	f := os.NewFile(uintptr(fd), o.Addr)
	defer f.Close()
	conn, err := net.FileConn(f)
	if err != nil {
		return nil, refusal{err}
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetNoDelay(true)
	}
	return conn, nil
}

// fields are the header fields of a request in HTTP/2 and HTTP/3. Those that belong to a connection of HTTP/1 are left out.
func (t Transfer) fields(m message, scheme string) []Field {
	method := m.method
	if method == "GET" && m.body != "" {
		method = "POST"
	}
	if t.Curl.Upload && method == "GET" {
		method = "PUT"
	}
	method = cmp.Or(t.Curl.Method, method)
	uri, _, _ := strings.Cut(m.uri, "#")
	pseudo := []Field{{":method", method}, {":scheme", scheme}, {":path", uri}}
	var rest []Field
	for _, line := range slices.Concat(m.lines, t.Curl.Lines) {
		name, value, ok := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		value = strings.TrimLeft(value, " \t")
		if !ok { // curl writes an empty field as `Name;`
			if name, ok = strings.CutSuffix(name, ";"); !ok {
				continue
			}
		} else if value == "" {
			continue
		}
		switch name {
		case "host":
			if len(pseudo) == 3 {
				pseudo = append(pseudo, Field{":authority", value})
			}
		case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
		case "te":
			if strings.EqualFold(value, "trailers") {
				rest = append(rest, Field{name, value})
			}
		default:
			rest = append(rest, Field{name, value})
		}
	}
	return append(pseudo, rest...)
}

// overHTTP1 sends a request as it is and reads to the end of the connection.
func (a *answer) overHTTP1(conn net.Conn, r Request) error {
	if _, err := conn.Write([]byte(r.Bytes())); err != nil {
		return broken(err)
	}
	buf := make([]byte, 16<<10)
	for {
		n, err := conn.Read(buf)
		a.out.Write(buf[:n])
		switch {
		case isTimeout(err):
			return timedOut(a.started, a.out.Len(), -1, true)
		case err != nil && a.out.Len() > 0:
			return nil
		case errors.Is(err, unix.ECONNRESET):
			return broken(err)
		case err != nil:
			return curlError(52, "Empty reply from server")
		case a.out.Len() > a.most:
			return errEndless(a.most)
		}
	}
}

func errEndless(most int) error {
	return curlError(63, fmt.Sprintf("the response does not end: cut off after %d bytes", most))
}
