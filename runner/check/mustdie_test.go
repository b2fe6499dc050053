package check

import "testing"

func TestMustDie(t *testing.T) {
	for _, c := range []struct {
		section string
		exit    Exit
		want    string
	}{
		{"", Exit{Status: 1 << 8}, "ok 1 - t/a.t TEST 1: x - die as expected"},
		{"", Exit{}, "not ok 1 - t/a.t TEST 1: x - die as expected"},
		{"1", Exit{Status: 1 << 8}, "ok 1 - t/a.t TEST 1: x - die with the expected exit code"},
		{"2", Exit{Status: 1 << 8}, "not ok 1 - t/a.t TEST 1: x - die with the expected exit code"},
		{"2\n", Exit{Status: 2 << 8}, "not ok 1 - t/a.t TEST 1: x - die with the expected exit code"},
		{"soon", Exit{Status: 2 << 8}, "ok 1 - t/a.t TEST 1: x - die as expected"},
		{"1", Exit{Failed: true}, "not ok 1 - t/a.t TEST 1: x - failed to execute the nginx command line"},
		{"1", Exit{Status: 139}, "not ok 1 - t/a.t TEST 1: x - nginx core dumped"},
		{"1", Exit{Status: 139 << 8}, "not ok 1 - t/a.t TEST 1: x - nginx core dumped"},
		{"1", Exit{Status: 15}, "not ok 1 - t/a.t TEST 1: x - die with the expected exit code"},
	} {
		r := block("must_die", c.section).MustDie(c.exit)
		if len(r.Tests) != 1 || r.Tests[0].Line(1) != c.want {
			t.Errorf("%q %+v: got %+v", c.section, c.exit, r)
		}
	}
}
