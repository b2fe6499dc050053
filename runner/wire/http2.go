package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// What this client grants a server: bytes of a stream, and of the connection.
const (
	streamWindow = 10 << 20
	wholeWindow  = 1 << 30
)

// http2Stream is the only stream of a connection. One goroutine reads, another one writes: a server may stop reading a body
// while it sends its answer.
type http2Stream struct {
	*answer
	framer *http2.Framer
	fields *hpack.Decoder

	mu      sync.Mutex
	wake    *sync.Cond
	control []func() error // frames that are to be written
	body    []byte         // what is left of it
	ending  bool           // END_STREAM is still to be sent
	over    bool
	frame   int      // bytes that a frame may have
	windows [2]int64 // what may be sent: of the stream, of the connection
	initial int64    // of the stream's, as the server's settings say
	failed  error    // of writing
}

// overHTTP2 makes a request with prior knowledge that the server talks HTTP/2. upload says that the length of the body is not
// known when the request begins.
func overHTTP2(conn net.Conn, fields []Field, body string, upload bool, a *answer) error {
	s := &http2Stream{
		answer: a, framer: http2.NewFramer(conn, conn), body: []byte(body), ending: body != "" || upload,
		frame: 16 << 10, windows: [2]int64{65535, 65535}, initial: 65535,
	}
	s.wake = sync.NewCond(&s.mu)
	s.framer.SetMaxReadFrameSize(1 << 20)
	s.fields = hpack.NewDecoder(4096, nil)
	if err := s.begin(conn, fields); err != nil {
		return s.lost(err)
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write()
	}()
	err := s.read()
	s.mu.Lock()
	s.over = true
	s.wake.Signal()
	s.mu.Unlock()
	if err != nil {
		conn.Close() // the writer may wait for a server that has stopped reading
	}
	<-written
	return err
}

// begin sends what goes in front of the body.
func (s *http2Stream) begin(conn net.Conn, fields []Field) error {
	var first bytes.Buffer
	first.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&first, nil)
	settings := []http2.Setting{
		{ID: http2.SettingMaxConcurrentStreams, Val: 100},
		{ID: http2.SettingInitialWindowSize, Val: streamWindow},
		{ID: http2.SettingEnablePush, Val: 0},
	}
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range fields {
		if err := encoder.WriteField(hpack.HeaderField{Name: f.Name, Value: f.Value}); err != nil {
			return err
		}
	}
	err := errors.Join(framer.WriteSettings(settings...), framer.WriteWindowUpdate(0, wholeWindow-65535))
	for n := 0; n == 0 || block.Len() > 0; n++ {
		part := block.Next(16 << 10)
		if n == 0 {
			err = errors.Join(err, framer.WriteHeaders(http2.HeadersFrameParam{
				StreamID: 1, BlockFragment: part, EndStream: !s.ending, EndHeaders: block.Len() == 0,
			}))
		} else {
			err = errors.Join(err, framer.WriteContinuation(1, block.Len() == 0, part))
		}
	}
	if err == nil {
		_, err = conn.Write(first.Bytes())
	}
	return err
}

// write sends the body, as far as the server lets it, and what the reader wants to be sent.
func (s *http2Stream) write() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.over {
		var send func() error
		room := min(s.windows[0], s.windows[1], int64(s.frame), int64(len(s.body)))
		switch {
		case len(s.control) > 0:
			send, s.control = s.control[0], s.control[1:]
		case s.ending && (room > 0 || len(s.body) == 0):
			part := s.body[:room]
			s.body = s.body[room:]
			s.ending = len(s.body) > 0
			s.windows[0] -= room
			s.windows[1] -= room
			last := !s.ending
			send = func() error { return s.framer.WriteData(1, last, part) }
		default:
			s.wake.Wait()
			continue
		}
		s.mu.Unlock()
		err := send()
		s.mu.Lock()
		if err != nil { // what the server has sent before is to be read all the same
			s.failed = err
			return
		}
	}
}

// later has the writer send a frame.
func (s *http2Stream) later(send func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.control = append(s.control, send)
	s.wake.Signal()
}

// lost is what the end of the connection means.
func (s *http2Stream) lost(err error) error {
	if isTimeout(err) {
		return timedOut(s.started, s.answer.body, s.length, true)
	}
	var wrong http2.ConnectionError
	if errors.As(err, &wrong) {
		return curlError(16, "Error in the HTTP2 framing layer")
	}
	return broken(err)
}

// read takes frames until the stream has ended.
func (s *http2Stream) read() error {
	var block []byte
	last := false // the header at hand is the end of the stream
	for {
		frame, err := s.framer.ReadFrame()
		var wrong http2.StreamError
		switch {
		case errors.As(err, &wrong):
			return streamReset(wrong.Code)
		case err != nil:
			return s.lost(err)
		}
		switch f := frame.(type) {
		case *http2.HeadersFrame:
			block, last = append([]byte(nil), f.HeaderBlockFragment()...), f.StreamEnded()
			if f.HeadersEnded() {
				err = s.header(block, last)
			}
		case *http2.ContinuationFrame:
			if block = append(block, f.HeaderBlockFragment()...); f.HeadersEnded() {
				err = s.header(block, last)
			}
		case *http2.DataFrame:
			err = s.received(f)
		case *http2.RSTStreamFrame:
			err = s.reset(f.ErrCode)
		case *http2.GoAwayFrame:
			if f.LastStreamID < 1 {
				return curlError(16, "Error in the HTTP2 framing layer", "(56) Failure when receiving data from the peer",
					"(52) Empty reply from server")
			}
		case *http2.SettingsFrame:
			s.settings(f)
		case *http2.PingFrame:
			if data := f.Data; !f.IsAck() {
				s.later(func() error { return s.framer.WritePing(true, data) })
			}
		case *http2.WindowUpdateFrame:
			s.mu.Lock()
			s.windows[map[bool]int{true: 1}[f.StreamID == 0]] += int64(f.Increment)
			s.wake.Signal()
			s.mu.Unlock()
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// header takes a header or a trailer. Like data and reset it returns io.EOF at the good end of the stream.
func (s *http2Stream) header(block []byte, last bool) error {
	decoded, err := s.fields.DecodeFull(block)
	if err != nil {
		return curlError(16, "Error in the HTTP2 framing layer")
	}
	fields := make([]Field, len(decoded))
	for i, f := range decoded {
		fields[i] = Field{f.Name, f.Value}
	}
	if wrong := s.section(fields); wrong != nil {
		return badField(*wrong)
	}
	return s.ended(last)
}

// ended checks the response where the stream ends.
func (s *http2Stream) ended(last bool) error {
	switch {
	case !last:
		return nil
	case s.status == "":
		return incomplete(2, 1)
	case s.missing() != 0:
		return streamReset(http2.ErrCodeProtocol)
	}
	return io.EOF
}

func (s *http2Stream) received(f *http2.DataFrame) error {
	if s.status == "" {
		return streamReset(http2.ErrCodeProtocol)
	}
	b := f.Data()
	if s.length >= 0 && !s.bodiless() && int64(len(b)) > s.missing() {
		return streamReset(http2.ErrCodeProtocol)
	}
	if err := s.data(b); err != nil {
		return err
	}
	if n := f.Length; n > 0 {
		s.later(func() error {
			return errors.Join(s.framer.WriteWindowUpdate(0, n), s.framer.WriteWindowUpdate(1, n))
		})
	}
	return s.ended(f.StreamEnded())
}

// reset is the end of the stream by the server.
func (s *http2Stream) reset(code http2.ErrCode) error {
	switch {
	case code != http2.ErrCodeNo:
		return streamReset(code)
	case s.status == "":
		return incomplete(2, 1)
	}
	return curlError(16, "HTTP/2 stream 1 was reset")
}

// settings are what the server wants to be kept to.
func (s *http2Stream) settings(f *http2.SettingsFrame) {
	if f.IsAck() {
		return
	}
	s.mu.Lock()
	if n, ok := f.Value(http2.SettingInitialWindowSize); ok {
		s.windows[0] += int64(n) - s.initial
		s.initial = int64(n)
	}
	if n, ok := f.Value(http2.SettingMaxFrameSize); ok {
		s.frame = int(n)
	}
	s.mu.Unlock()
	s.later(func() error { return s.framer.WriteSettingsAck() })
}
