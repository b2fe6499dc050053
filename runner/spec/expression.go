package spec

import (
	"regexp"
	"sync"
)

// expressions are all that expression made, for a test that compiles each of them: a broken one would lie unseen otherwise.
var expressions []func() *regexp.Regexp

// expression is a regular expression that is compiled when it is first asked for: only mending a file and mistakes in one need any,
// and each of the many processes of a run would compile all.
func expression(text string) func() *regexp.Regexp {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
	expressions = append(expressions, compiled)
	return compiled
}
