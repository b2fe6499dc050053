package check

import "testing"

func TestSortJSON(t *testing.T) {
	for in, want := range map[string]string{ // as JSON::PP has it
		`{"b":1,"a":[1.0,1e3,-0,0.1,1e20,1.50,-3,1E-7,123456789012345]}`: `{"a":[1,1000,0,0.1,1e+20,1.5,-3,1e-07,123456789012345],"b":1}` + "\n",
		`{"a":1,"a":2}`:                                    `{"a":2}` + "\n",
		` [true, false,null ] `:                            "[true,false,null]\n",
		`[0.30000000000000004,1e16]`:                       "[0.3,10000000000000000]\n",
		`{"a":{"d":[],"c":{}}}`:                            `{"a":{"c":{},"d":[]}}` + "\n",
		"[\"t\tb\nn\\u0001\x7f\\/\\b\\f\\\"\xff\\u00e9\"]": "[\"t\\tb\\nn\\u0001\x7f/\\b\\f\\\"\xff\xe9\"]\n",
		"\"x\"":  "\"x\"\n",
		`{} x`:   `{} x`,
		`[1,]`:   `[1,]`,
		``:       ``,
		`01`:     `01`,
		`["a`:    `["a`,
		`["a\`:   `["a\`,
		"hello!": "hello!",
	} {
		if got := sortJSON(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
