package nginx

import (
	"fmt"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Canonical writes a version as Test::Nginx compares it, a number with three digits each for the second and third
// part: 1.22.1 is 1.022001.
func Canonical(major, minor, patch int) string {
	return fmt.Sprintf("%d.%03d%03d", major, minor, patch)
}

// CanonicalOpenSSL is Canonical for OpenSSL, whose versions may end in a letter that counts from a, as three digits
// more: 1.1.1c is 1.001001002. letter is "" where there is none.
func CanonicalOpenSSL(major, minor, patch int, letter string) string {
	if letter == "" {
		return Canonical(major, minor, patch)
	}
	return fmt.Sprintf("%s%03d", Canonical(major, minor, patch), letter[0]-'a')
}

var dotted = lazyregexp.New(`^(\d+)\.(\d+)\.(\d+)([a-z])?$`)

// ParseCanonical returns the canonical form of a version as people write it, 1.22.1 or 1.1.1k.
func ParseCanonical(version string) (string, error) {
	m := dotted.FindStringSubmatch(version)
	if m == nil {
		return "", fmt.Errorf("%q is no version (want three numbers, as in 1.22.1)", version)
	}
	return CanonicalOpenSSL(number(m[1]), number(m[2]), number(m[3]), m[4]), nil
}

// Compare reports whether a op b holds for canonical versions; op is <, <=, > or >=, as in skip_nginx. They are
// compared as numbers, so that 1.1.1 and 1.1.1a are equal.
func Compare(a, op, b string) (bool, error) {
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false, fmt.Errorf("%q is no canonical version", a)
	}
	y, err := strconv.ParseFloat(b, 64)
	if err != nil {
		return false, fmt.Errorf("%q is no canonical version", b)
	}
	switch op {
	case "<":
		return x < y, nil
	case "<=":
		return x <= y, nil
	case ">":
		return x > y, nil
	case ">=":
		return x >= y, nil
	}
	return false, fmt.Errorf("%q does not compare versions (want <, <=, > or >=)", op)
}

// number is the value of digits, or the largest int where there are too many of them.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
