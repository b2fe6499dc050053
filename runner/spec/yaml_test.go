package spec

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is printed to the golden files")

// shown writes a value as a test can say it.
func shown(v Value) string {
	switch v.Kind {
	case Undef:
		return "undef"
	case Bytes:
		return fmt.Sprintf("%q", v.Str)
	case Regexp:
		return "/" + v.Str + "/" + v.Flags
	case Perl:
		return fmt.Sprintf("perl %q in line %d", v.Str, v.Line)
	case List:
		items := make([]string, len(v.List))
		for i, inner := range v.List {
			items[i] = shown(inner)
		}
		return "[" + strings.Join(items, " ") + "]"
	case Map:
		var items []string
		for key, inner := range v.Map {
			items = append(items, key+"="+shown(inner))
		}
		slices.Sort(items)
		return "{" + strings.Join(items, " ") + "}"
	}
	return fmt.Sprint(v)
}

func values(blocks []*Block) string {
	var out strings.Builder
	for _, b := range blocks {
		fmt.Fprintf(&out, "%d %s\n", b.Line, b.Name)
		for _, s := range b.Sections {
			fmt.Fprintf(&out, "  %d %s %s\n", s.Line, s.Name, shown(s.Values[0]))
		}
	}
	return out.String()
}

func TestParseYAMLValues(t *testing.T) {
	for _, tc := range []struct{ name, section, want string }{
		{"plain text", `request: GET /t`, `request "GET /t"`},
		{"block text", "config: |\n      a;\n\n      b;\n", `config "a;\n\nb;\n"`},
		{"folded text", "config: >-\n      a\n      b\n", `config "a b"`},
		{"number as it is written", `timeout: 0.50`, `timeout "0.50"`},
		{"number in quotes", `error_code: "404"`, `error_code "404"`},
		{"date", `log_level: 2024-01-01`, `log_level "2024-01-01"`},
		{"true for presence", `abort: true`, `abort ""`},
		{"true for presence or number", `must_die: true`, `must_die ""`},
		{"number for presence or number", `must_die: 2`, `must_die "2"`},
		{"false for presence", `abort: false`, ``},
		{"true for text", `response_body: true`, `response_body "true"`},
		{"null", `config: null`, ``},
		{"empty text", `config: ""`, `config ""`},
		{"list", `error_code: [200, "404"]`, `error_code ["200" "404"]`},
		{"list of lists", `error_log: [[a, b], {regex: c}]`, `error_log [["a" "b"] /c/]`},
		{"regex", `response_body_like: {regex: '^\d+$', flags: sm}`, `response_body_like /^\d+$/ms`},
		{"file", `config: {file: fixtures/two.conf}`, `config "location = /two { return 200 two; }\n"`},
		{"hex", `response_body: {hex: "00 ff\n 41"}`, `response_body "\x00\xffA"`},
		{"base64", `more_headers: {base64: "WC1BOiBi\nDQo="}`, `more_headers "X-A: b\r\n"`},
		{"binary tag", `response_body: !!binary /w==`, `response_body "\xff"`},
		{"perl", `tcp_reply: {perl: '"x" x 9'}`, `tcp_reply perl "\"x\" x 9" in line 3`},
		{"perl of several lines", "tcp_reply:\n      perl: |\n        [1,\n        2]\n", `tcp_reply perl "[1,\n2]\n" in line 5`},
		{"perl in a list", `error_log: [{perl: 'qr/a/'}]`, `error_log [perl "qr/a/" in line 3]`},
		{"packets of one request", `request: {packets: [GET, {value: " /t", delay_before: 0.1}, {hex: "0a"}]}`,
			`request [["GET" {delay_before="0.1" value=" /t"} "\n"]]`},
		{"packets among requests", `request: [GET /a, {packets: [GET, " /b"]}]`, `request ["GET /a" ["GET" " /b"]]`},
		{"files", `user_files: {b.txt: "hi\n", a.bin: {hex: ff}}`, `user_files [["b.txt" "hi\n"] ["a.bin" "\xff"]]`},
		{"files with dates", `user_files: [[a.txt, hi, "202401010000"]]`, `user_files [["a.txt" "hi" "202401010000"]]`},
		{"files as text", "user_files: |\n      >>> a.txt\n      hi\n", `user_files ">>> a.txt\nhi\n"`},
		{"files from Perl", `user_files: {perl: '[["a", 1]]'}`, `user_files perl "[[\"a\", 1]]" in line 3`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			y, err := ParseYAML("testdata/a.yaml", []byte("tests:\n  - name: t\n    "+tc.section+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			want := "2 t\n"
			if tc.want != "" {
				want += "  3 " + tc.want + "\n"
			}
			if got := values(y.Blocks); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestParseYAMLSuite(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"defaults, and tests that have their own or none", `
http: &http |
  lua_code_cache off;
defaults:
  http_config: *http
  no_error_log: ["[error]"]
  error_log: [{perl: '1'}]
tests:
  - name: a
    request: GET /
  - name: b
    http_config: null
    no_error_log: x
    error_log: null
`, `9 a
  10 request "GET /"
  5 http_config "lua_code_cache off;\n"
  6 no_error_log ["[error]"]
  7 error_log [perl "1" in line 7]
11 b
  13 no_error_log "x"
`},
		{"merge keys and aliases", `
shared:
  base: &base {request: GET /, config: a}
tests:
  - <<: *base
    name: x
    config: b
  - &again
    name: y
    <<: [*base, {log_level: info, config: z}]
`, `5 x
  7 config "b"
  3 request "GET /"
8 y
  3 request "GET /"
  3 config "a"
  10 log_level "info"
`},
		{"SKIP", "tests: [{name: a, SKIP: true}, {name: b, SKIP: false}]", "1 b\n"},
		{"ONLY", "tests:\n- {name: a}\n- {name: b, ONLY: true}\n- {name: c, ONLY: true}\n", "3 b\n  3 ONLY \"\"\n"},
		{"LAST", "tests:\n- {name: a}\n- {name: b, LAST: true}\n- {name: c}\n", "2 a\n3 b\n  3 LAST \"\"\n"},
		{"the form of JSON", `{"tests": [{"name": "a", "request": "GET /"}]}`, "1 a\n  1 request \"GET /\"\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			y, err := ParseYAML("a.yaml", []byte(tc.src))
			if err != nil {
				t.Fatal(err)
			}
			if got := values(y.Blocks); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}

func TestParseYAMLSettings(t *testing.T) {
	y, err := ParseYAML("a.yaml", []byte(`
settings:
  repeat_each: 2
  no_shuffle: true
  no_diff: false
  workers: 3
  log_level: warn
  timeout: 0.5
  master_off: false
  env_to_nginx: [A, B=c]
  server_port: 1234
  plan: 12
tests: [{name: a}]
`))
	if err != nil {
		t.Fatal(err)
	}
	got := Settings{NoDiff: true, WorkerConnections: 64, EnvToNginx: []string{"Z"}}
	y.Apply(&got)
	want := Settings{RepeatEach: 2, NoShuffle: true, Workers: 3, WorkerConnections: 64, LogLevel: "warn", Timeout: "0.5",
		MasterProcess: "on", EnvToNginx: []string{"Z", "A", "B=c"}, ServerPort: "1234", Plan: Plan{Kind: PlanTests, Tests: 12}}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseYAMLPlan(t *testing.T) {
	for _, tc := range []struct {
		settings string
		want     Plan
	}{
		{"{}", Plan{Kind: PlanNo}},
		{"{plan: no_plan}", Plan{Kind: PlanNo}},
		{"{plan: 3}", Plan{Kind: PlanTests, Tests: 3}},
		{"{plan: {skip_all: no lua here}}", Plan{Kind: PlanSkipAll, Reason: "no lua here"}},
	} {
		y, err := ParseYAML("a.yaml", []byte("settings: "+tc.settings+"\ntests: [{name: a}]"))
		if err != nil || y.Plan != tc.want {
			t.Errorf("%s: %+v, %v", tc.settings, y, err)
		}
	}
}

// Every file in testdata/problems has a golden file beside it: all its problems, each with its place.
func TestParseYAMLProblems(t *testing.T) {
	paths, err := filepath.Glob("testdata/problems/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			y, err := ParseYAML(path, src)
			if err == nil || y != nil {
				t.Fatalf("no error; %+v", y)
			}
			golden := strings.TrimSuffix(path, ".yaml") + ".golden"
			got := err.Error() + "\n"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || got != string(want) {
				t.Errorf("got\n%swant (%v)\n%s", got, err, want)
			}
		})
	}
}

// Aliases of aliases that would be a thousand million values are refused, and soon.
func TestParseYAMLBomb(t *testing.T) {
	src := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		src += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	_, err := ParseYAML("a.yaml", []byte(src+"tests: [{name: a, error_log: *a9}]\n"))
	if err == nil || err.Error() != "a.yaml:2:5: aliases make this more than 1000000 values (use fewer)" {
		t.Error(err)
	}
}

// A file may be as long as it likes.
func TestParseYAMLLong(t *testing.T) {
	const tests = 150_000
	src := []byte("tests:\n")
	for i := range tests {
		src = fmt.Appendf(src, "- {name: %d, config: b, request: GET /}\n", i)
	}
	y, err := ParseYAML("a.yaml", src)
	if err != nil || len(y.Blocks) != tests {
		t.Errorf("%.100v", err)
	}
}

func TestResolvePerl(t *testing.T) {
	y, err := ParseYAML("a.yaml", []byte(`
tests:
  - name: t
    request: {perl: two}
    config: {perl: none}
    error_log: [{perl: two}, {perl: none}, x]
    raw_request: plain
`))
	if err != nil {
		t.Fatal(err)
	}
	err = ResolvePerl(y.Blocks, func(code string, line int) ([]Value, error) {
		if code == "none" {
			return nil, nil
		}
		return []Value{Text(fmt.Sprint(line)), Text("more")}, nil
	})
	var got strings.Builder
	for _, s := range y.Blocks[0].Sections {
		fmt.Fprintf(&got, "%s %d %s\n", s.Name, len(s.Values), shown(s.Values[0]))
	}
	want := "request 2 \"4\"\nconfig 1 undef\nerror_log 1 [\"6\" undef \"x\"]\nraw_request 1 \"plain\"\n"
	if err != nil || got.String() != want {
		t.Errorf("got %v\n%s", err, got.String())
	}
	y.Blocks[0].Sections[0].Values = []Value{{Kind: Perl, Str: "bad", Line: 4}}
	err = ResolvePerl(y.Blocks, func(code string, line int) ([]Value, error) { return nil, fmt.Errorf("a.yaml:%d: %s", line, code) })
	if err == nil || err.Error() != "a.yaml:4: bad" {
		t.Errorf("error %v", err)
	}
}

// What one test makes of a default is not what another gets.
func TestResolvePerlDefaults(t *testing.T) {
	y, err := ParseYAML("a.yaml", []byte("defaults: {error_log: [{perl: x}]}\ntests: [{name: a}, {name: b}]"))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	err = ResolvePerl(y.Blocks, func(string, int) ([]Value, error) {
		calls++
		return []Value{Text(fmt.Sprint(calls))}, nil
	})
	if got := values(y.Blocks); err != nil || got != "2 a\n  1 error_log [\"1\"]\n2 b\n  1 error_log [\"2\"]\n" {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{
		"reponse_body": "response_body", "noerror_log": "no_error_log", "errorcode": "error_code", "Config": "config", "stap": "stap",
		"xyzzyplugh": "", "": "",
	} {
		if got := Nearest(word, Sections); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
