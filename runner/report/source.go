package report

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"

	"github.com/ngxtest/ngxtest/valgrind"
)

// sourcePath is where the source of a frame is, as seen from the working directory when it is below that; "" when the
// frame does not tell.
func sourcePath(f valgrind.Frame) string {
	if f.File == "" {
		return ""
	}
	path := f.File
	if f.Dir != "" && !filepath.IsAbs(path) {
		path = filepath.Join(f.Dir, path)
	}
	return fromHere(path)
}

// fromHere is a path relative to the working directory when it is below that.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// sourceLine is one line of a file, counted from 1, without what it is indented by; "" when it cannot be read.
func sourceLine(path string, line int) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if n == line {
			return visible(strings.TrimSpace(lines.Text()), false)
		}
	}
	return ""
}
