package regex

import (
	"strings"
	"sync"
)

// StepLimit is the default for the number of steps after which a match is given up: a few seconds.
const StepLimit = 200_000_000

// A Regexp is a compiled pattern. It may be used by several goroutines at once.
type Regexp struct {
	pattern string
	names   []string
	prog    *program
	limit   int
}

// Compile reads a pattern in Perl's syntax, as it is after interpolation. Flags are those of m// and qr// that bear on
// the pattern: m, s, i, x, xx, n; a, d, g, c, o and p are let through. The error is a *SyntaxError.
func Compile(pattern, flagLetters string) (*Regexp, error) {
	var fl flags
	for i := 0; i < len(flagLetters); i++ {
		c := flagLetters[i]
		if strings.IndexByte("adgcop", c) >= 0 {
			continue
		}
		if !fl.set(c, true) {
			p := &parser{src: pattern}
			e := p.errorIn("the modifier /%c is not supported", c)
			e.Construct = "the modifier /" + string(c)
			return nil, e
		}
		if c == 'x' && i+1 < len(flagLetters) && flagLetters[i+1] == 'x' {
			fl.blankClass = true
			i++
		}
	}
	pat, err := parse(pattern, fl)
	if err != nil {
		return nil, err
	}
	return &Regexp{pattern: pattern, names: pat.names, prog: compile(pat), limit: StepLimit}, nil
}

// WithStepLimit returns re with another limit in place of StepLimit.
func (re *Regexp) WithStepLimit(steps int) *Regexp {
	out := *re
	out.limit = steps
	return &out
}

// String returns the pattern that was given to Compile.
func (re *Regexp) String() string { return re.pattern }

// NumGroups returns how many capturing groups the pattern has.
func (re *Regexp) NumGroups() int { return len(re.names) - 1 }

// GroupNames returns the names of the groups by their number; "" stands for none. Number 0 is the whole match. A name
// may occur more than once: what it means is the first of its groups that took part.
func (re *Regexp) GroupNames() []string { return append([]string(nil), re.names...) }

// Match says whether s holds a match. The error is a *LimitError.
func (re *Regexp) Match(s string) (bool, error) {
	if re.cannotMatch(s, 0) {
		return false, nil
	}
	if re.prog.hints.literal != "" {
		return true, nil
	}
	m := matchers.Get().(*matcher)
	defer m.release()
	found := re.search(m, s, 0, 0)
	return found, re.limitError(m)
}

// Find returns the first match that begins at byte offset at or later: for every group, 0 being the whole match, the
// offsets of its first byte and of the byte after its last; -1 for a group that took no part; nil without a match. The
// pattern sees what comes before at; \G is at. The error is a *LimitError.
func (re *Regexp) Find(s string, at int) ([]int, error) { return re.find(s, at, at) }

// FindNonEmpty is Find for the step of a global match that comes after an empty match: the match must end after at.
func (re *Regexp) FindNonEmpty(s string, at int) ([]int, error) { return re.find(s, at, at+1) }

func (re *Regexp) find(s string, at, till int) ([]int, error) {
	if at < 0 || at > len(s) || re.cannotMatch(s, at) {
		return nil, nil
	}
	m := matchers.Get().(*matcher)
	defer m.release()
	if !re.search(m, s, at, till) {
		return nil, re.limitError(m)
	}
	out := make([]int, 0, 2*len(re.names))
	for g := range re.names {
		if g == 0 || m.isSet(g) {
			out = append(out, m.from[g], m.to[g])
		} else {
			out = append(out, -1, -1)
		}
	}
	return out, nil
}

var matchers = sync.Pool{New: func() any { return new(matcher) }}

func (m *matcher) release() {
	m.s = ""
	if cap(m.stack) > maxKept || cap(m.saved) > maxKept || cap(m.memo.bits) > maxKept {
		return
	}
	matchers.Put(m)
}

func (re *Regexp) limitError(m *matcher) error {
	if m.exhausted {
		return &LimitError{Pattern: re.pattern, Subject: len(m.s)}
	}
	return nil
}

// cannotMatch asks the cheap questions: is the subject long enough, and does it hold the literal that every match holds?
func (re *Regexp) cannotMatch(s string, at int) bool {
	h := &re.prog.hints
	at = max(at-h.back, 0)
	return len(s)-at < h.least || h.inside != "" && !strings.Contains(s[at:], h.inside)
}

// search tries one beginning after the other.
func (re *Regexp) search(m *matcher, s string, at, till int) bool {
	m.reset(re.prog, s, at, till, re.limit)
	h := &re.prog.hints
	pos := max(at-h.back, 0)
	last := len(s) - h.least
	switch {
	case h.atPos:
		return m.matchAt(at)
	case h.atStart:
		return pos == 0 && m.matchAt(0)
	}
	for first := true; pos <= last; pos, first = pos+1, false {
		switch {
		case h.once && !first:
			return false
		case h.prefix != "":
			i := strings.Index(s[pos:], h.prefix)
			if i < 0 {
				return false
			}
			pos += i
		case h.first != nil:
			for pos <= last && !h.first.has(s[pos]) {
				pos++
			}
			if pos > last {
				return false
			}
		case (h.lineStarts || h.thenLines && !first) && pos > 0 && s[pos-1] != '\n':
			i := strings.IndexByte(s[pos:], '\n')
			if i < 0 {
				return false
			}
			pos += i + 1
			if pos > last {
				return false
			}
		}
		if m.matchAt(pos) {
			return true
		}
		if m.exhausted {
			return false
		}
	}
	return false
}
