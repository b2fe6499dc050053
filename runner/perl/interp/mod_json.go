package interp

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// jsonOptions are the settings of a JSON::PP object.
type jsonOptions struct {
	utf8, canonical, ascii, latin1, allowNonref, allowBlessed, convertBlessed, relaxed bool
	indent, before, after                                                              bool
	xs                                                                                 bool // as JSON::XS, which JSON uses where it is, does the little that differs
}

func init() {
	for _, class := range []string{"JSON::PP", "JSON"} {
		coreModules[class] = func(in *Interp) { in.defineJSON(class) }
	}
}

func (in *Interp) defineJSON(class string) {
	xs := class == "JSON"
	in.exporting(class, []string{"encode_json", "decode_json", "to_json", "from_json"}, nil)
	for name, b := range map[string]Value{"true": one, "false": int64(0)} {
		v := in.Bless(&Scalar{v: b}, "JSON::PP::Boolean")
		in.constant(class+"::"+name, v)
	}
	in.constant(class+"::null", nil)
	in.booleans()
	in.DefineSubProto(class+"::encode_json", "$", func(c *Call) (List, error) {
		return NewList(in.jsonEncode(c.Arg(0), &jsonOptions{utf8: true, allowNonref: true, xs: xs})), nil
	})
	in.DefineSubProto(class+"::decode_json", "$", func(c *Call) (List, error) {
		return NewList(in.jsonDecode(c.Arg(0), &jsonOptions{utf8: true, allowNonref: true, xs: xs})), nil
	})
	withOptions := func(c *Call) *jsonOptions {
		o := &jsonOptions{allowNonref: true, xs: xs}
		if h, ok := c.Arg(1).(*Hash); ok {
			for _, k := range h.Keys() {
				o.set(k, Truth(h.Get(k)))
			}
		}
		return o
	}
	in.DefineSub(class+"::to_json", func(c *Call) (List, error) {
		return NewList(in.jsonEncode(c.Arg(0), withOptions(c))), nil
	})
	in.DefineSub(class+"::from_json", func(c *Call) (List, error) {
		return NewList(in.jsonDecode(c.Arg(0), withOptions(c))), nil
	})
	in.DefineSub(class+"::new", func(c *Call) (List, error) {
		return NewList(in.Bless(&Hash{Native: &jsonOptions{allowNonref: true, xs: xs}}, class)), nil
	})
	for _, name := range jsonSettings {
		in.DefineSub(class+"::"+name, func(c *Call) (List, error) {
			if o := jsonObject(c); o != nil {
				o.set(name, len(c.Args) < 2 || Truth(c.Arg(1)))
			}
			return c.Args[:1], nil
		})
	}
	in.DefineSub(class+"::encode", func(c *Call) (List, error) { return NewList(in.jsonEncode(c.Arg(1), jsonObject(c))), nil })
	in.DefineSub(class+"::decode", func(c *Call) (List, error) { return NewList(in.jsonDecode(c.Arg(1), jsonObject(c))), nil })
}

// booleans makes JSON's true and false behave as 1 and 0.
func (in *Interp) booleans() {
	in.overloading = true
	p := in.pkgOf("JSON::PP::Boolean")
	inner := in.NewCode("JSON::PP::Boolean", func(c *Call) (List, error) {
		if s, ok := c.Arg(0).(*Scalar); ok {
			return NewList(s.Get()), nil
		}
		return NewList(nil), nil
	})
	p.overload = map[string]Value{`""`: inner, "0+": inner, "bool": inner}
}

var jsonSettings = strings.Fields(`utf8 pretty canonical ascii latin1 allow_nonref allow_blessed convert_blessed relaxed indent
	space_before space_after allow_unknown allow_bignum allow_tags shrink loose unblessed_bool`)

func jsonObject(c *Call) *jsonOptions {
	if h, ok := c.Arg(0).(*Hash); ok {
		if o, ok := h.Native.(*jsonOptions); ok {
			return o
		}
	}
	return &jsonOptions{allowNonref: true}
}

func (o *jsonOptions) set(name string, on bool) {
	switch name {
	case "utf8":
		o.utf8 = on
	case "pretty":
		o.indent, o.before, o.after = on, on, on
	case "indent":
		o.indent = on
	case "space_before":
		o.before = on
	case "space_after":
		o.after = on
	case "canonical":
		o.canonical = on
	case "ascii":
		o.ascii = on
	case "latin1":
		o.latin1 = on
	case "allow_blessed":
		o.allowBlessed = on
	case "convert_blessed":
		o.convertBlessed = on
	case "relaxed":
		o.relaxed = on
	case "allow_nonref":
		o.allowNonref = on
	default: // off is how it is
		if on {
			throw(unsupported("JSON's %s", name))
		}
	}
}

// jsonWriter encodes a value; it writes UTF-8 of the characters.
type jsonWriter struct {
	strings.Builder
	in    *Interp
	o     *jsonOptions
	depth int
}

func (in *Interp) jsonEncode(v Value, o *jsonOptions) Value {
	w := &jsonWriter{in: in, o: o}
	w.value(v)
	if o.indent {
		w.WriteByte('\n')
	}
	if o.utf8 {
		return w.String()
	}
	return fromUTF8(w.String())
}

func (w *jsonWriter) value(v Value) {
	if w.depth++; w.depth > 512 {
		throw(die("json text or perl structure exceeds maximum nesting level (max_depth set too low?)"))
	}
	defer func() { w.depth-- }()
	if p := blessedInto(v); p != nil {
		w.object(v, p)
		return
	}
	switch r := v.(type) {
	case nil:
		w.WriteString("null")
	case *Hash:
		w.hash(r)
	case *Array:
		w.array(r)
	case *Scalar:
		switch s := Str(r.Get()); s {
		case "1":
			w.WriteString("true")
		case "0":
			w.WriteString("false")
		default:
			throw(die("cannot encode reference to scalar '%s' unless the scalar is 0 or 1", refText(v)))
		}
	case int64, uint64, float64:
		w.WriteString(Str(v))
	case *Code, *Glob, *Regexp:
		throw(die("encountered %s, but JSON can only represent references to arrays or hashes", refText(v)))
	default:
		w.text(widen(stringValue(v)))
	}
}

func (w *jsonWriter) object(v Value, p *Package) {
	switch {
	case p.name == "JSON::PP::Boolean":
		if Truth(v) {
			w.WriteString("true")
		} else {
			w.WriteString("false")
		}
	case w.o.convertBlessed && p.method("TO_JSON") != nil:
		w.value(w.in.callScalar(p.method("TO_JSON"), NewList(v)))
	case w.o.allowBlessed:
		w.WriteString("null")
	default:
		throw(die("encountered object '%s', but neither allow_blessed, convert_blessed nor allow_tags settings are enabled (or TO_JSON/FREEZE method missing)", refText(v)))
	}
}

func (w *jsonWriter) newline(depth int) {
	if w.o.indent {
		w.WriteString("\n" + strings.Repeat("   ", depth))
	}
}

func (w *jsonWriter) hash(h *Hash) {
	keys := h.Keys()
	if w.o.canonical {
		slices.Sort(keys)
	}
	if len(keys) == 0 {
		w.WriteString("{}")
		return
	}
	w.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			w.WriteByte(',')
		}
		w.newline(w.depth)
		w.text(widen(keyValue(k)))
		if w.o.before {
			w.WriteByte(' ')
		}
		w.WriteByte(':')
		if w.o.after {
			w.WriteByte(' ')
		}
		w.value(h.Get(k))
	}
	w.newline(w.depth - 1)
	w.WriteByte('}')
}

func (w *jsonWriter) array(a *Array) {
	if a.Len() == 0 {
		w.WriteString("[]")
		return
	}
	w.WriteByte('[')
	for i, v := range a.Values() {
		if i > 0 {
			w.WriteByte(',')
		}
		w.newline(w.depth)
		w.value(v)
	}
	w.newline(w.depth - 1)
	w.WriteByte(']')
}

func (w *jsonWriter) text(s string) {
	w.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.WriteByte('\\')
			w.WriteRune(r)
		case r == '\n':
			w.WriteString(`\n`)
		case r == '\r':
			w.WriteString(`\r`)
		case r == '\t':
			w.WriteString(`\t`)
		case r == '\f':
			w.WriteString(`\f`)
		case r == '\b':
			w.WriteString(`\b`)
		case r < 0x20:
			fmt.Fprintf(w, `\u%04x`, r)
		case r >= 0x80 && w.o.ascii || r > 0xff && w.o.latin1:
			if r > 0xffff {
				a, b := utf16.EncodeRune(r)
				fmt.Fprintf(w, `\u%04x\u%04x`, a, b)
			} else {
				fmt.Fprintf(w, `\u%04x`, r)
			}
		default:
			w.WriteRune(r)
		}
	}
	w.WriteByte('"')
}
