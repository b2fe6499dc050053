package spec

import (
	"regexp"
	"testing"
)

// None of the expressions is broken.
func TestExpressions(t *testing.T) {
	if len(expressions) == 0 {
		t.Error("there are none")
	}
	for _, compiled := range expressions {
		compiled() // panics over a broken one
	}
}

// A number is plain where this expression finds one.
func TestPlainNumber(t *testing.T) {
	plain := regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	pieces := []string{"", "-", "+", ".", "0", "19", "e", "x", " ", "\n", "\xff", "é", "_"}
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				for _, d := range pieces {
					if s := a + b + c + d; isPlainNumber(s) != plain.MatchString(s) {
						t.Errorf("%q is plain: %v", s, isPlainNumber(s))
					}
				}
			}
		}
	}
}
