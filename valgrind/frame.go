package valgrind

import (
	"fmt"
	"path"
	"strings"
)

// Frame is one call of a stack. What Valgrind could not tell is empty.
type Frame struct {
	IP       uint64 `json:"ip,omitempty"`
	Object   string `json:"obj,omitempty"`  // path of the program or library
	Function string `json:"fn,omitempty"`   // demangled name
	Dir      string `json:"dir,omitempty"`  // directory of the source as the compiler saw it
	File     string `json:"file,omitempty"` // base name of the source
	Line     int    `json:"line,omitempty"` // counted from 1; 0 is unknown
}

// Stack is the chain of calls, the innermost first.
type Stack []Frame

// Source is the source path and line, "zoo.c:12", or "" when there is no debug information.
func (f Frame) Source() string {
	if f.File == "" {
		return ""
	}
	file := f.File
	if f.Dir != "" && !path.IsAbs(file) {
		file = path.Join(f.Dir, file)
	}
	if f.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}

// String is the frame as Valgrind writes it, without the address: `copy_label (zoo.c:6)`, `??? (in /usr/sbin/nginx)`.
func (f Frame) String() string {
	name := f.Function
	if name == "" {
		name = "???"
	}
	switch {
	case f.File != "" && f.Line != 0:
		return fmt.Sprintf("%s (%s:%d)", name, f.File, f.Line)
	case f.File != "":
		return fmt.Sprintf("%s (%s)", name, f.File)
	case f.Object != "":
		return fmt.Sprintf("%s (in %s)", name, f.Object)
	}
	return name
}

// String is one frame a line, `at` before the first and `by` before the others.
func (s Stack) String() string {
	var out strings.Builder
	for i, f := range s {
		word := "by"
		if i == 0 {
			word = "at"
		}
		fmt.Fprintf(&out, "%s %s\n", word, f)
	}
	return out.String()
}
