package wire

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/quic-go/qpack"
	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/quicvarint"
)

// Types of frames and streams, and error codes: RFC 9114, section 11.2.
const (
	http3Data     = 0x0
	http3Headers  = 0x1
	http3Settings = 0x4
	http3Control  = 0x0
	http3NoError  = 0x100
)

// overQUIC makes a request over HTTP/3. The certificate is not looked at.
func (t Transfer) overQUIC(ctx context.Context, o Options, fields []Field, body string, a *answer) error {
	transport, conn, err := t.quic(ctx, o, a)
	if err != nil {
		return err
	}
	defer transport.close()
	defer conn.CloseWithError(http3NoError, "")
	a.connected, a.started = true, time.Now()
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	control, err := conn.OpenUniStream()
	if err == nil {
		_, err = control.Write(frame([]byte{http3Control}, http3Settings, nil))
	}
	if err != nil {
		return shutDown(err)
	}
	stream, err := conn.OpenStreamSync(ctx)
	if err != nil {
		return shutDown(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = stream.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		send(stream, fields, body)
	}()
	err = a.overHTTP3(stream)
	stream.CancelWrite(http3NoError) // a server that has answered may not want the rest; it does nothing behind the end
	<-sent
	return err
}

// connectedUDP is a UDP socket that learns when nobody has the port: only one that is connected does.
type connectedUDP struct {
	conn *net.UDPConn
}

func (c connectedUDP) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := c.conn.Read(b)
	return n, c.conn.RemoteAddr(), err
}

func (c connectedUDP) WriteTo(b []byte, _ net.Addr) (int, error) { return c.conn.Write(b) }
func (c connectedUDP) Close() error                              { return c.conn.Close() }
func (c connectedUDP) LocalAddr() net.Addr                       { return c.conn.LocalAddr() }
func (c connectedUDP) SetDeadline(at time.Time) error            { return c.conn.SetDeadline(at) }
func (c connectedUDP) SetReadDeadline(at time.Time) error        { return c.conn.SetReadDeadline(at) }
func (c connectedUDP) SetWriteDeadline(at time.Time) error       { return c.conn.SetWriteDeadline(at) }
func (c connectedUDP) SetReadBuffer(n int) error                 { return c.conn.SetReadBuffer(n) }
func (c connectedUDP) SetWriteBuffer(n int) error                { return c.conn.SetWriteBuffer(n) }

// quicTransport is a QUIC endpoint and its socket.
type quicTransport struct {
	*quic.Transport
	socket connectedUDP
}

func (t *quicTransport) close() {
	t.Transport.Close()
	t.socket.Close()
}

// quic connects. A port that nobody has is tried again, as with TCP.
func (t Transfer) quic(ctx context.Context, o Options, a *answer) (transport *quicTransport, conn *quic.Conn, err error) {
	addr, err := net.ResolveUDPAddr("udp", o.Addr)
	if err != nil {
		return nil, nil, refusal{err}
	}
	var other error
	err = persist(ctx, o, func() error {
		other = nil
		socket, err := net.DialUDP("udp", nil, addr)
		if err != nil {
			return err
		}
		a.started = time.Now()
		limited, cancel := context.WithTimeout(ctx, o.Timeout)
		defer cancel()
		transport = &quicTransport{&quic.Transport{Conn: connectedUDP{socket}}, connectedUDP{socket}}
		conn, err = transport.Dial(limited, addr, t.secure(o.Addr, "h3"), &quic.Config{
			HandshakeIdleTimeout: o.Timeout, KeepAlivePeriod: cmp.Or(t.KeepAlive, time.Second),
		})
		if err == nil {
			return nil
		}
		transport.close()
		if errors.Is(err, syscall.ECONNREFUSED) {
			return syscall.ECONNREFUSED
		}
		other = err
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case err != nil:
		return nil, nil, refusal{err}
	case other != nil && isTimeout(other):
		return nil, nil, timedOut(a.started, 0, -1, false)
	case other != nil:
		return nil, nil, curlError(55, fmt.Sprintf("QUIC: %v", other), "(56) QUIC connection has been shut down")
	}
	return transport, conn, nil
}

// frame appends a frame.
func frame(to []byte, kind uint64, payload []byte) []byte {
	to = quicvarint.Append(to, kind)
	to = quicvarint.Append(to, uint64(len(payload)))
	return append(to, payload...)
}

// send sends a request and ends its direction of the stream. That the server does not take it shows in what it answers.
func send(stream *quic.Stream, fields []Field, body string) {
	var block bytes.Buffer
	encoder := qpack.NewEncoder(&block)
	for _, f := range fields {
		if err := encoder.WriteField(qpack.HeaderField{Name: f.Name, Value: f.Value}); err != nil {
			return
		}
	}
	message := frame(nil, http3Headers, block.Bytes())
	if body != "" {
		message = frame(message, http3Data, []byte(body))
	}
	if _, err := stream.Write(message); err == nil {
		_ = stream.Close()
	}
}

// overHTTP3 takes frames until the stream has ended.
func (a *answer) overHTTP3(stream io.Reader) error {
	in := quicvarint.NewReader(bufio.NewReader(stream))
	for {
		kind, err := quicvarint.Read(in)
		if err == io.EOF {
			return a.endOfHTTP3()
		}
		var size uint64
		if err == nil {
			size, err = quicvarint.Read(in)
		}
		if err == nil {
			payload := io.LimitReader(in, int64(size))
			switch kind {
			case http3Headers:
				err = a.http3Fields(payload, size)
			case http3Data:
				err = a.http3Body(payload, size)
			default:
				_, err = io.Copy(io.Discard, payload)
			}
		}
		var words *CurlError
		switch {
		case errors.As(err, &words):
			return words
		case err != nil:
			return a.lostQUIC(err)
		}
	}
}

func (a *answer) endOfHTTP3() error {
	switch missing := a.missing(); {
	case a.status == "":
		return incomplete(3, 0)
	case missing > 0:
		return curlError(18, fmt.Sprintf("end of response with %d bytes missing", missing),
			fmt.Sprintf("transfer closed with %d bytes remaining to read", missing))
	}
	return nil
}

func (a *answer) http3Fields(payload io.Reader, size uint64) error {
	const most = 1 << 20
	if size > most {
		return curlError(56, "the header is too large")
	}
	block := make([]byte, size)
	if _, err := io.ReadFull(payload, block); err != nil {
		return err
	}
	next := qpack.NewDecoder().Decode(block)
	var fields []Field
	for {
		f, err := next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return curlError(56, "QPACK: "+err.Error())
		}
		fields = append(fields, Field{f.Name, f.Value})
	}
	if a.section(fields) != nil {
		return incomplete(3, 0)
	}
	return nil
}

// http3Body takes a frame of the body; what is more than Content-Length says is left out.
func (a *answer) http3Body(payload io.Reader, size uint64) error {
	buf := make([]byte, min(size, 16<<10)+1)
	for size > 0 {
		n, err := payload.Read(buf)
		size -= uint64(n)
		part := buf[:n]
		if a.length >= 0 && !a.bodiless() {
			part = part[:min(int64(n), a.missing())]
		}
		if failed := a.data(part); failed != nil {
			return failed
		}
		if err != nil && size > 0 {
			return err
		}
	}
	return nil
}

// lostQUIC is what an error of the stream means.
func (a *answer) lostQUIC(err error) error {
	var reset *quic.StreamError
	var idle *quic.IdleTimeoutError
	switch {
	case errors.As(err, &reset) && reset.Remote:
		return curlError(95, fmt.Sprintf("HTTP/3 stream %d reset by server", reset.StreamID),
			fmt.Sprintf("HTTP/3 stream %d reset by server (error 0x%x %s)", reset.StreamID, uint64(reset.ErrorCode), http3Error(reset.ErrorCode)))
	case isTimeout(err) && !errors.As(err, &idle):
		return timedOut(a.started, a.body, a.length, true)
	}
	return shutDown(err)
}

// shutDown is the end of the QUIC connection.
func shutDown(err error) error {
	return curlError(56, "QUIC connection has been shut down",
		"ngtcp2_conn_writev_stream returned error: ERR_CLOSING", "ngtcp2_conn_writev_stream returned error: ERR_DRAINING",
		"Failure when receiving data from the peer", "(28) Remote peer returned unexpected data", "(52) Empty reply from server",
		"(55) sendmsg() returned -1 (errno 111)", "(55) ngtcp2_conn_handle_expiry returned error: ERR_IDLE_CLOSE", "QUIC: "+err.Error())
}

// http3Error names an error code: RFC 9114, section 8.1.
func http3Error(code quic.StreamErrorCode) string {
	names := []string{"NO_ERROR", "GENERAL_PROTOCOL_ERROR", "INTERNAL_ERROR", "STREAM_CREATION_ERROR", "CLOSED_CRITICAL_STREAM",
		"FRAME_UNEXPECTED", "FRAME_ERROR", "EXCESSIVE_LOAD", "ID_ERROR", "SETTINGS_ERROR", "MISSING_SETTINGS", "REQUEST_REJECTED",
		"REQUEST_CANCELLED", "REQUEST_INCOMPLETE", "MESSAGE_ERROR", "CONNECT_ERROR", "VERSION_FALLBACK"}
	if i := int64(code) - http3NoError; i >= 0 && i < int64(len(names)) {
		return names[i]
	}
	return "unknown"
}
