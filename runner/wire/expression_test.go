package wire

import "testing"

// None of the expressions is broken.
func TestExpressions(t *testing.T) {
	if len(expressions) == 0 {
		t.Error("there are none")
	}
	for _, compiled := range expressions {
		compiled() // panics over a broken one
	}
}
