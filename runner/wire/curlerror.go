package wire

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"golang.org/x/net/http2"
)

// CurlError is why a transfer failed, in curl's words: tests expect them (--- curl_error). Versions of curl differ, so there may be
// several wordings; a test may expect any of them, and the first is shown.
type CurlError struct {
	Code  int // curl's exit status
	Texts []string
	// Silent says that the time was over, which is what tests of clients that hang up wait for.
	Silent bool
}

// Error is what curl prints, without the newline.
func (e *CurlError) Error() string { return e.lines()[0] }

// lines are all wordings as curl prints them, without the newline.
func (e *CurlError) lines() []string {
	out := make([]string, len(e.Texts))
	for i, t := range e.Texts {
		if out[i] = fmt.Sprintf("curl: (%d) %s", e.Code, t); len(t) > 0 && t[0] == '(' {
			out[i] = "curl: " + t // a wording that has another status
		}
	}
	return out
}

func curlError(code int, texts ...string) *CurlError { return &CurlError{Code: code, Texts: texts} }

// TimeoutExample is how curl words a timeout.
const TimeoutExample = "curl: (28) Operation timed out after 3000 milliseconds with 0 bytes received\n"

// timedOut is the end of a transfer that took too long. got counts the bytes of the body; length is what Content-Length
// says, -1 when it says nothing.
func timedOut(started time.Time, got int, length int64, connected bool) *CurlError {
	ms := time.Since(started).Milliseconds()
	of := ""
	if length >= 0 {
		of = fmt.Sprintf("out of %d ", length)
	}
	e := curlError(28, fmt.Sprintf("Operation timed out after %d milliseconds with %d %sbytes received", ms, got, of))
	if !connected {
		e.Texts = append([]string{
			fmt.Sprintf("Connection timed out after %d milliseconds", ms),
			"Connection time-out", "SSL connection timeout",
		}, e.Texts...)
	}
	e.Silent = true
	return e
}

// streamReset is the end of an HTTP/2 stream by the server, or for a mistake of the server's.
func streamReset(code http2.ErrCode) *CurlError {
	return curlError(92,
		fmt.Sprintf("HTTP/2 stream 1 was not closed cleanly: %s (err %d)", code, uint32(code)),
		fmt.Sprintf("HTTP/2 stream 1 reset by server (error 0x%x %s)", uint32(code), code))
}

// incomplete is a response that ended without a header.
func incomplete(version, stream int) *CurlError {
	return curlError(map[int]int{2: 92, 3: 95}[version], fmt.Sprintf(
		"HTTP/%d stream %d was closed cleanly, but before getting all response header fields, treated as error", version, stream))
}

// badField is an HTTP/2 header field that a server must not send.
func badField(f Field) *CurlError {
	return curlError(92, fmt.Sprintf("Invalid HTTP header field was received: frame type: 1, stream: 1, name: [%s], value: [%s]",
		f.Name, f.Value), streamReset(http2.ErrCodeProtocol).Texts[0])
}

// broken is what an error of reading from or writing to a TCP connection means.
func broken(err error) *CurlError {
	var no syscall.Errno
	if errors.As(err, &no) {
		return curlError(56, "Recv failure: "+text(no), "Failure when receiving data from the peer",
			"(16) Error in the HTTP2 framing layer", "(55) Send failure: "+text(no))
	}
	return curlError(16, "Error in the HTTP2 framing layer",
		"(18) HTTP/2 stream 1 was not closed cleanly before end of the underlying stream",
		"(52) Empty reply from server", "(56) Failure when receiving data from the peer")
}

// isTimeout reports whether an error is that of a deadline.
func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}
