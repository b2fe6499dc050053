package runner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
)

// heard is a listener that keeps what it is told.
type heard struct {
	events  []report.Event
	summary report.Summary
	on      func(report.Event)
}

func (h *heard) Handle(e report.Event) {
	h.events = append(h.events, e)
	if h.on != nil {
		h.on(e)
	}
}

// tests returns the tests as "ok NAME" and "not ok NAME", skips as "skip REASON".
func (h *heard) tests() []string {
	var list []string
	for _, e := range h.events {
		switch {
		case e.Kind != report.TestDone:
		case e.Test.Directive == "skip":
			list = append(list, "skip "+e.Test.Reason)
		case e.Test.OK:
			list = append(list, "ok "+e.Test.Name)
		default:
			list = append(list, "not ok "+e.Test.Name)
		}
	}
	return list
}

// texts returns the texts of the events of a kind.
func (h *heard) texts(kind report.Kind) string {
	var b strings.Builder
	for _, e := range h.events {
		if e.Kind == kind {
			b.WriteString(string(e.Text) + "\n")
		}
	}
	return b.String()
}

// workspace is an empty working directory with test files, and options that run them on a port of their own.
func workspace(t *testing.T, files map[string]string) Options {
	t.Helper()
	t.Chdir(t.TempDir())
	port, err := nginx.FreePort("127.0.0.1", func(p int) bool { return p >= 32768 }) // clients get those
	if err != nil {
		t.Fatal(err)
	}
	env := Environ()
	for name := range env {
		if strings.HasPrefix(name, "TEST_NGINX_") && name != "TEST_NGINX_BINARY" && name != "TEST_NGINX_LOAD_MODULES" {
			delete(env, name)
		}
	}
	env["TEST_NGINX_SERVER_PORT"] = fmt.Sprint(port)
	o := Options{Setup: Setup{Env: env}}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		o.Files = append(o.Files, name)
	}
	slices.Sort(o.Files)
	return o
}

func (o Options) hear(t *testing.T) *heard {
	t.Helper()
	h := &heard{}
	h.summary = Run(context.Background(), o, h)
	nothingLeft(t)
	return h
}

// nothingLeft fails when a run has left a server root or a process behind.
func nothingLeft(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("t/servroot"); err == nil {
		t.Error("the server root is left")
	}
	text, err := os.ReadFile("/proc/self/task/" + fmt.Sprint(os.Getpid()) + "/children")
	if err == nil && len(strings.Fields(string(text))) > 0 {
		t.Errorf("children are left: %s", text)
	}
}

func suite(preamble string, blocks ...string) string {
	return "use Test::Nginx::Socket;\n" + preamble + "\nrun_tests();\n__DATA__\n" + strings.Join(blocks, "\n")
}

const (
	good = `=== TEST 1: good
--- config
location /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
`
	refused = `=== TEST 2: refused
--- config
location /t { no_such_directive on; }
--- request
GET /t
--- response_body
hi
`
	goesOn = `=== TEST 3: goes on with the nginx of the block before
--- request
GET /t
--- response_body
hi
`
)

func TestRun(t *testing.T) {
	const goodTests = "ok t/a.t TEST 1: good - status code ok\nok t/a.t TEST 1: good - response_body - response is expected (repeated req 0, req 0)"
	for _, c := range []struct {
		name, preamble string
		blocks         []string
		env            map[string]string
		change         func(*Options)
		want           string // the tests
		result         string
		aborts         string // part of what the user is told
	}{
		{
			name: "passes", preamble: "plan tests => 2;", blocks: []string{good},
			want: goodTests, result: report.Pass,
		},
		{
			name: "bad plan", preamble: "plan tests => 3;", blocks: []string{good},
			want: goodTests, result: report.Fail,
		},
		{
			name: "a refused configuration fails its block alone", preamble: "plan 'no_plan'; no_shuffle();", blocks: []string{refused, good},
			want:   "not ok t/a.t TEST 2: refused - the block could not be run to its end\n" + goodTests,
			result: report.Fail, aborts: `unknown directive "no_such_directive"`,
		},
		{
			name: "a missing directive is a skip where the user wants so", preamble: "plan 'no_plan'; no_shuffle();",
			blocks: []string{refused, good}, env: map[string]string{"TEST_NGINX_IGNORE_MISSING_DIRECTIVES": "1"},
			want: "skip t/a.t TEST 2: refused - tests skipped due to the lack of directive no_such_directive\n" +
				"skip t/a.t TEST 2: refused - response_body - tests skipped due to the lack of directive no_such_directive\n" + goodTests,
			result: report.Pass,
		},
		{
			name: "a block without config", preamble: "plan 'no_plan'; no_shuffle();", blocks: []string{good, goesOn},
			want: goodTests + "\nok t/a.t TEST 3: goes on with the nginx of the block before - status code ok\n" +
				"ok t/a.t TEST 3: goes on with the nginx of the block before - response_body - response is expected (repeated req 0, req 0)",
			result: report.Pass,
		},
		{
			name: "a first block without config", preamble: "plan 'no_plan'; no_shuffle();", blocks: []string{goesOn, good},
			want:   "not ok t/a.t TEST 3: goes on with the nginx of the block before - the block could not be run to its end\n" + goodTests,
			result: report.Fail, aborts: "t/a.t:5: no --- config section",
		},
		{
			name: "a variable without a value", preamble: "plan 'no_plan'; no_shuffle();",
			blocks: []string{strings.Replace(good, "hi\\n", "$TEST_NGINX_NOBODY_SET_THIS", 1)},
			want:   "not ok t/a.t TEST 1: good - the block could not be run to its end",
			result: report.Fail, aborts: "No environment TEST_NGINX_NOBODY_SET_THIS defined",
		},
		{
			name: "only the block of a line, whatever the plan says", preamble: "plan tests => 4; no_shuffle();", blocks: []string{good, refused},
			change: func(o *Options) { o.Select.Lines = map[string][]int{"t/a.t": {8}} },
			want:   goodTests, result: report.Pass,
		},
		{
			name: "only blocks of a title", preamble: "plan tests => 4; no_shuffle();", blocks: []string{refused, good},
			change: func(o *Options) { o.Select.Title = "^TEST 1:" },
			want:   goodTests, result: report.Pass,
		},
		{
			name: "ends behind the first failure", preamble: "plan 'no_plan'; no_shuffle();", blocks: []string{refused, good},
			change: func(o *Options) { o.FailFast = true },
			want:   "not ok t/a.t TEST 2: refused - the block could not be run to its end",
			result: report.Fail, aborts: "t/a.t:5: nginx refused the configuration",
		},
		{
			name: "what does not go together", preamble: "plan 'no_plan'; no_shuffle();",
			blocks: []string{strings.Replace(good, "--- request", "--- http3\n--- http2\n--- request", 1)},
			want:   "not ok t/a.t TEST 1: good - the block could not be run to its end",
			result: report.Fail, aborts: "t/a.t:5: cannot use --- http3 with --- http2",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := workspace(t, map[string]string{"t/a.t": suite(c.preamble, c.blocks...)})
			for k, v := range c.env {
				o.Setup.Env[k] = v
			}
			if c.change != nil {
				c.change(&o)
			}
			h := o.hear(t)
			if got := strings.Join(h.tests(), "\n"); got != c.want {
				t.Errorf("tests:\n%s\nwant:\n%s", got, c.want)
			}
			if h.summary.Result != c.result {
				t.Errorf("result %s, want %s", h.summary.Result, c.result)
			}
			said := h.texts(report.Abort)
			for _, e := range h.events {
				if e.Exchange != nil {
					said += strings.Join(e.Exchange.Nginx, "\n")
				}
			}
			if !strings.Contains(said, c.aborts) || c.aborts == "" && said != "" {
				t.Errorf("the user is told %q, want %q in it", said, c.aborts)
			}
		})
	}
}

func TestRunTellsHowAFileEnds(t *testing.T) {
	for _, c := range []struct{ name, preamble, test, told string }{
		{"exit", "exit 3;", "", "t/a.t: the file called exit(3)"},
		{"exit in END", "plan 'no_plan'; END { exit 5 }", "ok", "t/a.t: the file called exit(5)"},
		{"cleanup handler", "plan 'no_plan'; add_cleanup_handler(sub { die 'broken' });", "ok", "t/a.t: cleanup handler: t/a.t:2: broken"},
		{"preprocessor", "plan 'no_plan'; add_block_preprocessor(sub { die 'broken' });",
			"not ok t/a.t TEST 1: good - the block could not be run to its end", "t/a.t:2: broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := workspace(t, map[string]string{"t/a.t": suite(c.preamble, good)}).hear(t)
			if said := h.texts(report.Abort); said != c.told+"\n" {
				t.Errorf("the user is told %q, want %q", said, c.told)
			}
			if tests := strings.Join(h.tests(), "\n"); !strings.HasPrefix(tests, c.test) {
				t.Errorf("tests: %s", tests)
			}
			if h.summary.Result != report.Fail {
				t.Errorf("result %s", h.summary.Result)
			}
		})
	}
}

func TestRunRemovesTheDirectoryOfTheServerRoot(t *testing.T) {
	o := workspace(t, map[string]string{"a.t": suite("plan 'no_plan';", good)})
	o.hear(t)
	if _, err := os.Stat("t"); err == nil {
		t.Error("t/ is left, in a directory that had none")
	}
	if err := os.Mkdir("t", 0o777); err != nil {
		t.Fatal(err)
	}
	o.hear(t)
	if _, err := os.Stat("t"); err != nil {
		t.Error("a directory t/ that was there is gone")
	}
	o.Setup.Env["TEST_NGINX_SERVROOT"] = "a/b/c"
	o.hear(t)
	if _, err := os.Stat("a"); err == nil {
		t.Error("a/ is left, in a directory that had none")
	}
}

func TestRunNamesWhoHasThePort(t *testing.T) {
	o := workspace(t, map[string]string{"t/a.t": suite("plan 'no_plan';", good)})
	c, stop := holdPort(t, o.Setup.Env["TEST_NGINX_SERVER_PORT"])
	defer stop()
	h := o.hear(t)
	if said := h.texts(report.Abort); !strings.Contains(said, c) {
		t.Errorf("the user is told %q, want %q in it", said, c)
	}
}

func TestRunKillsWhatABlockLeaves(t *testing.T) {
	for _, phase := range []string{"init_worker_by_lua_block", "init_by_lua_block"} {
		t.Run(phase, func(t *testing.T) {
			left := "=== TEST 1: leaves a process\n--- http_config\n" + phase + ` { os.execute("sleep 1000 >/dev/null 2>&1 & until grep -q ^sleep /proc/$!/cmdline; do :; done") }
--- config
location /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
`
			h := workspace(t, map[string]string{"t/a.t": suite("plan 'no_plan';", left)}).hear(t)
			if h.summary.Result != report.Pass || !strings.Contains(h.texts(report.Stderr), "left a process running, which was killed: sleep 1000") {
				t.Errorf("%s: %s", h.summary.Result, h.texts(report.Stderr))
			}
		})
	}
}

func TestRunTellsHowNginxEnded(t *testing.T) {
	answer := func(lua string) string {
		return strings.Replace(good, `return 200 "hi\n";`, "content_by_lua_block { "+lua+" }", 1)
	}
	const segv = `ngx.say("hi"); ngx.flush(true); local ffi = require "ffi"; ffi.cdef "int kill(int, int); int getpid(void);"; ` +
		`ffi.C.kill(ffi.C.getpid(), 11)`
	for _, c := range []struct{ name, preamble, block, warning, log, words string }{
		{"exit", "", answer("os.exit(3)"), "WARNING: t/a.t TEST 1: good - nginx ended by itself, with exit status 3\n", "", ""},
		{"crash", "", answer(segv), "WARNING: t/a.t TEST 1: good - nginx was killed by signal 11 (segmentation fault)\n", "", ""},
		{"crash of a worker", "master_on();", answer(segv), "", "[alert] ", ""},
		// told once, with all that belongs to it
		{"refusal", "", strings.Replace(good, "--- request", "--- http_config\ninit_by_lua_block { error(\"boo\") }\n--- request", 1),
			"", "", "[error] init_by_lua error: init_by_lua(nginx.conf:25):1: boo\nstack traceback:\n\t[C]: in function 'error'\n"},
		{"death in other words", "", "=== TEST 1: good\n--- config\nnonsense;\n--- must_die\n--- error_log\nboom\n", "", `[emerg] `,
			`[emerg] unknown directive "nonsense"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := workspace(t, map[string]string{"t/a.t": suite("plan 'no_plan';"+c.preamble, c.block)}).hear(t)
			var log, words string
			for _, e := range h.events {
				if e.Exchange != nil {
					log += strings.Join(e.Exchange.Log, "\n")
					words += strings.Join(e.Exchange.Nginx, "\n")
				}
			}
			// a line of the log may come in time for the warning that Test::Nginx makes of it
			if said := h.texts(report.Stderr); c.log == "" && strings.TrimSpace(said) != strings.TrimSpace(c.warning) {
				t.Errorf("stderr is %q, want %q", said, c.warning)
			}
			if !strings.Contains(log, c.log) || !strings.HasPrefix(words, c.words) || h.summary.Result != report.Fail {
				t.Errorf("%s; log %q, nginx's words %q", h.summary.Result, log, words)
			}
		})
	}
}

func TestRunInterrupted(t *testing.T) {
	slow := strings.Replace(good, `return 200 "hi\n";`, `content_by_lua_block { ngx.sleep(1000) }`, 1)
	o := workspace(t, map[string]string{"t/a.t": suite("plan 'no_plan';", slow), "t/b.t": suite("plan 'no_plan';", good)})
	ctx, cancel := context.WithCancel(context.Background())
	h := &heard{on: func(e report.Event) {
		if e.Kind == report.BlockStart {
			timer := time.AfterFunc(100*time.Millisecond, cancel)
			t.Cleanup(func() { timer.Stop() })
		}
	}}
	summary := Run(ctx, o, h)
	nothingLeft(t)
	if !summary.Interrupted || summary.ExitStatus() != 130 || summary.Files != 1 {
		t.Errorf("%+v", summary)
	}
}

func TestShuffleDependsOnTheSeed(t *testing.T) {
	var blocks []string
	for i := range 8 {
		blocks = append(blocks, strings.Replace(good, "TEST 1: good", fmt.Sprintf("TEST %d: good", i), 1))
	}
	o := workspace(t, map[string]string{"t/a.t": suite("plan 'no_plan';", blocks...)})
	o.List = true
	order := func(seed int64) string {
		o.Seed = seed
		var titles []string
		for _, e := range o.hear(t).events {
			if e.Kind == report.BlockStart {
				titles = append(titles, e.Place.Block)
			}
		}
		return strings.Join(titles, ", ")
	}
	if a, b := order(1), order(1); a != b || strings.Count(a, "TEST") != 8 {
		t.Errorf("the same seed gives %s and %s", a, b)
	}
	if a, b := order(1), order(2); a == b {
		t.Errorf("two seeds give %s", a)
	}
	o.Setup.Env["TEST_NGINX_NO_SHUFFLE"] = "1"
	if got := order(1); !strings.HasPrefix(got, "TEST 0: good, TEST 1: good, TEST 2: good") {
		t.Errorf("without shuffling: %s", got)
	}
}

func TestStretchFits(t *testing.T) {
	for _, c := range []struct {
		limit    time.Duration
		slowdown float64
		want     time.Duration
	}{
		{3 * time.Second, 1, 3 * time.Second},
		{3 * time.Second, 2.5, 7500 * time.Millisecond},
		{3 * time.Second, 1e300, 24 * time.Hour},
		{48 * time.Hour, 2, 48 * time.Hour},
	} {
		if got := (&fileRun{Worker: &Worker{}, slowdown: c.slowdown}).stretch(c.limit); got != c.want {
			t.Errorf("%s times %g is %s, want %s", c.limit, c.slowdown, got, c.want)
		}
	}
}

func TestCheckNamesEveryMode(t *testing.T) {
	err := Setup{Env: map[string]string{"PATH": "/nowhere", "TEST_NGINX_USE_RR": "1", "TEST_NGINX_BENCHMARK": "100x2", "TEST_NGINX_USE_STAP": "0"}}.Check()
	if err == nil || !strings.Contains(err.Error(), "TEST_NGINX_USE_RR is set, but rr is not in PATH") || !strings.Contains(err.Error(), "TEST_NGINX_BENCHMARK=100x2: ") ||
		strings.Contains(err.Error(), "STAP") {
		t.Errorf("%v", err)
	}
	if err := (Setup{Env: map[string]string{}}).Check(); err != nil {
		t.Error(err)
	}
}
