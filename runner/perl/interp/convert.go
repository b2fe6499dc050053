package interp

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// Str is v as a string of bytes: what Perl makes of it in string context. For a Wide string, which has no such
// form, it ends the program.
func Str(v Value) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return FormatNumber(v)
	case uint64:
		return strconv.FormatUint(v, 10)
	case Wide:
		return narrow(v)
	case Dual:
		return v.Text
	case GlobValue:
		return "*" + v.pkg.name + "::" + v.name
	case *Regexp:
		if v.pkg == nil {
			return v.text()
		}
	}
	if r, ok := overloaded(v, `""`); ok {
		return Str(r)
	}
	if r, ok := v.(*Regexp); ok {
		return r.text()
	}
	return refText(v)
}

// narrow turns a wide string that needs no wide characters back into bytes.
func narrow(w Wide) string {
	b := make([]byte, 0, len(w))
	for _, r := range string(w) {
		if r > 0xff {
			throw(&Unsupported{Construct: "characters above 255 in a string that has to be bytes here"})
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// widen is the string of v as UTF-8 of its characters.
func widen(v Value) string {
	if w, ok := v.(Wide); ok {
		return string(w)
	}
	s := Str(v)
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			b := make([]rune, len(s))
			for j := 0; j < len(s); j++ {
				b[j] = rune(s[j])
			}
			return string(b)
		}
	}
	return s
}

// text is a string value from UTF-8: bytes when no character is above 255.
func fromUTF8(s string) Value {
	wide := false
	ascii := true
	for _, r := range s {
		if r > 0xff {
			wide = true
			break
		}
		if r >= 0x80 {
			ascii = false
		}
	}
	switch {
	case wide:
		return Wide(s)
	case ascii:
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// outBytes is what print writes for v: wide characters come out as UTF-8.
func outBytes(v Value) string {
	if w, ok := v.(Wide); ok {
		return string(w)
	}
	return Str(v)
}

// isWide reports whether v is a string with characters above 255, and not a reference that stringifies to one.
func isWide(v Value) bool { _, ok := v.(Wide); return ok }

// stringValue is v as a string, Wide or not.
func stringValue(v Value) Value {
	switch v := v.(type) {
	case string, Wide:
		return v
	}
	if r, ok := overloaded(v, `""`); ok {
		return stringValue(r)
	}
	return Str(v)
}

func concat(a, b Value) Value {
	a, b = stringValue(a), stringValue(b)
	x, ok1 := a.(string)
	y, ok2 := b.(string)
	if ok1 && ok2 {
		checkLength(len(x) + len(y))
		return x + y
	}
	return Wide(widen(a) + widen(b))
}

func stringLength(v Value) int {
	switch v := stringValue(v).(type) {
	case Wide:
		return utf8.RuneCountInString(string(v))
	case string:
		return len(v)
	}
	return 0
}

// address is a number that stands for what a reference refers to.
func address(v Value) int64 {
	if g, ok := v.(GlobValue); ok {
		v = g.Glob
	}
	if !IsRef(v) {
		return 0
	}
	return int64(reflect.ValueOf(v).Pointer())
}

// refText is a reference as a string, without overloading: Foo=HASH(0x...).
func refText(v Value) string {
	text := fmt.Sprintf("%s(0x%x)", refType(v), address(v))
	if p := blessedInto(v); p != nil {
		return p.name + "=" + text
	}
	return text
}

// refType is the type of what v refers to, whatever it is blessed into; "" when v is no reference.
func refType(v Value) string {
	switch v := v.(type) {
	case *Scalar:
		if IsRef(v.Get()) {
			return "REF"
		}
		return "SCALAR"
	case *Array:
		return "ARRAY"
	case *Hash:
		return "HASH"
	case *Code:
		return "CODE"
	case *Glob:
		return "GLOB"
	case *Regexp:
		return "Regexp"
	}
	return ""
}

// Ref is Perl's ref(v): the class of an object, the type of what a reference refers to, "" for what is none.
func Ref(v Value) string {
	if p := blessedInto(v); p != nil {
		return p.name
	}
	return refType(v)
}

// Truth reports whether Perl takes v for true.
func Truth(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != "" && v != "0"
	case int64:
		return v != 0
	case float64:
		return v != 0
	case uint64:
		return v != 0
	case Wide, GlobValue:
		return true
	case Dual:
		return v.Text != "" && v.Text != "0"
	}
	if p := blessedInto(v); p != nil {
		if r, ok := overloaded(v, "bool"); ok {
			return Truth(r)
		}
	}
	return true
}

// boolean is Perl's true or false as comparisons return it.
func boolean(b bool) Value {
	if b {
		return one
	}
	return no
}

var (
	one Value = int64(1)
	no  Value = ""
)

// number is v as a number: int64, uint64 or float64.
func number(v Value) Value {
	switch v := v.(type) {
	case int64, float64, uint64:
		return v
	case nil:
		return int64(0)
	case string:
		n, _ := parseNumber(v)
		return n
	case Wide:
		n, _ := parseNumber(string(v))
		return n
	case Dual:
		return number(v.Number)
	case GlobValue:
		return int64(0)
	}
	if r, ok := overloaded(v, "0+"); ok {
		return number(r)
	}
	return address(v)
}

// Num is v as a floating-point number.
func Num(v Value) float64 {
	switch n := number(v).(type) {
	case int64:
		return float64(n)
	case uint64:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

// Int is v as an integer, with what is behind the point cut off.
func Int(v Value) int64 {
	switch n := number(v).(type) {
	case int64:
		return n
	case uint64:
		return int64(n)
	case float64:
		return floatToInt(n)
	}
	return 0
}

func floatToInt(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		if f < math.MaxUint64 {
			return int64(uint64(f))
		}
		return -1
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// index is v as an index or count: an int that cannot overflow what is done with it.
func toIndex(v Value) int {
	n := Int(v)
	if f, ok := v.(float64); ok && f >= math.MaxInt64 {
		n = math.MaxInt64
	}
	return int(min(max(n, -1<<48), 1<<48))
}
