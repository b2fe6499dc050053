package interp

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader decodes; src is UTF-8 of the characters.
type jsonReader struct {
	src   string
	pos   int
	o     *jsonOptions
	in    *Interp
	depth int
}

func (in *Interp) jsonDecode(v Value, o *jsonOptions) Value {
	src := ""
	if o.utf8 {
		src = Str(v)
		if !utf8.ValidString(src) {
			throw(die("malformed UTF-8 character in JSON string, at character offset 0 (before \"%.20s\")", src))
		}
	} else {
		src = widen(stringValue(v))
	}
	if src == "" {
		throw(die("malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0 (before \"(end of string)\")"))
	}
	r := &jsonReader{src: src, o: o, in: in}
	out := r.value()
	r.space()
	if r.pos < len(r.src) {
		r.fail("garbage after JSON object")
	}
	return out
}

func (r *jsonReader) fail(what string) {
	rest := r.src[min(r.pos, len(r.src)):]
	if rest == "" {
		rest = "(end of string)"
	} else if len(rest) > 20 {
		rest = rest[:20] + "..."
	}
	throw(die("%s, at character offset %d (before \"%s\")", what, utf8.RuneCountInString(r.src[:min(r.pos, len(r.src))]), rest))
}

func (r *jsonReader) space() {
	for r.pos < len(r.src) {
		switch r.src[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
			continue
		case '#':
			if r.o.relaxed {
				for r.pos < len(r.src) && r.src[r.pos] != '\n' {
					r.pos++
				}
				continue
			}
		}
		return
	}
}

func (r *jsonReader) peek() byte {
	r.space()
	if r.pos < len(r.src) {
		return r.src[r.pos]
	}
	return 0
}

func (r *jsonReader) value() Value {
	if r.depth++; r.depth > 512 {
		r.fail("json text or perl structure exceeds maximum nesting level (max_depth set too low?)")
	}
	defer func() { r.depth-- }()
	switch c := r.peek(); {
	case c == '{':
		return r.object()
	case c == '[':
		return r.array()
	case c == '"':
		return fromUTF8(r.text())
	case c == '-' || isDigit(c):
		return r.number()
	}
	if word := map[byte]string{'t': "true", 'f': "false", 'n': "null"}[r.peek()]; r.o.xs && word != "" && !strings.HasPrefix(r.src[r.pos:], word) {
		r.fail("'" + word + "' expected")
	}
	for word, v := range map[string]Value{"true": one, "false": int64(0), "null": nil} {
		if strings.HasPrefix(r.src[r.pos:], word) {
			r.pos += len(word)
			if word == "null" {
				return nil
			}
			r.in.booleans()
			return r.in.Bless(&Scalar{v: v}, "JSON::PP::Boolean")
		}
	}
	r.fail("malformed JSON string, neither tag, array, object, number, string or atom")
	return nil
}

func (r *jsonReader) object() Value {
	h := &Hash{}
	r.pos++
	for first := true; ; first = false {
		c := r.peek()
		if c == '}' && (first || r.o.relaxed) {
			r.pos++
			return h
		}
		if c != '"' {
			r.fail("unexpected end of string while parsing JSON string")
		}
		key := keyString(fromUTF8(r.text()))
		if r.peek() != ':' {
			r.fail("':' expected")
		}
		r.pos++
		h.Put(key, r.value())
		switch r.peek() {
		case ',':
			r.pos++
		case '}':
			r.pos++
			return h
		default:
			r.fail(", or } expected while parsing object/hash")
		}
	}
}

func (r *jsonReader) array() Value {
	a := &Array{}
	r.pos++
	for first := true; ; first = false {
		if r.peek() == ']' && (first || r.o.relaxed) {
			r.pos++
			return a
		}
		a.Push(r.value())
		switch r.peek() {
		case ',':
			r.pos++
		case ']':
			r.pos++
			return a
		default:
			r.fail(", or ] expected while parsing array")
		}
	}
}

// number reads a number as JSON allows them. One that no integer holds is kept as it is written.
func (r *jsonReader) number() Value {
	start := r.pos
	digits := func() bool {
		from := r.pos
		for r.pos < len(r.src) && isDigit(r.src[r.pos]) {
			r.pos++
		}
		return r.pos > from
	}
	accept := func(set string) bool {
		if r.pos < len(r.src) && strings.IndexByte(set, r.src[r.pos]) >= 0 {
			r.pos++
			return true
		}
		return false
	}
	accept("-")
	switch {
	case accept("0"):
		if r.pos < len(r.src) && isDigit(r.src[r.pos]) {
			r.fail("malformed number (leading zero must not be followed by another digit)")
		}
	case !digits():
		r.fail("malformed number (no digits after initial minus)")
	}
	float := accept(".")
	if float && !digits() {
		r.fail("malformed number (no digits after decimal point)")
	}
	if accept("eE") {
		float = true
		accept("+-")
		if !digits() {
			r.fail("malformed number (no digits after exp sign)")
		}
	}
	text := r.src[start:r.pos]
	if !float {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		if n, err := strconv.ParseUint(text, 10, 64); err == nil && r.o.xs {
			return n
		}
		return text
	}
	f, _ := strconv.ParseFloat(text, 64) // beyond the largest it is infinite
	return f
}

// text reads a string; the result is UTF-8.
func (r *jsonReader) text() string {
	var b strings.Builder
	for r.pos++; r.pos < len(r.src); r.pos++ {
		switch c := r.src[r.pos]; {
		case c == '"':
			r.pos++
			return b.String()
		case c == '\\':
			r.pos++
			r.escape(&b)
		case c < 0x20:
			if r.o.xs {
				r.fail("invalid character encountered while parsing JSON string")
			}
			r.fail(fmt.Sprintf("invalid character 0x%02X encountered while parsing JSON string", c))
		default:
			b.WriteByte(c)
		}
	}
	r.fail("unexpected end of string while parsing JSON string")
	return ""
}

func (r *jsonReader) escape(b *strings.Builder) {
	if r.pos >= len(r.src) {
		r.fail("unexpected end of string while parsing JSON string")
	}
	c := r.src[r.pos]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		b.WriteByte("\"\\/\b\f\n\r\t"[i])
		return
	}
	if c != 'u' {
		r.fail("illegal backslash escape sequence in string")
	}
	n := r.hex()
	if utf16.IsSurrogate(n) && strings.HasPrefix(r.src[min(r.pos+1, len(r.src)):], `\u`) {
		r.pos += 2
		n = utf16.DecodeRune(n, r.hex())
	}
	b.WriteRune(n)
}

// hex reads the four digits behind a u and stays on the last.
func (r *jsonReader) hex() rune {
	if r.pos+4 >= len(r.src) {
		r.fail("malformed \\uXXXX character in JSON string")
	}
	n, err := strconv.ParseUint(r.src[r.pos+1:r.pos+5], 16, 32)
	if err != nil {
		r.fail("malformed \\uXXXX character in JSON string")
	}
	r.pos += 4
	return rune(n)
}
