package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

// recorded is a response and what Perl's HTTP::Response and Test::Nginx made of it. In the strings of
// testdata/responses.jsonl a code point is a byte.
type recorded struct {
	Raw      string
	Head     bool
	Failures []string
	Warnings []string
	Response *struct {
		Protocol, Code, Message, Body, Left string
		RawHeaders                          string `json:"raw_headers"`
		Headers                             map[string]string
	}
}

func TestResponsesAsPerlReadsThem(t *testing.T) {
	data, err := os.ReadFile("testdata/responses.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		var want recorded
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		n++
		raw := latin1(want.Raw)
		got, problems := ParseResponse("t", raw, want.Head)
		same(t, raw, "failures", problems.Failures, want.Failures)
		same(t, raw, "warnings", problems.Warnings, want.Warnings)
		if (got == nil) != (want.Response == nil) {
			t.Errorf("%q: response %+v, Perl has %+v", raw, got, want.Response)
			continue
		}
		if got == nil {
			continue
		}
		w := want.Response
		same(t, raw, "status line", []string{got.Protocol, got.Code, got.Message}, []string{w.Protocol, w.Code, w.Message})
		same(t, raw, "raw headers", []string{got.RawHeaders}, []string{w.RawHeaders})
		same(t, raw, "body and left", []string{got.Body, got.Left}, []string{w.Body, w.Left})
		for _, name := range []string{"Foo", "foo", "FOO", "Content-Length", "X_Y", "X-Y", "Trailer", "Missing"} {
			value, has := got.Header.Get(name)
			wantValue, wantHas := w.Headers[name]
			if has != wantHas || value != latin1(wantValue) {
				t.Errorf("%q: header %s is %q %v, Perl has %q %v", raw, name, value, has, wantValue, wantHas)
			}
		}
	}
	if n < 300 {
		t.Errorf("only %d recorded responses", n)
	}
}

func same(t *testing.T, raw, what string, got, want []string) {
	t.Helper()
	want = append([]string(nil), want...)
	for i, s := range want {
		want[i] = latin1(s)
	}
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("%q: %s %q, Perl has %q", raw, what, got, want)
	}
}

// latin1 turns a string of code points below 256 into bytes.
func latin1(s string) string {
	var b []byte
	for _, c := range s {
		b = append(b, byte(c))
	}
	return string(b)
}
