package regex

import "math/bits"

// A byteSet is a set of bytes, one bit each.
type byteSet [4]uint64

func (s *byteSet) add(b byte)      { s[b>>6] |= 1 << (b & 63) }
func (s *byteSet) has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }

func (s *byteSet) addRange(lo, hi byte) {
	for c := int(lo); c <= int(hi); c++ {
		s.add(byte(c))
	}
}

func (s *byteSet) addSet(t byteSet) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s byteSet) negated() byteSet {
	for i := range s {
		s[i] = ^s[i]
	}
	return s
}

// folded returns s with the other case of every ASCII letter in it. Perl leaves the bytes above 0x7f alone when it folds
// a byte string.
func (s byteSet) folded() byteSet {
	out := s
	for c := byte('a'); c <= 'z'; c++ {
		if upper := c - 'a' + 'A'; s.has(c) || s.has(upper) {
			out.add(c)
			out.add(upper)
		}
	}
	return out
}

func (s byteSet) size() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// single returns the only byte of a set of one.
func (s byteSet) single() (byte, bool) {
	if s.size() != 1 {
		return 0, false
	}
	for i, w := range s {
		if w != 0 {
			return byte(i*64 + bits.TrailingZeros64(w)), true
		}
	}
	return 0, false
}

func setOf(bytes string) byteSet {
	var s byteSet
	for i := range len(bytes) {
		s.add(bytes[i])
	}
	return s
}

// ranges builds a set from pairs of first and last bytes.
func ranges(pairs string) byteSet {
	var s byteSet
	for i := 0; i+1 < len(pairs); i += 2 {
		s.addRange(pairs[i], pairs[i+1])
	}
	return s
}

// The classes of a byte string. Bytes above 0x7f are in none of them, but for \h (0xa0) and \v (0x85).
var (
	setAll        = byteSet{}.negated()
	setNotNewline = setOf("\n").negated()
	setDigit      = ranges("09")
	setWord       = ranges("09AZ__az")
	setSpace      = setOf("\t\n\v\f\r ")
	setHorizontal = setOf("\t \xa0")
	setVertical   = setOf("\n\v\f\r\x85")
)

// posixSets are the classes that [:name:] stands for.
var posixSets = map[string]byteSet{
	"alpha":  ranges("AZaz"),
	"digit":  setDigit,
	"alnum":  ranges("09AZaz"),
	"upper":  ranges("AZ"),
	"lower":  ranges("az"),
	"space":  setSpace,
	"blank":  setOf("\t "),
	"cntrl":  ranges("\x00\x1f\x7f\x7f"),
	"graph":  ranges("!~"),
	"print":  ranges(" ~"),
	"punct":  ranges("!/:@[`{~"),
	"xdigit": ranges("09AFaf"),
	"word":   setWord,
	"ascii":  ranges("\x00\x7f"),
}
