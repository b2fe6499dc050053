package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ngxtest/ngxtest/runner/nginx"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ngxtest": main})
}

// TestScript runs the command line as a user would, on the nginx of this machine. Each script has a folder and a port
// of its own. Beside testscript's commands there is
//
//	status N ngxtest ARGS...
//
// which runs a command and wants it to exit with N.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			port, err := freePort()
			env.Setenv("TEST_NGINX_SERVER_PORT", port)
			env.Setenv("HOME", env.WorkDir)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// freePort returns a port on which nothing listens now, another one for each call. It is below those that Linux gives to
// clients: one of another script's connections could have it by the time nginx wants it.
func freePort() (string, error) {
	const clients = 32768
	ports.Lock()
	defer ports.Unlock()
	port, err := nginx.FreePort("127.0.0.1", func(p int) bool { return p >= clients || ports.given[p] })
	ports.given[port] = true
	return strconv.Itoa(port), err
}

var ports = struct {
	sync.Mutex
	given map[int]bool
}{given: map[int]bool{}}

func TestRCWords(t *testing.T) {
	got := rcWords("# comment\n--state=hot,save -j9 # rest\n-I 'a b' \"c d\"\n\n")
	want := []string{"--state=hot,save", "-j9", "-I", "a b", "c d"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("word %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

func TestTerminalIsNone(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, ok := terminal(f); ok {
		t.Error("/dev/null was taken for a terminal")
	}
}
