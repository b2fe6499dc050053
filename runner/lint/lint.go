// Package lint finds what is probably a mistake in a test file, though Test::Nginx takes it without a word: names of sections that
// nothing reads, a forgotten ONLY, titles that are there twice, ports that only one run at a time can have, and values that are
// thrown away.
package lint

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Check looks at a suite before its preprocessors have run, and at its blocks as they are written, those with SKIP and those that ONLY
// leaves out among them. The problems are sorted by line.
func Check(s *spec.Suite, written []*spec.Block) []*spec.Problem {
	l := &linter{suite: s}
	titles := map[string]int{}
	for _, b := range written {
		l.title(titles, b)
		for _, section := range b.Sections {
			l.section(section)
		}
	}
	for _, b := range s.Blocks {
		for _, section := range b.Sections {
			l.values(section)
		}
	}
	l.problems = append(l.problems, Unread(s)...)
	slices.SortStableFunc(l.problems, func(a, b *spec.Problem) int { return a.Line - b.Line })
	return l.problems
}

type linter struct {
	suite    *spec.Suite
	problems []*spec.Problem
}

func (l *linter) add(line int, format string, args ...any) {
	l.problems = append(l.problems, &spec.Problem{File: l.suite.File, Line: line, Msg: fmt.Sprintf(format, args...)})
}

func (l *linter) title(seen map[string]int, b *spec.Block) {
	if first, ok := seen[b.Name]; ok && b.Name != "" {
		l.add(b.Line, "the title %q is that of line %d, too (ngxtest fmt numbers TEST titles anew; rename others)", b.Name, first)
		return
	}
	seen[b.Name] = b.Line
}

// port is the default port of Test::Nginx where something talks to it or listens on it.
var port = lazyregexp.New(`(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]|\*):1984\b|\blisten\s+1984\b`)

func (l *linter) section(s *spec.Section) {
	if s.Name == "ONLY" {
		l.add(s.Line, "ONLY leaves out all other blocks of the file (take it out before you commit)")
	}
	if _, known := spec.Sections[s.Name]; !known {
		return
	}
	if at := port.FindStringIndex(s.Text); at != nil {
		line := s.Line + strings.Count(s.Text[:at[0]], "\n")
		if strings.Contains(s.Text, "\n") {
			line++ // the text begins below the section's name
		}
		l.add(line, "port 1984 is written out (write $TEST_NGINX_SERVER_PORT, so that another port can be chosen)")
	}
}

func (l *linter) values(s *spec.Section) {
	if _, known := spec.Sections[s.Name]; known && len(s.Values) > 1 {
		l.add(s.Line, "%s has %d values, of which only the first counts (put them into square brackets)", s.Name, len(s.Values))
	}
}

// Unread returns a problem for each section that nothing reads: not Test::Nginx, and neither the file's own Perl nor a module
// that it loads speaks of the name. Sections that are made to be switched off by a digit behind a known name, as in stap2, are none.
func Unread(s *spec.Suite) []*spec.Problem {
	var problems []*spec.Problem
	var perl string
	read := false
	for _, b := range s.Blocks {
		for _, section := range b.Sections {
			name := section.Name
			if _, known := spec.Sections[name]; known || section.Line == 0 || switchedOff(name) || slices.Contains(ofLWP, name) {
				continue
			}
			if !read {
				perl, read = source(s), true
			}
			if speaksOf(perl, name) {
				continue
			}
			advice := "remove it, or read it in a block preprocessor"
			if near := spec.Nearest(name, spec.Sections); near != "" {
				advice = "did you mean " + near + "?"
			}
			problems = append(problems, &spec.Problem{
				File: s.File, Line: section.Line, Msg: fmt.Sprintf("nothing reads a section %s (%s)", name, advice),
			})
		}
	}
	return problems
}

// ofLWP are the sections that only Test::Nginx::LWP reads.
var ofLWP = []string{"request_headers", "chunked_body", "middle_chunk_delay", "start_chunk_delay"}

// switchedOff reports whether a name is a known one with a digit behind it.
func switchedOff(name string) bool {
	base := strings.TrimRight(name, "0123456789")
	_, known := spec.Sections[base]
	return known && base != name
}

// source is all Perl that could read a section: the preamble, the modules that it has loaded and the values that are Perl text.
func source(s *spec.Suite) string {
	var b strings.Builder
	b.WriteString(s.Perl)
	for _, path := range s.Modules {
		text, _ := os.ReadFile(path) // one that has gone meanwhile cannot be searched
		b.Write(text)
	}
	for _, block := range s.Blocks {
		for _, section := range block.Sections {
			if slices.Contains(section.Filters, "eval") || section.Name == "init" || section.Name == "skip_eval" {
				b.WriteString(section.Text + "\n")
			}
		}
	}
	return b.String()
}

// speaksOf reports whether Perl text has the name as a word.
func speaksOf(perl, name string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(perl)
}
