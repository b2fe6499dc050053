package tap

import "testing"

func TestLine(t *testing.T) {
	// What perl prints for ok() with these names, and for skip and todo_skip.
	for _, c := range []struct {
		test Test
		want string
	}{
		{Test{OK: true, Name: "plain"}, "ok 7 - plain"},
		{Test{OK: true}, "ok 7"},
		{Test{Name: "a name (aborted)\n"}, "not ok 7 - a name (aborted)\n# "},
		{Test{OK: true, Name: `x # y \ z`}, `ok 7 - x \# y \\ z`},
		{Test{OK: true, Name: `x \ z`}, `ok 7 - x \ z`},
		{Test{OK: true, Name: `x y\`}, `ok 7 - x y\`},
		{Test{Name: `x y\`}, `not ok 7 - x y\\`},
		{Test{OK: true, Name: "x y\\\nz"}, "ok 7 - x y\\\\\n# z"},
		{Test{Name: "multi\nline #two\nthree"}, "not ok 7 - multi\n# line #two\n# three"},
		{Test{Name: "bad\nline \\#two\n\nthree\n"}, "not ok 7 - bad\n# line \\#two\n# \n# three\n# "},
		{Test{OK: true, Name: "a # b\\\nb # \\"}, "ok 7 - a \\# b\\\\\n# b # \\"},
		{Test{OK: true, Name: "cr\r\nhere"}, "ok 7 - cr\r\n# here"},
		{Test{OK: true, Name: "a\n\rb"}, "ok 7 - a\n# b"},
		{Test{OK: true, Name: "\nfoo"}, "ok 7 - \n# foo"},
		{Test{OK: true, Directive: "skip", Reason: "why # so \\ much\nsecond\n"}, "ok 7 # skip why # so \\ much\n# second\n# "},
		{Test{Directive: "todo & skip", Reason: "name - todo"}, "not ok 7 # TODO & SKIP name - todo"},
	} {
		if got := c.test.Line(7); got != c.want {
			t.Errorf("%+v\n%q, perl has\n%q", c.test, got, c.want)
		}
	}
}
