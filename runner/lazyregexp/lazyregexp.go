// Package lazyregexp holds regular expressions that are compiled when they are first used. A run starts its program again
// for every lane, and most expressions of the program are of no use to most of these processes: a lane meets no report, and
// a run without Valgrind none of its findings. For an expression at package level that is nothing but text until then:
//
//	var digits = lazyregexp.New(`^\d+$`)
//
// Compiling late would let a broken expression lie unseen. So a test binary compiles each one as soon as it starts, and
// panics over a broken one as regexp.MustCompile does.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is an expression that is compiled at its first use. Its methods are those of regexp.Regexp, and may be called from
// several goroutines.
type Regexp struct {
	pattern  string
	once     sync.Once
	compiled *regexp.Regexp
}

// inTest tells that this is the binary that `go test` makes of a package. It is asked in this way because package testing
// has flags and an init of its own.
var inTest = len(os.Args) > 0 && strings.HasSuffix(os.Args[0], ".test")

// New is the expression, in the syntax of package regexp. A broken one panics at its first use.
func New(pattern string) *Regexp {
	re := &Regexp{pattern: pattern}
	if inTest {
		re.Regexp()
	}
	return re
}

// Regexp is the expression, compiled, for whoever wants one of package regexp.
func (re *Regexp) Regexp() *regexp.Regexp {
	re.once.Do(re.compile)
	return re.compiled
}

func (re *Regexp) compile() { re.compiled = regexp.MustCompile(re.pattern) }

// String is the text of the expression.
func (re *Regexp) String() string { return re.pattern }

// MatchString is that of regexp.Regexp.
func (re *Regexp) MatchString(s string) bool { return re.Regexp().MatchString(s) }

// Match is that of regexp.Regexp.
func (re *Regexp) Match(b []byte) bool { return re.Regexp().Match(b) }

// FindString is that of regexp.Regexp.
func (re *Regexp) FindString(s string) string { return re.Regexp().FindString(s) }

// FindIndex is that of regexp.Regexp.
func (re *Regexp) FindIndex(b []byte) []int { return re.Regexp().FindIndex(b) }

// FindStringIndex is that of regexp.Regexp.
func (re *Regexp) FindStringIndex(s string) []int { return re.Regexp().FindStringIndex(s) }

// FindSubmatch is that of regexp.Regexp.
func (re *Regexp) FindSubmatch(b []byte) [][]byte { return re.Regexp().FindSubmatch(b) }

// FindStringSubmatch is that of regexp.Regexp.
func (re *Regexp) FindStringSubmatch(s string) []string { return re.Regexp().FindStringSubmatch(s) }

// FindSubmatchIndex is that of regexp.Regexp.
func (re *Regexp) FindSubmatchIndex(b []byte) []int { return re.Regexp().FindSubmatchIndex(b) }

// FindStringSubmatchIndex is that of regexp.Regexp.
func (re *Regexp) FindStringSubmatchIndex(s string) []int {
	return re.Regexp().FindStringSubmatchIndex(s)
}

// FindAllString is that of regexp.Regexp.
func (re *Regexp) FindAllString(s string, n int) []string { return re.Regexp().FindAllString(s, n) }

// FindAllStringSubmatch is that of regexp.Regexp.
func (re *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return re.Regexp().FindAllStringSubmatch(s, n)
}

// ReplaceAllFunc is that of regexp.Regexp.
func (re *Regexp) ReplaceAllFunc(b []byte, f func([]byte) []byte) []byte {
	return re.Regexp().ReplaceAllFunc(b, f)
}

// ReplaceAllStringFunc is that of regexp.Regexp.
func (re *Regexp) ReplaceAllStringFunc(s string, f func(string) string) string {
	return re.Regexp().ReplaceAllStringFunc(s, f)
}

// ReplaceAll is that of regexp.Regexp.
func (re *Regexp) ReplaceAll(b, by []byte) []byte { return re.Regexp().ReplaceAll(b, by) }

// ReplaceAllString is that of regexp.Regexp.
func (re *Regexp) ReplaceAllString(s, by string) string { return re.Regexp().ReplaceAllString(s, by) }

// Split is that of regexp.Regexp.
func (re *Regexp) Split(s string, n int) []string { return re.Regexp().Split(s, n) }

// FindAllStringSubmatchIndex is that of regexp.Regexp.
func (re *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return re.Regexp().FindAllStringSubmatchIndex(s, n)
}

// FindAllSubmatch is that of regexp.Regexp.
func (re *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte {
	return re.Regexp().FindAllSubmatch(b, n)
}

// FindAllStringIndex is that of regexp.Regexp.
func (re *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return re.Regexp().FindAllStringIndex(s, n)
}

// ReplaceAllLiteralString is that of regexp.Regexp.
func (re *Regexp) ReplaceAllLiteralString(s, by string) string {
	return re.Regexp().ReplaceAllLiteralString(s, by)
}
