package valgrind

import (
	"strings"
	"testing"
)

func TestOwn(t *testing.T) {
	o := Owner{Roots: []string{"/home/me/zoo", "/home/me/zoo2/"}, Programs: []string{"/opt/ng/sbin/server", "/home/me/mod.so"}}
	for _, test := range []struct {
		frame Frame
		want  bool
	}{
		{Frame{Object: "/home/me/zoo/libzoo.so", Function: "leak"}, true},
		{Frame{Object: "/home/me/zoo/sub/a.so"}, true},
		{Frame{Object: "/home/me/zoo2/a.so"}, true},
		{Frame{Object: "/usr/local/lib/lua/5.1/thing.so", Function: "x"}, true}, // not built here, but not the system's
		{Frame{Object: "/usr/lib/x86_64-linux-gnu/libcrypto.so.3", Function: "EVP_x"}, false},
		{Frame{Object: "/lib/ld-linux.so"}, false},
		{Frame{Object: "/usr/sbin/nginx", Function: "main"}, false},
		{Frame{Object: "/usr/sbin/nginx", Function: "handler", Dir: "/home/me/zoo/src", File: "ngx_mine.c", Line: 3}, true},
		{Frame{Object: "/home/me/zoo/work/nginx/sbin/nginx", Function: "main"}, false},
		{Frame{Object: "/opt/ng/sbin/server", Function: "main"}, false},
		{Frame{Object: "/home/me/mod.so"}, false},
		{Frame{Object: "/usr/local/openresty/lualib/cjson.so"}, false},
		{Frame{Object: "/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so", Function: "malloc"}, false},
		{Frame{Object: "/home/me/zoo/deps/libluajit-5.1.so.2", Function: "lua_pcall"}, false},
		{Frame{}, false}, // compiled by LuaJIT
		{Frame{Function: "leak", File: "zoo.c", Line: 3}, true},
		{Frame{Function: "leak", Dir: "/elsewhere", File: "zoo.c", Line: 3}, true},
		{Frame{Function: "start_thread", File: "pthread_create.c", Line: 442}, false},
		{Frame{Function: "clone", Dir: "misc/../sysdeps/unix", File: "clone.S", Line: 100}, false},
		{Frame{Function: "_start", Object: "/home/me/zoo/race"}, false},
	} {
		if got := o.Own(test.frame); got != test.want {
			t.Errorf("%+v: %v", test.frame, got)
		}
	}
	if (Owner{}).Own(Frame{Object: "/home/me/zoo/libzoo.so"}) != true {
		t.Error("without any root, a library that is not the system's is the user's")
	}
}

// frames makes a stack of words: fn@object, fn alone for a frame of libzoo, ? for an unnamed frame of LuaJIT, ! for one
// of a compiled trace.
func frames(words string) Stack {
	s := Stack{}
	for _, w := range strings.Fields(words) {
		fn, obj, _ := strings.Cut(w, "@")
		switch {
		case w == "?":
			s = append(s, Frame{Object: "/usr/lib/libluajit-5.1.so.2"})
		case w == "!":
			s = append(s, Frame{})
		case obj == "":
			s = append(s, Frame{Function: fn, Object: "/home/me/zoo/libzoo.so"})
		default:
			s = append(s, Frame{Function: fn, Object: "/usr/lib/" + obj})
		}
	}
	return s
}

func TestPlace(t *testing.T) {
	for _, test := range []struct {
		stack string
		want  string // first last top foot way
	}{
		{"malloc@vg leak ? ? ? ? run@nginx", "1 2 leak leak ffi"},
		{"malloc@vg copy open ? ? ? ? run@nginx", "1 3 copy open ffi"},
		{"malloc@vg copy qsort@libc open ? ? ? ? run@nginx", "1 4 copy open ffi"},
		{"malloc@vg grab ? lua_pcall@luajit ? ? ? ? run@nginx", "1 2 grab grab function"},
		{"malloc@vg leak ! ! !", "1 2 leak leak ffi"},
		{"malloc@vg leak lj_vm_ffi_call@luajit lj_ccall_func@luajit run@nginx", "1 2 leak leak ffi"},
		{"malloc@vg grab lj_BC_FUNCC@luajit lua_pcall@luajit", "1 2 grab grab function"},
		{"malloc@vg filter chain@nginx handler", "1 4 filter handler "}, // a module of the user's
		{"malloc@vg plain ? ? ? ? callback ? ? ? ?", "1 2 plain plain ffi"},
		{"malloc@vg ngx_alloc@nginx main@nginx", "0 0   "},
		{"", "0 0   "},
	} {
		p := Owner{}.Place(frames(test.stack))
		got := strings.Join([]string{itoa(p.First), itoa(p.Last), p.Top.Function, p.Foot.Function, string(p.Way)}, " ")
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.stack, got, test.want)
		}
	}
}

func TestKey(t *testing.T) {
	lost := func(words string) Record { return Record{Kind: DefinitelyLost, Stack: frames(words)} }
	reach := func(words string) Record { return Record{Kind: StillReachable, Stack: frames(words)} }
	read := func(words string) Record { return Record{Kind: "InvalidRead", Stack: frames(words)} }
	write := func(words string) Record { return Record{Kind: "InvalidWrite", Stack: frames(words)} }
	const call = "malloc@vg leak ? ? ? ? run@nginx main@nginx"
	for _, test := range []struct {
		name string
		a, b Record
		want bool
	}{
		{"leak kinds are one", lost(call), reach(call), true},
		{"kinds of errors are not", read(call), write(call), false},
		{"a compiled trace has no frames below", lost(call), lost("malloc@vg leak ! !"), true},
		{"another way through Lua", lost(call), lost("malloc@vg leak ? ? ? ? lua_pcall@luajit ? access@nginx main@nginx"), true},
		{"another caller in C", lost(call), lost("malloc@vg leak other ? ? run@nginx"), false},
		{"another allocator", lost(call), lost("calloc@vg leak ? ? ? ? run@nginx main@nginx"), false},
		{"what Lua allocates itself goes by its caller", lost("realloc@vg ? ? init@nginx"), lost("realloc@vg ? ? timer@nginx"), false},
		{"without Lua the whole stack counts", lost("malloc@vg a b@nginx"), lost("malloc@vg a c@nginx"), false},
	} {
		if got := test.a.Key() == test.b.Key(); got != test.want {
			t.Errorf("%s: same %v\n%s\n%s", test.name, got, test.a.Key(), test.b.Key())
		}
	}
	a, b := lost("malloc@vg a b@nginx main@nginx"), lost("malloc@vg a c@nginx main@nginx")
	if a.ShortKey(Owner{}) != b.ShortKey(Owner{}) {
		t.Error("the short key of a module's function depends on who calls it")
	}
	// The answer to a leak check names the source and no object, XML both.
	x, y := lost(call), lost(call)
	x.Stack[1].Dir, x.Stack[1].File, x.Stack[1].Line = "/home/me/zoo", "zoo.c", 12
	y.Stack[1] = Frame{Function: "leak", File: "zoo.c", Line: 14, IP: 7}
	if x.Key() != y.Key() || len(x.Key().Fingerprint()) != 16 || x.Key().Fingerprint() == a.Key().Fingerprint() {
		t.Errorf("%s\n%s", x.Key(), y.Key())
	}
}

func TestFrameString(t *testing.T) {
	for _, test := range []struct {
		frame        Frame
		want, source string
	}{
		{Frame{Function: "f", File: "a.c", Line: 3, Dir: "/x", Object: "/y.so"}, "f (a.c:3)", "/x/a.c:3"},
		{Frame{Object: "/y.so"}, "??? (in /y.so)", ""},
		{Frame{Function: "f", File: "a.c"}, "f (a.c)", "a.c"},
		{Frame{}, "???", ""},
	} {
		if test.frame.String() != test.want || test.frame.Source() != test.source {
			t.Errorf("%+v: %s, %s", test.frame, test.frame, test.frame.Source())
		}
	}
	if got := frames("a b").String(); got != "at a (in /home/me/zoo/libzoo.so)\nby b (in /home/me/zoo/libzoo.so)\n" {
		t.Errorf("%q", got)
	}
}
