package perl

import (
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

func TestWriteShow(t *testing.T) {
	s := &spec.Suite{File: "t/a.t", Entry: spec.EntryRunTests, Settings: spec.Settings{
		Plan: spec.Plan{Kind: spec.PlanTests, Tests: 12}, RepeatEach: 2, NoShuffle: true, EnvToNginx: []string{"A", "B"},
	}, Blocks: []*spec.Block{{Name: "TEST 1: \"q\"\x7f", Line: 3, Sections: []*spec.Section{
		{Name: "bytes", Values: []spec.Value{spec.Text("\x00\xff\n\té\\")}},
		{Name: "wide", Values: []spec.Value{{Kind: spec.Bytes, Str: "☺", Wide: true}}},
		{Name: "none", Values: []spec.Value{}},
		{Name: "undef", Values: []spec.Value{{}}},
		{Name: "several", Values: spec.Texts("x", "y").List},
		{Name: "list", Values: []spec.Value{spec.Texts("x", "y")}},
		{Name: "map", Values: []spec.Value{{Kind: spec.Map, Map: map[string]spec.Value{"b": {}, "a": spec.Text("1")}}}},
		{Name: "re", Values: []spec.Value{spec.Pattern("(?s)a", "i")}},
		{Name: "number", Values: []spec.Value{{Kind: spec.Number, Str: "1.5"}}},
		{Name: "code", Values: []spec.Value{{Kind: spec.Code}}},
		{Name: "ref", Values: []spec.Value{{Kind: spec.Ref, List: []spec.Value{spec.Text("x")}}}},
	}}}}
	var b strings.Builder
	if err := WriteShow(&b, s); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"file":"t/a.t","entry":"run_tests","settings":{"plan":{"tests":"12"},"repeat_each":"2","no_shuffle":"1"`,
		`"env_to_nginx":["A","B"]}`, `{"name":"TEST 1: \"q\"\u007f","line":3,"values":{`,
		`"bytes":"\u0000ÿ\n\tÃ©\\"`, `"wide":"☺"`, `"none":null`, `"undef":null`, `"several":"x"`, `"list":["x","y"]`,
		`"map":{"hash":{"a":"1","b":null}}`, `"re":{"regexp":"(?s)a","flags":"si"}`, `"number":"1.5"`, `"code":{"code":true}`,
		`"ref":{"ref":"x"}`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// The expected flags are what re::regexp_pattern of perl 5.36 reports.
func TestShownFlags(t *testing.T) {
	for _, c := range []struct{ pattern, flags, want string }{
		{"(?s)a", "", "s"}, {"a(?s)b", "", "s"}, {"(?:(?s)a)b", "", ""}, {"(?i-s)a", "s", "i"}, {"(?^i)a", "s", "i"},
		{"x|(?m)y", "", "m"}, {"(?x) a # b", "", "x"}, {"((?i)a)", "", ""}, {"(?s)(?-s)a", "", ""}, {" (?#c)(?s)b", "x", "sx"},
		{"[(?s)]", "", ""}, {"[]([:alpha:](?s)]", "", ""}, {`\(?s\)`, "", ""}, {"(?s:a)", "", ""}, {"(?<n>(?i)x)(?s)z", "", "s"},
		{"(?xx)a", "", "xx"}, {"(?^)a", "s", ""}, {"(?=a)(?i)b", "", "i"}, {"(?sx) a (?i-s) b", "", "ix"}, {"(?-i)a", "i", ""},
		{"(?si)", "i", "si"}, {"a # (?i)\n", "x", "x"}, {"(?n)a", "", "n"},
	} {
		if got := shownFlags(c.pattern, c.flags); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.pattern, c.flags, got, c.want)
		}
	}
}
