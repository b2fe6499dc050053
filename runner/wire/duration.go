package wire

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseTime reads a time as --- timeout and the delays of the mock servers have it: a number of seconds, or one with the suffix s or ms.
func ParseTime(s string) time.Duration {
	number, seconds := strings.CutSuffix(strings.TrimSuffix(s, "\n"), "s")
	number, milli := strings.CutSuffix(number, "m")
	if !seconds || number == "" || isLetter(number[len(number)-1]) {
		return Seconds(s)
	}
	d := Seconds(number)
	if milli {
		d /= 1000
	}
	return d
}

func isLetter(c byte) bool { return c == '_' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }

// leadingNumber is the decimal number that s begins with; "" when there is none.
func leadingNumber(s string) string {
	end := 0
	sign := func() {
		if end < len(s) && (s[end] == '+' || s[end] == '-') {
			end++
		}
	}
	digits := func() (n int) {
		for ; end < len(s) && '0' <= s[end] && s[end] <= '9'; end++ {
			n++
		}
		return n
	}
	sign()
	n := digits()
	if end < len(s) && s[end] == '.' {
		end++
		n += digits()
	}
	if n == 0 {
		return ""
	}
	whole := end
	if end < len(s) && (s[end] == 'e' || s[end] == 'E') {
		end++
		sign()
		if digits() > 0 {
			whole = end
		}
	}
	return s[:whole]
}

// Number is what Perl makes of a string where it needs a number: the number in front, 0 when there is none.
func Number(s string) float64 {
	if s = leadingNumber(strings.TrimLeft(s, white)); s == "" { // as nearly always: ParseFloat would make an error of it
		return 0
	}
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// Seconds reads a number of seconds as Perl reads a number. What is negative or no number counts as 0.
func Seconds(s string) time.Duration {
	f := Number(s)
	if !(f > 0) {
		return 0
	}
	return time.Duration(math.Min(f*float64(time.Second), math.MaxInt64/2))
}
