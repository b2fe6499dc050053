package interp

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"
)

// packItem is one item of a template: a letter with its modifiers and count, or a group.
type packItem struct {
	code   byte
	little bool // <
	big    bool // >
	native bool // !
	count  int  // 1 when none was written
	star   bool
	given  bool // a count was written
	group  []packItem
	slash  *packItem // of N/a*: the item whose length this one packs
}

// packTemplate reads a template of pack or unpack.
func packTemplate(src string) []packItem {
	items, rest := packItems(src, 0)
	if rest != "" {
		throw(die("Mismatched brackets in template"))
	}
	return items
}

func packItems(src string, depth int) (items []packItem, rest string) {
	if depth > 100 {
		throw(die("Too deeply nested ()-groups in pack"))
	}
	for src != "" {
		c := src[0]
		switch {
		case isSpace(c):
			src = src[1:]
			continue
		case c == '#':
			_, src, _ = strings.Cut(src, "\n")
			continue
		case c == ')':
			return items, src
		}
		item := packItem{code: c, count: 1}
		src = src[1:]
		if c == '(' {
			item.group, src = packItems(src, depth+1)
			if src == "" {
				throw(die("No group ending character ')' found in template"))
			}
			src = src[1:]
		} else if strings.IndexByte("aAZbBhHcCWsSlLqQjJiInNvVUwxX@.fdFDpPu", c) < 0 {
			throw(die("Invalid type '%c' in pack", c))
		}
		for src != "" && strings.IndexByte("<>!", src[0]) >= 0 {
			item.little = item.little || src[0] == '<'
			item.big = item.big || src[0] == '>'
			item.native = item.native || src[0] == '!'
			src = src[1:]
		}
		src = packCount(&item, src)
		if trimmed := strings.TrimLeft(src, " \t\n"); strings.HasPrefix(trimmed, "/") {
			more, left := packItems(trimmed[1:], depth+1)
			if len(more) == 0 {
				throw(die("Code missing after '/' in pack"))
			}
			item.slash = &more[0]
			return append(append(items, item), more[1:]...), left
		}
		items = append(items, item)
	}
	return items, ""
}

func packCount(item *packItem, src string) string {
	switch {
	case src == "":
		return src
	case src[0] == '*':
		item.star, item.given = true, true
		return src[1:]
	case src[0] == '[':
		inside, after, ok := strings.Cut(src[1:], "]")
		if !ok {
			throw(die("No group ending character ']' found in template"))
		}
		if inside != "" && isDigit(inside[0]) {
			item.count = toIndex(inside)
		} else {
			item.count = packSize(packTemplate(inside))
		}
		item.given = true
		return after
	case isDigit(src[0]):
		n := 0
		for src != "" && isDigit(src[0]) {
			n = min(n*10+int(src[0]-'0'), maxString)
			src = src[1:]
		}
		item.count, item.given = n, true
	}
	return src
}

// packSize is the length of what a template of fixed size packs.
func packSize(items []packItem) int {
	n := 0
	for _, i := range items {
		switch {
		case i.code == '(':
			n += i.count * packSize(i.group)
		case strings.IndexByte("aAZxcCW", i.code) >= 0:
			n += i.count
		case i.code == 'X':
			n -= i.count
		case strings.IndexByte("bB", i.code) >= 0:
			n += (i.count + 7) / 8
		case strings.IndexByte("hH", i.code) >= 0:
			n += (i.count + 1) / 2
		default:
			n += i.count * numberSize(i)
		}
	}
	return n
}

// numberSize is how many bytes a number of this code takes; 0 for codes that are no numbers of fixed size.
func numberSize(i packItem) int {
	switch i.code {
	case 'c', 'C':
		return 1
	case 's', 'S', 'n', 'v':
		return 2
	case 'l', 'L':
		if i.native {
			return 8
		}
		return 4
	case 'i', 'I', 'N', 'V', 'f':
		return 4
	case 'q', 'Q', 'j', 'J', 'd', 'F', 'p', 'P':
		return 8
	}
	return 0
}

func byteOrder(i packItem) order {
	if i.big || i.code == 'n' || i.code == 'N' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// packer packs values.
type packer struct {
	in   *Interp
	out  []byte
	args []Value
	base int // where the group began, for @
	wide bool
}

func (p *packer) next() Value {
	if len(p.args) == 0 {
		return nil
	}
	v := p.args[0]
	p.args = p.args[1:]
	return v
}

// pack is Perl's function of that name.
func (in *Interp) pack(template string, args []Value) Value {
	p := &packer{in: in, args: args}
	items := packTemplate(template)
	p.wide = len(items) > 0 && items[0].code == 'U'
	p.items(items)
	if p.wide {
		return fromUTF8(string(p.out))
	}
	return string(p.out)
}

func (p *packer) items(items []packItem) {
	for _, i := range items {
		p.item(i)
		checkLength(len(p.out))
	}
}

func (p *packer) item(i packItem) {
	if i.slash != nil {
		p.counted(i)
		return
	}
	switch i.code {
	case '(':
		base := p.base
		for n := 0; i.star && len(p.args) > 0 || !i.star && n < i.count; n++ {
			p.base = len(p.out)
			before := len(p.args)
			p.items(i.group)
			checkLength(max(n, len(p.out)))
			if i.star && len(p.args) == before {
				break // it takes nothing, and would go on for ever
			}
		}
		p.base = base
	case 'a', 'A', 'Z':
		p.text(i, p.next())
	case 'b', 'B', 'h', 'H':
		p.digits(i, Str(p.next()))
	case 'x':
		p.fill(i)
	case 'X':
		if i.count > len(p.out) {
			throw(die("'X' outside of string in pack"))
		}
		p.out = p.out[:len(p.out)-i.count]
	case '@':
		end := p.base + i.count
		checkLength(end)
		for len(p.out) < end {
			p.out = append(p.out, 0)
		}
		p.out = p.out[:end]
	case 'u':
		p.uuencode(i, Str(p.next()))
	case 'p', 'P', '.', 'D':
		throw(unsupported("pack with '%c'", i.code))
	default:
		checkLength(i.count * max(numberSize(i), 1))
		for n := 0; i.star && len(p.args) > 0 || !i.star && n < i.count; n++ {
			p.number(i, p.next())
		}
	}
}

func (p *packer) fill(i packItem) {
	n := i.count
	if i.star {
		n = 0
	}
	if i.native && n > 0 {
		n = (n - len(p.out)%n) % n
	}
	checkLength(n)
	p.out = append(p.out, make([]byte, n)...)
}

// counted packs N/a*: the length, then the item.
func (p *packer) counted(i packItem) {
	sub := &packer{in: p.in, args: p.args}
	item := *i.slash
	count := 0
	switch {
	case item.code == '(':
		if !item.given || item.star {
			item.star = true
		}
		before := len(sub.args)
		sub.item(item)
		count = before - len(sub.args)
	case strings.IndexByte("aAZ", item.code) >= 0:
		if !item.given || item.star {
			item.star = true
		}
		sub.item(item)
		count = len(sub.out)
	default:
		if !item.given {
			item.star = true
		}
		before := len(sub.args)
		sub.item(item)
		count = before - len(sub.args)
	}
	p.args = sub.args
	length := i
	length.slash = nil
	head := &packer{in: p.in, args: []Value{int64(count)}}
	head.item(length)
	p.out = append(append(p.out, head.out...), sub.out...)
}

func (p *packer) text(i packItem, v Value) {
	s := Str(v)
	n := i.count
	if i.star {
		n = len(s)
		if i.code == 'Z' {
			n++
		}
	}
	checkLength(n)
	pad := byte(0)
	if i.code == 'A' {
		pad = ' '
	}
	if len(s) >= n {
		s = s[:n]
		if i.code == 'Z' && n > 0 {
			s = s[:n-1] + "\x00"
		}
	}
	p.out = append(p.out, s...)
	for k := len(s); k < n; k++ {
		p.out = append(p.out, pad)
	}
}

// digits packs strings of bits (b, B) or hexadecimal digits (h, H).
func (p *packer) digits(i packItem, s string) {
	per := 8
	if i.code|0x20 == 'h' {
		per = 2
	}
	n := i.count
	if i.star {
		n = len(s)
	}
	checkLength(n)
	out := make([]byte, (n+per-1)/per)
	for k := 0; k < n && k < len(s); k++ {
		c := s[k]
		digit := c & 1
		width := 1
		if per == 2 {
			if width, digit = 4, c&0xf; c >= 'A' {
				digit = (c + 9) & 0xf
			}
		}
		shift := (k % per) * width
		if i.code == 'B' || i.code == 'H' {
			shift = 8 - width - shift
		}
		out[k/per] |= digit << shift
	}
	p.out = append(p.out, out...)
}

func (p *packer) number(i packItem, v Value) {
	switch i.code {
	case 'U':
		p.out = utf8.AppendRune(p.out, rune(Int(v)))
		return
	case 'W':
		n := Int(v)
		if n < 0 || n > 0xff {
			throw(unsupported("pack W with a character above 255"))
		}
		p.out = append(p.out, byte(n))
		return
	case 'w':
		p.ber(bitOperand(v))
		return
	case 'f':
		p.out = byteOrder(i).AppendUint32(p.out, math.Float32bits(float32(Num(v))))
		return
	case 'd', 'F':
		p.out = byteOrder(i).AppendUint64(p.out, math.Float64bits(Num(v)))
		return
	}
	u := bitOperand(v)
	switch numberSize(i) {
	case 1:
		p.out = append(p.out, byte(u))
	case 2:
		p.out = byteOrder(i).AppendUint16(p.out, uint16(u))
	case 4:
		p.out = byteOrder(i).AppendUint32(p.out, uint32(u))
	default:
		p.out = byteOrder(i).AppendUint64(p.out, u)
	}
}

// ber is a compressed integer: seven bits a byte, the high bit set on all but the last.
func (p *packer) ber(u uint64) {
	b := []byte{byte(u & 0x7f)}
	for u >>= 7; u > 0; u >>= 7 {
		b = append([]byte{byte(u&0x7f) | 0x80}, b...)
	}
	p.out = append(p.out, b...)
}

func (p *packer) uuencode(i packItem, s string) {
	line := 45
	if i.given && !i.star && i.count > 2 {
		line = min(i.count/3*3, 63)
	}
	char := func(b byte) byte {
		if b == 0 {
			return '`'
		}
		return b + ' '
	}
	for s != "" {
		part := s[:min(line, len(s))]
		s = s[len(part):]
		p.out = append(p.out, char(byte(len(part))))
		for part != "" {
			var b [3]byte
			n := copy(b[:], part)
			part = part[n:]
			p.out = append(p.out, char(b[0]>>2), char(b[0]&3<<4|b[1]>>4), char(b[1]&15<<2|b[2]>>6), char(b[2]&63))
		}
		p.out = append(p.out, '\n')
	}
}

// order reads and appends numbers.
type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}
