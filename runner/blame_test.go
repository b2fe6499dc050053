package runner

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/blame"
	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// traced runs the only block of a test file with the calls of some C functions noted. It returns who called them, and what was
// not as it should be.
func traced(t *testing.T, text string, functions ...string) (callers []string, changed string) {
	t.Helper()
	o := workspace(t, map[string]string{"t/a.t": text})
	h := &heard{}
	worker := NewWorker(context.Background(), o.Setup)
	f := &fileRun{Worker: worker, ctx: context.Background(), job: Job{File: "t/a.t"}, say: func(_ int, e report.Event) { h.Handle(e) }, slowdown: 1}
	err := perl.Load(f.ctx, "t/a.t", f.perlOptions(), func(s *spec.Suite) error {
		f.Suite, f.env = s, s.Env
		if err := f.ready(); err != nil {
			return err
		}
		defer f.finish()
		trace, err := blame.New(functions)
		if err != nil {
			return err
		}
		defer trace.Close()
		b := s.Blocks[0]
		passed := map[string]bool{}
		for _, name := range []string{"status code ok", "response_body - response is expected (repeated req 0, req 0)"} {
			passed["t/a.t "+b.Name+" - "+name] = true
		}
		r := &blockRun{fileRun: f, block: b, request: -1, passed: passed}
		var again *blockRun
		again, changed = r.again(trace)
		defer again.stop()
		source := again.source()
		for _, name := range functions {
			for _, c := range again.callers(trace, source, name, 0) {
				callers = append(callers, c.Function+" "+c.String())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range h.events {
		if e.Kind == report.TestDone || e.Kind == report.BlockStart {
			t.Errorf("the run once more is told: %+v", e)
		}
	}
	nothingLeft(t)
	return callers, changed
}

// ffiBlock is a block whose request runs Lua code with libc declared; the code begins on line 18.
func ffiBlock(code, answer string) string {
	return `use Test::Nginx::Socket::Lua;
run_tests();
__DATA__
=== TEST 1: calls
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            if not declared then declared = true ffi.cdef[[
                char *strdup(const char *s); void free(void *p); int strcmp(const char *a, const char *b);
                int snprintf(char *to, size_t n, const char *format, ...); void tzset(void);
                void qsort(void *p, size_t n, size_t size, int (*less)(const void *, const void *));
                extern int optind; int open(const char *path, int flags, ...);
                struct owned { char *text; };
                enum { SEVEN = 7 };
            ]] end
            local C, libc = ffi.C, ffi.load("libc.so.6")
` + code + `
        }
    }
--- request
GET /t
--- response_body
` + answer + `
`
}

func TestCallers(t *testing.T) {
	for name, c := range map[string]struct {
		code, answer string
		functions    string
		want         []string
	}{
		"a plain call, of a library and of C": {
			code:   "local s = libc.strdup('a')\nC.strdup('b')\nngx.say(ffi.string(s))",
			answer: "a", functions: "strdup",
			want: []string{
				"strdup called from t/a.t:18, once a request; what it returned there was never freed",
				"strdup called from t/a.t:19, once a request; what it returned there was never freed",
			},
		},
		"freed, by hand and by a finalizer": {
			code:   "local s = C.strdup('a')\nC.free(s)\ndo local s = ffi.gc(libc.strdup('b'), libc.free) end\nngx.say('ok')",
			answer: "ok", functions: "strdup",
			want: []string{
				"strdup called from t/a.t:18, once a request; what it returned there was always freed by free",
				"strdup called from t/a.t:20, once a request; what it returned there was always freed by free",
			},
		},
		"a finalizer in Lua, one that is taken back, one of a type": {
			code: "do local s = ffi.gc(C.strdup('a'), function(p) C.free(p) end) end\nffi.gc(ffi.gc(C.strdup('b'), C.free), nil)\n" +
				"local owned = package.loaded.owned or ffi.metatype('struct owned', { __gc = function(o) C.free(o.text) end })\n" +
				"package.loaded.owned = owned\ndo owned(C.strdup('c')) end\nngx.say('ok')",
			answer: "ok", functions: "strdup",
			want: []string{
				"strdup called from t/a.t:19, once a request; what it returned there was never freed",
				"strdup called from t/a.t:18, once a request; what it returned there was always freed by free",
				"strdup called from t/a.t:22, once a request; what it returned there was always freed by free",
			},
		},
		"a function taken as a value, a tail call, a call by pcall": {
			code: "local dup = C.strdup\nlocal function tail() return C.strdup('a') end\n" +
				"local x, y = dup('b'), tail()\nC.free(x) C.free(y)\nngx.say(\npcall(C.free, nil))",
			answer: "true", functions: "strdup free",
			want: []string{
				"strdup called from t/a.t:20, once a request; what it returned there was always freed by free",
				"strdup called from t/a.t:19, once a request; what it returned there was always freed by free",
				"free called from t/a.t:21, twice a request",
				"free called from t/a.t:23, once a request",
			},
		},
		"some freed, from a timer as well": {
			code: "n = (n or 0) + 1\nlocal s = C.strdup('a')\nif n % 2 == 0 then C.free(s) end\n" +
				"ngx.timer.at(0, function()\nC.strdup('b')\nend)\nngx.say('ok')",
			answer: "ok", functions: "strdup",
			want: []string{
				"strdup called from t/a.t:22, once a request; what it returned there was never freed",
				"strdup called from t/a.t:19, once a request; what it returned there was freed twice of 4 by free",
			},
		},
		"what else C has: varargs, constants, variables, callbacks, pointers to functions, errno": {
			code: "local b = ffi.new('char[20]')\nC.optind = C.SEVEN\n" +
				"local n = C.snprintf(b, 20, '%d %s', ffi.cast('int', C.optind), 'x')\n" +
				"local a = ffi.new('int[3]', 3, 1, 2)\nlocal int = ffi.typeof('const int *')\n" +
				"local cmp = ffi.cast('int (*)(const void *, const void *)', function(x, y)\n" +
				"return ffi.cast(int, x)[0] - ffi.cast(int, y)[0] end)\nC.qsort(a, 3, 4, cmp)\ncmp:free()\n" +
				"local f = ffi.cast('int (*)(const char *, const char *)', C.strcmp)\n" +
				"C.qsort(ffi.new('char[2][2]', {'b', 'a'}), 2, 2, ffi.cast('int (*)(const void *, const void *)', C.strcmp))\n" +
				"local fd = C.open('/no/such', 0)\n" +
				"ngx.say(n, ' ', ffi.string(b), ' ', a[0], a[1], a[2], ' ', f('a', 'a'), ' ', fd, ' ', ffi.errno(), ' ', select('#', C.tzset()))",
			answer: "3 7 x 123 0 -1 2 0", functions: "snprintf qsort strcmp open tzset",
			want: []string{
				"snprintf called from t/a.t:20, once a request", "qsort called from t/a.t:25, once a request",
				"qsort called from t/a.t:28, once a request", "open called from t/a.t:29, once a request",
				"tzset called from t/a.t:30, once a request",
			},
		},
		"any function": {
			code:   "C.free(C.strdup('a'))\nC.tzset()\nngx.say('ok')",
			answer: "ok", functions: "*",
			want: []string{
				"strdup called from t/a.t:18, once a request; what it returned there was always freed by free",
				"free called from t/a.t:18, once a request", "tzset called from t/a.t:19, once a request",
			},
		},
		"a function that is not there": {
			code:   "ngx.say(pcall(function() return C.no_such_function end) and 'there' or 'not there')",
			answer: "not there", functions: "strdup",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, changed := traced(t, ffiBlock(c.code, c.answer), strings.Fields(c.functions)...)
			if changed != "" {
				t.Errorf("watching changes the block: %s", changed)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Calls at nginx's start, in front of code in init_by_lua and where there is none.
func TestCallersAtStart(t *testing.T) {
	got, changed := traced(t, `use Test::Nginx::Socket::Lua;
master_on();
workers(2);
run_tests();
__DATA__
=== TEST 1: start
--- http_config
    init_by_lua_block { require("ffi").cdef[[ char *strdup(const char *s); ]] kept = require("ffi").C.strdup("a") }
    init_worker_by_lua_block { require("ffi").C.strdup("b") }
--- config
    location = /t { content_by_lua_block { ngx.say("ok") } }
--- request
GET /t
--- response_body
ok
`, "strdup")
	want := []string{
		"strdup called from t/a.t:9, twice when nginx started; what it returned there was never freed",
		"strdup called from t/a.t:8, once when nginx started; what it returned there was never freed",
	}
	if changed != "" || !slices.Equal(got, want) {
		t.Errorf("%s got\n%s\nwant\n%s", changed, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Code that looks at what kind of value a C function is sees the difference.
func TestWatchingChangesTheBlock(t *testing.T) {
	_, changed := traced(t, ffiBlock("ngx.say(type(C.strdup))", "cdata"), "strdup")
	if !strings.Contains(changed, "response_body") {
		t.Errorf("changed is %q, want the name of the test that fails", changed)
	}
}
