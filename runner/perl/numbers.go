package perl

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var numberPrefix = regexp.MustCompile(`^[ \t\n\r\f\v]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`)

// numify is a string as a number: what it begins with, or 0.
func numify(s string) float64 {
	m := numberPrefix.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	f, _ := strconv.ParseFloat(m[1], 64)
	return f
}

// formatNumber prints a number as Perl does: 15 significant digits, no more than are needed.
func formatNumber(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Inf"
	case math.IsInf(f, -1):
		return "-Inf"
	case math.IsNaN(f):
		return "NaN"
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return strconv.FormatInt(int64(f), 10)
	}
	s := strconv.FormatFloat(f, 'e', 14, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	exp, _ := strconv.Atoi(exponent)
	if exp >= -5 && exp < 15 {
		s = strconv.FormatFloat(f, 'f', 14-exp, 64)
		return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	mantissa = strings.TrimSuffix(strings.TrimRight(mantissa, "0"), ".")
	sign := "+"
	if exp < 0 {
		sign, exp = "-", -exp
	}
	digits := strconv.Itoa(exp)
	if exp < 10 {
		digits = "0" + digits
	}
	return mantissa + "e" + sign + digits
}

var (
	timeMillis  = regexp.MustCompile(`([^_a-zA-Z])ms(\n?)$`)
	timeSeconds = regexp.MustCompile(`([^_a-zA-Z])s(\n?)$`)
)

// parseTime turns a time with an optional unit, "500ms" or "2s", into seconds, as Test::Nginx's parse_time does.
// What has no unit is handed back as it is.
func parseTime(s string) string {
	if timeMillis.MatchString(s) {
		return formatNumber(numify(timeMillis.ReplaceAllString(s, "$1$2")) / 1000)
	}
	return timeSeconds.ReplaceAllString(s, "$1$2")
}
