package check

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// TestDecisionsAsPerlMakesThem holds blocks with skip and todo sections against what Test::Nginx made of them with nginx 1.22.1,
// OpenSSL 3.0.22 and TEST_NGINX_BUILDSLAVE=bob.
func TestDecisionsAsPerlMakesThem(t *testing.T) {
	data, err := os.ReadFile("testdata/decisions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	perl := map[string]bool{"1\n": true, "0\n": false, "$NginxVersion < 1.5\n": true}
	eval := func(code string) (spec.Value, error) {
		yes, known := perl[code]
		if !known {
			return spec.Value{}, errors.New("unexpected code " + code)
		}
		if yes {
			return spec.Text("1"), nil
		}
		return spec.Text(""), nil
	}
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); n++ {
		var c struct {
			Sections map[string]string
			Run      bool
			Tests    []string
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		b := block("", "")
		b.Name = "t/d.t TEST 1: x"
		for section, text := range c.Sections {
			b.Spec.Set(section, spec.Text(text))
		}
		d, err := b.Decide(Versions{Nginx: "1.022001", OpenSSL: "3.000022", BuildSlave: "bob"}, eval)
		if err != nil {
			t.Errorf("%s: %v", lines.Text(), err)
			continue
		}
		if run := !d.Skip && !d.Todo; run != c.Run {
			t.Errorf("%s: run %v", lines.Text(), run)
		}
		var got []string
		for _, test := range d.Tests {
			got = append(got, test.Line(1))
		}
		if strings.Join(got, "\n") != strings.Join(c.Tests, "\n") {
			t.Errorf("%s: got %q", lines.Text(), got)
		}
	}
	if n < 60 {
		t.Errorf("only %d recorded blocks", n)
	}
}

func TestDecideWithoutOpenSSL(t *testing.T) {
	d, err := block("skip_openssl", "2: < 1.1.1").Decide(Versions{Nginx: "1.022001"}, nil)
	if err != nil || !d.Skip || len(d.Tests) != 2 || d.Tests[0].Reason != "t/a.t TEST 1: x - Not built with OpenSSL" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestBadDecisions(t *testing.T) {
	for _, c := range []struct{ section, text string }{
		{"skip_nginx", "< 1.2.3"},
		{"skip_nginx", "2: == 1.2.3"},
		{"skip_nginx", "2: < 1.2"},
		{"skip_nginx2", "2: < 1.2.3"},
		{"skip_openssl", "2 < 1.2.3"},
		{"skip_slave", "bob"},
		{"todo_nginx", "2: < 1.2.3"},
		{"todo", "later"},
		{"skip_eval", "2: die"},
	} {
		eval := func(string) (spec.Value, error) { return spec.Value{}, errors.New("died") }
		_, err := block(c.section, c.text).Decide(Versions{Nginx: "1.022001", BuildSlave: "bob"}, eval)
		if err == nil || !strings.HasPrefix(err.Error(), "t/a.t TEST 1: x - ") || !strings.Contains(err.Error(), c.section) {
			t.Errorf("%s %q: error %v", c.section, c.text, err)
		}
	}
}

// block returns a block with one section.
func block(section, text string) *Block {
	b := &Block{Name: "t/a.t TEST 1: x", File: "t/a.t", Spec: &spec.Block{Line: 3}}
	if section != "" {
		b.Spec.Set(section, spec.Text(text))
		b.Spec.Sections[0].Line = 5
	}
	return b
}
