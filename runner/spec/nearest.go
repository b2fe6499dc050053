package spec

import "strings"

// Nearest returns the name that word was probably meant to be: the one that is the fewest single-byte edits away if two suffice, else the
// longest that word begins with or that begins with word, else the nearest again, if at most a third of word has to change. It is ""
// when there is none; of several as near the first in order of the alphabet.
func Nearest[V any](word string, names map[string]V) string {
	best, least, related := "", len(word)/3+1, ""
	for name := range names {
		d := distance(word, name)
		if d < least || d == least && best != "" && name < best {
			best, least = name, d
		}
		prefix := name != "" && word != "" && (strings.HasPrefix(word, name) || strings.HasPrefix(name, word))
		if prefix && (len(name) > len(related) || len(name) == len(related) && name < related) {
			related = name
		}
	}
	if least > 2 && related != "" {
		return related
	}
	return best
}

// distance is the Levenshtein distance of a and b in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
