package check

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// TestRequestsAsPerlBuildsThem holds the requests of recorded blocks against those that Test::Nginx built. In the strings of
// testdata/requests.jsonl a code point is a byte; a request is a list of packets with their delay_before.
func TestRequestsAsPerlBuildsThem(t *testing.T) {
	data, err := os.ReadFile("testdata/requests.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); n++ {
		var want struct {
			Block    map[string]any
			Bail     bool
			Requests [][][2]any
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		b := &Block{Name: "t", Spec: &spec.Block{}}
		for section, v := range want.Block {
			b.Spec.Set(section, fromJSON(v))
		}
		reqs, err := b.Requests()
		// The one that calls these refuses a block without a request, so an empty list is an error here.
		if bail := want.Bail || len(want.Requests) == 0; bail != (err != nil) {
			t.Errorf("%s: error %v, Perl bails out: %v", lines.Text(), err, bail)
			continue
		}
		if err != nil {
			continue
		}
		if len(reqs) != len(want.Requests) {
			t.Errorf("%s: %d requests", lines.Text(), len(reqs))
			continue
		}
		for i, r := range reqs {
			if len(r.Packets) != len(want.Requests[i]) {
				t.Errorf("%s: request %d has packets %q", lines.Text(), i, r.Packets)
				continue
			}
			for k, p := range r.Packets {
				if w := fromJSON(want.Requests[i][k][0]).String(); p.Value != w {
					t.Errorf("%s: packet %q, Perl has %q", lines.Text(), p.Value, w)
				}
				delay, has := want.Requests[i][k][1].(float64)
				if k > 0 && has && p.Delay.Seconds() != delay {
					t.Errorf("%s: delay %v, Perl has %v", lines.Text(), p.Delay, delay)
				}
			}
		}
	}
	if n < 250 {
		t.Errorf("only %d recorded blocks", n)
	}
}

func fromJSON(v any) spec.Value {
	switch v := v.(type) {
	case string:
		var b []byte
		for _, c := range v {
			b = append(b, byte(c))
		}
		return spec.Text(string(b))
	case float64:
		return spec.Value{Kind: spec.Number, Str: json.Number(jsonText(v)).String()}
	case []any:
		list := spec.Value{Kind: spec.List}
		for _, m := range v {
			list.List = append(list.List, fromJSON(m))
		}
		return list
	case map[string]any:
		m := spec.Value{Kind: spec.Map, Map: map[string]spec.Value{}}
		for k, member := range v {
			m.Map[k] = fromJSON(member)
		}
		return m
	}
	return spec.Value{}
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
