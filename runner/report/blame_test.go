package report

import (
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/valgrind"
)

func TestCaller(t *testing.T) {
	for want, c := range map[string]Caller{
		"called from a.t:1, once a request":                                                        {Calls: 4, Requests: 4},
		"called from a.t:1, 3 times a request":                                                     {Calls: 12, Requests: 4},
		"called from a.t:1, 3 times in 4 requests":                                                 {Calls: 3, Requests: 4},
		"called from a.t:1, twice in 4 requests":                                                   {Calls: 2, Requests: 4},
		"called from a.t:1, once when nginx started":                                               {Calls: 1},
		"called from a.t:1, once a request; what it returned there was never freed":                {Calls: 4, Requests: 4, Returned: 4},
		"called from a.t:1, once a request; what it returned there was freed twice of 4 by f":      {Calls: 4, Requests: 4, Returned: 4, Freed: 2, By: []string{"f"}},
		"called from a.t:1, once a request; what it returned there was always freed by ?, f":       {Calls: 4, Requests: 4, Returned: 4, Freed: 4, By: []string{"?", "f"}},
		"called from a.t:1, 1,200 times in 1,234 requests; what it returned there was never freed": {Calls: 1200, Requests: 1234, Returned: 1},
		"called from a.t:1, once a request; what it returned there was always freed":               {Calls: 4, Requests: 4, Returned: 3, Freed: 3, By: []string{"?"}},
	} {
		c.Where = "a.t:1"
		if got := c.String(); got != want {
			t.Errorf("%+v is\n%s, want\n%s", c, got, want)
		}
	}
}

// What Lua itself gets from malloc has no frame of the user's: the line of Lua stands for it, and tells it from other such.
func TestFindingInLua(t *testing.T) {
	stack := valgrind.Stack{
		{Object: "/x/vgpreload_memcheck-amd64-linux.so", Function: "malloc"}, {Object: "/usr/lib/libluajit-5.1.so.2"},
		{Object: "/usr/sbin/nginx", Function: "main"},
	}
	make := func(where string) Finding {
		f := Finding{Verdict: valgrind.Leak, Key: "k", Record: valgrind.Record{Kind: valgrind.DefinitelyLost, Stack: stack, Bytes: 7, Blocks: 1}}
		if where != "" {
			f.Blame = []Caller{{Where: where, Function: "malloc", Calls: 1, Requests: 1, Returned: 1}}
		}
		f.Named()
		return f
	}
	plain, one, other := make(""), make("t/a.t:9"), make("t/a.t:10")
	if plain.Key != "k" || one.Key == plain.Key || one.Key == other.Key {
		t.Errorf("keys %q, %q, %q", plain.Key, one.Key, other.Key)
	}
	if plain.where() != "main (in nginx)" || one.where() != "malloc (t/a.t:9)" {
		t.Errorf("in %q, %q", plain.where(), one.where())
	}
	one.Stack = append(valgrind.Stack{stack[0], {Object: "/usr/lib/libz.so", Function: "inflateInit"}}, stack[1:]...)
	if one.where() != "inflateInit (in libz.so)" {
		t.Errorf("in %q", one.where())
	}
}

func TestFindingSaysWhoIsToBlame(t *testing.T) {
	f := Finding{
		Lua:   []string{"a.t:1: content_by_lua_block"},
		Blame: []Caller{{Where: "a.t:2", Function: "open_it", Calls: 1, Requests: 1}},
	}
	text := f.text(Event{File: "a.t"}, nil, palette{}, false)
	if !strings.Contains(text, "\n  open_it is called from a.t:2, once a request\n") || strings.Contains(text, "may have been") {
		t.Errorf("one line of Lua is known, and the text is\n%s", text)
	}
	f.Blame, f.Unblamed = nil, "not ok 1"
	text = f.text(Event{File: "a.t"}, nil, palette{}, false)
	if !strings.Contains(text, "could not be told: not ok 1\n") || !strings.Contains(text, "may have been running:\n    a.t:1: ") {
		t.Errorf("no line of Lua is known, and the text is\n%s", text)
	}
}
