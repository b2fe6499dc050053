package wire

import (
	"reflect"
	"testing"
	"time"
)

func TestParseCurlOptions(t *testing.T) {
	for _, test := range []struct {
		text string
		want CurlOptions
	}{
		{"-k\n", CurlOptions{Insecure: true}},
		{"--insecure --http1.1 -sS -v", CurlOptions{Insecure: true, HTTP1: true}},
		{"-H X-A: it is", CurlOptions{Lines: []string{"X-A: it is"}}},
		{`-H 'X-A: 1' --header "B: it's" -HC:d`, CurlOptions{Lines: []string{"X-A: 1", "B: it's", "C:d"}}},
		{"--header=A:b -XFOO --request BAR", CurlOptions{Lines: []string{"A:b"}, Method: "BAR"}},
		{"-T/dev/null", CurlOptions{Upload: true}},
		{"-d@/dev/null -m 1.5", CurlOptions{Upload: true, MaxTime: 1500 * time.Millisecond}},
		{"", CurlOptions{}},
	} {
		if got, err := ParseCurlOptions(test.text); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %+v, %v; want %+v", test.text, got, err, test.want)
		}
	}
	for text, want := range map[string]string{
		"-k --config=a": "--config=a: no option that is known here; no curl runs (there are -k, -H, -X, -m, --http1.1, -T/dev/null, -d@/dev/null)",
		"-d hello":      "-d hello: only the empty body of /dev/null is known here (write the body into the request)",
		"-H 'a":         "-H 'a: a quote is not closed",
	} {
		if _, err := ParseCurlOptions(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}
