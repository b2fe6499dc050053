package nginx

import "testing"

func TestParseCanonical(t *testing.T) {
	for version, want := range map[string]string{
		"1.22.1":  "1.022001",
		"0.8.39":  "0.008039",
		"1.1.1":   "1.001001",
		"1.1.1a":  "1.001001000",
		"1.1.1k":  "1.001001010",
		"3.0.22":  "3.000022",
		"1.22":    "",
		"1.22.1A": "",
		"":        "",
	} {
		if got, err := ParseCanonical(version); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseCanonical(%q) = %q, %v; want %q", version, got, err, want)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, test := range []struct {
		a, op, b string
		want     bool
	}{
		{"1.022001", ">=", "1.022001", true},
		{"1.022001", "<=", "1.022001", true},
		{"1.022001", "<", "1.022001", false},
		{"1.022001", ">", "1.009011", true},
		{"1.022001", "<", "1.025000", true},
		{"10.001000", ">", "9.001000", true},
		{"1.001001", ">=", "1.001001000", true}, // 1.1.1 and 1.1.1a
		{"1.001001010", ">", "1.001001009", true},
		{"3.000022", "<", "1.001001010", false},
	} {
		if got, err := Compare(test.a, test.op, test.b); err != nil || got != test.want {
			t.Errorf("%s %s %s = %v, %v; want %v", test.a, test.op, test.b, got, err, test.want)
		}
	}
	for _, bad := range [][3]string{{"", "<", "1.0"}, {"1.0", "<", "x"}, {"1.0", "==", "1.0"}} {
		if _, err := Compare(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("Compare(%q) does not fail", bad)
		}
	}
}
