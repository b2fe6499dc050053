package check

import (
	"fmt"

	"github.com/ngxtest/ngxtest/runner/regex"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// compile returns the pattern that qr/VALUE/flags is. A compiled pattern keeps its own flags there.
func (b *Block) compile(v spec.Value, flags string) (*regex.Regexp, error) {
	source := v.String()
	if v.Kind == spec.Regexp {
		source, flags = v.Str, v.Flags
	}
	key := flags + "/" + source
	if re, ok := b.patterns[key]; ok {
		return re, nil
	}
	re, err := regex.Compile(source, flags)
	if err != nil {
		return nil, fmt.Errorf("the pattern does not compile: %w", err)
	}
	if b.patterns == nil {
		b.patterns = map[string]*regex.Regexp{}
	}
	b.patterns[key] = re
	return re, nil
}
