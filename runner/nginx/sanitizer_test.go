package nginx

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestSanitized(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "a.c")
	if err := os.WriteFile(source, []byte("int f(int *p) { return *p + 1; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := func(name string, options ...string) string {
		out := filepath.Join(dir, name)
		args := append(options, "-shared", "-fPIC", "-o", out, source)
		if said, err := exec.Command("cc", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return out
	}
	plain, address, undefined := build("plain.so"), build("address.so", "-fsanitize=address"), build("undefined.so", "-fsanitize=undefined")
	for _, test := range []struct {
		name  string
		env   map[string]string
		files []string
		want  bool
	}{
		{"nothing", map[string]string{"LD_PRELOAD": "/lib/mockeagain.so"}, []string{plain, source, dir + "/none.so"}, false},
		{"options, and be they empty", map[string]string{"UBSAN_OPTIONS": ""}, nil, true},
		{"a runtime first", map[string]string{"LD_PRELOAD": "/a.so /usr/lib/gcc/12/libasan.so"}, nil, true},
		{"a runtime first, for nginx alone", map[string]string{"TEST_NGINX_LD_PRELOAD": "/usr/lib/llvm/libclang_rt.asan-x86_64.so"}, nil, true},
		{"a module", nil, []string{plain, address}, true},
		{"another sanitizer", nil, []string{undefined}, true},
	} {
		if got := AsksForSanitizer(test.env) || Sanitized(test.files...); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestNoLeakCheck(t *testing.T) {
	got := NoLeakCheck([]string{"A=1", "ASAN_OPTIONS=a=1", "ASAN_OPTIONS=b=2"})
	want := []string{"A=1", "ASAN_OPTIONS=b=2:detect_leaks=0", "LSAN_OPTIONS=detect_leaks=0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
