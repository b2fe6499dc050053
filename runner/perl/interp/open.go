package interp

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// Dual is a value with a number and a string of their own, as $! has.
type Dual struct {
	Number Value
	Text   string
}

const (
	errNoEntry   = syscall.ENOENT
	errBadHandle = syscall.EBADF
)

// osErrno is the number in $!.
type osErrno = syscall.Errno

func (in *Interp) setErrno(e syscall.Errno) { in.errno = e }

// failed notes an error of the system in $! and returns false.
func (in *Interp) failed(err error) bool {
	var e syscall.Errno
	switch {
	case err == nil:
		return true
	case errors.As(err, &e):
		in.errno = e
	case errors.Is(err, fs.ErrNotExist):
		in.errno = syscall.ENOENT
	case errors.Is(err, fs.ErrExist):
		in.errno = syscall.EEXIST
	case errors.Is(err, fs.ErrPermission):
		in.errno = syscall.EACCES
	default:
		in.errno = syscall.EIO
	}
	return false
}

// errnoText is the text of an error number as Perl shows it.
func errnoText(e syscall.Errno) string {
	if e == 0 {
		return ""
	}
	s := e.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}

// openNode is open.
func (c *compiler) open(x *syntax.Func) expr {
	fh := c.handleArg(x.Args[0])
	mode := c.arg(x, 1)
	var rest expr = &sequence{}
	if len(x.Args) > 2 {
		rest = c.listExpr(x.Args[2:])
	}
	return value(func(fr *frame) Value {
		in := fr.in
		if mode == nil {
			throw(unsupported("open with one argument"))
		}
		m := Str(mode.scalar(fr))
		args := rest.list(fr, nil)
		h := fh(fr)
		if h.open() && h != in.stdoutG.io && h != in.stderrG.io {
			in.close(h)
		}
		return boolean(in.openHandle(h, m, args, len(x.Args) > 2))
	})
}

// handleArg compiles the argument that names the handle to open: an undefined variable gets a new one.
func (c *compiler) handleArg(x syntax.Expr) func(fr *frame) *Handle {
	e := c.expr(x)
	name := "$fh"
	switch v := x.(type) {
	case *syntax.My:
		if v, ok := v.Vars[0].(*syntax.Var); ok {
			name = "$" + v.Name
		}
	case *syntax.Var:
		name = "$" + v.Name
	case *syntax.Str:
		name = v.Value
	}
	return func(fr *frame) *Handle {
		if g, ok := e.(globExpr); ok {
			if h := g.glob(fr); h.io == nil {
				h.io = &Handle{name: h.name}
			}
			return g.glob(fr).io
		}
		p, ok := e.(place)
		if !ok {
			return fr.in.handleFor(e.scalar(fr))
		}
		s := p.lv(fr)
		if s.Get() == nil {
			s.Set(fr.in.newHandle(name))
		}
		return fr.in.handleFor(s.Get())
	}
}

func (in *Interp) handleFor(v Value) *Handle {
	h := in.handleOf(v, true)
	if h == nil {
		throw(die("Bad filehandle: %s", Str(v)))
	}
	return h
}

// openHandle opens h: mode is that of a three-argument open, or the text of a two-argument one.
func (in *Interp) openHandle(h *Handle, mode string, args List, three bool) bool {
	if !three {
		return in.openTwo(h, mode)
	}
	mode = strings.TrimSpace(mode)
	layer := ""
	if i := strings.IndexByte(mode, ':'); i >= 0 {
		mode, layer = strings.TrimSpace(mode[:i]), mode[i:]
	}
	var arg Value
	if len(args) > 0 {
		arg = args[0].Get()
	}
	ok := false
	switch mode {
	case "-|", "|-":
		ok = in.openPipe(h, List(args).Values(), mode == "|-")
	case ">&", ">>&", "<&", ">&=", "<&=", "+<&", "+>&":
		ok = in.dup(h, arg, mode)
	default:
		switch target := arg.(type) {
		case *Scalar:
			ok = in.openMemory(h, mode, target)
		case nil:
			if ok = in.openAnonymous(h, mode); !ok {
				ok = in.openFile(h, mode, "")
			}
		default:
			ok = in.openFile(h, mode, Str(arg))
		}
	}
	if ok {
		in.layers(h, layer)
	}
	return ok
}

// layers applies what binmode and open are told of encodings.
func (in *Interp) layers(h *Handle, layer string) {
	l := strings.ToLower(layer)
	switch {
	case l == "":
	case strings.Contains(l, "utf8"), strings.Contains(l, "utf-8"):
		h.utf8 = true
	case strings.Contains(l, "encoding("):
		throw(unsupported("the layer %s", layer))
	case strings.Contains(l, ":raw"), strings.Contains(l, ":bytes"):
		h.utf8 = false
	}
}

func (in *Interp) openTwo(h *Handle, spec string) bool {
	s := strings.TrimSpace(spec)
	switch {
	case s == "-":
		return in.dup(h, "STDIN", "<&")
	case s == ">-":
		return in.dup(h, "STDOUT", ">&")
	case strings.HasPrefix(s, "|"):
		return in.openPipe(h, []Value{strings.TrimSpace(s[1:])}, true)
	case strings.HasSuffix(s, "|"):
		return in.openPipe(h, []Value{strings.TrimSpace(s[:len(s)-1])}, false)
	}
	for _, mode := range []string{"+>>", "+<", "+>", ">>", ">", "<"} {
		if rest, ok := strings.CutPrefix(s, mode); ok {
			if dup, ok := strings.CutPrefix(rest, "&"); ok {
				return in.dup(h, strings.TrimSpace(strings.TrimPrefix(dup, "=")), mode+"&")
			}
			return in.openFile(h, mode, strings.TrimSpace(rest))
		}
	}
	return in.openFile(h, "<", s)
}

func (in *Interp) openFile(h *Handle, mode, path string) bool {
	flags := 0
	switch mode {
	case "<":
		flags = os.O_RDONLY
	case ">":
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	case ">>":
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	case "+<":
		flags = os.O_RDWR
	case "+>":
		flags = os.O_RDWR | os.O_CREATE | os.O_TRUNC
	case "+>>":
		flags = os.O_RDWR | os.O_CREATE | os.O_APPEND
	default:
		throw(die("Unknown open() mode '%s'", mode))
	}
	return in.openFlags(h, path, flags, 0o666)
}

func (in *Interp) openFlags(h *Handle, path string, flags int, perm fs.FileMode) bool {
	if path == "" || strings.IndexByte(path, 0) >= 0 {
		in.setErrno(errNoEntry)
		return false
	}
	if flags != os.O_RDONLY {
		in.act()
	}
	f, err := os.OpenFile(in.abs(path), flags, perm)
	if err != nil {
		return in.failed(err)
	}
	*h = Handle{name: h.name, file: f}
	if flags&os.O_WRONLY == 0 {
		h.r = newSource(f)
	}
	if flags&(os.O_WRONLY|os.O_RDWR) != 0 {
		h.w = f
	}
	return true
}

// openAnonymous opens a file that has no name any more: open(my $fh, "+>", undef).
func (in *Interp) openAnonymous(h *Handle, mode string) bool {
	if !strings.HasPrefix(mode, "+") {
		return false
	}
	f, err := os.CreateTemp(in.tmp(), "PerlIO_*")
	if !in.failed(err) {
		return false
	}
	_ = os.Remove(f.Name())
	*h = Handle{name: h.name, file: f, r: newSource(f), w: f}
	return true
}

func (in *Interp) openMemory(h *Handle, mode string, target *Scalar) bool {
	name := h.name
	switch mode {
	case "<":
		*h = Handle{name: name, r: newSource(strings.NewReader(Str(target.Get())))}
	case ">":
		target.Set("")
		*h = Handle{name: name, w: memWriter{target}, mem: target}
	case ">>":
		if target.Get() == nil {
			target.Set("")
		}
		*h = Handle{name: name, w: memWriter{target}, mem: target}
	default:
		throw(unsupported("open of a string with mode %s", mode))
	}
	return true
}

// dup makes h another name for an open handle.
func (in *Interp) dup(h *Handle, v Value, mode string) bool {
	if s, ok := v.(string); ok {
		v = map[string]Value{"0": "STDIN", "1": "STDOUT", "2": "STDERR"}[s]
		if v == nil {
			v = s
		}
	}
	if n, ok := v.(int64); ok && n >= 0 && n < 3 {
		v = []Value{"STDIN", "STDOUT", "STDERR"}[n]
	}
	o := in.handleOf(v, false)
	if o == nil || !o.open() {
		in.setErrno(errBadHandle)
		return false
	}
	name := h.name
	if strings.HasPrefix(mode, "<") {
		*h = Handle{name: name, r: o.r, utf8: o.utf8}
	} else {
		*h = Handle{name: name, w: o.w, utf8: o.utf8, mem: o.mem}
	}
	return true
}

// seek moves a handle's position.
func (in *Interp) seek(h *Handle, offset int64, whence int) bool {
	if h == nil || h.r == nil && h.file == nil {
		in.setErrno(errBadHandle)
		return false
	}
	h.ended = false
	if h.file == nil {
		s, ok := h.r.from.(io.Seeker)
		if !ok {
			in.setErrno(syscall.ESPIPE)
			return false
		}
		if whence == io.SeekCurrent {
			offset -= int64(h.r.Buffered())
		}
		_, err := s.Seek(offset, whence)
		h.r.Reset(h.r.from)
		return in.failed(err)
	}
	if h.r != nil {
		h.settle()
	}
	_, err := h.file.Seek(offset, whence)
	if h.r != nil {
		h.r.Reset(h.r.from)
	}
	return in.failed(err)
}

// tell is the handle's position; -1 when it has none.
func (in *Interp) tell(h *Handle) int64 {
	if h == nil {
		return -1
	}
	var s io.Seeker
	switch {
	case h.file != nil:
		s = h.file
	case h.r != nil:
		s, _ = h.r.from.(io.Seeker)
	case h.mem != nil:
		return int64(len(Str(h.mem.Get())))
	}
	if s == nil {
		return -1
	}
	n, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return -1
	}
	if h.r != nil {
		n -= int64(h.r.Buffered())
	}
	return n
}
