package interp

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

func (c *compiler) unpackFunc(x *syntax.Func) expr {
	template := c.expr(x.Args[0])
	var data expr = &scalarVar{where: inGlob, g: c.in.underscore}
	if len(x.Args) > 1 {
		data = c.expr(x.Args[1])
	}
	do := func(fr *frame) []Value {
		t := Str(template.scalar(fr))
		v := stringValue(data.scalar(fr))
		if w, ok := v.(Wide); ok {
			if t = strings.TrimSpace(t); t == "U*" {
				return runes(string(w))
			}
			throw(unsupported("unpack of characters above 255"))
		}
		return unpack(t, Str(v))
	}
	return &either{
		one: func(fr *frame) Value {
			values := do(fr)
			if len(values) == 0 {
				return nil
			}
			return values[0]
		},
		many: func(fr *frame, out List) List { return append(out, NewList(do(fr)...)...) },
	}
}

func runes(s string) []Value {
	var out []Value
	for _, r := range s {
		out = append(out, int64(r))
	}
	return out
}

// unpacker takes a string apart.
type unpacker struct {
	data string
	pos  int
	base int
	out  []Value
	utf8 bool // U reads UTF-8 and not bytes
}

// unpack is Perl's function of that name.
func unpack(template, data string) []Value {
	if i := strings.IndexByte(template, '%'); i >= 0 {
		return checksum(template, data, i)
	}
	items := packTemplate(template)
	// A template that begins with U sees the string's characters, which are one byte each.
	u := &unpacker{data: data, utf8: len(items) == 0 || items[0].code != 'U'}
	u.items(items)
	return u.out
}

// checksum is unpack "%32C*": the sum of the items, in so many bits.
func checksum(template, data string, at int) []Value {
	if strings.TrimSpace(template[:at]) != "" {
		throw(unsupported("a checksum behind other items in unpack"))
	}
	rest := template[at+1:]
	bits := 0
	for rest != "" && isDigit(rest[0]) {
		bits = min(bits*10+int(rest[0]-'0'), 1000)
		rest = rest[1:]
	}
	if bits == 0 {
		bits = 16
	}
	var sum uint64
	u := &unpacker{data: data, utf8: true}
	items := packTemplate(rest)
	u.items(items)
	for _, v := range u.out {
		if s, ok := v.(string); ok && len(items) == 1 && items[0].code|0x20 == 'b' {
			sum += uint64(strings.Count(s, "1"))
			continue
		}
		sum += bitOperand(v)
	}
	if bits < 64 {
		sum &= 1<<bits - 1
	}
	return []Value{unsigned(sum)}
}

func (u *unpacker) items(items []packItem) {
	for _, i := range items {
		u.item(i)
		if len(u.out) > maxArray {
			checkLength(-1)
		}
	}
}

func (u *unpacker) item(i packItem) {
	if i.slash != nil {
		u.counted(i)
		return
	}
	left := len(u.data) - u.pos
	switch i.code {
	case '(':
		base := u.base
		for n := 0; (i.star || n < i.count) && (u.pos < len(u.data) || !i.star && n < i.count && n == 0); n++ {
			u.base = u.pos
			before := u.pos
			u.items(i.group)
			if u.pos == before && i.star {
				break
			}
		}
		u.base = base
	case 'a', 'A', 'Z':
		u.text(i, left)
	case 'b', 'B', 'h', 'H':
		u.digits(i, left)
	case 'x':
		n := i.count
		if i.star {
			n = left
		} else if i.native && n > 0 {
			n = (n - u.pos%n) % n
		}
		if n > left {
			throw(die("'x' outside of string in unpack"))
		}
		u.pos += n
	case 'X':
		if i.count > u.pos {
			throw(die("'X' outside of string in unpack"))
		}
		u.pos -= i.count
	case '@':
		if u.base+i.count > len(u.data) {
			throw(die("'@' outside of string in unpack"))
		}
		u.pos = u.base + i.count
	case 'u':
		u.uudecode()
	case 'p', 'P', '.', 'D':
		throw(unsupported("unpack with '%c'", i.code))
	default:
		for n := 0; (i.star || n < i.count) && u.number(i); n++ {
		}
	}
}

// counted reads N/a*: a length, then so many of the item.
func (u *unpacker) counted(i packItem) {
	head := i
	head.slash = nil
	before := len(u.out)
	u.item(head)
	if len(u.out) == before {
		return
	}
	count := toIndex(u.out[before])
	u.out = u.out[:before]
	item := *i.slash
	item.count, item.star = max(count, 0), false
	u.item(item)
}

func (u *unpacker) text(i packItem, left int) {
	n := min(i.count, left)
	if i.star {
		n = left
	}
	s := u.data[u.pos : u.pos+n]
	switch i.code {
	case 'A':
		s = strings.TrimRight(s, " \x00\n\t\r\f\v")
	case 'Z':
		if k := strings.IndexByte(s, 0); k >= 0 {
			if i.star {
				n = k + 1
			}
			s = s[:k]
		}
	}
	u.pos += n
	u.out = append(u.out, s)
}

func (u *unpacker) digits(i packItem, left int) {
	per, width := 8, 1
	if i.code|0x20 == 'h' {
		per, width = 2, 4
	}
	n := min(i.count, left*per)
	if i.star {
		n = left * per
	}
	out := make([]byte, n)
	for k := range out {
		shift := (k % per) * width
		if i.code == 'B' || i.code == 'H' {
			shift = 8 - width - shift
		}
		out[k] = "0123456789abcdef"[u.data[u.pos+k/per]>>shift&(1<<width-1)]
	}
	u.pos += (n + per - 1) / per
	u.out = append(u.out, string(out))
}

// number reads one number; false at the end of the string.
func (u *unpacker) number(i packItem) bool {
	rest := u.data[u.pos:]
	switch i.code {
	case 'U', 'W':
		if rest == "" {
			return false
		}
		r, n := rune(rest[0]), 1
		if i.code == 'U' && u.utf8 {
			r, n = utf8.DecodeRuneInString(rest)
		}
		u.pos += n
		u.out = append(u.out, int64(r))
		return true
	case 'w':
		return u.ber(rest)
	}
	size := numberSize(i)
	if size == 0 || len(rest) < size {
		return false
	}
	b := []byte(rest[:size])
	u.pos += size
	u.out = append(u.out, decodeNumber(i, b, byteOrder(i)))
	return true
}

func decodeNumber(i packItem, b []byte, o binary.ByteOrder) Value {
	signed := strings.IndexByte("cslqji", i.code) >= 0 || i.native && strings.IndexByte("nNvV", i.code) >= 0
	var u uint64
	switch len(b) {
	case 1:
		if u = uint64(b[0]); signed {
			return int64(int8(u))
		}
	case 2:
		if u = uint64(o.Uint16(b)); signed {
			return int64(int16(u))
		}
	case 4:
		n := o.Uint32(b)
		if i.code == 'f' {
			return float64(math.Float32frombits(n))
		}
		if u = uint64(n); signed {
			return int64(int32(n))
		}
	case 8:
		u = o.Uint64(b)
		if i.code == 'd' || i.code == 'F' {
			return math.Float64frombits(u)
		}
		if signed {
			return int64(u)
		}
	}
	return unsigned(u)
}

func (u *unpacker) ber(rest string) bool {
	var n uint64
	for k := 0; k < len(rest); k++ {
		n = n<<7 | uint64(rest[k]&0x7f)
		if rest[k] < 0x80 {
			u.pos += k + 1
			u.out = append(u.out, unsigned(n))
			return true
		}
	}
	return false
}

func (u *unpacker) uudecode() {
	var out []byte
	for _, line := range strings.Split(u.data[u.pos:], "\n") {
		if line == "" {
			continue
		}
		n := int(line[0]-' ') & 63
		line = line[1:]
		var part []byte
		for len(line) >= 4 {
			var b [4]byte
			for k := range b {
				b[k] = (line[k] - ' ') & 63
			}
			part = append(part, b[0]<<2|b[1]>>4, b[1]<<4|b[2]>>2, b[2]<<6|b[3])
			line = line[4:]
		}
		out = append(out, part[:min(n, len(part))]...)
	}
	u.pos = len(u.data)
	u.out = append(u.out, string(out))
}
