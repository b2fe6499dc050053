package system

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// tables remember what has been named by a number on the wire, so that what comes back is the same thing.
type tables struct {
	in   *interp.Interp
	call func(code uint32, c *interp.Call) (interp.List, error) // calls a sub of perl's

	codes   []*interp.Code // of this side
	codeIDs map[*interp.Code]uint32
	objects []interp.Value // of this side
	objIDs  map[interp.Value]uint32
	sent    []string // what perl knows of the contents of objects

	perlCodes   map[uint32]*interp.Code
	perlCodeIDs map[*interp.Code]uint32
	perlObjects map[uint32]interp.Value
	perlObjIDs  map[interp.Value]uint32
}

func newTables(in *interp.Interp) *tables {
	return &tables{in: in, codeIDs: map[*interp.Code]uint32{}, objIDs: map[interp.Value]uint32{},
		perlCodes: map[uint32]*interp.Code{}, perlCodeIDs: map[*interp.Code]uint32{},
		perlObjects: map[uint32]interp.Value{}, perlObjIDs: map[interp.Value]uint32{}}
}

// deepest is how far nested data is followed: what contains itself has no end.
const deepest = 50

// encoder writes values. It notes the objects of this side that it has met.
type encoder struct {
	*tables
	buf     []byte
	met     []uint32
	hasMet  map[uint32]bool
	nesting int
}

func (t *tables) encoder() *encoder { return &encoder{tables: t, hasMet: map[uint32]bool{}} }

func (e *encoder) tag(letter byte, n int) {
	e.buf = append(e.buf, letter)
	e.buf = binary.BigEndian.AppendUint32(e.buf, uint32(n))
}

func (e *encoder) text(letter byte, s string) {
	e.tag(letter, len(s))
	e.buf = append(e.buf, s...)
}

func (e *encoder) values(values []interp.Value) {
	e.tag('a', len(values))
	for _, v := range values {
		e.value(v)
	}
}

func (e *encoder) value(v interp.Value) {
	if e.nesting > deepest {
		e.buf = append(e.buf, 'u')
		return
	}
	e.nesting++
	defer func() { e.nesting-- }()
	if interp.IsRef(v) && e.reference(v) {
		return
	}
	e.content(v)
}

// reference writes what goes by a number.
func (e *encoder) reference(v interp.Value) bool {
	if code, ok := v.(*interp.Code); ok {
		if id, ok := e.perlCodeIDs[code]; ok {
			e.tag('c', int(id))
			return true
		}
		id, ok := e.codeIDs[code]
		if !ok {
			id = uint32(len(e.codes))
			e.codes, e.codeIDs[code] = append(e.codes, code), id
		}
		e.tag('k', int(id))
		return true
	}
	if id, ok := e.perlObjIDs[v]; ok {
		e.tag('o', int(id))
		e.text('s', "")
		e.buf = append(e.buf, 'u')
		return true
	}
	class := interp.ClassOf(v)
	if _, isPattern := v.(*interp.Regexp); class == "" || isPattern {
		return false
	}
	id, ok := e.objIDs[v]
	if !ok {
		id = uint32(len(e.objects))
		e.objects, e.objIDs[v], e.sent = append(e.objects, v), id, append(e.sent, "")
	}
	e.tag('b', int(id))
	e.text('s', class)
	switch v.(type) {
	case *interp.Array:
		e.buf = append(e.buf, 'a')
	case *interp.Hash:
		e.buf = append(e.buf, 'h')
	default:
		e.buf = append(e.buf, 'r')
	}
	if !e.hasMet[id] {
		e.hasMet[id] = true
		e.met = append(e.met, id)
	}
	return true
}

// content writes a value, whatever it is blessed into.
func (e *encoder) content(v interp.Value) {
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, 'u')
	case string:
		e.text('s', v)
	case interp.Wide:
		e.text('w', string(v))
	case int64, uint64, float64:
		e.text('n', number(v))
	case *interp.Array:
		e.values(v.Values())
	case *interp.Hash:
		keys := v.Keys()
		slices.Sort(keys)
		e.tag('h', len(keys))
		for _, k := range keys {
			e.text('s', k)
			e.value(v.Get(k))
		}
	case *interp.Scalar:
		e.buf = append(e.buf, 'r')
		e.value(v.Get())
	case *interp.Regexp:
		e.buf = append(e.buf, 'q')
		e.text('s', v.Source())
		e.text('s', v.Flags())
	default:
		e.text('s', interp.Str(v))
	}
}

// number is a number in full precision.
func number(v interp.Value) string {
	if f, ok := v.(float64); ok && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return interp.Str(v)
}

// changedObjects writes, for each object met, its contents if perl does not know them yet.
func (e *encoder) changedObjects() []byte {
	var out []byte
	n := 0
	for i := 0; i < len(e.met); i++ { // the list grows as contents are written
		id := e.met[i]
		inner := &encoder{tables: e.tables, met: e.met, hasMet: e.hasMet}
		inner.content(e.objects[id])
		e.met = inner.met
		if now := string(inner.buf); now != e.sent[id] {
			e.sent[id] = now
			n++
			pair := &encoder{tables: e.tables, hasMet: e.hasMet}
			pair.reference(e.objects[id])
			out = append(append(out, pair.buf...), inner.buf...)
		}
	}
	return append(binary.BigEndian.AppendUint32([]byte{'a'}, uint32(2*n)), out...)
}

var errShort = errors.New("a message from perl ends too early")

// decoder reads values. What cannot be read makes it fail for good.
type decoder struct {
	*tables
	buf []byte
	err error
}

func (d *decoder) number() int {
	if d.err != nil || len(d.buf) < 4 {
		d.fail(errShort)
		return 0
	}
	n := binary.BigEndian.Uint32(d.buf)
	d.buf = d.buf[4:]
	return int(n)
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.buf = nil
}

func (d *decoder) bytes() string {
	n := d.number()
	if n > len(d.buf) {
		d.fail(errShort)
		return ""
	}
	s := string(d.buf[:n])
	d.buf = d.buf[n:]
	return s
}

// text reads a value that has to be a string.
func (d *decoder) text() string { return text(d.value()) }

// text is a value as a string; that of a wide string is its UTF-8.
func text(v interp.Value) string {
	if w, ok := v.(interp.Wide); ok {
		return string(w)
	}
	return interp.Str(v)
}

func (d *decoder) letter() byte {
	if d.err != nil || len(d.buf) == 0 {
		d.fail(errShort)
		return 'u'
	}
	c := d.buf[0]
	d.buf = d.buf[1:]
	return c
}

func (d *decoder) list() []interp.Value {
	if a, ok := d.value().(*interp.Array); ok {
		return a.Values()
	}
	d.fail(errors.New("a message from perl lacks a list"))
	return nil
}

func (d *decoder) value() interp.Value {
	switch c := d.letter(); c {
	case 'u':
		return nil
	case 's':
		return d.bytes()
	case 'w':
		return interp.Wide(d.bytes())
	case 'n':
		return numberOf(d.bytes())
	case 'a':
		a := interp.NewArray()
		for n := d.number(); n > 0 && d.err == nil; n-- {
			a.Push(d.value())
		}
		return a
	case 'h':
		h := interp.NewHash()
		for n := d.number(); n > 0 && d.err == nil; n-- {
			k := d.text()
			h.Put(k, d.value())
		}
		return h
	case 'r':
		return interp.NewScalar(d.value())
	case 'q':
		source, flags := d.text(), d.text()
		if re, err := d.in.NewRegexp(source, flags); err == nil {
			return re
		}
		return interp.UncompiledRegexp(source, flags)
	case 'c':
		return d.perlCode(uint32(d.number()))
	case 'k':
		if id := d.number(); id < len(d.codes) {
			return d.codes[id]
		}
	case 'o':
		return d.perlObject()
	case 'b':
		if id := d.number(); id < len(d.objects) {
			return d.objects[id]
		}
	}
	d.fail(errors.New("a message from perl has a value that is none"))
	return nil
}

// numberOf is the number that perl prints as s.
func numberOf(s string) interp.Value {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return s
}

func (d *decoder) perlCode(id uint32) *interp.Code {
	code := d.perlCodes[id]
	if code == nil {
		code = d.in.NewCode("main", func(c *interp.Call) (interp.List, error) { return d.call(id, c) })
		d.perlCodes[id], d.perlCodeIDs[code] = code, id
	}
	return code
}

// perlObject reads an object of perl's. One that was seen before is the same, with what is in it now.
func (d *decoder) perlObject() interp.Value {
	id := uint32(d.number())
	class, v := d.text(), d.value()
	known := d.perlObjects[id]
	if known == nil || interp.Ref(known) != class {
		if !interp.IsRef(v) {
			return v
		}
		d.in.Bless(v, class)
		d.perlObjects[id], d.perlObjIDs[v] = v, id
		return v
	}
	fill(known, v)
	return known
}

// fill gives an object new contents.
func fill(object, content interp.Value) {
	switch o := object.(type) {
	case *interp.Hash:
		h, ok := content.(*interp.Hash)
		if !ok {
			return
		}
		for _, k := range o.Keys() {
			if h.Lookup(k) == nil {
				o.Delete(k)
			}
		}
		keys := h.Keys()
		slices.Sort(keys)
		for _, k := range keys {
			o.Put(k, h.Get(k))
		}
	case *interp.Array:
		if a, ok := content.(*interp.Array); ok {
			o.Assign(a.Values())
		}
	case *interp.Scalar:
		if s, ok := content.(*interp.Scalar); ok {
			o.Set(s.Get())
		}
	}
}
