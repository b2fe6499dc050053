package regex

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestRecorded holds the package against what perl 5.36 found. testdata/record.pl says how the files are read.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded results: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { compareFile(t, file) })
	}
}

func compareFile(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var re *Regexp
	var compileErr error
	failed := true // an error is to be expected
	for i, line := range strings.Split(string(data), "\n") {
		place := fmt.Sprintf("%s:%d", file, i+1)
		switch {
		case strings.HasPrefix(line, "/"):
			if compileErr != nil && !failed {
				t.Errorf("before %s: %v; perl compiles it", place, compileErr)
			}
			end := strings.LastIndexByte(line, '/')
			re, compileErr = Compile(decode(line[1:end]), line[end+1:])
			failed = false
		case strings.HasPrefix(line, "\t! "):
			failed = true
			if want := decode(line[3:]); compileErr == nil || compileErr.Error() != want {
				t.Errorf("%s: error %v, perl's is %q", place, compileErr, want)
			}
		case strings.HasPrefix(line, "\t") && re != nil:
			kind, rest, _ := strings.Cut(line[1:], "|")
			end := strings.LastIndexByte(rest, '|')
			subject, want := decode(rest[:end]), rest[end+2:]
			got := offsets(t, re, subject)
			if kind == "g" {
				got = everywhere(t, re, subject)
			}
			if got != want {
				t.Errorf("%s: /%s/ on %q: %s, perl says %s", place, re, subject, got, want)
			}
			matched, err := re.Match(subject)
			if err != nil || matched != (want != "no") {
				t.Errorf("%s: /%s/ on %q: Match is %v, %v", place, re, subject, matched, err)
			}
		}
	}
	if compileErr != nil && !failed {
		t.Errorf("end of %s: %v; perl compiles it", file, compileErr)
	}
}

var encoded = regexp.MustCompile(`\{\{[0-9a-f]{2}\}\}`)

func decode(s string) string {
	return encoded.ReplaceAllStringFunc(s, func(hex string) string {
		b, _ := strconv.ParseUint(hex[2:4], 16, 8)
		return string([]byte{byte(b)})
	})
}

func offsets(t *testing.T, re *Regexp, subject string) string {
	found, err := re.Find(subject, 0)
	if err != nil {
		t.Error(err)
	}
	if found == nil {
		return "no"
	}
	var out []string
	for i := 0; i < len(found); i += 2 {
		if found[i] < 0 {
			out = append(out, "-")
		} else {
			out = append(out, fmt.Sprintf("%d-%d", found[i], found[i+1]))
		}
	}
	return strings.Join(out, " ")
}

// everywhere matches as m//g does.
func everywhere(t *testing.T, re *Regexp, subject string) string {
	var out []string
	for at, empty := 0, false; ; {
		find := re.Find
		if empty {
			find = re.FindNonEmpty
		}
		found, err := find(subject, at)
		if err != nil {
			t.Error(err)
		}
		if found == nil {
			break
		}
		out = append(out, fmt.Sprintf("%d-%d", found[0], found[1]))
		at, empty = found[1], found[0] == found[1]
	}
	if out == nil {
		return "no"
	}
	return strings.Join(out, " ")
}
