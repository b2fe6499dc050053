package spec

// nearest returns the name that is the fewest single-byte edits away from word, the first in order of the alphabet of several; "" when
// not even half of the word would stay.
func nearest[V any](word string, names map[string]V) string {
	best, least := "", len(word)/2+1
	for name := range names {
		d := distance(word, name)
		if d < least || d == least && best != "" && name < best {
			best, least = name, d
		}
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
