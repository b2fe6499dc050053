package interp

import (
	"math"
	"math/bits"
	"strings"
)

// exact is the largest integer up to which every float64 is exact: below it Perl counts in integers.
const exact = 1 << 53

// operand is a number for + - *: an integer where its value is one, as Perl prefers them.
func operand(v Value) (i int64, f float64, isInt bool) {
	switch n := number(v).(type) {
	case int64:
		return n, float64(n), true
	case uint64:
		return 0, float64(n), false
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < exact {
			return int64(n), n, true
		}
		return 0, n, false
	}
	return 0, 0, true
}

// big returns the value of an unsigned integer in its usual form.
func unsigned(u uint64) Value {
	if u <= math.MaxInt64 {
		return int64(u)
	}
	return u
}

func add(a, b Value) Value {
	x, ok1 := a.(int64)
	y, ok2 := b.(int64)
	var fx, fy float64
	if !ok1 || !ok2 {
		if r, ok := overloadedBinary("+", a, b); ok {
			return r
		}
		x, fx, ok1 = operand(a)
		y, fy, ok2 = operand(b)
		if !ok1 || !ok2 {
			return addUnsigned(number(a), number(b), fx+fy)
		}
	}
	s := x + y
	if (s > x) == (y > 0) {
		return s
	}
	if x > 0 && y > 0 {
		return uint64(x) + uint64(y)
	}
	return float64(x) + float64(y)
}

// addUnsigned is a sum where an operand is above math.MaxInt64 or no integer.
func addUnsigned(a, b Value, sum float64) Value {
	if _, ok := a.(uint64); !ok {
		a, b = b, a
	}
	x, ok := a.(uint64)
	if !ok {
		return sum
	}
	switch y := b.(type) {
	case uint64:
		if s, carry := bits.Add64(x, y, 0); carry == 0 {
			return s
		}
	case int64:
		if y < 0 {
			return unsigned(x - uint64(-y))
		}
		if s, carry := bits.Add64(x, uint64(y), 0); carry == 0 {
			return s
		}
	}
	return sum
}

func subtract(a, b Value) Value {
	x, ok1 := a.(int64)
	y, ok2 := b.(int64)
	if !ok1 || !ok2 {
		if r, ok := overloadedBinary("-", a, b); ok {
			return r
		}
		var fx, fy float64
		x, fx, ok1 = operand(a)
		y, fy, ok2 = operand(b)
		if !ok1 || !ok2 {
			ux, isU := number(a).(uint64)
			if uy, ok := number(b).(uint64); ok && isU {
				if ux >= uy {
					return unsigned(ux - uy)
				}
				return -int64(uy - ux)
			}
			if isU && ok2 && y >= 0 {
				return unsigned(ux - uint64(y))
			}
			return fx - fy
		}
	}
	if y == math.MinInt64 {
		return float64(x) - float64(y)
	}
	return add(x, -y)
}

func multiply(a, b Value) Value {
	if r, ok := overloadedBinary("*", a, b); ok {
		return r
	}
	x, fx, ok1 := operand(a)
	y, fy, ok2 := operand(b)
	if !ok1 || !ok2 {
		return fx * fy
	}
	negative := (x < 0) != (y < 0)
	hi, lo := bits.Mul64(magnitude(x), magnitude(y))
	switch {
	case hi != 0:
		return fx * fy
	case negative && lo <= 1<<63:
		return -int64(lo)
	case negative:
		return fx * fy
	}
	return unsigned(lo)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

func divide(a, b Value) Value {
	if r, ok := overloadedBinary("/", a, b); ok {
		return r
	}
	x, fx, ok1 := operand(a)
	y, fy, ok2 := operand(b)
	if ok2 && y == 0 || fy == 0 {
		throw(die("Illegal division by zero"))
	}
	if ok1 && ok2 && x%y == 0 && !(x == math.MinInt64 && y == -1) {
		if magnitude(x) <= exact { // Perl divides as floats where they can hold it; Data::Dumper shows which it is
			return float64(x / y)
		}
		return x / y
	}
	if ux, ok := natural(a); ok {
		if uy, ok := natural(b); ok && ux%uy == 0 {
			return unsigned(ux / uy)
		}
	}
	return fx / fy
}

func modulo(a, b Value) Value {
	if r, ok := overloadedBinary("%", a, b); ok {
		return r
	}
	na, nb := number(a), number(b)
	_, isUx := na.(uint64)
	_, isUy := nb.(uint64)
	if isUx || isUy {
		return moduloUnsigned(na, nb)
	}
	if f, ok := nb.(float64); ok && math.IsInf(f, 0) {
		return na
	}
	x, y := Int(na), Int(nb)
	if y == 0 {
		throw(die("Illegal modulus zero"))
	}
	if y == -1 {
		return int64(0)
	}
	r := x % y
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r
}

// natural is a value that is an integer of at least zero.
func natural(v Value) (uint64, bool) {
	switch n := number(v).(type) {
	case int64:
		return uint64(n), n >= 0
	case uint64:
		return n, true
	}
	return 0, false
}

// parts is the sign and magnitude of a number cut to an integer.
func parts(v Value) (negative bool, m uint64) {
	if n, ok := v.(uint64); ok {
		return false, n
	}
	if f, ok := v.(float64); ok && f < 0 && f > -math.MaxUint64 {
		return true, uint64(-f)
	}
	n := Int(v)
	return n < 0, magnitude(n)
}

// moduloUnsigned is a remainder where an operand is above math.MaxInt64: the result has the sign of b.
func moduloUnsigned(a, b Value) Value {
	negA, x := parts(a)
	negB, y := parts(b)
	if y == 0 {
		throw(die("Illegal modulus zero"))
	}
	r := x % y
	if negA != negB && r != 0 {
		r = y - r
	}
	if !negB {
		return unsigned(r)
	}
	if r <= 1<<63 {
		return -int64(r)
	}
	return -float64(r)
}

func power(a, b Value) Value {
	if r, ok := overloadedBinary("**", a, b); ok {
		return r
	}
	x, fx, ok1 := operand(a)
	y, fy, ok2 := operand(b)
	f := math.Pow(fx, fy)
	if ok1 && ok2 && y >= 0 {
		if m := magnitude(x); m&(m-1) == 0 {
			return f // as Perl does it: powers of a power of two are floats
		}
		if math.Abs(f) < exact {
			return int64(f)
		}
		if bits.Len64(magnitude(x))*int(min(y, 1000)) <= 64 {
			if r, ok := intPower(magnitude(x), y); ok && (x >= 0 || y%2 == 0) && x&(x-1) != 0 {
				return unsigned(r)
			}
		}
	}
	return f
}

func intPower(x uint64, y int64) (uint64, bool) {
	r := uint64(1)
	for ; y > 0; y-- {
		hi, lo := bits.Mul64(r, x)
		if hi != 0 {
			return 0, false
		}
		r = lo
	}
	return r, true
}

func negate(v Value) Value {
	switch n := v.(type) {
	case int64:
		if n != math.MinInt64 {
			return -n
		}
		return -float64(n)
	case uint64:
		if n == 1<<63 {
			return int64(math.MinInt64)
		}
		return -float64(n)
	case float64:
		if n == 0 {
			return int64(0)
		}
		return -n
	case string:
		if n != "" && !isDigit(n[0]) && n[0] != '.' && !isSpace(n[0]) {
			if _, all := parseNumber(n); all {
				return negate(number(n))
			}
			switch c := n[0]; {
			case c == '-':
				return "+" + n[1:]
			case c == '+':
				return "-" + n[1:]
			case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z':
				return "-" + n
			}
		}
		return negate(number(n))
	case nil:
		return int64(0)
	}
	if r, ok := overloaded(v, "neg"); ok {
		return r
	}
	if blessedInto(v) != nil {
		return subtract(int64(0), v)
	}
	return subtract(int64(0), number(v))
}

// compareNumbers is <=>; ok is false when one of them is no number.
func compareNumbers(a, b Value) (order int, ok bool) {
	a, b = number(a), number(b)
	x, ok1 := a.(int64)
	y, ok2 := b.(int64)
	if ok1 && ok2 {
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	}
	ux, ok1 := a.(uint64)
	uy, ok2 := b.(uint64)
	if ok1 && ok2 {
		switch {
		case ux < uy:
			return -1, true
		case ux > uy:
			return 1, true
		}
		return 0, true
	}
	fx, fy := Num(a), Num(b)
	switch {
	case fx < fy:
		return -1, true
	case fx > fy:
		return 1, true
	case fx == fy:
		return 0, true
	}
	return 0, false
}

// compareStrings is cmp: by bytes, or by characters where one has wide ones.
func compareStrings(a, b Value) int {
	x, ok1 := a.(string)
	y, ok2 := b.(string)
	if !ok1 || !ok2 {
		a, b = stringValue(a), stringValue(b)
		if isWide(a) || isWide(b) {
			return strings.Compare(widen(a), widen(b))
		}
		x, y = Str(a), Str(b)
	}
	return strings.Compare(x, y)
}

// increment is the value after ++: strings of letters and digits count up like odometers.
func increment(v Value) Value {
	s, ok := v.(string)
	if !ok || s == "" {
		if v == nil || ok {
			return int64(1)
		}
		return add(v, one)
	}
	letters := 0
	for letters < len(s) && (s[letters]|0x20) >= 'a' && (s[letters]|0x20) <= 'z' {
		letters++
	}
	digits := letters
	for digits < len(s) && isDigit(s[digits]) {
		digits++
	}
	if digits < len(s) {
		return add(v, one)
	}
	b := []byte(s)
	for i := len(b) - 1; ; i-- {
		switch b[i] {
		case 'z':
			b[i] = 'a'
		case 'Z':
			b[i] = 'A'
		case '9':
			b[i] = '0'
		default:
			b[i]++
			return string(b)
		}
		if i == 0 {
			first := b[0]
			if first == '0' {
				first = '1'
			}
			return string(first) + string(b)
		}
	}
}
