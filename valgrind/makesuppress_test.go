package valgrind

import (
	"bytes"
	"strings"
	"testing"
)

func TestSuppress(t *testing.T) {
	_, records, err := ReadXML(bytes.NewReader(recorded(t, "nginx.xml")))
	if err != nil {
		t.Fatal(err)
	}
	o := Owner{Roots: []string{"/home/me/zoo"}}
	for _, test := range []struct {
		index int
		kinds []Kind
		want  string
	}{
		{0, nil, "# t/a.t, TEST 1\n{\n   InvalidRead in read_past of libzoo.so\n   Memcheck:Addr1\n   fun:read_past\n}\n"},
		{2, nil, "# t/a.t, TEST 1\n{\n   UninitCondition in branch_uninit of libzoo.so\n   Memcheck:Cond\n   fun:branch_uninit\n}\n"},
		{3, nil, "# t/a.t, TEST 1\n{\n   InvalidFree in double_free of libzoo.so\n   Memcheck:Free\n   fun:free\n   fun:double_free\n}\n"},
		{4, nil, "# t/a.t, TEST 1\n{\n   leak in ngx_set_environment\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:malloc\n   fun:ngx_alloc\n   fun:ngx_set_environment\n   fun:ngx_single_process_cycle\n}\n"},
		{7, []Kind{StillReachable, DefinitelyLost}, "# t/a.t, TEST 1\n{\n   leak in leak of libzoo.so\n   Memcheck:Leak\n   match-leak-kinds: definite,reachable\n   fun:malloc\n   fun:leak\n}\n"},
		{8, nil, "# t/a.t, TEST 1\n{\n   leak in ngx_single_process_cycle\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:malloc\n   fun:ngx_alloc\n   obj:*/nginx\n   fun:ngx_single_process_cycle\n   fun:main\n}\n"},
	} {
		s, err := Suppress(records[test.index], o, test.kinds, "t/a.t, TEST 1\n")
		if err != nil || s.String() != test.want {
			t.Errorf("%s: %v\n%swant\n%s", records[test.index].What, err, s, test.want)
		}
		if !s.Matches(records[test.index]) {
			t.Errorf("%s does not silence its own record", s.Name)
		}
	}
	for _, r := range records[:8] { // the last names a frame by its object, which matches any function in there
		for _, other := range records {
			s, err := Suppress(r, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Matches(other) && r.Key() != other.Key() {
				t.Errorf("%s silences %q too", s.Name, other.What)
			}
		}
	}
}

func TestSuppressChain(t *testing.T) {
	changed := ParseAnswer(string(recorded(t, "changed.txt"))).Records
	s, err := Suppress(changed[0], Owner{}, nil)
	want := "{\n   leak in copy_label called by vault_open\n   Memcheck:Leak\n   match-leak-kinds: indirect\n   fun:malloc\n   fun:copy_label\n   fun:vault_open\n}\n"
	if err != nil || s.String() != want {
		t.Errorf("%v\n%s", err, s)
	}
	param := Record{Tool: "memcheck", Kind: "SyscallParam", What: "Syscall param write(buf) points to uninitialised byte(s)", SuppressionKind: "Memcheck:Param",
		Stack: Stack{{Object: "/lib/libc.so.6", Function: "write"}, {Object: "/home/me/libzoo.so", Function: "say"}}}
	if s, err := Suppress(param, Owner{}, nil); err != nil || s.Param != "write(buf)" || !s.Matches(param) {
		t.Errorf("%v\n%s", err, s)
	}
	cxx := Record{Tool: "memcheck", Kind: "UninitCondition", SuppressionKind: "Memcheck:Cond", Suppression: "{\n   <x>\n   Memcheck:Cond\n   fun:_ZN1A1fEi\n   obj:/home/me/libzoo.so\n}\n",
		Stack: Stack{{Object: "/home/me/libzoo.so", Function: "A::f(int)"}, {Object: "/home/me/libzoo.so"}, {Object: "/usr/sbin/nginx"}}}
	if s, err := Suppress(cxx, Owner{}, nil); err != nil || strings.Join(s.Frames, " ") != "fun:_ZN1A1fEi obj:*/libzoo.so" {
		t.Errorf("%v\n%s", err, s)
	}
}

func TestSuppressRefused(t *testing.T) {
	for _, r := range []Record{
		{Kind: FatalSignal, What: "process terminating with SIGSEGV", Stack: Stack{{Function: "f"}}},
		{Kind: DefinitelyLost, What: "nameless", SuppressionKind: "Memcheck:Leak", Stack: Stack{{Function: "malloc"}, {}, {}}},
		{Kind: "UninitCondition", What: "no stack", SuppressionKind: "Memcheck:Cond"},
	} {
		if s, err := Suppress(r, Owner{}, nil); err == nil || !strings.Contains(err.Error(), r.What) {
			t.Errorf("%s: %v\n%s", r.What, err, s)
		}
	}
}

func TestMerge(t *testing.T) {
	old, err := ParseSuppressions("x", []byte(entries))
	if err != nil {
		t.Fatal(err)
	}
	again := old[0]
	again.Name, again.Comments = "generated", nil
	fresh := Suppression{Name: "new", Tools: []string{"Memcheck"}, Kind: "Leak", Frames: []string{"fun:malloc", "fun:leak"}}
	wide := Suppression{Name: "wide", Tools: []string{"Memcheck"}, Kind: "Cond", Frames: []string{"obj:*"}}
	got := old.Merge(Suppressions{again, fresh, fresh, wide}, func(s Suppression) bool { return s.Name == "line" })
	var names []string
	for _, e := range got {
		names = append(names, e.Name)
	}
	if strings.Join(names, " ") != "env <epoll> new" {
		t.Errorf("%q", names)
	}
}
