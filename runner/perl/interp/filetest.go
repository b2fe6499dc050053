package interp

import (
	"bytes"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// statResult is what the last stat or file test found, for -X _.
type statResult struct {
	info fs.FileInfo
	path string
	ok   bool
}

// statPath looks at a file; the result is remembered.
func (in *Interp) statPath(v Value, link bool) *statResult {
	r := &statResult{}
	in.lastStat = r
	if h := in.handleOf(v, false); h != nil && (IsRef(v) || isGlob(v)) {
		if h.file == nil {
			in.setErrno(errBadHandle)
			return r
		}
		info, err := h.file.Stat()
		r.info, r.ok = info, in.failed(err)
		return r
	}
	r.path = in.abs(outBytes(stringValue(v)))
	look := os.Stat
	if link {
		look = os.Lstat
	}
	info, err := look(r.path)
	if r.path == "" {
		err = syscall.ENOENT
	}
	r.info, r.ok = info, in.failed(err)
	return r
}

func isGlob(v Value) bool { _, ok := v.(GlobValue); return ok }

func (c *compiler) fileTest(x *syntax.FileTest) expr {
	op := x.Op
	if inner, ok := x.X.(*syntax.FileTest); ok {
		first := c.fileTest(inner)
		return value(func(fr *frame) Value {
			if v := first.scalar(fr); !Truth(v) {
				return v
			}
			return fr.in.fileTest(op, fr.in.lastStat)
		})
	}
	if v, ok := x.X.(*syntax.Var); ok && v.Sigil == '*' && v.Name == "_" {
		return value(func(fr *frame) Value {
			if fr.in.lastStat == nil {
				return nil
			}
			return fr.in.fileTest(op, fr.in.lastStat)
		})
	}
	arg := c.expr(x.X)
	return value(func(fr *frame) Value {
		v := arg.scalar(fr)
		if op == 't' {
			return no
		}
		return fr.in.fileTest(op, fr.in.statPath(v, op == 'l'))
	})
}

func (in *Interp) fileTest(op byte, r *statResult) Value {
	if !r.ok {
		return nil
	}
	mode := r.info.Mode()
	age := func(t time.Time) Value { return in.started.Sub(t).Hours() / 24 }
	st, _ := r.info.Sys().(*syscall.Stat_t)
	switch op {
	case 'e':
		return one
	case 'f':
		return boolean(mode.IsRegular())
	case 'd':
		return boolean(mode.IsDir())
	case 'l':
		return boolean(mode&fs.ModeSymlink != 0)
	case 'p':
		return boolean(mode&fs.ModeNamedPipe != 0)
	case 'S':
		return boolean(mode&fs.ModeSocket != 0)
	case 'b':
		return boolean(mode&fs.ModeDevice != 0 && mode&fs.ModeCharDevice == 0)
	case 'c':
		return boolean(mode&fs.ModeCharDevice != 0)
	case 's':
		if r.info.Size() == 0 {
			return no
		}
		return r.info.Size()
	case 'z':
		return boolean(r.info.Size() == 0)
	case 'r', 'R':
		return boolean(in.access(r, st, 4))
	case 'w', 'W':
		return boolean(in.access(r, st, 2))
	case 'x', 'X':
		return boolean(in.access(r, st, 1))
	case 'o', 'O':
		return boolean(st != nil && int(st.Uid) == os.Geteuid())
	case 'u':
		return boolean(mode&fs.ModeSetuid != 0)
	case 'g':
		return boolean(mode&fs.ModeSetgid != 0)
	case 'k':
		return boolean(mode&fs.ModeSticky != 0)
	case 'M':
		return age(r.info.ModTime())
	case 'A', 'C':
		if st == nil {
			return nil
		}
		t := st.Atim
		if op == 'C' {
			t = st.Ctim
		}
		return age(time.Unix(t.Sec, t.Nsec))
	case 'T', 'B':
		return in.textTest(op, r)
	}
	throw(unsupported("the file test -%c", op))
	return nil
}

// access is what the permission bits allow; root may do all but run what nobody may run.
func (in *Interp) access(r *statResult, st *syscall.Stat_t, bit uint32) bool {
	perm := uint32(r.info.Mode().Perm())
	if os.Geteuid() == 0 {
		return bit != 1 || perm&0o111 != 0 || r.info.IsDir()
	}
	switch {
	case st != nil && int(st.Uid) == os.Geteuid():
		return perm>>6&bit != 0
	case st != nil && int(st.Gid) == os.Getegid():
		return perm>>3&bit != 0
	}
	return perm&bit != 0
}

// textTest is -T and -B: by the first block of the file.
func (in *Interp) textTest(op byte, r *statResult) Value {
	if r.info.IsDir() {
		return boolean(op == 'B')
	}
	f, err := os.Open(r.path)
	if err != nil {
		in.failed(err)
		return nil
	}
	defer func() { _ = f.Close() }()
	b := make([]byte, 512)
	n, _ := f.Read(b)
	b = b[:n]
	odd := 0
	for _, c := range b {
		if c >= 0x80 || c < 32 && bytes.IndexByte([]byte("\n\r\b\t\f\x1b"), c) < 0 {
			odd++
		}
	}
	text := n == 0 || bytes.IndexByte(b, 0) < 0 && odd*3 <= n
	if n == 0 {
		return one
	}
	return boolean(text == (op == 'T'))
}

// stat compiles stat and lstat.
func (c *compiler) stat(x *syntax.Func, link bool) expr {
	arg := c.expr(x.Args[0])
	look := func(fr *frame) *statResult {
		if g, ok := arg.(*globVar); ok && g.g.name == "_" && fr.in.lastStat != nil {
			return fr.in.lastStat
		}
		return fr.in.statPath(arg.scalar(fr), link)
	}
	return &either{
		one: func(fr *frame) Value { return boolean(look(fr).ok) },
		many: func(fr *frame, out List) List {
			r := look(fr)
			if !r.ok {
				return out
			}
			return append(out, NewList(statFields(r.info)...)...)
		},
	}
}

func statFields(info fs.FileInfo) []Value {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return []Value{
		int64(st.Dev), int64(st.Ino), int64(st.Mode), int64(st.Nlink), int64(st.Uid), int64(st.Gid), int64(st.Rdev),
		st.Size, st.Atim.Sec, st.Mtim.Sec, st.Ctim.Sec, int64(st.Blksize), st.Blocks,
	}
}
