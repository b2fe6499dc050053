package perl

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// TestYAML holds a suite in its YAML form against the same in Perl.
func TestYAML(t *testing.T) {
	yaml, err := loadText(t, "a.yaml", `
settings: {repeat_each: 2, no_shuffle: true, timeout: 5, env_to_nginx: [A], plan: 4}
defaults: {http_config: "lua_x;\n"}
tests:
  - name: "TEST 1: values"
    config: "c;\n"
    request: ["GET /a", "GET /b"]
    error_code: [200, 404]
    response_body: {perl: '["x" x 3, qr/a.b/is]'}
    tcp_reply: {perl: 'my $n = 2; $n * 21'}
  - name: "TEST 2: stream"
    stream_server_config: "echo x;\n"
    stream_response: "x\n"
`)
	if err != nil {
		t.Fatal(err, yaml.out.String())
	}
	perl, err := loadText(t, "a.t", `
use Test::Nginx::Socket::Lua::Stream tests => 4;
repeat_each(2); no_shuffle(); timeout(5); env_to_nginx("A");
add_block_preprocessor(sub { my $b = shift; $b->set_value("http_config", "lua_x;\n") });
run_tests();
__DATA__
=== TEST 1: values
--- config
c;
--- request eval: ["GET /a", "GET /b"]
--- error_code eval: [200, 404]
--- response_body eval: ["x" x 3, qr/a.b/is]
--- tcp_reply eval: my $n = 2; $n * 21
=== TEST 2: stream
--- stream_server_config
echo x;
--- stream_response
x
`)
	if err != nil {
		t.Fatal(err, perl.out.String())
	}
	var a, b map[string]any
	for text, v := range map[string]*map[string]any{yaml.shown: &a, perl.shown: &b} {
		if err := json.Unmarshal([]byte(text), v); err != nil {
			t.Fatal(err)
		}
	}
	delete(a, "file")
	delete(b, "file")
	for i := range a["blocks"].([]any) {
		delete(a["blocks"].([]any)[i].(map[string]any), "line")
		delete(b["blocks"].([]any)[i].(map[string]any), "line")
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("YAML:\n%s\nPerl:\n%s", yaml.shown, perl.shown)
	}
}

func TestYAMLErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"tests:\n- name: a\n  config: x\n  request: {perl: |\n    1 +\n    fork()\n  }\n", "a.yaml:"},
		{"tests:\n- name: a\n  config: x\n  response_body:\n    perl: fork()\n", "a.yaml:5: unsupported Perl: "},
	} {
		_, err := loadText(t, "a.yaml", c.text)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// TestCode calls what a suite registers, as the runner does.
func TestCode(t *testing.T) {
	l, err := loadText(t, "a.t", `
use Test::Nginx::Socket::Lua 'no_plan';
our @seen;
BEGIN { $ENV{TEST_NGINX_INIT_BY_LUA} = "x = 1" }
add_response_body_check(sub { push @seen, join ",", "body", $_[0]->name, @_[1 .. $#_] });
add_cleanup_handler(sub { push @seen, "first" });
add_cleanup_handler(sub { push @seen, "second"; die "no more\n" });
add_test_cleanup_handler(sub { my $block = shift; push @seen, "test " . $block->name });
Test::Nginx::Socket::set_http_config_filter(sub { "filtered $_[0]" });
run_tests();
print "saw $_\n" for @seen;
END { print "the end\n" }
__DATA__
=== TEST 1: a
--- config: c
--- tcp_reply eval: my $n = 0; sub { $n++; "$n: $_[0]" }
--- skip_eval: 3: $NginxVersion < 1.02
`)
	if err != nil {
		t.Fatal(err)
	}
	s := l.suite
	b := s.Blocks[0]
	self := spec.Value{Kind: spec.Object, Block: b}
	if _, err := s.ResponseBodyChecks[0](self, spec.Text("B"), spec.Text("1")); err != nil {
		t.Error(err)
	}
	if _, err := s.TestCleanupHandlers[0](self); err != nil {
		t.Error(err)
	}
	if _, err := s.CleanupHandlers[0](); err == nil || !strings.Contains(err.Error(), "no more") {
		t.Errorf("a handler that dies: error %v", err)
	}
	if _, err := s.CleanupHandlers[1](); err != nil {
		t.Error(err)
	}
	if got, err := s.HTTPConfigFilter(spec.Text("x")); err != nil || got[0].Str != "filtered x" {
		t.Errorf("filter gave %v, %v", got, err)
	}
	for _, want := range []string{"1: q", "2: q"} {
		got, err := b.Value("tcp_reply").Code(spec.Text("q"))
		if err != nil || len(got) != 1 || got[0].Str != want {
			t.Errorf("code gave %v, %v; want %q", got, err, want)
		}
	}
	for code, want := range map[string]string{
		`$NginxVersion . " $PcreVersion $OpenSSLVersion"`: "1.022001 1 3.000011",
		`$block->config . "|$name|" . $block->name`:       "c|a.t TEST 1: a|a.t TEST 1: a",
		`join "|", @main::seen`:                           "body,a.t TEST 1: a,B,1|test a.t TEST 1: a|second|first",
		`$ServRoot =~ m{/t/servroot$} ? "yes" : "no"`:     "yes",
		`cwd() eq $ENV{PWD} || 1`:                         "1",
	} {
		if got, err := s.Eval(b, code); err != nil || got.Str != want {
			t.Errorf("%s is %v (%v), want %q", code, got, err, want)
		}
	}
	if _, err := s.Eval(b, `die "oops\n"`); err == nil || err.Error() != "oops" {
		t.Errorf("die: error %v", err)
	}
	if _, err := s.Eval(b, `$nosuch`); err == nil || !strings.Contains(err.Error(), `Global symbol "$nosuch"`) {
		t.Errorf("strict: error %v", err)
	}
}

func TestAfterRunTests(t *testing.T) {
	l, err := loadText(t, "a.t", `
use Test::Nginx::Socket tests => 2;
use Test::More;
ok 1, 'before';
run_tests();
ok 1, 'after';
END { print "the end\n" }
__DATA__
=== a
--- b: c
`)
	if err != nil || len(l.tests) != 2 || l.tests[1].Name != "after" || !strings.Contains(l.out.String(), "the end\n") {
		t.Errorf("%v, tests %v, output %q", err, l.tests, l.out.String())
	}
}

func TestEndings(t *testing.T) {
	for _, c := range []struct{ text, entry, err string }{
		{"use Test::Nginx::Socket skip_all => 'no luck';\ndie;\n", spec.EntrySkipAll, ""},
		{"BEGIN { our $why = 'x' }\nuse Test::Nginx::Socket $::why ? (skip_all => $::why) : ();\nplan 'no_plan';\n", spec.EntrySkipAll, ""},
		{"use Test::Nginx::Socket;\nplan(skip_all => 'later');\ndie;\n", spec.EntrySkipAll, ""},
		{"use Test::Nginx::Socket 'no_plan';\nplan(skip_all => 'late');\ndie;\n", spec.EntrySkipAll, ""},
		{"use Test::More 'no_plan';\nok 1;\n", spec.EntryEnd, ""},
		{"use Test::More 'no_plan';\nexit 0;\n", spec.EntryEnd, ""},
		{"use Test::More 'no_plan';\nexit 3;\n", "", "the file called exit(3)"},
		{"use Test::More 'no_plan';\neval { BAIL_OUT('all wrong') };\n", "", "Bail out!  all wrong"},
	} {
		l, err := loadText(t, "a.t", c.text)
		entry, text := "", ""
		if l.suite != nil {
			entry = l.suite.Entry
		}
		if err != nil {
			text = err.Error()
		}
		if entry != c.entry || text != c.err {
			t.Errorf("%q: entry %q, error %q; want %q, %q", c.text, entry, text, c.entry, c.err)
		}
	}
}

func TestSources(t *testing.T) {
	const use = "use Test::Nginx::Socket 'no_plan';\n"
	for _, c := range []struct{ text, shown string }{
		{use + "run_tests();\n__DATA__\n<<<our $P = 'pre';>>>\n=== a\n--- x eval: $main::P\n", `"line":5,"values":{"x":"pre"}`},
		{use + "spec_string(\"=== a\\n--- x: y\\n\");\nrun_tests();\n", `"values":{"x":"y"}`},
		{use + "open my $f, '>', 'b.spec'; print $f \"\\n=== a\\n--- x: z\\n\"; close $f;\nspec_file 'b.spec';\nrun_tests();\n",
			`"line":2,"values":{"x":"z"}`},
		{use + "delimiters('###', '+++');\nrun_tests();\n__END__\n### a\n+++ x: w\n", `"line":5,"values":{"x":"w"}`},
	} {
		l, err := loadText(t, "a.t", c.text)
		if err != nil || !strings.Contains(l.shown, c.shown) {
			t.Errorf("%q: %s (%v), want %s", c.text, l.shown, err, c.shown)
		}
	}
}

func TestSelection(t *testing.T) {
	const use = "use Test::Nginx::Socket 'no_plan';\nrun_tests();\n__DATA__\n"
	for text, want := range map[string]string{
		"=== a\n--- x: 1\n=== b\n--- SKIP\n=== c\n--- x: 2\n":                  "a c",
		"=== a\n--- x: 1\n=== b\n--- ONLY\n--- x: 1\n=== c\n--- x: 2\n":        "b",
		"=== a\n--- x: 1\n=== b\n--- LAST\n--- x: 1\n=== c nosuch\n--- x ()\n": "a b",
	} {
		l, err := loadText(t, "a.t", use+text)
		if err != nil {
			t.Error(err)
			continue
		}
		var names []string
		for _, b := range l.suite.Blocks {
			names = append(names, b.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: blocks %q, want %q", text, got, want)
		}
		if strings.Contains(text, "ONLY") && !strings.Contains(l.out.String(), "# I found ONLY: maybe you're debugging?\n") {
			t.Errorf("no diagnostic about ONLY in %q", l.out.String())
		}
	}
}
