package wire

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var unit = regexp.MustCompile(`([^_a-zA-Z])(m?s)(\n?)$`)

// ParseTime reads a time as --- timeout and the delays of the mock servers have it: a number of seconds, or one with the suffix s or ms.
func ParseTime(s string) time.Duration {
	if !strings.Contains(s, "s") {
		return Seconds(s)
	}
	m := unit.FindStringSubmatchIndex(s)
	if m == nil {
		return Seconds(s)
	}
	d := Seconds(s[:m[3]])
	if s[m[4]:m[5]] == "ms" {
		d /= 1000
	}
	return d
}

var leadingNumber = regexp.MustCompile(`^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`)

// Number is what Perl makes of a string where it needs a number: the number in front, 0 when there is none.
func Number(s string) float64 {
	f, _ := strconv.ParseFloat(leadingNumber.FindString(strings.TrimLeft(s, "\t\n\v\f\r ")), 64)
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
