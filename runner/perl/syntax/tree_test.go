package syntax

import (
	"strings"
	"testing"
)

// tree is a text and what Dump shows of its statements.
type tree struct{ src, want string }

func checkTrees(t *testing.T, trees []tree) {
	t.Helper()
	for _, tt := range trees {
		prog, err := Parse(tt.src, Options{File: "f"})
		if err != nil {
			t.Errorf("%s\n  %v", tt.src, err)
			continue
		}
		got := strings.TrimSuffix(strings.TrimPrefix(Dump(prog.Body), "["), "]")
		if got != tt.want {
			t.Errorf("%s\n  got  %s\n  want %s", tt.src, got, tt.want)
		}
	}
}
