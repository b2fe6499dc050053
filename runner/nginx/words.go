package nginx

import (
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/brief"
)

// stderr collects what comes out of a pipe and passes it on.
type stderr struct {
	fd     int      // of the pipe; -1 once it is closed
	pipe   *os.File // of fd once a goroutine reads it
	out    io.Writer
	closed chan struct{} // at the pipe's end
	mu     sync.Mutex
	text   strings.Builder

	handing sync.Mutex // held from the read of some text until it is handed on
}

// newStderr makes a pipe, whose other end is w. What comes is passed on to out unless that is nil. Nothing is read until early or
// listen is called.
func newStderr(out io.Writer) (s *stderr, w int, err error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return nil, -1, os.NewSyscallError("pipe2", err)
	}
	if _, err := unix.FcntlInt(uintptr(p[0]), unix.F_SETFL, unix.O_NONBLOCK); err != nil {
		unix.Close(p[0])
		unix.Close(p[1])
		return nil, -1, os.NewSyscallError("fcntl", err)
	}
	return &stderr{fd: p[0], out: out, closed: make(chan struct{})}, p[1], nil
}

// listen reads a pipe in a goroutine.
func listen(pipe *os.File, out io.Writer) *stderr {
	s := &stderr{fd: -1, pipe: pipe, out: out, closed: make(chan struct{})}
	go s.read()
	return s
}

// listen goes on reading in a goroutine.
func (s *stderr) listen() {
	s.pipe = os.NewFile(uintptr(s.fd), "stderr")
	go s.read()
}

func (s *stderr) read() {
	defer close(s.closed)
	raw, err := s.pipe.SyscallConn()
	if err != nil {
		return
	}
	buf := make([]byte, 4096)
	for n := 1; n > 0; {
		if raw.Read(func(fd uintptr) bool { n, err = s.take(int(fd), buf); return err != unix.EAGAIN }) != nil {
			// A deadline, which this goroutine may have learned of before it has seen what is in the pipe.
			_ = raw.Control(func(fd uintptr) { s.drain(int(fd), buf) })
			return
		}
	}
}

// early reads for a short time. It reports whether the pipe has come to its end, so that there is nothing to listen to.
func (s *stderr) early(limit time.Duration) bool {
	var buf []byte
	for end := time.Now().Add(limit); brief.Wait(s.fd, unix.POLLIN, time.Until(end)) != 0; {
		if buf == nil {
			buf = make([]byte, 1024)
		}
		n, err := s.take(s.fd, buf)
		if n == 0 && err == nil {
			unix.Close(s.fd)
			s.fd = -1
			close(s.closed)
			return true
		}
		if err != nil && err != unix.EAGAIN {
			return false
		}
	}
	return false
}

// take reads what there is in the pipe and hands it on. Nobody sees it half done: see Heard.
func (s *stderr) take(fd int, buf []byte) (n int, err error) {
	s.handing.Lock()
	defer s.handing.Unlock()
	for {
		if n, err = unix.Read(fd, buf); err != unix.EINTR {
			break
		}
	}
	if n > 0 {
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		if s.out != nil {
			_, _ = s.out.Write(buf[:n])
		}
	}
	return n, err
}

// drain takes what is in the pipe, but does not wait for more.
func (s *stderr) drain(fd int, buf []byte) {
	const pipeSize = 64 << 10
	for taken := 0; taken < pipeSize; {
		n, _ := s.take(fd, buf)
		if n <= 0 {
			return
		}
		taken += n
	}
}

// Heard waits until all that nginx has written to standard error so far has been handed on.
func (p *Process) Heard() {
	if p.words != nil {
		p.words.heard()
	}
}

func (s *stderr) heard() {
	if s.pipe == nil {
		return
	}
	raw, err := s.pipe.SyscallConn()
	if err != nil {
		return
	}
	for {
		left := 0
		failed := raw.Control(func(fd uintptr) {
			s.handing.Lock()
			defer s.handing.Unlock()
			if n, err := unix.IoctlGetInt(int(fd), unix.TIOCINQ); err == nil {
				left = n
			}
		})
		select {
		case <-s.closed:
			return
		default:
		}
		if failed != nil || left == 0 {
			return
		}
		runtime.Gosched() // the reader is about to take it
	}
}

// stop waits for the pipe's end, though not long for a process that holds on to it.
func (s *stderr) stop() {
	if s.pipe == nil {
		if s.fd >= 0 {
			unix.Close(s.fd)
			s.fd = -1
		}
		return
	}
	_ = s.pipe.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	<-s.closed
	s.pipe.Close()
}

func (s *stderr) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *stderr) quoted() string {
	if text := strings.TrimSpace(s.String()); text != "" {
		return "; it said: " + text
	}
	return ""
}
