package spec

import (
	"fmt"
	"strings"
)

// Kind says what Perl would call a value.
type Kind uint8

// The kinds of values that a section can have.
const (
	Undef  Kind = iota // undefined
	Bytes              // a string of bytes
	Number             // a number; Str is how Perl prints it
	List               // a reference to an array
	Map                // a reference to a hash
	Regexp             // a compiled pattern, qr//
	Code               // a reference to a sub
	Ref                // a reference to a scalar
	Object             // a test block, as code of a suite gets it: the Block of the Value
	Perl               // Perl text still to be evaluated; only what ParseYAML returns has such values, see ResolvePerl
)

// Func is a code value. It may be called from one goroutine at a time.
type Func func(args ...Value) ([]Value, error)

// Value is what a section holds for the runner: what Perl would have handed to Test::Nginx.
// The zero Value is Perl's undef.
type Value struct {
	Kind  Kind
	Str   string  // Bytes: the bytes; Number: as Perl prints it; Regexp: the pattern; Perl: the text
	Wide  bool    // Bytes: Str is the UTF-8 of a string with characters above U+00FF
	Flags string  // Regexp: its flags, in the order m s i x n
	List  []Value // Ref: the one value that it refers to
	Map   map[string]Value
	Code  Func
	Block *Block // Object
	Line  int    // Perl: the line of its first character in the file
}

// Text returns a Bytes value.
func Text(s string) Value { return Value{Kind: Bytes, Str: s} }

// Texts returns a List of Bytes values.
func Texts(list ...string) Value {
	v := Value{Kind: List, List: make([]Value, len(list))}
	for i, s := range list {
		v.List[i] = Text(s)
	}
	return v
}

// Pattern returns a Regexp value.
func Pattern(source, flags string) Value { return Value{Kind: Regexp, Str: source, Flags: flags} }

// Defined reports whether v is anything but undef.
func (v Value) Defined() bool { return v.Kind != Undef }

// IsRef reports whether Perl's ref(v) is true.
func (v Value) IsRef() bool { return v.Kind >= List }

// True reports whether Perl takes v for true: not undef, "", "0" or 0.
func (v Value) True() bool {
	switch v.Kind {
	case Undef:
		return false
	case Bytes, Number:
		return v.Str != "" && v.Str != "0"
	}
	return true
}

// String is v in string context, as Perl has it: a Regexp is "(?^ms:pattern)", undef is "". An array, hash or
// code reference has no stable text in Perl either; its address is written as 0x0.
func (v Value) String() string {
	switch v.Kind {
	case Undef:
		return ""
	case Bytes, Number:
		return v.Str
	case Regexp:
		return fmt.Sprintf("(?^%s:%s%s)", v.Flags, v.Str, closing(v))
	case List:
		return "ARRAY(0x0)"
	case Map:
		return "HASH(0x0)"
	case Ref:
		return "SCALAR(0x0)"
	}
	return "CODE(0x0)"
}

// closing is the newline that Perl puts behind an x pattern that could end in a comment.
func closing(v Value) string {
	if strings.Contains(v.Flags, "x") && strings.LastIndexByte(v.Str, '#') > strings.LastIndexByte(v.Str, '\n') {
		return "\n"
	}
	return ""
}
