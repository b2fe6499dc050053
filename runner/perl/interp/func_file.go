package interp

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// fileFunctions are those that work on handles and files.
var fileFunctions = map[string]func(c *compiler, x *syntax.Func) expr{
	"open":    (*compiler).open,
	"select":  (*compiler).selectFunc,
	"sysopen": (*compiler).sysopen,
	"opendir": (*compiler).opendir,
	"readdir": (*compiler).readdir,
	"read":    func(c *compiler, x *syntax.Func) expr { return c.read(x) },
	"sysread": func(c *compiler, x *syntax.Func) expr { return c.read(x) },
	"stat":    func(c *compiler, x *syntax.Func) expr { return c.stat(x, false) },
	"lstat":   func(c *compiler, x *syntax.Func) expr { return c.stat(x, true) },
	"close":   handleFunction(func(in *Interp, h *Handle, _ []Value) Value { return boolean(in.close(h)) }),
	"closedir": handleFunction(func(in *Interp, h *Handle, _ []Value) Value {
		return boolean(in.close(h))
	}),
	"rewinddir": handleFunction(func(_ *Interp, h *Handle, _ []Value) Value {
		if h != nil {
			h.dirPos = 0
		}
		return boolean(h != nil && h.isDir)
	}),
	"eof": func(c *compiler, x *syntax.Func) expr {
		if len(x.Args) == 0 {
			return value(func(fr *frame) Value { h := fr.in.lastRead; return boolean(h == nil || h.atEnd()) })
		}
		return handleFunction(func(_ *Interp, h *Handle, _ []Value) Value {
			return boolean(h == nil || h.atEnd())
		})(c, x)
	},
	"binmode": handleFunction(func(in *Interp, h *Handle, args []Value) Value {
		if h == nil || !h.open() {
			in.setErrno(errBadHandle)
			return nil
		}
		if len(args) > 0 {
			in.layers(h, Str(args[0]))
		} else {
			h.utf8 = false
		}
		return one
	}),
	"fileno": handleFunction(func(in *Interp, h *Handle, _ []Value) Value {
		switch {
		case h == nil || !h.open():
			return nil
		case h == in.packages["main"].symbol("STDIN").io:
			return int64(0)
		case h == in.stdoutG.io:
			return int64(1)
		case h == in.stderrG.io:
			return int64(2)
		case h.file != nil:
			return int64(h.file.Fd())
		}
		return int64(-1)
	}),
	"seek": handleFunction(func(in *Interp, h *Handle, args []Value) Value {
		return boolean(in.seek(h, Int(argOf(args, 0)), toIndex(argOf(args, 1))))
	}),
	"tell":  handleFunction(func(in *Interp, h *Handle, _ []Value) Value { return in.tell(h) }),
	"flock": handleFunction(func(_ *Interp, h *Handle, _ []Value) Value { return boolean(h != nil && h.open()) }),
	"getc": handleFunction(func(_ *Interp, h *Handle, _ []Value) Value {
		if h == nil || h.r == nil {
			return nil
		}
		b, err := h.r.ReadByte()
		if err != nil {
			return nil
		}
		return string([]byte{b})
	}),
	"syswrite": handleFunction(func(in *Interp, h *Handle, args []Value) Value {
		s := Str(argOf(args, 0))
		from, n := max(toIndex(argOf(args, 2)), 0), len(s)
		if len(args) > 1 && args[1] != nil {
			n = toIndex(args[1])
		}
		from = min(from, len(s))
		s = s[from:min(from+max(n, 0), len(s))]
		if h == nil || !h.write(s) {
			in.setErrno(errBadHandle)
			return nil
		}
		return int64(len(s))
	}),
	"truncate": func(c *compiler, x *syntax.Func) expr {
		target, size := c.expr(x.Args[0]), c.expr(x.Args[1])
		return value(func(fr *frame) Value {
			v := target.scalar(fr)
			if h := fr.in.handleOf(v, false); IsRef(v) && h != nil && h.file != nil {
				return boolean(fr.in.failed(h.file.Truncate(Int(size.scalar(fr)))))
			}
			fr.in.act()
			return boolean(fr.in.failed(os.Truncate(fr.in.abs(Str(v)), Int(size.scalar(fr)))))
		})
	},
}

// handleFunction is for functions whose first argument is a handle and whose others are scalars.
func handleFunction(f func(in *Interp, h *Handle, args []Value) Value) func(c *compiler, x *syntax.Func) expr {
	return func(c *compiler, x *syntax.Func) expr {
		fh := func(fr *frame) *Handle { return fr.in.lastRead }
		var rest []expr
		if len(x.Args) > 0 {
			fh = c.handleNode(x.Args[0])
			rest = c.exprs(x.Args[1:])
		}
		return value(func(fr *frame) Value {
			h := fh(fr)
			if h != nil && (x.Name == "tell" || x.Name == "seek" || x.Name == "eof") {
				fr.in.lastRead = h
			}
			args := make([]Value, len(rest))
			for i, a := range rest {
				args[i] = a.scalar(fr)
			}
			return f(fr.in, h, args)
		})
	}
}

func (c *compiler) sysopen(x *syntax.Func) expr {
	fh, rest := c.handleArg(x.Args[0]), c.exprs(x.Args[1:])
	return value(func(fr *frame) Value {
		perm := fs.FileMode(0o666)
		if len(rest) > 2 {
			perm = fs.FileMode(Int(rest[2].scalar(fr)))
		}
		path, flags := Str(rest[0].scalar(fr)), toIndex(rest[1].scalar(fr))
		return boolean(fr.in.openFlags(fh(fr), path, flags, perm))
	})
}

func (c *compiler) opendir(x *syntax.Func) expr {
	fh, dir := c.handleArg(x.Args[0]), c.expr(x.Args[1])
	return value(func(fr *frame) Value {
		in := fr.in
		entries, err := os.ReadDir(in.abs(Str(dir.scalar(fr))))
		if err != nil {
			return boolean(in.failed(err))
		}
		h := fh(fr)
		*h = Handle{name: h.name, isDir: true, dir: []string{".", ".."}}
		for _, e := range entries {
			h.dir = append(h.dir, e.Name())
		}
		return one
	})
}

func (c *compiler) readdir(x *syntax.Func) expr {
	fh := c.handleNode(x.Args[0])
	return &either{
		one: func(fr *frame) Value {
			h := fh(fr)
			if h == nil || h.dirPos >= len(h.dir) {
				return nil
			}
			h.dirPos++
			return h.dir[h.dirPos-1]
		},
		many: func(fr *frame, out List) List {
			h := fh(fr)
			if h == nil || h.dirPos >= len(h.dir) {
				return out
			}
			names := h.dir[h.dirPos:]
			h.dirPos = len(h.dir)
			return append(out, Strings(names...)...)
		},
	}
}

// read compiles read and sysread.
func (c *compiler) read(x *syntax.Func) expr {
	fh, buf, rest := c.handleNode(x.Args[0]), c.place(x.Args[1]), c.exprs(x.Args[2:])
	return value(func(fr *frame) Value {
		h := fh(fr)
		s := buf.lv(fr)
		n := toIndex(rest[0].scalar(fr))
		if n < 0 {
			throw(die("Negative length"))
		}
		checkLength(n)
		offset := 0
		if len(rest) > 1 {
			offset = toIndex(rest[1].scalar(fr))
		}
		if h == nil || h.r == nil {
			fr.in.setErrno(errBadHandle)
			return nil
		}
		old := Str(s.Get())
		if offset < 0 {
			if offset += len(old); offset < 0 {
				throw(die("Offset outside string"))
			}
		}
		b := make([]byte, n)
		k, _ := io.ReadFull(h.r, b)
		checkLength(offset)
		if len(old) < offset {
			old += strings.Repeat("\x00", offset-len(old))
		}
		s.Set(old[:offset] + string(b[:k]))
		return int64(k)
	})
}

func (in *Interp) unlink(args List) Value {
	in.act()
	n := int64(0)
	for _, a := range args {
		if in.failed(syscall.Unlink(in.abs(outBytes(a.Get())))) {
			n++
		}
	}
	return n
}

func (in *Interp) chmod(args List) Value {
	in.act()
	n := int64(0)
	for i, a := range args {
		if i > 0 && in.failed(syscall.Chmod(in.abs(Str(a.Get())), uint32(Int(args[0].Get())))) {
			n++
		}
	}
	return n
}

func (in *Interp) utime(args List) Value {
	in.act()
	n := int64(0)
	when := func(i int) time.Time {
		if i >= len(args) || args[i].Get() == nil {
			return time.Now()
		}
		return time.Unix(0, int64(Num(args[i].Get())*1e9))
	}
	for i, a := range args {
		if i > 1 && in.failed(os.Chtimes(in.abs(Str(a.Get())), when(0), when(1))) {
			n++
		}
	}
	return n
}

// Functions on paths, all of whose arguments are scalars.
func init() {
	for name, f := range map[string]func(in *Interp, a []Value) Value{
		"mkdir": func(in *Interp, a []Value) Value {
			in.act()
			mode := uint32(0o777)
			if len(a) > 1 {
				mode = uint32(Int(a[1]))
			}
			return boolean(in.failed(syscall.Mkdir(strings.TrimRight(in.abs(Str(argOf(a, 0))), "/"), mode)))
		},
		"rmdir": func(in *Interp, a []Value) Value {
			in.act()
			return boolean(in.failed(syscall.Rmdir(in.abs(Str(argOf(a, 0))))))
		},
		"rename": func(in *Interp, a []Value) Value {
			in.act()
			return boolean(in.failed(os.Rename(in.abs(Str(argOf(a, 0))), in.abs(Str(argOf(a, 1))))))
		},
		"link": func(in *Interp, a []Value) Value {
			in.act()
			return boolean(in.failed(os.Link(in.abs(Str(argOf(a, 0))), in.abs(Str(argOf(a, 1))))))
		},
		"symlink": func(in *Interp, a []Value) Value {
			in.act()
			return boolean(in.failed(os.Symlink(Str(argOf(a, 0)), in.abs(Str(argOf(a, 1))))))
		},
		"readlink": func(in *Interp, a []Value) Value {
			s, err := os.Readlink(in.abs(Str(argOf(a, 0))))
			if !in.failed(err) {
				return nil
			}
			return s
		},
		"chdir": func(in *Interp, a []Value) Value {
			dir := in.opts.Env["HOME"]
			if len(a) > 0 {
				dir = Str(a[0])
			}
			path := filepath.Clean(in.abs(dir))
			st, err := os.Stat(path)
			if err == nil && !st.IsDir() {
				err = syscall.ENOTDIR
			}
			if dir == "" {
				err = syscall.ENOENT
			}
			if !in.failed(err) {
				return no
			}
			in.dir = path
			return one
		},
		"umask": func(_ *Interp, a []Value) Value {
			if len(a) > 0 {
				throw(unsupported("umask with an argument"))
			}
			return int64(0o022)
		},
		"getppid": func(_ *Interp, _ []Value) Value { return int64(os.Getppid()) },
		"wait":    func(_ *Interp, _ []Value) Value { return int64(-1) },
		"waitpid": func(in *Interp, _ []Value) Value { in.setErrno(syscall.ECHILD); return int64(-1) },
	} {
		scalarFunctions[name] = f
	}
}

func (c *compiler) globNode(x *syntax.Glob) expr {
	e := c.expr(x.X)
	var left []string
	running := false
	return &either{
		one: func(fr *frame) Value {
			if !running {
				left, running = fr.in.globFiles(Str(e.scalar(fr))), true
			}
			if len(left) == 0 {
				running = false
				return nil
			}
			s := left[0]
			left = left[1:]
			return s
		},
		many: func(fr *frame, out List) List {
			return append(out, Strings(fr.in.globFiles(Str(e.scalar(fr)))...)...)
		},
	}
}

// globFiles is what the shell makes of the words of a pattern.
func (in *Interp) globFiles(patterns string) []string {
	var out []string
	for _, word := range globWords(patterns) {
		for _, p := range expandBraces(word) {
			if p == "~" || strings.HasPrefix(p, "~/") {
				p = in.opts.Env["HOME"] + p[1:]
			}
			if !strings.ContainsAny(p, "*?[") {
				out = append(out, p)
				continue
			}
			found, _ := filepath.Glob(in.abs(p))
			var names []string
			for _, f := range found {
				if !filepath.IsAbs(p) {
					f = strings.TrimPrefix(f, in.dir+"/")
					if strings.HasPrefix(p, "./") {
						f = "./" + f
					}
				}
				if !hiddenMatch(p, f) {
					names = append(names, f)
				}
			}
			sort.Strings(names)
			out = append(out, names...)
		}
	}
	return out
}

func globWords(s string) []string {
	var words []string
	for s = strings.TrimLeft(s, " \t\n"); s != ""; s = strings.TrimLeft(s, " \t\n") {
		if s[0] == '"' || s[0] == '\'' {
			if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
				words = append(words, s[1:1+end])
				s = s[end+2:]
				continue
			}
		}
		end := strings.IndexAny(s, " \t\n")
		if end < 0 {
			end = len(s)
		}
		words = append(words, s[:end])
		s = s[end:]
	}
	return words
}

// hiddenMatch reports whether a wildcard matched the dot of a hidden file, which the shell does not let it.
func hiddenMatch(pattern, path string) bool {
	p, f := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i := 1; i <= min(len(p), len(f)); i++ {
		if strings.HasPrefix(f[len(f)-i], ".") && !strings.HasPrefix(p[len(p)-i], ".") {
			return true
		}
	}
	return false
}

func expandBraces(s string) []string {
	open := strings.IndexByte(s, '{')
	if open < 0 || strings.HasPrefix(s[open:], "{}") {
		return []string{s}
	}
	depth, start := 0, open+1
	var parts []string
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case ',':
			if depth == 1 {
				parts = append(parts, s[start:i])
				start = i + 1
			}
		case '}':
			if depth--; depth == 0 {
				parts = append(parts, s[start:i])
				var out []string
				for _, p := range parts {
					out = append(out, expandBraces(s[:open]+p+s[i+1:])...)
				}
				return out
			}
		}
	}
	return []string{s}
}
