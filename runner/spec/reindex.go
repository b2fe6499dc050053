package spec

import (
	"bytes"
	"strconv"
	"strings"
)

var (
	numbered  = expression(`(?im)^===[ \t]+TEST[ \t]+[0-9]+`)
	above     = expression(`(?i)(\r?\n)(?:\r?\n)*===[ \t]+TEST`)
	firstTest = expression(`^(\r?\n)(?:\r?\n)*=== TEST`)
	tail      = expression(`(\r?\n)(?:\r?\n)*\z`)
)

// Reindex numbers the titles "TEST N:" of a test file from 1 in the order in which the blocks stand, and puts three empty lines above
// each such title, one above the first; the file ends in one line end. Everything else stays byte for byte. The reindex script of
// openresty-devel-utils has it like that. A file without a __DATA__ or __END__ line is returned as it is.
func Reindex(src []byte) []byte {
	f := ParseFile("", src)
	if f.DataLine == 0 || f.Data == "" {
		return src
	}
	split := len(src) - len(f.Data) - 1 // the line end of __DATA__ belongs to the empty lines above the first title
	if src[split-1] == '\r' {
		split--
	}
	data := src[split:]
	n := 0
	data = numbered().ReplaceAllFunc(data, func([]byte) []byte {
		n++
		return []byte("=== TEST " + strconv.Itoa(n))
	})
	data = above().ReplaceAllFunc(data, func(m []byte) []byte {
		return []byte(strings.Repeat(lineEnd(m), 4) + "=== TEST")
	})
	data = firstTest().ReplaceAll(data, []byte("${1}${1}=== TEST"))
	if end := tail().FindIndex(data); end != nil {
		data = append(data[:end[0]:end[0]], lineEnd(data[end[0]:])...)
	} else {
		data = append(data, '\n')
	}
	return bytes.Join([][]byte{src[:split], data}, nil)
}

// lineEnd is the line end that b begins with.
func lineEnd(b []byte) string {
	if b[0] == '\r' {
		return "\r\n"
	}
	return "\n"
}
