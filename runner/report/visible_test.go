package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/tap"
)

func TestVisible(t *testing.T) {
	tests := map[string]struct {
		line   string
		escape bool
		want   string
	}{
		"plain":             {`abc \ é`, false, `abc \ é`},
		"backslash doubled": {`a\tb`, true, `a\\tb`},
		"tab and CR":        {"a\tb\r", false, `a\tb\r`},
		"trailing spaces":   {"a b  ", false, `a b\x20\x20`},
		"spaces only":       {" ", false, `\x20`},
		"not UTF-8":         {"a\xffb\xc3", false, `a\xFFb\xC3`},
		"control":           {"\x00\x1b[1m\x7f", false, `\x00\x1B[1m\x7F`},
		"no picture":        {"a\u200bb\ufeff\u00a0", false, `a\u{200b}b\u{feff}\u{a0}`},
		"empty":             {"", false, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := visible(test.line, test.escape); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// What looks the same must not be the same: a tab and the two characters \t.
func TestDifferenceTellsTabFromBackslashT(t *testing.T) {
	got := difference("a\tb\nc\n", "a\\tb\nc\n", palette{})
	want := []string{"--- expected", "+++ got", "@@ -1,2 +1,2 @@", `-a\tb`, `+a\\tb`, ` c`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestDifference(t *testing.T) {
	line := strings.Repeat("x", 5000)
	var many []string
	for i := range 500 {
		many = append(many, fmt.Sprint(i))
	}
	tests := map[string]struct {
		want, got string
		contains  []string
		lacks     []string
	}{
		"short":          {"200", "404", []string{`expected: "200"`, `got:      "404"`}, nil},
		"no newline":     {"a\nb\n", "a\nb", []string{"-b\n+b\n" + noNewline}, nil},
		"empty":          {"a\nb\n", "", []string{"-a\n-b"}, nil},
		"long line":      {line + "a", line + "b", []string{"5001 bytes were expected, 5001 came; the first that differs is byte 5000", `xxa"`, `xxb"`, "bytes left out"}, []string{line}},
		"very large":     {strings.Repeat("line\n", 300000), strings.Repeat("line\n", 299999) + "LINE\n", []string{"is byte 1499995"}, []string{"@@"}},
		"many lines":     {strings.Join(many, "\n"), "", []string{"-0\n", "-499", "lines left out"}, []string{"-250\n"}},
		"shorter prefix": {"ab" + line, "ab", []string{"5002 bytes were expected, 2 came; the first that differs is byte 2"}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(difference(test.want, test.got, palette{}), "\n")
			for _, part := range test.contains {
				if !strings.Contains(got, part) {
					t.Errorf("lacks %q:\n%s", part, got)
				}
			}
			for _, part := range test.lacks {
				if strings.Contains(got, part) {
					t.Errorf("has %q:\n%s", cutLine(part), cutLine(got))
				}
			}
			if len(got) > maxLines*maxWidth {
				t.Errorf("is %d bytes long", len(got))
			}
		})
	}
}

func TestMessageShowsOddLineEnds(t *testing.T) {
	tests := map[string]struct{ raw, want string }{
		"as it should be": {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a"},
		"bare LF in head": {"GET / HTTP/1.1\nHost: a\r\n\r\n", `GET / HTTP/1.1\nHost: a`},
		"body":            {"POST / HTTP/1.1\r\nHost: a\r\n\r\nx\ty\r\n", "POST / HTTP/1.1\nHost: a\n\nx\\ty\\r"},
		"no end of head":  {"GET /\r\n", `GET /\r`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(message(test.raw), "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// The line of progress is gone before anything else is written, and never wider than the terminal.
func TestProgressLeavesNothingBehind(t *testing.T) {
	out := console(failingBlocks(), ConsoleOptions{Terminal: true, Width: 20})
	stdout, _, _ := strings.Cut(out, "== stderr")
	for _, part := range strings.Split(stdout, "\r"+eraseLine) {
		text, _, _ := strings.Cut(part, "\n")
		if len(text) >= 20 && strings.HasPrefix(text, "t/a.t .. 1") {
			t.Errorf("%q is wider than 20 columns", text)
		}
	}
	if !strings.Contains(stdout, "\r"+eraseLine+"t/a.t .. Dubious") {
		t.Errorf("the result does not replace the line of progress: %q", stdout)
	}
}

func TestNameOfAFailedTest(t *testing.T) {
	line := `pattern "x" should not match any line in error.log but matches line "` + strings.Repeat("y", 200) + `" (req 0)`
	for name, want := range map[string]string{
		"t/a.t TEST 1: x - status code ok":                    "status code ok",
		"ERROR: client socket timed out - t/a.t TEST 1: x\n":  "ERROR: client socket timed out",
		"t/a.t TEST 1: x - no last chunk found - 1\r\nx\r\n":  `no last chunk found - 1\r\nx\r`,
		"t/a.t TEST 1: x - " + line + "\nnext\nand another\n": line + " ...",
		"t/a.t TEST 1: x - " + line:                           line,
		"":                                                    "",
	} {
		f := failure{file: "t/a.t", place: &Place{Block: "TEST 1: x"}}
		if got := f.name(Test{Test: tap.Test{Name: name}}); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
