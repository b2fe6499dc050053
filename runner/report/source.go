package report

import (
	"bufio"
	"fmt"
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

// Quote fills in Source from the files that the frames name.
func (f *Finding) Quote() {
	add := func(s valgrind.Stack, own func(int) bool) {
		for i, frame := range s {
			source := sourcePath(frame)
			if !own(i) || source == "" || frame.Line <= 0 {
				continue
			}
			if text := sourceLine(source, frame.Line); text != "" {
				if f.Source == nil {
					f.Source = map[string]string{}
				}
				f.Source[fmt.Sprintf("%s:%d", source, frame.Line)] = text
			}
		}
	}
	add(f.Stack, f.ownFrames())
	for _, extra := range f.Extra {
		add(extra.Stack, f.ownExtra(extra.Stack))
	}
}

// sourceOf is the line of source that a frame names: as it was when the finding was made, else as it is now; "" where neither
// is known.
func (f Finding) sourceOf(frame valgrind.Frame) string {
	source := sourcePath(frame)
	if source == "" || frame.Line <= 0 {
		return ""
	}
	if text := f.Source[fmt.Sprintf("%s:%d", source, frame.Line)]; text != "" {
		return text
	}
	return sourceLine(source, frame.Line)
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
