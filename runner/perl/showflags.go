package perl

import "strings"

// shownFlags are the flags that perl reports for a pattern (re::regexp_pattern): those that it was given, changed by
// settings such as (?s) or (?i-m) that stand in the pattern outside of all groups.
func shownFlags(pattern, flags string) string {
	on := flags
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[':
			i = classEnd(pattern, i)
		case '#':
			if strings.Contains(on, "x") {
				if end := strings.IndexByte(pattern[i:], '\n'); end >= 0 {
					i += end
				} else {
					i = len(pattern)
				}
			}
		case ')':
			depth--
		case '(':
			rest := pattern[i+1:]
			if strings.HasPrefix(rest, "?#") {
				i += 1 + max(strings.IndexByte(rest, ')'), 0)
				continue
			}
			setting, end := inlineFlags(rest)
			if end < 0 {
				depth++
				continue
			}
			if depth == 0 {
				on = changeFlags(on, setting)
			}
			i += end + 1
		}
	}
	return canonical(on)
}

// classEnd is where the bracketed class that begins at i ends.
func classEnd(pattern string, i int) int {
	i++
	if i < len(pattern) && pattern[i] == '^' {
		i++
	}
	for first := i; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\':
			i++
		case pattern[i] == ']' && i > first:
			return i
		case strings.HasPrefix(pattern[i:], "[:"):
			if end := strings.Index(pattern[i:], ":]"); end >= 0 {
				i += end + 1
			}
		}
	}
	return i
}

// inlineFlags reads "?s-i)" behind a parenthesis; end is -1 when something else stands there.
func inlineFlags(rest string) (setting string, end int) {
	if !strings.HasPrefix(rest, "?") {
		return "", -1
	}
	end = strings.IndexByte(rest, ')')
	if end < 2 || strings.Trim(rest[1:end], "^msixnaudlp-") != "" {
		return "", -1
	}
	return rest[1:end], end
}

func changeFlags(on, setting string) string {
	if s, ok := strings.CutPrefix(setting, "^"); ok {
		on, setting = "", s
	}
	add, remove, _ := strings.Cut(setting, "-")
	on += add
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(remove, r) {
			return -1
		}
		return r
	}, on)
}

// canonical writes each flag once, in the order in which Perl does; x may stand there twice.
func canonical(on string) string {
	var b strings.Builder
	for _, f := range "msixxnp" {
		if n := strings.Count(on, string(f)); n > strings.Count(b.String(), string(f)) {
			b.WriteRune(f)
		}
	}
	return b.String()
}
