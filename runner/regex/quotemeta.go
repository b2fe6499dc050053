package regex

// QuoteMeta is Perl's quotemeta for byte strings: a backslash before every byte but ASCII letters, digits and '_'.
func QuoteMeta(s string) string {
	out := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		if !setWord.has(s[i]) {
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return string(out)
}
