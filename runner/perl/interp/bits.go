package interp

import "math"

// bitOperand is a number for & | ^ ~ << >>: an unsigned integer.
func bitOperand(v Value) uint64 {
	switch n := number(v).(type) {
	case int64:
		return uint64(n)
	case uint64:
		return n
	case float64:
		if n >= math.MaxUint64 {
			return math.MaxUint64
		}
		if n >= math.MaxInt64 {
			return uint64(n)
		}
		return uint64(floatToInt(n))
	}
	return 0
}

// bitwise is & | ^ on numbers or, when both are strings, byte by byte.
func bitwise(op byte, a, b Value) Value {
	x, ok1 := a.(string)
	y, ok2 := b.(string)
	if ok1 && ok2 {
		return bitwiseStrings(op, x, y)
	}
	m, n := bitOperand(a), bitOperand(b)
	switch op {
	case '&':
		return unsigned(m & n)
	case '|':
		return unsigned(m | n)
	}
	return unsigned(m ^ n)
}

func bitwiseStrings(op byte, x, y string) string {
	n := max(len(x), len(y))
	if op == '&' {
		n = min(len(x), len(y))
	}
	out := make([]byte, n)
	for i := range out {
		var c, d byte
		if i < len(x) {
			c = x[i]
		}
		if i < len(y) {
			d = y[i]
		}
		switch op {
		case '&':
			out[i] = c & d
		case '|':
			out[i] = c | d
		default:
			out[i] = c ^ d
		}
	}
	return string(out)
}

func complement(v Value) Value {
	if s, ok := v.(string); ok {
		out := []byte(s)
		for i := range out {
			out[i] = ^out[i]
		}
		return string(out)
	}
	return unsigned(^bitOperand(v))
}

func shiftBits(v, by Value, left bool) Value {
	n := Int(by)
	if n < 0 {
		left, n = !left, -n
	}
	x := bitOperand(v)
	switch {
	case n >= 64:
		return int64(0)
	case left:
		return unsigned(x << n)
	}
	return unsigned(x >> n)
}
