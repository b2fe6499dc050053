package spec

import "testing"

func TestReindex(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"numbers and empty lines",
			"plan 1;\n__DATA__\n\n\n=== TEST 7: b\n--- config\n\n=== TEST 7: a\n--- config\n=== TEST 12.5: c\n--- config\n\n\n",
			"plan 1;\n__DATA__\n\n=== TEST 1: b\n--- config\n\n\n\n=== TEST 2: a\n--- config\n\n\n\n=== TEST 3.5: c\n--- config\n"},
		{"a title right below the data line", "__END__\n=== TEST 3: a\n--- x: 1", "__END__\n\n=== TEST 1: a\n--- x: 1\n"},
		{"letters of either case", "__DATA__\n=== test  4: a\n", "__DATA__\n\n=== TEST 1: a\n"},
		{"other titles stay as they are",
			"__DATA__\n=== sanity\n--- x\n\n=== TEST 9\n--- x\n", "__DATA__\n=== sanity\n--- x\n\n\n\n=== TEST 1\n--- x\n"},
		{"carriage returns stay", "a\r\n__DATA__\r\n=== TEST 2: a\r\n--- x\r\n\r\n=== TEST 2: b\r\n--- x\r\n\r\n",
			"a\r\n__DATA__\r\n\r\n=== TEST 1: a\r\n--- x\r\n\r\n\r\n\r\n=== TEST 2: b\r\n--- x\r\n"},
		{"the preamble stays", "\n\n\n=== TEST 5: pod\n__DATA__\n=== TEST 5: a\n", "\n\n\n=== TEST 5: pod\n__DATA__\n\n=== TEST 1: a\n"},
		{"no data", "use Test::More;\n=== TEST 5: a\n\n\n", "use Test::More;\n=== TEST 5: a\n\n\n"},
		{"nothing below the data line", "x\n__DATA__\n", "x\n__DATA__\n"},
		{"nothing at all", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(Reindex([]byte(c.in)))
			if got != c.want {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
			if again := string(Reindex([]byte(got))); again != got {
				t.Errorf("once more: %q\nwant %q", again, got)
			}
		})
	}
}
