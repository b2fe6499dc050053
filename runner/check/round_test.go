package check

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// recorded is a block, what came back for its requests and stood in the logs, and what Test::Nginx said of it. Each element of
// error_log is what one look at the log found. A {"qr": [pattern, flags]} is a regular expression, a {"code": name} a sub.
type recorded struct {
	Block     map[string]any
	Responses []string
	ErrorLog  [][]string `json:"error_log"`
	AccessLog []string   `json:"access_log"`
	Dry       any
	Repeat    int
	Shutdown  int

	Bail     string
	Tap      string
	Warnings []string
}

func (c recorded) dryRun() string {
	s, _ := c.Dry.(string)
	return s
}

func TestRoundsAsPerlJudgesThem(t *testing.T) {
	data, err := os.ReadFile("testdata/rounds.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); n++ {
		var c recorded
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		got, err := c.run()
		if (err != nil) != (c.Bail != "") {
			t.Errorf("%s\nerror %v, Perl: %q", lines.Text(), err, c.Bail)
			continue
		}
		if err != nil && !strings.HasPrefix(err.Error(), "t/a.t TEST 1: x - ") {
			t.Errorf("%s\nerror %v does not name the block", lines.Text(), err)
		}
		var tap strings.Builder
		for i, test := range got.Tests {
			tap.WriteString(test.Line(i+1) + "\n")
		}
		if c.Bail == "" && tap.String() != fromJSON(c.Tap).String() {
			t.Errorf("%s\n got %q\nPerl %q", lines.Text(), tap.String(), c.Tap)
		}
		var want []string
		for _, w := range c.Warnings {
			want = append(want, fromJSON(w).String())
		}
		if c.Bail == "" && !reflect.DeepEqual(got.Warnings, want) {
			t.Errorf("%s\nwarnings %q, Perl %q", lines.Text(), got.Warnings, want)
		}
	}
	if n < 550 {
		t.Errorf("only %d recorded rounds", n)
	}
}

func (c recorded) run() (all Result, err error) {
	b := &Block{
		Spec: &spec.Block{}, Name: "t/a.t TEST 1: x", File: "t/a.t",
		ServerPort: "1984", ServerPortForClient: "1984",
		ErrorLog: &fakeLog{batches: c.ErrorLog}, AccessLog: &fakeLog{batches: [][]string{c.AccessLog}, again: true},
		Expand: func(text string) (string, error) {
			if strings.Contains(text, "NO_SUCH") {
				return "", errors.New("no such variable")
			}
			return strings.ReplaceAll(text, "$TEST_NGINX_FOO", "foo value"), nil
		},
		Eval: func(code string) (spec.Value, error) { return spec.Text("hi\n"), nil },
	}
	for section, v := range c.Block {
		b.Spec.Set(section, sectionValue(v))
	}
	if c.Shutdown != 0 {
		return b.ShutdownLogs(c.Dry != nil)
	}
	reqs, err := b.Requests()
	if err != nil {
		return all, err
	}
	err = b.Round(context.Background(), reqs, Round{
		Repeat: c.Repeat, DryRun: c.dryRun(),
		Do: func(i int, _ wire.Request) wire.Exchange {
			return wire.Exchange{Raw: fromJSON(c.Responses[i]).String()}
		},
		Emit: func(r Result) {
			all.Tests = append(all.Tests, r.Tests...)
			all.Warnings = append(all.Warnings, r.Warnings...)
		},
	})
	return all, err
}

// sectionValue is fromJSON with regular expressions and subs.
func sectionValue(v any) spec.Value {
	out := fromJSON(v)
	switch v := v.(type) {
	case []any:
		for i, member := range v {
			out.List[i] = sectionValue(member)
		}
	case map[string]any:
		if qr := out.Map["qr"]; qr.Kind == spec.List {
			return spec.Pattern(qr.List[0].String(), qr.List[1].String())
		}
		switch out.Map["code"].String() {
		case "rev":
			return spec.Value{Kind: spec.Code, Code: func(args ...spec.Value) ([]spec.Value, error) {
				b := []byte(args[0].String())
				slices.Reverse(b)
				return []spec.Value{spec.Text(string(b))}, nil
			}}
		case "nothing":
			return spec.Value{Kind: spec.Code, Code: func(...spec.Value) ([]spec.Value, error) { return []spec.Value{{}}, nil }}
		}
	}
	return out
}

// fakeLog has a batch of lines for each look at it.
type fakeLog struct {
	batches [][]string
	again   bool // each look finds the same
	waits   []bool
}

func (l *fakeLog) Await(done func([]string) bool) []string {
	var lines []string
	if len(l.batches) > 0 {
		for _, line := range l.batches[0] {
			lines = append(lines, fromJSON(line).String())
		}
		if !l.again {
			l.batches = l.batches[1:]
		}
	}
	l.waits = append(l.waits, done == nil || !done(lines))
	return lines
}

func (l *fakeLog) Glance() string {
	text := ""
	for _, line := range l.Await(atOnce) {
		text += strings.TrimSuffix(line, "\n") + "\n" // some of the record have none
	}
	return text
}
