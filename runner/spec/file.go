package spec

import (
	"bytes"
	"strings"
)

// ParseFile splits a test file at its __DATA__ or __END__ line. A file with neither is all preamble; it has no blocks,
// unless the preamble names another source (spec_file, spec_string).
//
// The preamble's line ends are newlines, also where the file has carriage returns before them: that is how Perl reads a program. The data
// is left as it is.
func ParseFile(path string, src []byte) *File {
	f := &File{Path: path}
	padded := 0 // offset of a line that is a data line but for blanks at its end
	paddedLine := 0
	line := 0
	for at := 0; at < len(src); {
		line++
		next := len(src)
		if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		text := strings.TrimSuffix(string(src[at:next]), "\n")
		if dataLine(strings.TrimSuffix(text, "\r")) {
			f.Preamble = unixLines(src[:at])
			f.DataLine = line
			f.Data = string(src[next:])
			return f
		}
		if paddedLine == 0 && dataLine(strings.TrimRight(text, " \t\r")) {
			padded, paddedLine = at, line
		}
		at = next
	}
	if paddedLine > 0 {
		f.Preamble = unixLines(src[:padded])
		f.DataLine = paddedLine
		f.padded = true
		return f
	}
	f.Preamble = unixLines(src)
	return f
}

func dataLine(s string) bool { return s == "__DATA__" || s == "__END__" }

func unixLines(src []byte) string { return strings.ReplaceAll(string(src), "\r\n", "\n") }

// PreEval returns the Perl text between <<< and >>> that the data may begin with, and the line in which it starts. Test::Base runs it in
// package main before it looks for blocks.
func (f *File) PreEval() (code string, line int, ok bool) {
	start, end, _ := f.preEval()
	if end == 0 {
		return "", 0, false
	}
	return f.Data[start:end], f.DataLine + 1 + strings.Count(f.Data[:start], "\n"), true
}

// preEval returns where the code between <<< and >>> starts and ends, and where the data goes on behind it. The closing >>> is the
// first with nothing but white space up to the end of some line.
func (f *File) preEval() (start, end, rest int) {
	text := strings.TrimLeft(f.Data, space)
	if !strings.HasPrefix(text, "<<<") {
		return 0, 0, 0
	}
	start = len(f.Data) - len(text) + len("<<<")
	for at := start; ; {
		i := strings.Index(f.Data[at:], ">>>")
		if i < 0 {
			return 0, 0, 0
		}
		end = at + i
		rest = end + len(">>>")
		blank := len(f.Data[rest:]) - len(strings.TrimLeft(f.Data[rest:], space))
		if rest+blank == len(f.Data) {
			return start, end, len(f.Data)
		}
		if nl := strings.LastIndexByte(f.Data[rest:rest+blank], '\n'); nl >= 0 {
			return start, end, rest + nl
		}
		at = end + 1
	}
}

// space is what \s matches in a Perl byte string.
const space = " \t\n\r\f\v"
