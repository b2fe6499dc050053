package runner

import "strings"

// Classes of bytes, as RE2 has them: none is of any other byte than ASCII.
const (
	isSpace = 1 << iota // \s
	isDigit             // \d
	isWord              // \w
	isLabel             // [a-z0-9-]
	isPath              // [\w./-]
	isValue             // [\w.:-]
	isBind              // [\w.*]
	isHost              // [\w.-]
)

var classes = func() (of [256]uint8) {
	set := func(chars string, class uint8) {
		for i := range len(chars) {
			of[chars[i]] |= class
		}
	}
	const digits, lower, upper = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	set("\t\n\f\r ", isSpace)
	set(digits, isDigit)
	set(digits+lower+"-", isLabel)
	set(digits+lower+upper+"_", isWord|isPath|isValue|isBind|isHost)
	set("./-", isPath)
	set(".:-", isValue)
	set(".*", isBind)
	set(".-", isHost)
	return of
}()

// is reports whether there is a byte of that class at i, which may lie outside of the text.
func is(text string, i int, class uint8) bool {
	return i >= 0 && i < len(text) && classes[text[i]]&class != 0
}

// has reports whether one of these bytes is at i.
func has(text string, i int, chars string) bool {
	return i >= 0 && i < len(text) && strings.IndexByte(chars, text[i]) >= 0
}

// past returns the end of the bytes of a class that begin at i.
func past(text string, i int, class uint8) int {
	for is(text, i, class) {
		i++
	}
	return i
}

// before returns the start of the bytes of a class that end at i, but nothing in front of low.
func before(text string, i, low int, class uint8) int {
	for i > low && is(text, i-1, class) {
		i--
	}
	return i
}

// boundary is \b.
func boundary(text string, i int) bool { return is(text, i-1, isWord) != is(text, i, isWord) }

// optional returns what follows i, or one of these bytes there.
func optional(text string, i int, chars string) int {
	if has(text, i, chars) {
		return i + 1
	}
	return i
}

const quotes = `'"`

// indexFrom is strings.Index from i on; without a match it returns the length of the text.
func indexFrom(text, word string, i int) int {
	if at := strings.Index(text[i:], word); at >= 0 {
		return i + at
	}
	return len(text)
}

// places are those of two words in a text, in order.
type places struct {
	text  string
	words [2]string
	next  [2]int // place of each word, as far as it was looked for
}

func placesOf(text, one, other string) *places {
	return &places{text, [2]string{one, other}, [2]int{-1, -1}}
}

// from returns the first place from i on, and which of the words is there; the length of the text where there is none.
func (p *places) from(i int) (at int, word string) {
	at = len(p.text)
	for k := range p.words {
		if p.next[k] < i {
			p.next[k] = indexFrom(p.text, p.words[k], i)
		}
		if p.next[k] < at {
			at, word = p.next[k], p.words[k]
		}
	}
	return at, word
}

// rewritten is a text with other words in some places of it, which are told in order.
type rewritten struct {
	text string
	out  strings.Builder
	end  int // of the last place
}

func (r *rewritten) replace(start, end int, by string) {
	r.out.Grow(len(r.text) - r.end)
	r.out.WriteString(r.text[r.end:start])
	r.out.WriteString(by)
	r.end = end
}

func (r *rewritten) String() string {
	if r.end == 0 {
		return r.text
	}
	r.out.WriteString(r.text[r.end:])
	return r.out.String()
}
