package check

import (
	"fmt"
	"regexp"

	"github.com/ngxtest/ngxtest/runner/spec"
)

type pattern struct{ re *regexp.Regexp }

func (p pattern) Match(s string) (bool, error) { return p.re.MatchString(s), nil }
func (p pattern) Find(s string, at int) ([]int, error) {
	return p.re.FindStringSubmatchIndex(s[at:]), nil
}

// compile returns the pattern that qr/VALUE/flags is. A compiled pattern keeps its own flags there.
func (b *Block) compile(v spec.Value, flags string) (pattern, error) {
	source := v.String()
	if v.Kind == spec.Regexp {
		source, flags = v.Str, v.Flags
	}
	if flags != "" {
		source = "(?" + flags + ")" + source
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return pattern{}, fmt.Errorf("the pattern %q does not compile: %w", source, err)
	}
	return pattern{re}, nil
}
