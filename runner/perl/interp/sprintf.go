package interp

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// directive is a conversion of sprintf: %[index$][flags][vector][width][.precision][size]verb.
type directive struct {
	plus, minus, space, zero, alt bool
	width                         int
	precision                     int // -1: none
	vector                        bool
	join                          string
	verb                          byte
	text                          string // as written
}

// formatter goes through the arguments of a sprintf.
type formatter struct {
	args []Value
	next int
}

func (f *formatter) take(index int) Value {
	if index > 0 {
		if index <= len(f.args) {
			return f.args[index-1]
		}
		return nil
	}
	f.next++
	if f.next <= len(f.args) {
		return f.args[f.next-1]
	}
	return nil
}

// sprintf formats as Perl's function of that name does.
func (in *Interp) sprintf(format Value, args []Value) Value {
	fv := stringValue(format)
	wide := isWide(fv)
	src := outBytes(fv)
	f := &formatter{args: args}
	var parts []Value
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			if wide {
				parts = append(parts, fromUTF8(plain.String()))
			} else {
				parts = append(parts, plain.String())
			}
			plain.Reset()
		}
	}
	for i := 0; i < len(src); i++ {
		if src[i] != '%' {
			plain.WriteByte(src[i])
			continue
		}
		d, index, end, ok := f.parse(src, i)
		if !ok {
			plain.WriteString(src[i:end])
			i = end - 1
			continue
		}
		i = end - 1
		if d.verb == '%' {
			plain.WriteString(d.pad("%"))
			continue
		}
		flush()
		parts = append(parts, f.format(in, d, index))
	}
	flush()
	return joinStrings("", parts)
}

// parse reads the directive at src[i]; end is behind it. Ok is false when it is none.
func (f *formatter) parse(src string, i int) (d directive, index, end int, ok bool) {
	start := i
	i++
	d.precision = -1
	number := func() (n int, ok bool) {
		j := i
		for i < len(src) && isDigit(src[i]) && i-j < 9 {
			n = n*10 + int(src[i]-'0')
			i++
		}
		return n, i > j
	}
	// star reads what is behind a *: another argument's value.
	star := func() int {
		save := i
		if n, ok := number(); ok && i < len(src) && src[i] == '$' {
			i++
			return toIndex(f.take(n))
		}
		i = save
		return toIndex(f.take(0))
	}
	if n, isNumber := number(); isNumber && n > 0 && i < len(src) && src[i] == '$' {
		index = n
		i++
	} else {
		i = start + 1
	}
flags:
	for ; i < len(src); i++ {
		switch src[i] {
		case '+':
			d.plus = true
		case '-':
			d.minus = true
		case ' ':
			d.space = true
		case '0':
			d.zero = true
		case '#':
			d.alt = true
		default:
			break flags
		}
	}
	d.join = "."
	if i+1 < len(src) && src[i] == '*' && src[i+1] == 'v' {
		i += 2
		d.vector, d.join = true, Str(f.take(0))
	} else if i < len(src) && src[i] == 'v' {
		i++
		d.vector = true
	}
	if i < len(src) && src[i] == '*' {
		i++
		if d.width = star(); d.width < 0 {
			d.minus, d.width = true, -d.width
		}
	} else {
		d.width, _ = number()
	}
	checkLength(d.width)
	if i < len(src) && src[i] == '.' {
		i++
		if i < len(src) && src[i] == '*' {
			i++
			d.precision = star()
		} else {
			d.precision, _ = number()
		}
		checkLength(max(d.precision, 0))
	}
	for i < len(src) && strings.IndexByte("hlqLVzt", src[i]) >= 0 {
		i++
	}
	if i >= len(src) {
		return d, 0, len(src), false
	}
	d.verb = src[i]
	d.text = src[start : i+1]
	if strings.IndexByte("%csdiuoxXbBeEfFgGaApnDUO", d.verb) < 0 {
		return d, 0, i + 1, false
	}
	if d.verb == 'n' {
		throw(die("Use of %%n in printf formats is not supported"))
	}
	return d, index, i + 1, true
}

func (f *formatter) format(in *Interp, d directive, index int) Value {
	v := f.take(index)
	if d.vector {
		if p := blessedInto(v); p != nil && p.name == "version" {
			return d.pad(strings.TrimPrefix(Str(v), "v"))
		}
		return d.vectorText(stringValue(v))
	}
	switch d.verb {
	case 'c':
		return d.padValue(character(Int(v)))
	case 's':
		s := stringValue(v)
		if d.precision >= 0 && d.precision < stringLength(s) {
			s = cut(s, 0, d.precision)
		}
		return d.padValue(s)
	case 'p':
		return d.pad(strconv.FormatInt(address(v), 16))
	case 'd', 'i', 'D', 'u', 'U', 'o', 'O', 'x', 'X', 'b', 'B':
		return d.pad(d.integer(number(v)))
	}
	return d.pad(d.float(Num(v)))
}

func (d *directive) vectorText(s Value) string {
	var parts []string
	each := *d
	for _, r := range widen(s) {
		parts = append(parts, each.pad(each.integer(int64(r))))
		each.plus = false // Perl gives the sign to the first number only
	}
	return strings.Join(parts, d.join)
}

// padValue is pad for a string that may be Wide.
func (d *directive) padValue(v Value) Value {
	w, ok := v.(Wide)
	if !ok {
		return d.pad(Str(v))
	}
	fill := d.width - utf8.RuneCountInString(string(w))
	if fill <= 0 {
		return v
	}
	if d.minus {
		return Wide(string(w) + strings.Repeat(" ", fill))
	}
	return Wide(strings.Repeat(" ", fill) + string(w))
}

// pad brings a string to the width.
func (d *directive) pad(s string) string {
	fill := d.width - len(s)
	switch {
	case fill <= 0:
		return s
	case d.minus:
		return s + strings.Repeat(" ", fill)
	case d.zero:
		return zeroFill(s, fill, d.verb)
	}
	return strings.Repeat(" ", fill) + s
}

// zeroFill puts zeros behind the sign and prefix of a number.
func zeroFill(s string, fill int, verb byte) string {
	n := 0
	if verb != 's' && verb != 'c' {
		if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
			n = 1
		}
		if len(s) > n+1 && s[n] == '0' && strings.IndexByte("xXbB", s[n+1]) >= 0 && strings.IndexByte("xXbBaA", verb) >= 0 {
			n += 2
		}
		if t := strings.TrimLeft(s, "+- "); t == "Inf" || t == "NaN" {
			return strings.Repeat(" ", fill) + s
		}
	}
	return s[:n] + strings.Repeat("0", fill) + s[n:]
}

func (d *directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.space:
		return " "
	}
	return ""
}

func (d *directive) integer(v Value) string {
	if f, ok := v.(float64); ok {
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return d.sign(f < 0) + strings.TrimPrefix(FormatNumber(f), "-")
		}
		if f = math.Trunc(f); f >= math.MaxInt64 {
			v = uint64(math.MaxUint64)
			if f < math.MaxUint64 {
				v = uint64(f)
			}
			if lower := d.verb | 0x20; lower == 'd' || lower == 'i' {
				v = int64(math.MaxInt64)
				if f > math.MaxInt64 {
					v = int64(-1)
				}
			}
		} else {
			v = floatToInt(f)
		}
	}
	signed := d.verb == 'd' || d.verb == 'i' || d.verb == 'D'
	negative := false
	var u uint64
	switch n := v.(type) {
	case int64:
		if u = uint64(n); signed && n < 0 {
			negative, u = true, magnitude(n)
		}
	case uint64:
		u = n
	}
	base := map[byte]int{'o': 8, 'O': 8, 'x': 16, 'X': 16, 'b': 2, 'B': 2}[d.verb]
	if base == 0 {
		base = 10
	}
	digits := strconv.FormatUint(u, base)
	if d.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if d.precision >= 0 {
		d.zero = false
		if d.precision == 0 && u == 0 {
			digits = ""
		}
		if len(digits) < d.precision {
			digits = strings.Repeat("0", d.precision-len(digits)) + digits
		}
	}
	prefix := ""
	if d.alt && u != 0 {
		switch d.verb {
		case 'o', 'O':
			if !strings.HasPrefix(digits, "0") {
				prefix = "0"
			}
		case 'x', 'X', 'b', 'B':
			prefix = "0" + string(d.verb)
		}
	}
	if signed {
		prefix = d.sign(negative)
	}
	return prefix + digits
}

func (d *directive) float(f float64) string {
	negative := f < 0 || f == 0 && math.Signbit(f)
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return d.sign(f < 0) + strings.TrimPrefix(FormatNumber(f), "-")
	}
	f = math.Abs(f)
	precision := d.precision
	if precision < 0 {
		precision = 6
	}
	upper := d.verb >= 'A' && d.verb <= 'Z'
	var s string
	switch d.verb | 0x20 {
	case 'f':
		s = strconv.FormatFloat(f, 'f', precision, 64)
	case 'e':
		s = strconv.FormatFloat(f, 'e', precision, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		exp, _ := strconv.Atoi(exponent)
		s = mantissa + "e" + exponentText(exp)
	case 'g':
		s = formatG(f, precision, d.alt, false)
	case 'a':
		s = hexFloat(f, d.precision)
	}
	if d.alt && !strings.Contains(s, ".") && d.verb|0x20 != 'a' {
		mantissa, exponent, found := strings.Cut(s, "e")
		if s = mantissa + "."; found {
			s += "e" + exponent
		}
	}
	if upper {
		s = strings.ToUpper(s)
	}
	return d.sign(negative) + s
}

// hexFloat is %a: Perl writes no leading zeros in the exponent.
func hexFloat(f float64, precision int) string {
	s := strconv.FormatFloat(f, 'x', precision, 64)
	mantissa, exponent, _ := strings.Cut(s, "p")
	exp, _ := strconv.Atoi(exponent)
	sign := "+"
	if exp < 0 {
		sign, exp = "-", -exp
	}
	return mantissa + "p" + sign + strconv.Itoa(exp)
}
