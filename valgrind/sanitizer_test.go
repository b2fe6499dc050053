package valgrind

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseSanitizer(t *testing.T) {
	for _, test := range []struct {
		file string
		want []string
	}{
		{"asan-d.log", []string{"InvalidFree | main:10 < main  | 0x6020000000d0 is locate [3] | previously allocated by  [3]"}},
		{"asan-l.log", []string{"Leak_DefinitelyLost 16+0 in 2 | make:5 < main", "Leak_IndirectlyLost 21+0 in 2 | make:5 < main"}},
		{"asan-p.log", []string{"InvalidRead | read_past:6 < main  | 0x6020000000e0 is locate [4]"}},
		{"asan-s.log", []string{"FatalSignal SIGSEGV | main:10 < main"}},
		{"asan-u.log", []string{"InvalidRead | uaf:7 < main  | 0x6020000000d0 is locate [4] | previously allocated by  [4]"}},
		{"ubsan.log", []string{"Undefined | overflow:8 < main", "Leak_DefinitelyLost 24+0 in 3 | make:5 < main", "Leak_IndirectlyLost 33+0 in 3 | make:5 < main"}},
	} {
		text := string(recorded(t, test.file))
		records := ParseSanitizer(text, 5)
		same(t, test.file, briefs(records), test.want)
		for _, r := range records {
			if r.PID == 0 || r.Stack == nil || r.What == "" {
				t.Errorf("%s: %+v", test.file, r)
			}
		}
		for cut := range len(text) { // the process may be killed while it writes
			if n := len(ParseSanitizer(text[:cut], 5)); n > len(test.want) {
				t.Fatalf("%s cut at %d: %d records", test.file, cut, n)
			}
		}
	}
	r := ParseSanitizer(string(recorded(t, "asan-p.log")), 0)[0]
	want := Frame{IP: r.Stack[0].IP, Function: "read_past", Dir: "/home/me/zoo", File: "san.c", Line: 6}
	if r.Stack[0] != want || r.PID != 5270 || r.What != "heap-buffer-overflow, read of size 1" ||
		!strings.Contains(r.Extra[0].What, "allocated by thread T0 here") {
		t.Errorf("%+v", r)
	}
}

func TestParseSanitizerLines(t *testing.T) {
	for _, test := range []struct {
		name, text, want string
		tool             string
	}{
		{"undefined behaviour without a stack", "san.c:8:45: runtime error: signed integer overflow\nhello\n", "Undefined | :8 < ", "ubsan"},
		{"an object without debug information",
			"==7==ERROR: LeakSanitizer: detected memory leaks\n\nDirect leak of 1 byte(s) in 1 object(s) allocated from:\n    #0 0x1 in malloc (/lib/libasan.so.8+0xb89cf)\n    #1 0x2 in f (/home/me/zoo/a.so+0x25) (BuildId: ab12)\n    #2 0x3  (<unknown module>)\n",
			"Leak_DefinitelyLost 1+0 in 1 | f:0 < f", "lsan"},
		{"C++ names", "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x1 at pc 0x2 bp 0x3 sp 0x4\nWRITE of size 8 at 0x1 thread T0\n    #0 0x2 in A::f(int, char const*) /home/me/zoo/a.cc:12:3\n",
			"InvalidWrite | A::f(int, char const*):12 < A::f(int, char const*)", "asan"},
		{"a mismatch", "==7==ERROR: AddressSanitizer: alloc-dealloc-mismatch (malloc vs operator delete) on 0x1\n    #0 0x2 in f /home/me/zoo/a.cc:1\n", "MismatchedFree | f:1 < f", "asan"},
	} {
		records := ParseSanitizer(test.text, 7)
		if len(records) != 1 {
			t.Errorf("%s: %d records", test.name, len(records))
			continue
		}
		if got := strings.TrimSpace(brief(records[0], Owner{})); got != strings.TrimSpace(test.want) || records[0].Tool != test.tool || records[0].PID != 7 {
			t.Errorf("%s: %s by %s, want %s", test.name, got, records[0].Tool, test.want)
		}
	}
	for name, want := range map[string]int{"/tmp/asan.1234": 1234, "asan": 0, "x.log": 0} {
		if got := SanitizerPID(name); got != want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestSanitizerLog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sanitizer.7")
	log := &SanitizerLog{File: file}
	const (
		freed = "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x1 at pc 0x2 bp 0x3 sp 0x4\nREAD of size 8 at 0x1 thread T0\n"
		stack = "    #0 0x2 in f /home/me/zoo/a.c:12:3\n\nSUMMARY: AddressSanitizer: heap-use-after-free\n"
		head  = "==7==ERROR: LeakSanitizer: detected memory leaks\n\n"
		tail  = "SUMMARY: AddressSanitizer: 1 byte(s) leaked in 1 allocation(s).\n"
	)
	leak := func(n string) string {
		return "Direct leak of " + n + " byte(s) in " + n + " object(s) allocated from:\n    #0 0x1 in __interceptor_malloc ../x.cpp:1\n    #1 0x2 in f /home/me/zoo/a.c:5\n\n"
	}
	for _, test := range []struct {
		name, more    string
		ended         bool
		errors, leaks string
		words         string
	}{
		{"half a report", freed, false, "", "none", ""},
		{"the rest of it", stack, false, "InvalidRead | f:12 < f", "none", ""},
		{"two leak checks: the last one counts", head + leak("2") + tail + head + leak("3") + tail, false, "", "Leak_DefinitelyLost 3+0 in 3 | f:5 < f ffi", ""},
		{"undefined behaviour", "/home/me/zoo/a.c:8:45: runtime error: shift\n", false, "Undefined | a.c", "none", ""},
		{"cut off by the end", head + leak("4"), true, "", "Leak_DefinitelyLost 4+0 in 4 | f:5 < f ffi", ""},
	} {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(test.more); err != nil {
			t.Fatal(err)
		}
		f.Close()
		news, err := log.Poll(test.ended)
		if err != nil {
			t.Fatal(err)
		}
		list := func(records []Record) string {
			var out []string
			for _, r := range records {
				if r.Tool == "ubsan" {
					out = append(out, string(r.Kind)+" | "+r.Stack[0].File)
					continue
				}
				out = append(out, strings.TrimSpace(brief(r, Owner{})))
			}
			return strings.Join(out, "; ")
		}
		leaks := list(news.Leaks)
		if news.Leaks == nil {
			leaks = "none"
		}
		if got := list(news.Errors); got != test.errors || leaks != test.leaks || news.Words != test.words {
			t.Errorf("%s: errors %q, leaks %q, words %q", test.name, got, leaks, news.Words)
		}
	}
	if err := os.WriteFile(file, []byte("==7==ASan runtime does not come first\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if news, err := (&SanitizerLog{File: file}).Poll(true); err != nil || news.Words != "==7==ASan runtime does not come first" {
		t.Errorf("a process that could not start: %+v, %v", news, err)
	}
}
