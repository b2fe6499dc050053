package interp

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
	"github.com/ngxtest/ngxtest/runner/regex"
)

// joinStrings joins strings, Wide or not.
func joinStrings(sep Value, parts []Value) Value {
	wide := isWide(sep) && len(parts) > 1
	size := 0
	for _, p := range parts {
		if s, ok := p.(string); ok {
			size += len(s)
		} else {
			wide = true
		}
	}
	var b strings.Builder
	if !wide {
		s := Str(sep)
		size += len(s) * (len(parts) - 1)
		checkLength(size)
		b.Grow(size)
		for i, p := range parts {
			if i > 0 {
				b.WriteString(s)
			}
			b.WriteString(p.(string))
		}
		return b.String()
	}
	s := widen(sep)
	for i, p := range parts {
		if i > 0 {
			b.WriteString(s)
		}
		b.WriteString(widen(p))
	}
	return fromUTF8(b.String())
}

// unaryFunctions are functions of one scalar.
var unaryFunctions = map[string]func(in *Interp, v Value) Value{
	"length": func(_ *Interp, v Value) Value {
		if v == nil {
			return nil
		}
		return int64(stringLength(v))
	},
	"uc":        func(_ *Interp, v Value) Value { return mapCase(v, upperASCII, strings.ToUpper) },
	"lc":        func(_ *Interp, v Value) Value { return mapCase(v, lowerASCII, strings.ToLower) },
	"fc":        func(_ *Interp, v Value) Value { return mapCase(v, lowerASCII, strings.ToLower) },
	"ucfirst":   func(_ *Interp, v Value) Value { return mapFirst(v, upperASCII, strings.ToUpper) },
	"lcfirst":   func(_ *Interp, v Value) Value { return mapFirst(v, lowerASCII, strings.ToLower) },
	"quotemeta": func(_ *Interp, v Value) Value { return regex.QuoteMeta(Str(v)) },
	"ord": func(_ *Interp, v Value) Value {
		switch s := stringValue(v).(type) {
		case Wide:
			r, _ := utf8.DecodeRuneInString(string(s))
			return int64(r)
		case string:
			if s != "" {
				return int64(s[0])
			}
		}
		return int64(0)
	},
	"chr": func(_ *Interp, v Value) Value { return character(Int(v)) },
	"hex": func(_ *Interp, v Value) Value { return hexNumber(Str(v)) },
	"oct": func(_ *Interp, v Value) Value { return octNumber(Str(v)) },
	"abs": func(_ *Interp, v Value) Value {
		if r, ok := overloaded(v, "abs"); ok {
			return r
		}
		switch n := number(v).(type) {
		case int64:
			if n < 0 {
				return negate(n)
			}
			return n
		case float64:
			return math.Abs(n)
		default:
			return n
		}
	},
	"int": func(_ *Interp, v Value) Value {
		n := number(v)
		if f, ok := n.(float64); ok {
			if f = math.Trunc(f); math.Abs(f) < math.MaxInt64 {
				return int64(f)
			}
			return f
		}
		return n
	},
	"sqrt": func(_ *Interp, v Value) Value {
		f := Num(v)
		if f < 0 {
			throw(die("Can't take sqrt of %s", FormatNumber(f)))
		}
		return math.Sqrt(f)
	},
	"log": func(_ *Interp, v Value) Value {
		f := Num(v)
		if f <= 0 {
			throw(die("Can't take log of %s", FormatNumber(f)))
		}
		return math.Log(f)
	},
	"sin":   func(_ *Interp, v Value) Value { return math.Sin(Num(v)) },
	"cos":   func(_ *Interp, v Value) Value { return math.Cos(Num(v)) },
	"exp":   func(_ *Interp, v Value) Value { return math.Exp(Num(v)) },
	"ref":   func(_ *Interp, v Value) Value { return Ref(v) },
	"study": func(_ *Interp, _ Value) Value { return one },
	"lock":  func(_ *Interp, v Value) Value { return v },
}

func upperASCII(s string) string { return asciiMap(s, 'a', 'z') }

func lowerASCII(s string) string { return asciiMap(s, 'A', 'Z') }

// asciiMap flips the case of the letters between from and to, and leaves all other bytes alone.
func asciiMap(s string, from, to byte) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= from && s[i] <= to {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i] >= from && b[i] <= to {
					b[i] ^= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

func mapCase(v Value, bytes, wide func(string) string) Value {
	switch s := stringValue(v).(type) {
	case string:
		return bytes(s)
	case Wide:
		return fromUTF8(wide(string(s)))
	}
	return ""
}

func mapFirst(v Value, bytes, wide func(string) string) Value {
	switch s := stringValue(v).(type) {
	case string:
		if s != "" {
			return bytes(s[:1]) + s[1:]
		}
	case Wide:
		_, n := utf8.DecodeRuneInString(string(s))
		return fromUTF8(wide(string(s[:n])) + string(s[n:]))
	}
	return ""
}

// character is chr.
func character(n int64) Value {
	switch {
	case n < 0:
		return Wide("\ufffd")
	case n < 0x100:
		return string([]byte{byte(n)})
	case n > utf8.MaxRune || n >= 0xd800 && n < 0xe000:
		throw(unsupported("the character %#x", n))
	}
	return Wide(string(rune(n)))
}

func hexNumber(s string) Value {
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "0"), "x"), "X")
	return digitsNumber(s, 16)
}

func octNumber(s string) Value {
	s = strings.TrimLeft(s, " \t\n\r\f\v")
	switch t := strings.ToLower(s); {
	case strings.HasPrefix(t, "0x"), strings.HasPrefix(t, "0b"), strings.HasPrefix(t, "0o"):
		return digitsNumber(s[2:], map[byte]int{'x': 16, 'b': 2, 'o': 8}[t[1]])
	case strings.HasPrefix(t, "x"), strings.HasPrefix(t, "b"), strings.HasPrefix(t, "o"):
		return digitsNumber(s[1:], map[byte]int{'x': 16, 'b': 2, 'o': 8}[t[0]])
	}
	return digitsNumber(s, 8)
}

// digitsNumber is the number that the digits at the beginning of s are in a base; underscores are skipped.
func digitsNumber(s string, base int) Value {
	end := 0
	for end < len(s) {
		c := s[end]
		if c == '_' {
			end++
			continue
		}
		d := strings.IndexByte("0123456789abcdef", lowerASCII(string(c))[0])
		if d < 0 || d >= base {
			break
		}
		end++
	}
	digits := strings.ReplaceAll(s[:end], "_", "")
	if digits == "" {
		return int64(0)
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		f := 0.0
		for i := 0; i < len(digits); i++ {
			f = f*float64(base) + float64(strings.IndexByte("0123456789abcdef", lowerASCII(digits[i : i+1])[0]))
		}
		return f
	}
	return unsigned(n)
}

// asSubs are the functions that &CORE::name can call: unaryFunctions, which lead back here.
var asSubs map[string]func(in *Interp, v Value) Value

func init() { asSubs = unaryFunctions }

// callBuiltin is what &CORE::name does.
func (in *Interp) callBuiltin(name string, args []Value) Value {
	f := asSubs[name]
	if f == nil || len(args) != 1 {
		throw(unsupported("&CORE::%s with %d arguments", name, len(args)))
	}
	return f(in, args[0])
}

// scalarFunctions are functions whose arguments are all scalars.
var scalarFunctions = map[string]func(in *Interp, args []Value) Value{
	"index":  func(_ *Interp, a []Value) Value { return indexOf(a, false) },
	"rindex": func(_ *Interp, a []Value) Value { return indexOf(a, true) },
	"atan2":  func(_ *Interp, a []Value) Value { return math.Atan2(Num(argOf(a, 0)), Num(argOf(a, 1))) },
	"crypt": func(_ *Interp, _ []Value) Value {
		throw(unsupported("crypt"))
		return nil
	},
}

func indexOf(a []Value, last bool) Value {
	s, t := stringValue(argOf(a, 0)), stringValue(argOf(a, 1))
	if isWide(s) || isWide(t) {
		throw(unsupported("index on a string with characters above 255"))
	}
	x, y := Str(s), Str(t)
	if !last {
		from := 0
		if len(a) > 2 {
			from = min(max(toIndex(a[2]), 0), len(x))
		}
		if i := strings.Index(x[from:], y); i >= 0 {
			return int64(from + i)
		}
		return int64(-1)
	}
	end := len(x)
	if len(a) > 2 {
		from := toIndex(a[2])
		if from < 0 {
			if y == "" {
				return int64(0)
			}
			return int64(-1)
		}
		end = min(from+len(y), len(x))
	}
	return int64(strings.LastIndex(x[:end], y))
}

// listFunctions are functions of a list.
var listFunctions = map[string]func(in *Interp, args List) Value{
	"sprintf": func(in *Interp, args List) Value {
		if len(args) == 0 {
			return ""
		}
		return in.sprintf(args[0].Get(), args[1:].Values())
	},
	"join": func(_ *Interp, args List) Value {
		if len(args) == 0 {
			return ""
		}
		return joinValues(args[0].Get(), args[1:])
	},
	"pack": func(in *Interp, args List) Value {
		if len(args) == 0 {
			throw(die("Not enough arguments for pack"))
		}
		return in.pack(Str(args[0].Get()), args[1:].Values())
	},
	"die":    func(in *Interp, args List) Value { throw(in.dieWith(args)); return nil },
	"warn":   func(in *Interp, args List) Value { in.warnWith(args); return one },
	"unlink": func(in *Interp, args List) Value { return in.unlink(args) },
	"chmod":  func(in *Interp, args List) Value { return in.chmod(args) },
	"utime":  func(in *Interp, args List) Value { return in.utime(args) },
	"kill":   func(in *Interp, args List) Value { return in.kill(args) },
	"system": func(in *Interp, args List) Value { return in.system(args) },
	"exec": func(_ *Interp, _ List) Value {
		throw(unsupported("exec"))
		return nil
	},
}

// stringFunctions are functions on strings that look at variables themselves.
var stringFunctions = map[string]func(c *compiler, x *syntax.Func) expr{
	"substr": (*compiler).substr,
	"chomp":  func(c *compiler, x *syntax.Func) expr { return c.chopper(x, (*Interp).chomp) },
	"chop":   func(c *compiler, x *syntax.Func) expr { return c.chopper(x, (*Interp).chop) },
	"pos":    (*compiler).pos,
	"split":  (*compiler).split,
	"unpack": (*compiler).unpackFunc,
	"vec":    (*compiler).vec,
}
