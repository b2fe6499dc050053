package check

import (
	"fmt"
	"strings"
)

// logCheck is a section that wants lines in a log, or wants them not to be there.
type logCheck struct {
	section string
	file    string // as descriptions name it: error.log, access.log
	suffix  string // " (req 0)"; "" for the checks after nginx has quit
	context bool   // a line that must not be there is shown with those behind it
	needles []*needle
}

// has checks that each pattern is in a line. Passes come in the order of the log's lines, then of the patterns.
func (j *judge) has(c logCheck, lines []string) {
	for _, line := range lines {
		for _, n := range c.needles {
			if n.done || !n.in(line) {
				continue
			}
			n.done = true
			if !j.skips(c.section, c.section+" - ") {
				j.pass(c.section, fmt.Sprintf(`%s - pattern "%s" matches a line in %s%s`, j.Name, n.text, c.file, c.suffix))
			}
		}
	}
	for _, n := range c.needles {
		switch {
		case n.done:
		case j.skips(c.section, c.section+" - "):
		case n.err != nil:
			j.broken(c.section, n.err)
		default:
			j.fail(c.section, fmt.Sprintf(`%s - pattern "%s" should match a line in %s%s`, j.Name, n.text, c.file, c.suffix))
		}
	}
}

// hasNot checks that no pattern is in any line. Each line that a pattern is in makes a failure; patterns that are in none pass, behind
// the failures.
func (j *judge) hasNot(c logCheck, lines []string) {
	found := map[string]bool{}
	for i, line := range lines {
		for _, n := range c.needles {
			if !n.in(line) {
				continue
			}
			found[n.text] = true
			if j.dry != "" {
				j.skip(c.section, fmt.Sprintf("%s - %s - tests skipped due to %s (%s)", j.Name, c.section, j.dry, line))
				continue
			}
			name := fmt.Sprintf(`%s - pattern "%s" should not match any line in %s but matches line "%s"%s`,
				j.Name, shown(n.text), c.file, shown(line), c.suffix)
			if c.context {
				name += "\n" + strings.Join(following(lines, i), "")
			}
			j.fail(c.section, name)
		}
	}
	for _, n := range c.needles {
		switch {
		case found[n.text]:
		case j.skips(c.section, c.section+" - "):
		case n.err != nil:
			j.broken(c.section, n.err)
		default:
			j.pass(c.section, fmt.Sprintf(`%s - pattern "%s" does not match a line in %s%s`, j.Name, shown(n.text), c.file, c.suffix))
		}
	}
}

// following are the up to nine lines behind line i, never the log's last one.
func following(lines []string, i int) []string {
	end := min(i+10, len(lines)-1)
	if i+1 >= end {
		return nil
	}
	return lines[i+1 : end]
}

// allFound returns a function for Log.Await that says whether each pattern is in a line by now. It looks at each complete line once.
func allFound(needles []*needle) func([]string) bool {
	missing := append([]*needle(nil), needles...)
	seen := 0
	return func(lines []string) bool {
		for ; seen < len(lines) && len(missing) > 0; seen++ {
			kept := missing[:0]
			for _, n := range missing {
				if n.err == nil && !n.in(lines[seen]) {
					kept = append(kept, n)
				}
			}
			missing = kept
			if !strings.HasSuffix(lines[seen], "\n") {
				break // more of it may come
			}
		}
		return len(missing) == 0
	}
}

// atOnce is what a check asks of Log.Await when no line that could still come matters to it.
func atOnce([]string) bool { return true }
