package interp

import "strings"

// binaryOps are the operators on two scalars. Those that may be overloaded look for that themselves or through
// withOverload.
var binaryOps = map[string]func(a, b Value) Value{
	"+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo, "**": power,
	".":  withOverload(".", concat),
	"x":  withOverload("x", repeat),
	"<<": withOverload("<<", func(a, b Value) Value { return shiftBits(a, b, true) }),
	">>": withOverload(">>", func(a, b Value) Value { return shiftBits(a, b, false) }),
	"&":  withOverload("&", func(a, b Value) Value { return bitwise('&', a, b) }),
	"|":  withOverload("|", func(a, b Value) Value { return bitwise('|', a, b) }),
	"^":  withOverload("^", func(a, b Value) Value { return bitwise('^', a, b) }),
	"&.": func(a, b Value) Value { return bitwiseStrings('&', Str(a), Str(b)) },
	"|.": func(a, b Value) Value { return bitwiseStrings('|', Str(a), Str(b)) },
	"^.": func(a, b Value) Value { return bitwiseStrings('^', Str(a), Str(b)) },

	"<":   numeric("<", func(o int) bool { return o < 0 }),
	">":   numeric(">", func(o int) bool { return o > 0 }),
	"<=":  numeric("<=", func(o int) bool { return o <= 0 }),
	">=":  numeric(">=", func(o int) bool { return o >= 0 }),
	"==":  numeric("==", func(o int) bool { return o == 0 }),
	"!=":  notEqual,
	"<=>": withOverload("<=>", spaceship),

	"lt":  stringwise("lt", func(o int) bool { return o < 0 }),
	"gt":  stringwise("gt", func(o int) bool { return o > 0 }),
	"le":  stringwise("le", func(o int) bool { return o <= 0 }),
	"ge":  stringwise("ge", func(o int) bool { return o >= 0 }),
	"eq":  stringwise("eq", func(o int) bool { return o == 0 }),
	"ne":  stringwise("ne", func(o int) bool { return o != 0 }),
	"cmp": withOverload("cmp", func(a, b Value) Value { return int64(compareStrings(a, b)) }),
	"xor": func(a, b Value) Value { return boolean(Truth(a) != Truth(b)) },
}

func withOverload(op string, f func(a, b Value) Value) func(a, b Value) Value {
	return func(a, b Value) Value {
		if r, ok := overloadedBinary(op, a, b); ok {
			return r
		}
		return f(a, b)
	}
}

func numeric(op string, test func(order int) bool) func(a, b Value) Value {
	return func(a, b Value) Value {
		if r, ok := overloadedCompare(op, "<=>", a, b); ok {
			if r, isOrder := r.(orderOf); isOrder {
				return boolean(test(int(Int(r.v))))
			}
			return r
		}
		o, ok := compareNumbers(a, b)
		return boolean(ok && test(o))
	}
}

func notEqual(a, b Value) Value {
	if r, ok := overloadedCompare("!=", "<=>", a, b); ok {
		if r, isOrder := r.(orderOf); isOrder {
			return boolean(Int(r.v) != 0)
		}
		return r
	}
	o, ok := compareNumbers(a, b)
	return boolean(!ok || o != 0)
}

func stringwise(op string, test func(order int) bool) func(a, b Value) Value {
	return func(a, b Value) Value {
		if r, ok := overloadedCompare(op, "cmp", a, b); ok {
			if r, isOrder := r.(orderOf); isOrder {
				return boolean(test(int(Int(r.v))))
			}
			return r
		}
		return boolean(test(compareStrings(a, b)))
	}
}

// orderOf is the result of an overloaded <=> or cmp that stands in for another comparison.
type orderOf struct{ v Value }

func overloadedCompare(op, order string, a, b Value) (Value, bool) {
	if !IsRef(a) && !IsRef(b) {
		return nil, false
	}
	if r, ok := overloadedBinary(op, a, b); ok {
		return r, true
	}
	if r, ok := overloadedBinary(order, a, b); ok {
		return orderOf{r}, true
	}
	return nil, false
}

func spaceship(a, b Value) Value {
	o, ok := compareNumbers(a, b)
	if !ok {
		return nil
	}
	return int64(o)
}

// repeat is STRING x COUNT.
func repeat(v, count Value) Value {
	n := toIndex(count)
	s := stringValue(v)
	if n <= 0 {
		return ""
	}
	length := len(widenSafely(s))
	if length == 0 {
		return ""
	}
	if n > maxString/length {
		checkLength(-1)
	}
	checkLength(n * length)
	if w, ok := s.(Wide); ok {
		return Wide(strings.Repeat(string(w), n))
	}
	return strings.Repeat(s.(string), n)
}

// binaryNode is an operator with two operands.
type binaryNode struct {
	l, r expr
	op   func(a, b Value) Value
}

func (n *binaryNode) scalar(fr *frame) Value {
	a := n.l.scalar(fr)
	return n.op(a, n.r.scalar(fr))
}

func (n *binaryNode) list(fr *frame, out List) List { return append(out, &Scalar{v: n.scalar(fr)}) }

// logical is && || // with op as in assignLogic.
type logical struct {
	l, r expr
	op   byte
}

func (n *logical) scalar(fr *frame) Value {
	v := n.l.scalar(fr)
	if settled(v, n.op) {
		return v
	}
	return n.r.scalar(fr)
}

func (n *logical) list(fr *frame, out List) List {
	s := scalarOf(fr, n.l)
	if settled(s.Get(), n.op) {
		return append(out, s)
	}
	return n.r.list(fr, out)
}

// scalarOf is the value of x in scalar context, as the variable itself where it is one.
func scalarOf(fr *frame, x expr) *Scalar {
	if v, ok := x.(*scalarVar); ok {
		return v.lv(fr)
	}
	return &Scalar{v: x.scalar(fr)}
}

func (n *logical) void(fr *frame) {
	if !settled(n.l.scalar(fr), n.op) {
		run(fr, n.r)
	}
}

// lv does not make elements that are not there: $h{x} || [] is asked for its value also where a variable is wanted.
func (n *logical) lv(fr *frame) *Scalar {
	s := scalarOf(fr, n.l)
	if settled(s.Get(), n.op) {
		return s
	}
	return scalarOf(fr, n.r)
}

// ternary is C ? A : B.
type ternary struct{ cond, then, other expr }

func (n *ternary) choose(fr *frame) expr {
	if Truth(n.cond.scalar(fr)) {
		return n.then
	}
	return n.other
}

func (n *ternary) scalar(fr *frame) Value { return n.choose(fr).scalar(fr) }

func (n *ternary) list(fr *frame, out List) List { return n.choose(fr).list(fr, out) }

func (n *ternary) void(fr *frame) { run(fr, n.choose(fr)) }

func (n *ternary) lv(fr *frame) *Scalar { return lvalueOf(fr, n.choose(fr)) }

func (n *ternary) assign(fr *frame, values []Value) []Value {
	return assignPart(fr, n.choose(fr), values)
}

// array is that of the branch, where the branches are arrays.
func (n *ternary) array(fr *frame, create bool) *Array {
	if a, ok := n.choose(fr).(arrayExpr); ok {
		return a.array(fr, create)
	}
	throw(unsupported("an array made of ?:"))
	return nil
}

// interpolation is the strings of its parts, one after the other.
type interpolation struct{ parts []expr }

func (n *interpolation) scalar(fr *frame) Value {
	var buf [8]Value
	values := buf[:0]
	size, narrow := 0, true
	for _, p := range n.parts {
		v := p.scalar(fr)
		if blessedInto(v) != nil && len(n.parts) > 1 {
			return n.overloadedParts(fr, values, v)
		}
		v = stringValue(v)
		if s, ok := v.(string); ok {
			size += len(s)
		} else {
			narrow = false
		}
		values = append(values, v)
	}
	checkLength(size)
	var b strings.Builder
	b.Grow(size)
	for _, v := range values {
		if narrow {
			b.WriteString(v.(string))
		} else {
			b.WriteString(widen(v))
		}
	}
	if narrow {
		return b.String()
	}
	return fromUTF8(b.String())
}

// overloadedParts goes on behind the parts in values with one that is an object: its class may overload the dot.
func (n *interpolation) overloadedParts(fr *frame, values []Value, v Value) Value {
	var sum Value
	first := true
	add := func(v Value) {
		if first {
			sum, first = v, false
			return
		}
		sum = binaryOps["."](sum, v)
	}
	for _, done := range values {
		add(done)
	}
	add(v)
	for _, p := range n.parts[len(values)+1:] {
		add(p.scalar(fr))
	}
	return stringValue(sum)
}

func (n *interpolation) list(fr *frame, out List) List { return append(out, &Scalar{v: n.scalar(fr)}) }

// rangeNode is L .. R.
type rangeNode struct {
	l, r expr
	flip *flipFlop
}

func (n *rangeNode) list(fr *frame, out List) List {
	a, b := n.l.scalar(fr), n.r.scalar(fr)
	if !countsUp(a, b) {
		return fr.in.stringRange(Str(a), Str(b), out)
	}
	from, to := rangeEnd(a), rangeEnd(b)
	if to-from > maxArray {
		throw(&Stopped{Reason: "stopped: a list of more than 128 million items"})
	}
	for i := from; i <= to; i++ {
		fr.in.tick()
		out = append(out, &Scalar{v: i})
	}
	return out
}

func rangeEnd(v Value) int64 {
	if f := Num(v); f > 9.3e18 || f < -9.3e18 || f != f {
		throw(die("Range iterator outside integer range"))
	}
	return Int(v)
}

// countsUp reports whether a range counts numbers: both ends look like numbers, or the first is no string.
func countsUp(a, b Value) bool {
	x, ok1 := a.(string)
	_, ok2 := b.(string)
	if !ok1 {
		return a != nil || !ok2 || looksLikeNumber(b)
	}
	if x == "" {
		return false
	}
	if looksLikeNumber(a) {
		return len(x) < 2 || x[0] != '0' || !isDigit(x[1])
	}
	return false
}

func (in *Interp) stringRange(from, to string, out List) List {
	for s := from; ; s = Str(increment(s)) {
		in.tick()
		if len(s) > len(to) {
			return out
		}
		out = append(out, &Scalar{v: s})
		if s == to || s == "" || len(out) > maxArray {
			return out
		}
		if v, ok := increment(s).(string); !ok || v == s {
			return out
		}
	}
}

func (n *rangeNode) scalar(fr *frame) Value { return n.flip.scalar(fr) }

// flipFlop is the range operator in scalar context: false until L is true, then true until R is.
type flipFlop struct {
	l, r  expr
	three bool
}

func (n *flipFlop) holds(fr *frame, x expr) bool {
	if l, ok := x.(*literal); ok {
		if k, ok := l.s.v.(int64); ok {
			h := fr.in.lastRead
			if h == nil {
				return k == 0
			}
			return int64(h.lines) == k
		}
	}
	return Truth(x.scalar(fr))
}

func (n *flipFlop) scalar(fr *frame) Value {
	if fr.flip == nil {
		fr.flip = map[any]int{}
	}
	count := fr.flip[n]
	if count == 0 {
		if !n.holds(fr, n.l) {
			return ""
		}
		fr.flip[n] = 1
		if n.three || !n.holds(fr, n.r) {
			return int64(1)
		}
		fr.flip[n] = 0
		return "1E0"
	}
	count++
	if n.holds(fr, n.r) {
		fr.flip[n] = 0
		return Str(int64(count)) + "E0"
	}
	fr.flip[n] = count
	return int64(count)
}
