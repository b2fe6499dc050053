package nginxconf

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pieces are what odd texts are made of: what the code in place of a regular expression looks for, parts of it, and what
// stands around it.
var pieces = []string{
	"proxy_temp_path", "postpone_output", "path", "proxy_", "$TEST_NGINX_", "TEST_NGINX_RAND_PORT_", "RAND_PORT_", "$", "A_1", "_", "09", "a", "Z",
	">>> ", ">>>", ">", " ", "\t", "\n", "\r\n", "\v", "\f", "\xff", "\xc3", "é", "\u00a0", "\u0085", "\x00", ";", "-", "{", "0",
}

// texts are those of one to three pieces.
func texts() []string {
	all, last := []string{""}, []string{""}
	for range 3 {
		var longer []string
		for _, before := range last {
			for _, p := range pieces {
				longer = append(longer, before+p)
			}
		}
		all, last = append(all, longer...), longer
	}
	return all
}

// What was a regular expression, and is code now because every process needs it, finds what the expression finds.
func TestPlain(t *testing.T) {
	blank := regexp.MustCompile(`[\s\v]`)
	path := regexp.MustCompile(`\bproxy_temp_path\b`)
	randPort := regexp.MustCompile(`^TEST_NGINX_RAND_PORT_[0-9]+$`)
	for _, s := range texts() {
		if got, want := strings.ContainsFunc(s, isBlank), blank.MatchString(s); got != want {
			t.Errorf("blank in %q: %v", s, got)
		}
		if got, want := hasWord(s, "proxy_temp_path"), path.MatchString(s); got != want {
			t.Errorf("the word in %q: %v", s, got)
		}
		if got, want := isRandPort(s), randPort.MatchString(s); got != want {
			t.Errorf("%q is the name of a port: %v", s, got)
		}
		samePlain(t, s)
		if t.Failed() {
			return
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("$TEST_NGINX_A_1$TEST_NGINX_RAND_PORT_1")
	f.Add("->>> a 201209221404\nb\n>>>  c\n>>> >>> \v")
	f.Fuzz(samePlain)
}

var (
	variableByExpression = regexp.MustCompile(`\$TEST_NGINX_[_A-Z0-9]+`)
	titleByExpression    = regexp.MustCompile(`>>> ([^\s\v]+)(?:[\s\v]+(.+))?`)
)

// samePlain compares what takes a text apart with what it did by expressions. Names that end in 0 have no value.
func samePlain(t *testing.T, text string) {
	env := func(name string) (string, bool) { return "<" + name + ">", !strings.HasSuffix(name, "0") }
	var failed error
	want := variableByExpression.ReplaceAllStringFunc(text, func(ref string) string {
		value, ok := env(ref[1:])
		switch {
		case failed != nil:
			return ref
		case isRandPort(ref[1:]):
			return "1"
		case !ok:
			failed = errors.New(ref)
			return ""
		}
		return value
	})
	e := Expander{Env: env, RandPort: func(func(int) bool) (int, error) { return 1, nil }}
	if got, err := e.Expand(text); got != want || (err == nil) != (failed == nil) {
		t.Errorf("%q is expanded to %q, %v; want %q, %v", text, got, err, want, failed)
	}
	for line := range strings.SplitAfterSeq(text, "\n") {
		var want []string
		if m := titleByExpression.FindStringSubmatch(line); m != nil {
			want = []string{m[1], strings.TrimSpace(m[2])}
		}
		var got []string
		if name, date, ok := fileTitle(line); ok {
			got = []string{name, date}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the title in %q is %q, want %q", line, got, want)
		}
	}
}
