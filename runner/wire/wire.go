// Package wire is what goes over the sockets of a test: it builds the bytes of requests from what a test block asks for, sends
// them and reads what comes back, and takes responses apart.
//
// A test of a server has to be able to send malformed requests and to look at malformed answers, so nothing here is an HTTP
// client: a request is a list of packets, each written as it is, and a response is parsed by the rules of Perl's
// HTTP::Response and Test::Nginx::Socket, the quirks included, since test suites were written against them. HTTP/2 and HTTP/3, which
// have no text that could be malformed, are Transfer's: it writes and reads single frames, so that the order of header fields is
// the test's, and hands over the text that curl would print.
//
// Everything is plain data. Strings are bytes, times are time.Duration. Messages and failures begin with the block's name, in the
// form "NAME - what", because that is how Test::Nginx words its test descriptions.
package wire

import "time"

// Packet is one write to the socket.
type Packet struct {
	Value string
	// Delay is how long to wait before the write. It does not count for the first packet of a request.
	Delay time.Duration
}

// Request is what one connection sends.
type Request struct {
	Packets []Packet
	// Head says that the method is HEAD, so that a response with a Content-Length may have no body.
	Head bool
	// Addr is where it goes, other than Options.Addr; "": there.
	Addr string
	// Pipeline are the requests of pipelined_requests, each as it is sent alone; nil of any other request.
	Pipeline []Request
}

// Bytes is the request as one string.
func (r Request) Bytes() string {
	if len(r.Packets) == 1 {
		return r.Packets[0].Value
	}
	n := 0
	for _, p := range r.Packets {
		n += len(p.Value)
	}
	b := make([]byte, 0, n)
	for _, p := range r.Packets {
		b = append(b, p.Value...)
	}
	return string(b)
}

// Exchange is what became of a request.
type Exchange struct {
	// Raw is all that was received, or the text "write failed: why" when a write failed before anything came.
	Raw string
	// Connected says that there was a connection at all.
	Connected bool
	// TimedOut says that nothing happened on the socket for Options.Timeout.
	TimedOut bool
	// Failures are descriptions of failed tests, as Test::Nginx words them: a connection refused for too long, a timeout
	// that Options.Abort did not expect. A trailing newline is part of the description.
	Failures []string
	// Warnings are lines without a newline at the end.
	Warnings []string
	// Err is why the exchange ended early: the connection error, or the context's error when it was cancelled.
	Err error
}
