package valgrind

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

const entries = `# nginx keeps its environment
# for ever
{
   env
   Memcheck:Leak
   match-leak-kinds: definite,possible
   fun:malloc
   fun:ngx_alloc
   fun:ngx_set_environment
   ...
}

{
   <epoll>
   Memcheck,Addrcheck:Param
   epoll_ctl(event)
   fun:epoll_ctl
   obj:*/nginx
}

{
   line
   Memcheck:Value8
   src:valid.c:321
}
`

func TestParseSuppressions(t *testing.T) {
	got, err := ParseSuppressions("x.supp", []byte(entries))
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != entries {
		t.Errorf("written back:\n%s", got)
	}
	e := got[1]
	if len(got) != 3 || got[0].Line != 3 || got[0].LeakKinds != "definite,possible" || got[0].Kind != "Leak" || len(got[0].Comments) != 2 ||
		e.Name != "<epoll>" || !slices.Equal(e.Tools, []string{"Memcheck", "Addrcheck"}) || e.Param != "epoll_ctl(event)" || e.File != "x.supp" ||
		!slices.Equal(e.Frames, []string{"fun:epoll_ctl", "obj:*/nginx"}) {
		t.Errorf("%+v", got)
	}
	// As editors of other systems and hurried people write it.
	got, err = ParseSuppressions("x", []byte("{\r\n<a>\r\nMemcheck:Leak\r\n# why\r\n\r\nfun:f\r\n}\r\n{\n  b\n Memcheck:Leak\n fun:g\n }"))
	if err != nil || len(got) != 2 || got[0].Name != "<a>" || got[1].Frames[0] != "fun:g" {
		t.Errorf("%+v, %v", got, err)
	}
	// What this package brings along and what Valgrind generates can be read.
	if all, err := ParseSuppressions("builtin", []byte(Builtin)); err != nil || len(all) != strings.Count(Builtin, "\n{") {
		t.Errorf("built in: %d, %v", len(all), err)
	}
}

func TestParseSuppressionsProblems(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"==12== Invalid read\n", `x:1: "==12== Invalid read" is outside an entry`},
		{"{\n a\n Memcheck:Leak\n fun:f\n", "x:1: this entry has no closing }"},
		{"{\n a\n Memcheck\n fun:f\n}\n", `x:3: "Memcheck" is not TOOL:KIND`},
		{"{\n a\n Memcheck:Leak\n f\n}\n", `x:4: "f" is no frame`},
		{"{\n a\n Memcheck:Leak\n}\n", "x:1: this entry has no frame"},
		{"{\n a\n Memcheck:Param\n fun:write\n}\n", "x:1: this entry for Param does not name"},
		{"{\n}\nx\n", "x:3: "},
	} {
		if _, err := ParseSuppressions("x", []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v; want %s", test.text, err, test.want)
		}
	}
}

func TestMatches(t *testing.T) {
	stack := Stack{{Object: "/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so", Function: "malloc"},
		{Object: "/usr/sbin/nginx", Function: "ngx_alloc"}, {Object: "/usr/sbin/nginx"},
		{Object: "/home/me/libzoo.so", Function: "leak", File: "zoo.c", Line: 12}, {Object: "/usr/sbin/nginx", Function: "main"}}
	lost := Record{Tool: "memcheck", Kind: DefinitelyLost, Stack: stack}
	read := Record{Tool: "memcheck", Kind: "InvalidRead", What: "Invalid read of size 4", Stack: stack[3:]}
	param := Record{Tool: "memcheck", Kind: "SyscallParam", What: "Syscall param write(buf) points to uninitialised byte(s)", Stack: stack[3:]}
	cond := Record{Tool: "memcheck", Kind: "UninitCondition", Stack: stack[3:]}
	race := Record{Tool: "helgrind", Kind: "Race", Stack: stack[3:]}
	for _, test := range []struct {
		entry  string // lines after the name, parted by blanks
		record Record
		want   bool
	}{
		{"Memcheck:Leak fun:malloc", lost, true},
		{"Memcheck:Leak fun:malloc fun:ngx_alloc obj:*/nginx fun:leak fun:main", lost, true},
		{"Memcheck:Leak fun:malloc fun:ngx_alloc obj:*/nginx fun:leak fun:main fun:start", lost, false},
		{"Memcheck:Leak fun:ngx_alloc", lost, false},
		{"Memcheck:Leak ... fun:ngx_alloc", lost, true},
		{"Memcheck:Leak ... ... fun:main ...", lost, true},
		{"Memcheck:Leak fun:malloc ... fun:leak", lost, true},
		{"Memcheck:Leak fun:malloc ... fun:main fun:leak", lost, false},
		{"Memcheck:Leak fun:m*c fun:ngx_?lloc obj:/usr/*nginx", lost, true},
		{"Memcheck:Leak fun:mallo", lost, false},
		{"Memcheck:Leak fun:malloc fun:ngx_alloc fun:* src:zoo.c:12", lost, true},
		{"Memcheck:Leak ... src:zoo.c", lost, true},
		{"Memcheck:Leak ... src:zoo.c:13", lost, false},
		{"Memcheck:Leak match-leak-kinds:reachable fun:malloc", lost, false},
		{"Memcheck:Leak match-leak-kinds:indirect,definite fun:malloc", lost, true},
		{"Memcheck:Leak match-leak-kinds:all fun:malloc", lost, true},
		{"Memcheck:Leak match-leak-kinds:none fun:malloc", lost, false},
		{"Memcheck:Addr4 fun:leak", read, true},
		{"Memcheck:Addr8 fun:leak", read, false},
		{"Memcheck:Leak fun:leak", read, false},
		{"Helgrind,Memcheck:Addr4 fun:leak", read, true},
		{"Helgrind:Addr4 fun:leak", read, false},
		{"Memcheck:Param write(buf) fun:leak", param, true},
		{"Memcheck:Param read(buf) fun:leak", param, false},
		{"Memcheck:Value0 obj:*", cond, true},
		{"Memcheck:Cond obj:*", cond, true},
		{"Helgrind:Race fun:leak", race, true},
		{"drd:Race fun:leak", race, false},
	} {
		text := "{\nname\n" + strings.ReplaceAll(test.entry, " ", "\n") + "\n}\n"
		s, err := ParseSuppressions("x", []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", test.entry, err)
		}
		if got := s[0].Matches(test.record); got != test.want {
			t.Errorf("%s on %s: %v", test.entry, test.record.Kind, got)
		}
	}
}

func TestCatchAll(t *testing.T) {
	for _, test := range []struct {
		frames string
		want   string
	}{
		{"obj:*", "names no function"},
		{"...", "names no function"},
		{"fun:* ... obj:*", "names no function"},
		{"obj:*.so", "names no function"},
		{"fun:malloc ...", "nothing but the allocator"},
		{"fun:malloc fun:ngx_alloc obj:*", "nothing but the allocator"},
		{"fun:malloc fun:leak", ""},
		{"fun:malloc obj:*/libzoo.so", ""},
		{"... src:zoo.c", ""},
	} {
		got := Suppression{Kind: "Cond", Frames: strings.Fields(test.frames)}.CatchAll()
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.frames, got, test.want)
		}
	}
}

func TestUnused(t *testing.T) {
	s := Suppressions{{Name: "a"}, {Name: "b"}, {Name: "a"}}
	if got := s.Unused(map[string]int{"a": 3, "c": 1}); len(got) != 1 || got[0].Name != "b" {
		t.Errorf("%+v", got)
	}
}

func TestBuiltin(t *testing.T) {
	builtin, err := ParseSuppressions("builtin", []byte(Builtin))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range builtin {
		if why := e.CatchAll(); why != "" {
			t.Errorf("%s: %s", e.Name, why)
		}
	}
	_, records, err := ReadXML(bytes.NewReader(recorded(t, "nginx.xml")))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, r := range records {
		if _, hidden := builtin.Match(r); !hidden {
			left = append(left, brief(r, Owner{}))
		}
	}
	if len(left) != len(records)-2 || slices.ContainsFunc(left, func(s string) bool { return strings.Contains(s, "ngx_") }) {
		t.Errorf("left:\n%s", strings.Join(left, "\n"))
	}
}

// The stacks are those of nginx with the Lua module, of OpenResty's LuaJIT built with LUAJIT_USE_SYSMALLOC.
func TestBuiltinLuaJIT(t *testing.T) {
	builtin, err := ParseSuppressions("builtin", []byte(Builtin))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		stack  string
		hidden bool
	}{
		{"malloc mem_alloc lj_mem_realloc lj_trace_alloc lj_asm_trace trace_state lj_vm_cpcall lj_trace_ins", true},
		{"realloc mem_alloc lj_mem_realloc resizestack lj_state_shrinkstack gc_traverse_thread propagatemark", true},
		{"malloc mem_alloc lj_mem_newgco lj_str_alloc lj_str_new lua_pushlstring ngx_http_lua_ngx_re_match", true},
		{"malloc lj_vm_ffi_call lj_ccall_func lj_cf_ffi_meta___call lj_BC_FUNCC lua_resume", false},
		{"malloc mem_alloc my_cache_put lj_vm_ffi_call lj_ccall_func", false},
		{"malloc zoo_label lj_vm_ffi_call lj_ccall_func", false},
	} {
		for _, kind := range []Kind{DefinitelyLost, IndirectlyLost, PossiblyLost, StillReachable} {
			r := Record{Tool: "memcheck", Kind: kind}
			for _, name := range strings.Fields(test.stack) {
				r.Stack = append(r.Stack, Frame{Function: name})
			}
			if _, hidden := builtin.Match(r); hidden != test.hidden {
				t.Errorf("%s %s: hidden %v", kind, test.stack, hidden)
			}
		}
	}
}

// The kind that is worked out for a record without a generated suppression is the one that Valgrind generates.
func TestSuppressionKind(t *testing.T) {
	seen := map[string]bool{}
	check := func(r Record) {
		seen[r.SuppressionKind] = true
		if got := suppressionKind(r.Tool, r.Kind, r.What); got != r.SuppressionKind {
			t.Errorf("%s, %q: %q, Valgrind says %q", r.Kind, r.What, got, r.SuppressionKind)
		}
	}
	for _, file := range []string{"nginx.xml", "crash.xml", "helgrind.xml", "drd.xml"} {
		_, records, err := ReadXML(bytes.NewReader(recorded(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			check(r)
		}
	}
	for _, r := range []Record{
		{Tool: "memcheck", Kind: "InvalidJump", SuppressionKind: "Memcheck:Jump"},
		{Tool: "memcheck", Kind: "Overlap", SuppressionKind: "Memcheck:Overlap"},
		{Tool: "memcheck", Kind: "SyscallParam", SuppressionKind: "Memcheck:Param"},
		{Tool: "", Kind: "UninitValue", What: "Use of uninitialised value of size 8", SuppressionKind: "Memcheck:Value8"},
		{Tool: "memcheck", Kind: "MismatchedFree", SuppressionKind: "Memcheck:Free"},
		{Tool: "memcheck", Kind: PossiblyLost, SuppressionKind: "Memcheck:Leak"},
		{Tool: "memcheck", Kind: "Unheard", SuppressionKind: ""},
		{Tool: "asan", Kind: "InvalidRead", SuppressionKind: ""},
	} {
		check(r)
	}
	for _, want := range []string{"Memcheck:Addr1", "Memcheck:Addr4", "Memcheck:Cond", "Helgrind:Race", "Helgrind:LockOrder", "drd:MutexErr"} {
		if !seen[want] {
			t.Errorf("no record of %s", want)
		}
	}
}
