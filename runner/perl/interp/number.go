package interp

import (
	"math"
	"strconv"
	"strings"
)

// FormatNumber prints a floating-point number as Perl does: 15 significant digits, no more than are needed.
func FormatNumber(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Inf"
	case math.IsInf(f, -1):
		return "-Inf"
	case math.IsNaN(f):
		return "NaN"
	case f == math.Trunc(f) && math.Abs(f) < 1e15 && (f != 0 || !math.Signbit(f)):
		return strconv.FormatInt(int64(f), 10)
	}
	return formatG(f, 15, false, false)
}

// formatG is C's %.*g; alt keeps trailing zeros, as the flag # does.
func formatG(f float64, precision int, alt, upper bool) string {
	if precision == 0 {
		precision = 1
	}
	s := strconv.FormatFloat(f, 'e', precision-1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	exp, _ := strconv.Atoi(exponent)
	if exp >= -4 && exp < precision {
		s = strconv.FormatFloat(f, 'f', precision-1-exp, 64)
		if !alt {
			s = trimZeros(s)
		}
		return s
	}
	if !alt {
		mantissa = trimZeros(mantissa)
	}
	e := "e"
	if upper {
		e = "E"
	}
	return mantissa + e + exponentText(exp)
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func exponentText(exp int) string {
	sign := "+"
	if exp < 0 {
		sign, exp = "-", -exp
	}
	digits := strconv.Itoa(exp)
	if exp < 10 {
		digits = "0" + digits
	}
	return sign + digits
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// parseNumber is the number that a string begins with: an int64, uint64 or float64. All reports whether nothing but
// space is left behind it, which is what looks_like_number asks.
func parseNumber(s string) (v Value, all bool) {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	start := i
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	whole := i - digits
	isFloat := false
	end := i
	if i < len(s) && s[i] == '.' {
		i++
		frac := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if whole > 0 || i > frac {
			isFloat, end = true, i
		}
	}
	if end == digits {
		return infOrNaN(s, start, digits)
	}
	if i = end; i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && isDigit(s[j]) {
			for j < len(s) && isDigit(s[j]) {
				j++
			}
			isFloat, end = true, j
		}
	}
	text := strings.TrimPrefix(s[start:end], "+")
	for i = end; i < len(s) && isSpace(s[i]); i++ {
	}
	all = i == len(s)
	if !isFloat {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, all
		}
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			return n, all
		}
	}
	f, _ := strconv.ParseFloat(text, 64)
	return f, all
}

func infOrNaN(s string, start, i int) (Value, bool) {
	rest := strings.ToLower(s[i:min(len(s), i+9)])
	for _, name := range []string{"infinity", "inf", "nan"} {
		if strings.HasPrefix(rest, name) {
			f := math.Inf(1)
			if name == "nan" {
				f = math.NaN()
			} else if s[start] == '-' {
				f = math.Inf(-1)
			}
			return f, strings.TrimRight(s[i+len(name):], " \t\r\n\f\v") == ""
		}
	}
	return int64(0), false
}
