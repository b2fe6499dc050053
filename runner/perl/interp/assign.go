package interp

import "unsafe"

// assignScalar is $x = VALUE.
type assignScalar struct {
	l place
	r expr
}

func (n *assignScalar) lv(fr *frame) *Scalar {
	v := n.r.scalar(fr)
	s := n.l.lv(fr)
	s.Set(v)
	return s
}

func (n *assignScalar) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *assignScalar) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (n *assignScalar) void(fr *frame) {
	v := n.r.scalar(fr)
	n.l.lv(fr).Set(v)
}

// assignList is a list assignment. Again gives the assigned variables when they are asked for.
type assignList struct {
	l, r  expr
	again expr
}

func (n *assignList) do(fr *frame) int {
	values := listValues(fr, n.r)
	assignPart(fr, n.l, values)
	return len(values)
}

func (n *assignList) scalar(fr *frame) Value { return int64(n.do(fr)) }

func (n *assignList) void(fr *frame) { n.do(fr) }

func (n *assignList) list(fr *frame, out List) List {
	n.do(fr)
	return n.again.list(fr, out)
}

// array is the array that was assigned to: (my @a = ...) =~, push @{...}.
func (n *assignList) array(fr *frame, create bool) *Array {
	n.do(fr)
	if a, ok := n.again.(arrayExpr); ok {
		return a.array(fr, create)
	}
	return &Array{a: n.again.list(fr, nil)}
}

func (n *assignList) hash(fr *frame, create bool) *Hash {
	n.do(fr)
	if h, ok := n.again.(hashExpr); ok {
		return h.hash(fr, create)
	}
	return &Hash{}
}

// lv is that of the last variable, for (my ($x) = ...) =~ s///.
func (n *assignList) lv(fr *frame) *Scalar {
	n.do(fr)
	if l := n.again.list(fr, nil); len(l) > 0 {
		return l[len(l)-1]
	}
	return &Scalar{}
}

// skipped is undef on the left of a list assignment.
type skipped struct{}

func (skipped) scalar(*frame) Value { return nil }

func (skipped) list(_ *frame, out List) List { return append(out, &Scalar{}) }

func (skipped) assign(_ *frame, values []Value) []Value {
	if len(values) > 0 {
		values = values[1:]
	}
	return values
}

// assignOp is $x op= VALUE.
type assignOp struct {
	l  place
	r  expr
	op func(a, b Value) Value
}

func (n *assignOp) lv(fr *frame) *Scalar {
	// The right side first: it may well be what makes the left side's container.
	v := n.r.scalar(fr)
	s := n.l.lv(fr)
	s.Set(n.op(s.Get(), v))
	return s
}

func (n *assignOp) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *assignOp) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

// appendNode is $x .= VALUE.
type appendNode struct {
	l place
	r expr
}

func (n *appendNode) lv(fr *frame) *Scalar {
	v := n.r.scalar(fr)
	s := n.l.lv(fr)
	if old := s.Get(); blessedInto(old) != nil {
		if r, ok := overloadedBinary(".=", old, v); ok {
			s.Set(r)
			return s
		}
		if r, ok := overloadedBinary(".", old, v); ok {
			s.Set(r)
			return s
		}
	}
	s.append(v)
	return s
}

func (n *appendNode) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *appendNode) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (n *appendNode) void(fr *frame) { n.lv(fr) }

// shortAppend is the length from which on a string that is appended to gets room to grow.
const shortAppend = 200

// append adds v's string to that of s. Long strings that are appended to again and again share one buffer: the
// string of s is always the beginning of the buffer, and what lies behind that is never seen by anyone else.
func (s *Scalar) append(v Value) {
	old := s.Get()
	cur, ok1 := old.(string)
	add, ok2 := v.(string)
	if !ok2 {
		if _, wide := v.(Wide); !wide && !IsRef(v) {
			add, ok2 = Str(v), true
		}
	}
	if !ok1 || !ok2 || len(cur) < shortAppend || s.x != nil && (s.x.magic != nil || s.x.readonly) {
		s.Set(concat(old, v))
		return
	}
	checkLength(len(cur) + len(add))
	x := s.extra()
	if len(x.buf) != len(cur) || unsafe.StringData(cur) != unsafe.SliceData(x.buf) {
		x.buf = append(make([]byte, 0, 2*(len(cur)+len(add))), cur...)
	}
	x.buf = append(x.buf, add...)
	x.hasPos = false
	s.v = unsafe.String(unsafe.SliceData(x.buf), len(x.buf))
}

// assignLogic is $x ||= VALUE and the like: op is '|', '&' or '/'.
type assignLogic struct {
	l  place
	r  expr
	op byte
}

func (n *assignLogic) lv(fr *frame) *Scalar {
	s := n.l.lv(fr)
	if settled(s.Get(), n.op) {
		return s
	}
	s.Set(n.r.scalar(fr))
	return s
}

// settled reports whether the left side of a logical operator decides.
func settled(v Value, op byte) bool {
	switch op {
	case '|':
		return Truth(v)
	case '&':
		return !Truth(v)
	}
	return v != nil
}

func (n *assignLogic) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *assignLogic) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

// repeatList is @a x= N.
type repeatList struct {
	l target
	r expr
}

func (n *repeatList) scalar(fr *frame) Value {
	values := listValues(fr, n.l)
	count := toIndex(n.r.scalar(fr))
	n.l.assign(fr, repeatValues(values, count))
	return n.l.scalar(fr)
}

func (n *repeatList) list(fr *frame, out List) List {
	n.scalar(fr)
	return n.l.list(fr, out)
}

func repeatValues(values []Value, count int) []Value {
	if count <= 0 || len(values) == 0 {
		return nil
	}
	if count > maxArray/len(values) {
		throw(&Stopped{Reason: "stopped: a list of more than 128 million items"})
	}
	if n := count * len(values); n > 1<<20 && uint64(n)*40+heapInUse() > heapLimit.Load() {
		checkHeap(0)
	}
	out := make([]Value, 0, len(values)*count)
	for range count {
		out = append(out, values...)
	}
	return out
}

// incDec is ++ and --.
type incDec struct {
	x       place
	down    bool
	postfix bool
}

func (n *incDec) step(v Value) Value {
	if n.down {
		if s, ok := v.(string); ok {
			v = number(s)
		}
		return subtract(v, one)
	}
	return increment(v)
}

func (n *incDec) scalar(fr *frame) Value {
	s := n.x.lv(fr)
	old := s.Get()
	fresh := n.step(old)
	s.Set(fresh)
	if !n.postfix {
		return fresh
	}
	if old == nil && !n.down {
		return int64(0)
	}
	return old
}

func (n *incDec) list(fr *frame, out List) List {
	if n.postfix {
		return append(out, &Scalar{v: n.scalar(fr)})
	}
	return append(out, n.lv(fr))
}

func (n *incDec) lv(fr *frame) *Scalar {
	s := n.x.lv(fr)
	s.Set(n.step(s.Get()))
	return s
}

func (n *incDec) void(fr *frame) { n.lv(fr) }
