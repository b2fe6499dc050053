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
	events := append(failingBlocks(), leaky(true).end()...)
	var out bytes.Buffer
	j := NewJSON(&out)
	for _, e := range events {
		j.Handle(e)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(events) {
		t.Fatalf("%d lines for %d events", len(lines), len(events))
	}
	var back recorded
	if err := ReadJSON(&out, "run.json", &back); err != nil {
		t.Fatal(err)
	}
	for i, e := range back {
		if !reflect.DeepEqual(e, events[i]) {
			t.Errorf("line %d came back as %+v", i+1, e)
		}
	}
}

// recorded keeps what it hears.
type recorded []Event

func (r *recorded) Handle(e Event) { *r = append(*r, e) }

func TestReadJSONNamesTheLine(t *testing.T) {
	tests := map[string]string{
		"no JSON":           "{\"event\":\"diag\"}\nok 1\n",
		"no event":          "{\"event\":\"diag\"}\n{}\n",
		"an event in parts": "{\"event\":\"diag\"}\n{\"event\":\"finding\"}\n",
		"cut off":           "{\"event\":\"diag\"}\n{\"event\":\"di",
		"another version":   "{\"event\":\"diag\"}\n{\"event\":\"run-start\",\"run\":{\"stream\":99}}\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var heard recorded
			err := ReadJSON(strings.NewReader(text), "run.json", &heard)
			if err == nil || !strings.HasPrefix(err.Error(), "run.json:2: ") || len(heard) != 1 {
				t.Errorf("got %v after %d events", err, len(heard))
			}
		})
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
