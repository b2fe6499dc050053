package warm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/valgrind"
)

// TestMain makes this process the parent of what the servers fork.
func TestMain(m *testing.M) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// site is an nginx that listens on a unix socket in a directory, and what it runs on.
type site struct{ dir, conf, pidFile, socket string }

func newSite(t *testing.T, main, server string) site {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"conf", "logs"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := site{dir: dir, conf: filepath.Join(dir, "conf/nginx.conf"), pidFile: filepath.Join(dir, "nginx.pid"), socket: filepath.Join(dir, "s")}
	text := fmt.Sprintf("daemon off; master_process off; error_log /dev/null; pid %s; %s\nevents {}\nhttp { access_log off; "+
		"client_body_temp_path %[3]s/b; proxy_temp_path %[3]s/p; fastcgi_temp_path %[3]s/f; uwsgi_temp_path %[3]s/u; scgi_temp_path %[3]s/g;\n"+
		"server { listen unix:%s; %s } }\n", s.pidFile, main, dir, s.socket, server)
	if err := os.WriteFile(s.conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return s
}

// get returns the body of the answer to a request.
func (s site) get(t *testing.T, path string) string {
	t.Helper()
	c, err := net.Dial("unix", s.socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET %s HTTP/1.0\r\n\r\n", path)
	text, err := io.ReadAll(c)
	if err != nil {
		t.Error(err)
	}
	_, body, _ := strings.Cut(string(text), "\r\n\r\n")
	return body
}

// options are for a server that is warmed up on the site.
func options(t *testing.T, s site, modules ...string) Options {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Fatal(err)
	}
	tool, err := valgrind.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	library, err := Library(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Library: library, Setup: valgrind.Setup{Tool: tool, Builtin: valgrind.Builtin}, Binary: nginx, Root: "/nowhere", Env: os.Environ(),
		Modules: modules, WarmRoot: s.dir, PidFile: s.pidFile,
		Exercise: func(context.Context) { s.get(t, "/") },
	}
}

// build compiles a shared library.
func build(t *testing.T, code string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "module.so")
	compiler, err := Compiler()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(compiler[0], append(compiler[1:], "-g", "-shared", "-fPIC", "-o", name, "-x", "c", "-")...)
	cmd.Stdin = strings.NewReader(code)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return name
}

// await returns when a file has something in it. A process that is gone would not write it.
func await(t *testing.T, pid int, file string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !written(file) {
		<-tick.C
		if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(text), ") Z ") {
			t.Fatalf("process %d is gone", pid)
		}
	}
}

// end ends a child. An nginx that is about to wait for events does not notice a signal, so it gets more of them.
func end(t *testing.T, pid int) unix.WaitStatus {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		_ = unix.Kill(pid, unix.SIGTERM)
		<-tick.C
		var status unix.WaitStatus
		switch got, err := unix.Wait4(pid, &status, unix.WNOHANG, nil); {
		case err != nil && err != unix.EINTR:
			t.Fatal(err)
		case got == pid:
			return status
		}
	}
}

func TestFork(t *testing.T) {
	warmUp := newSite(t, "", "return 200 warm;")
	s, err := Start(t.Context(), options(t, warmUp))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 2 {
		site := newSite(t, "", fmt.Sprintf("return 200 number-%d;", i))
		files, cwd := t.TempDir(), t.TempDir()
		said, stderr, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		pid, err := s.Fork(files, []string{"nginx", "-p", site.dir, "-c", site.conf, "-e", "stderr"}, []string{"COLOUR=blue"}, cwd, stderr)
		stderr.Close()
		if err != nil {
			t.Fatal(err)
		}
		await(t, pid, site.pidFile)
		if got, want := site.get(t, "/"), fmt.Sprintf("number-%d", i); got != want {
			t.Errorf("it answers %q, want %q", got, want)
		}
		if got, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err != nil || got != cwd {
			t.Errorf("it runs in %s, %v; want %s", got, err, cwd)
		}
		if session, err := unix.Getsid(pid); err != nil || session != pid || s.Session() == pid {
			t.Errorf("its session is %d, %v; want its own, %d, that of the server is %d", session, err, pid, s.Session())
		}
		vgdb := valgrind.Vgdb{Program: s.program, Prefix: filepath.Join(files, "vgdb")}
		if answer, err := vgdb.ErrorCount(t.Context(), pid, "mark"); err != nil || answer.Errors != 0 {
			t.Errorf("vgdb: %+v, %v", answer, err)
		}
		status := end(t, pid)
		if !status.Exited() || status.ExitStatus() != 0 {
			t.Errorf("its end: %#x", status)
		}
		if text, err := io.ReadAll(said); err != nil {
			t.Errorf("its standard error: %q, %v", text, err)
		}
		said.Close()
		records, err := valgrind.NewTail(filepath.Join(files, fmt.Sprintf("%d.xml", pid))).Finish()
		for _, r := range records {
			if r.Kind == valgrind.DefinitelyLost {
				t.Errorf("found: %s\n%v", r.What, r.Stack)
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
	s.Close()
	if _, err := os.Stat(s.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.dir, err)
	}
	if _, err := s.Fork(t.TempDir(), []string{"nginx"}, nil, "", nil); err == nil {
		t.Error("a closed server forks")
	}
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name, main string
		module     string // its code, "" for none
		want       string
	}{
		{"configuration", "no_such_directive;", "", `unknown directive "no_such_directive"`},
		{"module", "", "extern void no_such_function(void);\nvoid *p = no_such_function;", "no_such_function"},
		{"leak", "", "#include <stdlib.h>\n__attribute__((constructor)) void lose(void) { volatile char *p = malloc(77); p[0] = 1; p = 0; }\n",
			"77 bytes in 1 blocks are definitely lost"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var modules []string
			if test.module != "" {
				modules = []string{build(t, test.module)}
			}
			s, err := Start(t.Context(), options(t, newSite(t, test.main, ""), modules...))
			if s != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want an error with %q", err, test.want)
			}
		})
	}
}

// TestNoAnswer asks the first server in vain.
func TestNoAnswer(t *testing.T) {
	o := options(t, newSite(t, "", "return 200 warm;"))
	asked, deaf := filepath.Join(t.TempDir(), "asked"), filepath.Join(t.TempDir(), "vgdb")
	script := fmt.Sprintf("#!/bin/sh\n[ -e %s ] && exec %s \"$@\"\ntouch %[1]s\nexit 1\n", asked, o.Setup.Tool.Vgdb)
	if err := os.WriteFile(deaf, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	o.Setup.Tool.Vgdb = deaf
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := os.Stat(asked); err != nil {
		t.Errorf("nobody asked: %v", err)
	}
}

func TestLibrary(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	name, err := Library(t.Context(), t.TempDir())
	if err != nil || filepath.Dir(name) != filepath.Join(cache, "ngxtest") {
		t.Fatalf("%s, %v", name, err)
	}
	t.Setenv("PATH", t.TempDir())
	t.Setenv("CC", "")
	if again, err := Library(t.Context(), t.TempDir()); err != nil || again != name {
		t.Errorf("the second time: %s, %v; want %s as it was made before", again, err, name)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if name, err := Library(t.Context(), t.TempDir()); !errors.Is(err, ErrNoCompiler) {
		t.Errorf("without a compiler: %s, %v", name, err)
	}
}
