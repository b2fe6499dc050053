package perl

import "testing"

// The expected texts of these tables are what perl 5.36 and Test::Base 0.89 gave for the same input.

func TestTrim(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"a":                 "a",
		"a  ":               "a  ",
		"\n\n \t\na\n\n \n": "a\n",
		"  a\n  b  \n\n":    "  a\n  b  \n",
		"a\n  ":             "a\n",
		"   ":               "   ",
		" \n \n":            "",
		"\n":                "",
		"a  \n \n":          "a  \n",
		"\r\na":             "\r\na",
	} {
		if got := trimText(in); got != want {
			t.Errorf("trim of %q: %q, want %q", in, got, want)
		}
	}
}

func TestNorm(t *testing.T) {
	for in, want := range map[string]string{"a\r\nb\rc\n": "a\nb\nc\n", "a\n": "a\n", "\r\r\n": "\n\n"} {
		if got := normText(in); got != want {
			t.Errorf("norm of %q: %q, want %q", in, got, want)
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		`\a\b\e\f\n\r\t`: "\a\b\x1b\f\n\r\t",
		`\x41\101\8`:     "\x0041\x01018",
		`\\\"\'\$\@\{`:   `\"'$@{`,
		`\c\o\N\L\U\Q\E`: "",
		`\k\g\z`:         "kgz",
		"\\\n":           "\\\n",
	} {
		if got := unescape(in); got != want {
			t.Errorf("escape of %q: %q, want %q", in, got, want)
		}
	}
	if got, want := filterArgument(`a\sb\t\\n\N`), "a b\t\\\n\\N"; got != want {
		t.Errorf("argument: %q, want %q", got, want)
	}
}

func TestBase64(t *testing.T) {
	for in, want := range map[string]string{
		"YQ": "a", "YWI": "ab", "a": "", "YQ==YQ==": "a", "Y Q\n=": "a", "": "", "abcde": "\x69\xb7\x1d",
	} {
		if got := decodeBase64(in); got != want {
			t.Errorf("decoding %q: %q, want %q", in, got, want)
		}
	}
}

func TestInitByLua(t *testing.T) {
	const code = `x = "a\\b" .. 'c'`
	for _, c := range []struct{ in, want string }{
		{"", "init_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'';"},
		{"init_by_lua_file f;", "init_by_lua_file f;"},
		{"init_by_lua 'y = 1';\n", "init_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'y = 1';\n"},
		{"a;\ninit_by_lua\n  \"y\" ;z 'q';", "a;\ninit_by_lua \"x = \\\"a\\\\\\\\b\\\" .. \\'c\\'y\";z 'q';"},
		{
			"#init_by_lua 'y';\n# init_by_lua 'y';\n#  init_by_lua 'y';\n",
			"#init_by_lua 'y';\n# init_by_lua 'y';\n#  init_by_lua 'y';\ninit_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'';",
		},
		{"#   init_by_lua 'y';", "#   init_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'y';"},
		{"init_by_lua_block { y }", "init_by_lua_block { x = \"a\\\\b\" .. 'c'  y }"},
		{
			"# init_by_lua_block { y }\n  init_by_lua_block\n{ z }",
			"# init_by_lua_block { y }\n  init_by_lua_block { x = \"a\\\\b\" .. 'c'  z }",
		},
		{
			"init_by_lua 'a';\nset $x 'b' ;\n",
			"init_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'a';\nset $x 'b';\n",
		},
		{"init_by_lua 'it\\'s';", "init_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'it\\'s';"},
		{"init_by_lua 'open", "init_by_lua 'openinit_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'';"},
		{
			"# init_by_lua 'no';\ninit_by_lua 'yes';",
			"# init_by_lua 'no';\ninit_by_lua 'x = \\\"a\\\\\\\\b\\\" .. \\'c\\'yes';",
		},
	} {
		if got := initByLua(c.in, code); got != c.want {
			t.Errorf("%q becomes\n%q, want\n%q", c.in, got, c.want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for in, want := range map[string]string{
		"20ms": "0.02", "5s": "5", "1.5": "1.5", "3\n": "3\n", "500ms\n": "0.5", "x s": "x ", "3 s": "3 ", "ms": "ms", "_s": "_s",
	} {
		if got := parseTime(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
