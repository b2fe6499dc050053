package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestBytesInJSON(t *testing.T) {
	tests := map[string]struct{ value, want string }{
		"text":     {"a\t<é>", `"a\t\u003cé\u003e"`},
		"not UTF8": {"a\xff", `{"base64":"Yf8="}`},
		"empty":    {"", `""`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(Bytes(test.value))
			if err != nil || string(data) != test.want {
				t.Fatalf("got %s, %v; want %s", data, err, test.want)
			}
			var back Bytes
			if err := json.Unmarshal(data, &back); err != nil || string(back) != test.value {
				t.Errorf("came back as %q, %v", back, err)
			}
		})
	}
	var b Bytes
	if err := json.Unmarshal([]byte("17"), &b); err == nil {
		t.Error("a number was taken for bytes")
	}
}

func TestJSONIsOneEventALine(t *testing.T) {
	events := failingBlocks()
	var out bytes.Buffer
	j := NewJSON(&out)
	for _, e := range events {
		j.Handle(e)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(events) {
		t.Fatalf("%d lines for %d events", len(lines), len(events))
	}
	for i, line := range lines {
		var back Event
		if err := json.Unmarshal([]byte(line), &back); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if !reflect.DeepEqual(back, events[i]) {
			t.Errorf("line %d came back as %+v", i+1, back)
		}
	}
}

// Files that run side by side must not mix their output.
func TestInterleavedFiles(t *testing.T) {
	one := begin("t/a.t", "t/b.t").
		file("t/a.t", &Plan{Tests: 2}, func(in *inFile) { in.test(pass, 0); in.test(pass, 0) }).
		file("t/b.t", &Plan{Tests: 1}, func(in *inFile) { in.test(pass, 0) }).end()
	// a starts, b starts and ends, a goes on
	mixed := []Event{one[0], one[1], one[6], one[7], one[8], one[9], one[2], one[3], one[4], one[5], one[10]}
	if want, got := tapOutput(one), tapOutput(mixed); got != want {
		t.Errorf("tap: got\n%s\nwant\n%s", got, want)
	}
	o := ConsoleOptions{Verbose: true}
	if want, got := console(one, o), console(mixed, o); got != want {
		t.Errorf("console: got\n%s\nwant\n%s", got, want)
	}
}
