package interp

import (
	"io"
	"strings"
	"unicode/utf8"
)

// looksLikeNumber is Scalar::Util's looks_like_number.
func looksLikeNumber(v Value) bool {
	switch v := v.(type) {
	case int64, float64, uint64, Dual:
		return true
	case string:
		_, all := parseNumber(v)
		return all
	}
	return false
}

// defineUniversal defines what is there without any use: UNIVERSAL, utf8::, Internals::.
func (in *Interp) defineUniversal() {
	in.DefineSub("UNIVERSAL::isa", func(c *Call) (List, error) {
		class := c.Str(1)
		v := c.Arg(0)
		if p := blessedInto(v); p != nil {
			return NewList(boolean(p.isa(class) || refType(v) == class)), nil
		}
		if IsRef(v) {
			return NewList(boolean(refType(v) == class)), nil
		}
		p := in.packages[Str(v)]
		return NewList(boolean(p != nil && p.isa(class))), nil
	})
	in.DefineSub("UNIVERSAL::can", func(c *Call) (List, error) {
		v := c.Arg(0)
		p := blessedInto(v)
		if p == nil {
			if v == nil || IsRef(v) || Str(v) == "" {
				return NewList(nil), nil
			}
			if p = in.packages[Str(v)]; p == nil {
				return NewList(nil), nil
			}
		}
		if code := p.method(c.Str(1)); code != nil {
			return NewList(code), nil
		}
		return NewList(nil), nil
	})
	in.DefineSub("UNIVERSAL::DOES", func(c *Call) (List, error) {
		l, err := in.CallMethod(c.Arg(0), "isa", ScalarContext, c.Arg(1))
		return l, err
	})
	in.DefineSub("UNIVERSAL::VERSION", func(c *Call) (List, error) {
		class := c.Str(0)
		if p := blessedInto(c.Arg(0)); p != nil {
			class = p.name
		}
		v := in.globOf(class + "::VERSION").scalar().Get()
		if len(c.Args) > 1 && v != nil && Num(v) < Num(c.Arg(1)) {
			return nil, die("%s version %s required--this is only version %s", class, c.Str(1), Str(v))
		}
		return NewList(v), nil
	})
	in.DefineSub("Internals::SvREADONLY", func(c *Call) (List, error) { return NewList(no), nil })
	in.defineUTF8()
}

// defineUTF8 defines the functions of utf8::, which work without `use utf8`.
func (in *Interp) defineUTF8() {
	def := func(name string, f func(s *Scalar) Value) {
		in.DefineSub("utf8::"+name, func(c *Call) (List, error) {
			if len(c.Args) == 0 {
				return nil, die("Usage: utf8::%s(string)", name)
			}
			return NewList(f(c.Args[0])), nil
		})
	}
	def("encode", func(s *Scalar) Value { s.Set(widen(stringValue(s.Get()))); return nil })
	def("decode", func(s *Scalar) Value {
		b, ok := stringValue(s.Get()).(string)
		if !ok || !utf8.ValidString(b) {
			return no
		}
		s.Set(fromUTF8(b))
		return one
	})
	def("is_utf8", func(s *Scalar) Value { return boolean(isWide(s.Get())) })
	def("upgrade", func(s *Scalar) Value { return int64(stringLength(s.Get())) })
	def("downgrade", func(s *Scalar) Value { return boolean(!isWide(s.Get())) })
	in.DefineSub("bytes::length", func(c *Call) (List, error) { return NewList(byteLength(c.Arg(0))), nil })
	def("native_to_unicode", func(s *Scalar) Value { return s.Get() })
	def("unicode_to_native", func(s *Scalar) Value { return s.Get() })
	def("valid", func(s *Scalar) Value { return one })
}

// byteLength is length under `use bytes`.
func byteLength(v Value) Value {
	if v == nil {
		return nil
	}
	return int64(len(outBytes(stringValue(v))))
}

// handleMethod is a method of a file handle: IO::Handle's and IO::File's, which need no use.
func (in *Interp) handleMethod(g *Glob, name string) *Code {
	f := handleMethods[name]
	if f == nil {
		return nil
	}
	return &Code{pkg: "IO::Handle", name: name, native: func(c *Call) (List, error) {
		if g.io == nil {
			g.io = &Handle{name: g.name}
		}
		return f(in, g.io, c)
	}}
}

var handleMethods map[string]func(in *Interp, h *Handle, c *Call) (List, error)

func init() {
	yes := func(*Interp, *Handle, *Call) (List, error) { return NewList(one), nil }
	handleMethods = map[string]func(in *Interp, h *Handle, c *Call) (List, error){
		"autoflush": yes, "flush": yes, "sync": yes, "blocking": yes, "untaint": yes, "clearerr": yes,
		"print": func(in *Interp, h *Handle, c *Call) (List, error) {
			return NewList(boolean(h.write(in.printed(h, c.Args[1:], false)))), nil
		},
		"say": func(in *Interp, h *Handle, c *Call) (List, error) {
			return NewList(boolean(h.write(in.printed(h, c.Args[1:], true)))), nil
		},
		"printf": func(in *Interp, h *Handle, c *Call) (List, error) {
			return NewList(boolean(h.write(h.encode(in.sprintf(c.Arg(1), c.Args[min(2, len(c.Args)):].Values()))))), nil
		},
		"close": func(in *Interp, h *Handle, _ *Call) (List, error) { return NewList(boolean(in.close(h))), nil },
		"eof":   func(_ *Interp, h *Handle, _ *Call) (List, error) { return NewList(boolean(h.atEnd())), nil },
		"opened": func(_ *Interp, h *Handle, _ *Call) (List, error) {
			return NewList(boolean(h.open())), nil
		},
		"getline": func(in *Interp, h *Handle, _ *Call) (List, error) {
			v, _ := in.readLine(h)
			return NewList(v), nil
		},
		"getlines": func(in *Interp, h *Handle, _ *Call) (List, error) {
			var out List
			for {
				v, ok := in.readLine(h)
				if !ok {
					return out, nil
				}
				out = append(out, &Scalar{v: v})
			}
		},
		"ungetc": func(_ *Interp, h *Handle, c *Call) (List, error) {
			if h.r == nil {
				return NewList(nil), nil
			}
			h.r = newSource(io.MultiReader(strings.NewReader(Str(character(Int(c.Arg(1))))), h.r))
			return NewList(one), nil
		},
		"binmode": func(in *Interp, h *Handle, c *Call) (List, error) {
			in.layers(h, c.Str(1))
			return NewList(one), nil
		},
		"fileno": func(_ *Interp, h *Handle, _ *Call) (List, error) {
			if h.file == nil {
				return NewList(nil), nil
			}
			return NewList(int64(h.file.Fd())), nil
		},
		"seek": func(in *Interp, h *Handle, c *Call) (List, error) {
			return NewList(boolean(in.seek(h, Int(c.Arg(1)), toIndex(c.Arg(2))))), nil
		},
		"tell": func(in *Interp, h *Handle, _ *Call) (List, error) { return NewList(in.tell(h)), nil },
		"input_line_number": func(_ *Interp, h *Handle, _ *Call) (List, error) {
			return NewList(int64(h.lines)), nil
		},
		"open": func(in *Interp, h *Handle, c *Call) (List, error) {
			mode := c.Str(2)
			if len(c.Args) > 2 {
				if m, ok := map[string]string{"r": "<", "w": ">", "a": ">>", "r+": "+<", "w+": "+>"}[mode]; ok {
					mode = m
				}
				return NewList(boolean(in.openFile(h, strings.TrimSpace(mode), c.Str(1)))), nil
			}
			return NewList(boolean(in.openTwo(h, c.Str(1)))), nil
		},
	}
}
