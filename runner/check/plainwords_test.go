package check

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// What is written out by hand for speed does what the expression says whose place it has taken.
func TestHandWrittenMatchers(t *testing.T) {
	words := []string{"a", "b\n", " ", "\t", "\r\n", "\v", "\f", "  ", "é", "\xff", "[", "]", "[alert]", "[crit]", "[emerg]", "[error]",
		"[debug] ", "[emer", "alert]", "Assertion ", "writing a global lua variable", "[["}
	runs := regexp.MustCompile(`[\t\n\v\f\r ]{2,}`)
	wanted := regexp.MustCompile(`\[(?:alert|crit|emerg)\]|Assertion |writing a global lua variable`)
	seen := map[bool]int{}
	for range 20000 {
		var b strings.Builder
		for range rand.IntN(8) {
			b.WriteString(words[rand.IntN(len(words))])
		}
		text := b.String()
		trimmed := strings.ReplaceAll(strings.Trim(text, white), "\n", " ")
		if got, want := summary(text), runs.ReplaceAllLiteralString(trimmed, " "); got != want {
			t.Fatalf("summary of %q: %q, want %q", text, got, want)
		}
		want := wanted.MatchString(text)
		if got := remarkable(text); got != want {
			t.Fatalf("%q is remarkable: %v, want %v", text, got, want)
		}
		seen[want]++
	}
	if len(seen) < 2 {
		t.Errorf("all were alike: %v", seen)
	}
}
