package interp

import (
	"bufio"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// Handle is an open file, pipe, string or directory.
type Handle struct {
	name  string
	r     *source
	w     io.Writer
	file  *os.File
	mem   *Scalar // written to: open with a reference to a scalar
	child *child  // at the other end of a pipe
	lines int     // $.
	utf8  bool    // a layer that decodes and encodes
	ended bool    // the last read met the end

	dir    []string // the entries of a directory
	dirPos int
	isDir  bool
}

// source is what a handle reads from.
type source struct {
	*bufio.Reader
	from io.Reader
}

func newSource(r io.Reader) *source { return &source{bufio.NewReader(r), r} }

func (h *Handle) open() bool { return h.r != nil || h.w != nil || h.isDir }

// write writes bytes; false when that fails.
func (h *Handle) write(s string) bool {
	if h.w == nil {
		return false
	}
	if h.r != nil && h.file != nil {
		h.settle()
	}
	_, err := io.WriteString(h.w, s)
	return err == nil
}

// settle brings the position of a file that is read and written to where the program thinks it is.
func (h *Handle) settle() {
	if n := h.r.Buffered(); n > 0 {
		_, _ = h.file.Seek(int64(-n), io.SeekCurrent)
		h.r.Reset(h.r.from)
	}
}

// encode is how a value comes out of print on this handle.
func (h *Handle) encode(v Value) string {
	s := stringValue(v)
	if h.utf8 {
		return widen(s)
	}
	return outBytes(s)
}

// decode is how bytes come in.
func (h *Handle) decode(s string) Value {
	if h.utf8 && utf8.ValidString(s) {
		return fromUTF8(s)
	}
	return s
}

// memWriter appends to a scalar.
type memWriter struct{ s *Scalar }

func (m memWriter) Write(b []byte) (int, error) {
	m.s.append(string(b))
	return len(b), nil
}

// readRecord reads up to the record separator sep: nil reads all, "" paragraphs, a reference to a number so many
// bytes. Ok is false at the end.
func (h *Handle) readRecord(sep Value) (string, bool) {
	if h.r == nil {
		return "", false
	}
	var s string
	switch sep := sep.(type) {
	case nil:
		b, _ := io.ReadAll(io.LimitReader(h.r, maxString+1))
		checkLength(len(b))
		if s = string(b); s == "" && h.ended {
			return "", false
		}
		h.ended = true
		h.lines++
		return s, s != "" || h.lines == 1
	case *Scalar:
		b := make([]byte, max(1, min(toIndex(sep.Get()), maxString)))
		n, _ := io.ReadFull(h.r, b)
		s = string(b[:n])
	case string:
		s = h.readTo(sep)
	default:
		s = h.readTo(Str(sep))
	}
	if s == "" {
		h.ended = true
		return "", false
	}
	h.lines++
	return s, true
}

func (h *Handle) readTo(sep string) string {
	paragraph := sep == ""
	if paragraph {
		h.skipNewlines()
		sep = "\n\n"
	}
	if len(sep) == 1 {
		s, _ := h.upTo(sep[0])
		return s
	}
	var b strings.Builder
	last := sep[len(sep)-1]
	for {
		part, err := h.upTo(last)
		b.WriteString(part)
		checkLength(b.Len())
		if strings.HasSuffix(b.String(), sep) || err != nil {
			break
		}
	}
	if paragraph {
		h.skipNewlines()
	}
	return b.String()
}

// upTo reads to the end of file or the first delim, which is included. A device may have neither.
func (h *Handle) upTo(delim byte) (string, error) {
	part, err := h.r.ReadSlice(delim)
	if err != bufio.ErrBufferFull {
		return string(part), err
	}
	text := slices.Clone(part)
	for err == bufio.ErrBufferFull {
		part, err = h.r.ReadSlice(delim)
		text = append(text, part...)
		checkLength(len(text))
	}
	return string(text), err
}

func (h *Handle) skipNewlines() {
	for {
		c, err := h.r.ReadByte()
		if err != nil {
			return
		}
		if c != '\n' {
			_ = h.r.UnreadByte()
			return
		}
	}
}

// atEnd reports whether nothing is left to read.
func (h *Handle) atEnd() bool {
	if h.r == nil {
		return true
	}
	_, err := h.r.Peek(1)
	return err != nil
}

// close closes the handle; ok is false when it was not open or its child failed.
func (in *Interp) close(h *Handle) bool {
	if h == nil || !h.open() {
		in.setErrno(errBadHandle)
		return false
	}
	ok := true
	if h.child != nil {
		ok = h.child.finish(in)
	} else if h.file != nil {
		ok = h.file.Close() == nil
	}
	name := h.name
	*h = Handle{name: name}
	return ok
}

// separator is $/.
func (in *Interp) separator() Value { return in.inputSep.scalar().Get() }

func (in *Interp) stderrHandle() *Handle {
	if h := in.stderrG.io; h != nil {
		return h
	}
	return &Handle{}
}

func (in *Interp) defineHandles() {
	main := in.pkgOf("main")
	std := func(name string, h *Handle) *Glob {
		g := main.glob(name)
		h.name = name
		g.io = h
		return g
	}
	stdin := in.opts.Stdin
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	std("STDIN", &Handle{r: newSource(stdin)})
	out, errs := in.opts.Stdout, in.opts.Stderr
	if out == nil {
		out = io.Discard
	}
	if errs == nil {
		errs = io.Discard
	}
	in.stdoutG = std("STDOUT", &Handle{w: out})
	in.stderrG = std("STDERR", &Handle{w: errs})
	in.selected = in.stdoutG.io
}

// handleOf finds the handle that a value stands for: a glob, a reference to one, an object, a name. It is nil when v
// stands for none.
func (in *Interp) handleOf(v Value, create bool) *Handle {
	g := in.handleGlob(v)
	if g == nil {
		return nil
	}
	if g.io == nil && create {
		g.io = &Handle{name: g.name}
	}
	return g.io
}

func (in *Interp) handleGlob(v Value) *Glob {
	switch r := v.(type) {
	case *Glob:
		return r
	case GlobValue:
		return r.Glob
	case *Scalar:
		return in.handleGlob(r.Get())
	case *Hash:
		g, _ := r.Native.(*Glob)
		if g == nil && r.pkg != nil {
			if fh := r.Get("fh"); fh != nil {
				return in.handleGlob(fh)
			}
		}
		return g
	case string:
		if r == "" {
			return nil
		}
		return in.globOf(qualify(handleName(r), in.cop.pkg))
	}
	return nil
}

// handleName lets the standard handles be found from every package.
func handleName(name string) string {
	switch name {
	case "STDIN", "STDOUT", "STDERR", "ARGV":
		return "main::" + name
	}
	return name
}

// handleObject reports whether v is a handle that methods can be called on.
func (in *Interp) handleObject(v Value) (*Glob, bool) {
	switch r := v.(type) {
	case *Glob:
		if r.blessed == nil || r.blessed.name == "IO::File" || r.blessed.name == "IO::Handle" || r.blessed.name == "File::Temp" {
			return r, true
		}
	case GlobValue:
		return r.Glob, true
	case string:
		if g := in.packages["main"].symbol(r); g != nil && g.io != nil && in.packages[r] == nil {
			return g, true
		}
	}
	return nil, false
}

// ioObject is *FH{IO}.
func (in *Interp) ioObject(g *Glob) Value { return g }

// newHandle makes a fresh glob, as open does for an undefined variable.
func (in *Interp) newHandle(name string) *Glob {
	return &Glob{pkg: in.pkgOf(in.cop.pkg), name: name, io: &Handle{name: name}}
}
