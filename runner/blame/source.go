package blame

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Source names lines of Lua as the author of a test file knows them.
type Source struct {
	File        string // the test file as it is named: t/a.t
	Text        string // all of it
	First, Last int    // lines of it that the block is on, from 1
	Conf        string // text of the nginx.conf that ran, and
	ConfName    string // what Lua calls it: nginx.conf
	Root        string // nginx's server root, whose files the test file has brought; ""; none
	Dir         string // files below it are named relative to it
}

var chunkName = lazyregexp.New(`^=(\w+)\((.+):(\d+)\)$`)

// Where is the file and line of a site: "t/a.t:29", "lib/cages.lua:9". What cannot be told remains as Lua has it.
func (s Source) Where(site Site) string {
	if m := chunkName.FindStringSubmatch(site.Source); m != nil {
		base, _ := strconv.Atoi(m[3])
		if !s.isConf(m[2]) {
			return fmt.Sprintf("%s:%d", m[2], base+max(site.Line, 1)-1)
		}
		conf := strings.Split(s.Conf, "\n")
		n := chunkStart(conf, m[1], base) + max(site.Line, 1) - 1
		if line := s.locate(conf, n); line > 0 {
			return fmt.Sprintf("%s:%d", s.File, line)
		}
		return fmt.Sprintf("%s:%d", s.ConfName, n)
	}
	if name, ok := strings.CutPrefix(site.Source, "@"); ok {
		return s.file(name, site.Line)
	}
	name, _ := strings.CutPrefix(site.Source, "=")
	if name == "" || name == "?" {
		return "?"
	}
	return fmt.Sprintf("%s:%d", name, site.Line)
}

// isConf says whether a chunk's name means the nginx.conf; long names are cut off at the front.
func (s Source) isConf(name string) bool {
	cut, isCut := strings.CutPrefix(name, "...")
	return name == s.ConfName || isCut && strings.HasSuffix(s.ConfName, cut)
}

// chunkStart is the line of nginx.conf on which the code of a directive begins. The name of a chunk has that line for a
// block; for a quoted string it has the line on which the directive ends.
func chunkStart(conf []string, directive string, named int) int {
	is := regexp.MustCompile(`\b` + regexp.QuoteMeta(directive) + `(_block|_file)?\b`)
	for n := min(named, len(conf)); n > 0; n-- {
		m := is.FindStringSubmatch(conf[n-1])
		switch {
		case m == nil:
		case m[1] == "" && strings.ContainsAny(conf[n-1], `'"`):
			return n
		case m[1] == "" && n < named && strings.ContainsAny(conf[n], `'"`):
			return n + 1
		default:
			return named
		}
	}
	return named
}

// file names a line of a file.
func (s Source) file(name string, line int) string {
	abs := name
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(s.Dir, name)
	}
	if s.Root != "" && strings.HasPrefix(abs, s.Root+"/") {
		if text, err := os.ReadFile(abs); err == nil {
			if n := s.locate(strings.Split(string(text), "\n"), line); n > 0 {
				return fmt.Sprintf("%s:%d", s.File, n)
			}
		}
	}
	if rel, err := filepath.Rel(s.Dir, abs); err == nil && filepath.IsLocal(rel) {
		abs = rel
	}
	return fmt.Sprintf("%s:%d", abs, line)
}

// locate finds line n of a text that was made of parts of the test file: the line of the test file that says the same, and
// around which most says the same, the nearer the better. The block's own lines come first, then all. A line of the block with
// a variable that was replaced, or a quoted character, is found by its neighbours. It is 0 when there is none.
func (s Source) locate(text []string, n int) int {
	if n < 1 || n > len(text) {
		return 0
	}
	file := strings.Split(s.Text, "\n")
	last := min(s.Last, len(file))
	if line, same := align(text, n, file, s.First, last); same {
		return line
	}
	if line, same := align(text, n, file, 1, len(file)); same {
		return line
	}
	line, _ := align(text, n, file, s.First, last)
	return line
}

// align returns the line from first to last of file that fits line n of text best, and whether it is the same; 0 when none
// fits.
func align(text []string, n int, file []string, first, last int) (line int, same bool) {
	const around = 50 // lines that count as neighbours
	first = max(first, 1)
	best := 0.0
	for at := first; at <= last; at++ {
		score, equal := 0.0, false
		for i := max(first, at-around); i <= min(last, at+around); i++ {
			j := n + i - at
			if j < 1 || j > len(text) {
				continue
			}
			have := strings.TrimSpace(text[j-1])
			if have == "" || have == "}" || have != strings.TrimSpace(file[i-1]) {
				continue
			}
			score += 1 / float64(1+max(i-at, at-i))
			if i == at {
				score, equal = score+10, true
			}
		}
		if score > best {
			line, same, best = at, equal, score
		}
	}
	if best < 0.5 {
		return 0, false
	}
	return line, same
}

// BlockEnd is the last line of the block that begins on line first; starts are the lines on which the blocks of the file begin.
func BlockEnd(text string, first int, starts []int) int {
	last := strings.Count(text, "\n") + 1
	for _, s := range starts {
		if s > first {
			last = min(last, s-1)
		}
	}
	return last
}
