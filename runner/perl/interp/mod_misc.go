package interp

import (
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func init() {
	nothing := func(*Interp) {}
	for _, name := range []string{"SelectSaver", "UNIVERSAL", "Encode::Encoding", "overload", "attributes"} {
		coreModules[name] = nothing
	}
	coreModules["IO::Handle"] = func(in *Interp) {
		in.exporting("IO::Handle", nil, []string{"autoflush"})
		in.DefineSub("IO::Handle::new", func(*Call) (List, error) { return NewList(in.newHandle("GEN0")), nil })
	}
	coreModules["IO::File"] = func(in *Interp) {
		in.ArrayVar("IO::File::ISA").Push("IO::Handle")
		in.exporting("IO::File", in.defineConstants("IO::File", fcntlConstants, seekConstants), nil)
		in.DefineSub("IO::File::new", func(c *Call) (List, error) {
			g := in.newHandle("GEN0")
			bless(g, in.pkgOf("IO::File"))
			if len(c.Args) > 1 {
				l, err := handleMethods["open"](in, g.io, c)
				if err != nil || !Truth(l.Last()) {
					return NewList(nil), err
				}
			}
			return NewList(g), nil
		})
	}
	coreModules["Symbol"] = func(in *Interp) {
		in.exporting("Symbol", []string{"gensym", "qualify", "qualify_to_ref"}, nil)
		in.DefineSub("Symbol::gensym", func(*Call) (List, error) { return NewList(in.newHandle("GEN0")), nil })
		in.DefineSub("Symbol::qualify", func(c *Call) (List, error) {
			pkg := c.Package
			if len(c.Args) > 1 {
				pkg = c.Str(1)
			}
			return NewList(qualify(c.Str(0), pkg)), nil
		})
		in.DefineSub("Symbol::qualify_to_ref", func(c *Call) (List, error) {
			pkg := c.Package
			if len(c.Args) > 1 {
				pkg = c.Str(1)
			}
			return NewList(in.globOf(qualify(c.Str(0), pkg))), nil
		})
	}
	coreModules["FindBin"] = func(in *Interp) {
		in.exporting("FindBin", nil, []string{"$Bin", "$Script", "$RealBin", "$RealScript", "$Dir", "$RealDir"})
		script := in.abs(in.opts.Script)
		realScript := script
		if p, err := filepath.EvalSymlinks(script); err == nil {
			realScript = p
		}
		for name, v := range map[string]string{"Bin": filepath.Dir(filepath.Clean(script)), "Script": filepath.Base(script),
			"RealBin": filepath.Dir(realScript), "RealScript": filepath.Base(realScript)} {
			in.ScalarVar("FindBin::" + name).Set(v)
		}
	}
	coreModules["Config"] = func(in *Interp) {
		in.exporting("Config", []string{"%Config"}, nil)
		h := in.HashVar("Config::Config")
		for k, v := range map[string]Value{"osname": "linux", "path_sep": ":", "perlpath": "/usr/bin/perl", "version": "5.36.0",
			"ivsize": "8", "ptrsize": "8", "uvsize": "8", "nvsize": "8", "intsize": "4", "longsize": "8", "byteorder": "12345678",
			"useithreads": "define", "d_fork": "define", "exe_ext": "", "so": "so", "sig_name": strings.Join(signalNames, " ")} {
			h.Put(k, v)
		}
	}
	coreModules["Encode"] = func(in *Interp) { in.defineEncode() }
	coreModules["URI::Escape"] = func(in *Interp) {
		in.exporting("URI::Escape", []string{"uri_escape", "uri_unescape", "uri_escape_utf8"}, nil)
		in.DefineSub("URI::Escape::uri_escape", func(c *Call) (List, error) {
			text := stringValue(c.Arg(0))
			if w, ok := text.(Wide); ok {
				for _, r := range string(w) {
					if r > 0xff {
						return nil, die("Can't escape \\x{%04X}, try uri_escape_utf8() instead", r)
					}
				}
			}
			return in.uriEscape(c, Str(text))
		})
		in.DefineSub("URI::Escape::uri_escape_utf8", func(c *Call) (List, error) {
			return in.uriEscape(c, widen(stringValue(c.Arg(0))))
		})
		in.DefineSub("URI::Escape::uri_unescape", func(c *Call) (List, error) {
			var out List
			for _, s := range c.Args {
				out = append(out, &Scalar{v: uriUnescape(Str(s.Get()))})
			}
			return out, nil
		})
	}
}

// uriEscape escapes all but the unreserved characters, or what the set in the second argument names.
func (in *Interp) uriEscape(c *Call, s string) (List, error) {
	if c.Arg(0) == nil {
		return NewList(nil), nil
	}
	set := `^A-Za-z0-9\-\._~`
	if len(c.Args) > 1 && c.Arg(1) != nil {
		if _, ok := c.Arg(1).(*Regexp); ok {
			return nil, unsupported("uri_escape with a qr//")
		}
		set = uriSet(c.Str(1))
	}
	p := in.compilePattern("["+set+"]", "")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if in.find(p, s[i:i+1], 0, false) != nil {
			const hex = "0123456789ABCDEF"
			b.WriteString("%" + string(hex[s[i]>>4]) + string(hex[s[i]&15]))
		} else {
			b.WriteByte(s[i])
		}
	}
	return NewList(b.String()), nil
}

// uriSet is a set of uri_escape with the brackets in it escaped, but for those of POSIX classes.
func uriSet(set string) string {
	var b strings.Builder
	for i := 0; i < len(set); i++ {
		switch c := set[i]; {
		case strings.HasPrefix(set[i:], "[:") && strings.Contains(set[i:], ":]"):
			end := i + strings.Index(set[i:], ":]") + 2
			b.WriteString(set[i:end])
			i = end - 1
		case c == '\\' && i+1 < len(set):
			b.WriteString(set[i : i+2])
			i++
		case c == '[' || c == ']' || c == '\\':
			b.WriteString(`\` + string(c))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func uriUnescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if u, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(u)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// encodingName is the encoding that v names, of those that are known here.
func encodingName(v Value) string {
	switch n := strings.ToLower(strings.ReplaceAll(Str(v), "_", "-")); n {
	case "utf8", "utf-8", "utf-8-strict":
		return "utf8"
	case "latin1", "latin-1", "iso-8859-1":
		return "latin1"
	case "ascii", "us-ascii":
		return "ascii"
	case "utf-16be", "utf-16le", "utf16-be", "utf16-le", "utf16be", "utf16le":
		return "utf16" + n[len(n)-2:]
	default:
		throw(unsupported("the encoding %s", Str(v)))
	}
	return ""
}

func (in *Interp) defineEncode() {
	in.exporting("Encode", strings.Fields("encode decode encode_utf8 decode_utf8 find_encoding encodings"),
		strings.Fields("is_utf8 from_to _utf8_on _utf8_off FB_CROAK FB_QUIET FB_WARN FB_DEFAULT LEAVE_SRC"))
	in.defineConstants("Encode", constants{"FB_CROAK": 1, "FB_QUIET": 4, "FB_WARN": 6, "FB_DEFAULT": 0, "LEAVE_SRC": 8})
	def := func(name string, f func(c *Call) Value) {
		in.DefineSub("Encode::"+name, func(c *Call) (List, error) { return NewList(f(c)), nil })
	}
	def("encode", func(c *Call) Value { return encodeText(encodingName(c.Arg(0)), c.Arg(1)) })
	def("decode", func(c *Call) Value { return decodeText(encodingName(c.Arg(0)), c.Arg(1)) })
	def("encode_utf8", func(c *Call) Value { return encodeText("utf8", c.Arg(0)) })
	def("decode_utf8", func(c *Call) Value { return decodeText("utf8", c.Arg(0)) })
	def("is_utf8", func(c *Call) Value { return boolean(isWide(c.Arg(0))) })
	def("from_to", func(c *Call) Value {
		v := decodeText(encodingName(c.Arg(1)), c.Arg(0))
		v = encodeText(encodingName(c.Arg(2)), v)
		c.Args[0].Set(v)
		return int64(stringLength(v))
	})
}

func encodeText(name string, v Value) Value {
	if v == nil {
		return nil
	}
	text := widen(stringValue(v))
	if name == "utf8" {
		return text
	}
	var out []byte
	for _, r := range text {
		switch {
		case name == "latin1" && r <= 0xff, name == "ascii" && r < 0x80:
			out = append(out, byte(r))
		case strings.HasPrefix(name, "utf16"):
			for _, u := range utf16.Encode([]rune{r}) {
				if name == "utf16be" {
					out = append(out, byte(u>>8), byte(u))
				} else {
					out = append(out, byte(u), byte(u>>8))
				}
			}
		default:
			out = append(out, '?')
		}
	}
	return string(out)
}

func decodeText(name string, v Value) Value {
	if v == nil {
		return nil
	}
	s := Str(v)
	switch name {
	case "utf8":
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\ufffd")
		}
		return fromUTF8(s)
	case "utf16be", "utf16le":
		var units []uint16
		for i := 0; i+1 < len(s); i += 2 {
			hi, lo := s[i], s[i+1]
			if name == "utf16le" {
				hi, lo = lo, hi
			}
			units = append(units, uint16(hi)<<8|uint16(lo))
		}
		return fromUTF8(string(utf16.Decode(units)))
	case "ascii":
		for i := 0; i < len(s); i++ {
			if s[i] >= 0x80 {
				throw(unsupported("decode of bytes above 127 as ASCII"))
			}
		}
	}
	return s
}
