package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/nginx"
)

// killed is a way to run ngxtest whose end is to leave nothing.
type killed struct {
	name string
	args string
	env  []string
	user bool // an ordinary one
	last time.Duration
}

// ways are in the order in which a short test takes them: where most can be left behind first.
var ways = []killed{
	{name: "lanes"},
	{name: "ordinary user", user: true},
	{name: "ports", args: "--isolate=ports"},
	{name: "valgrind", args: "--valgrind -j 2", last: 4 * time.Second},
	{name: "service", args: "--service 7373:exec$IFS./serve"},
	{name: "ordinary user, ports", args: "--isolate=ports", user: true},
	{name: "one lane", args: "-j 1"},
	{name: "HUP", env: []string{"TEST_NGINX_USE_HUP=1"}},
	{name: "load", env: []string{"TEST_NGINX_BENCHMARK=1000000 4"}},
	{name: "system perl", args: "--perl=system"},
	{name: "check leak", args: "-j 3", env: []string{"TEST_NGINX_CHECK_LEAK=1"}},
	{name: "ordinary user, valgrind", args: "--valgrind -j 2", user: true, last: 4 * time.Second},
	{name: "ordinary user, one lane", args: "-j 1", user: true},
	{name: "valgrind, ports", args: "--valgrind -j 2 --isolate=ports", last: 4 * time.Second},
	{name: "fail fast", args: "--fail-fast"},
}

// endings are how a run ends: signals, and whom they reach besides ngxtest. A terminal sends them to all of the group.
var endings = []struct {
	signal syscall.Signal
	group  bool
	twice  bool
}{
	{signal: unix.SIGKILL}, {signal: unix.SIGTERM}, {signal: unix.SIGINT, group: true}, {signal: unix.SIGKILL},
	{signal: unix.SIGHUP, group: true}, {signal: unix.SIGKILL, group: true}, {signal: unix.SIGINT, twice: true}, {signal: unix.SIGQUIT},
}

// TestKilledRunsLeaveNothing ends runs at random moments by signals. NGXTEST_KILLS says how many; NGXTEST_KILL_SEED repeats the moments.
func TestKilledRunsLeaveNothing(t *testing.T) {
	rounds, limit := 5, 30*time.Second // a machine may be busy
	if n, err := strconv.Atoi(os.Getenv("NGXTEST_KILLS")); err == nil {
		rounds, limit = n, 2*time.Second
	}
	seed, err := strconv.ParseUint(os.Getenv("NGXTEST_KILL_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("NGXTEST_KILL_SEED=%d", seed)

	// Whatever a run leaves behind becomes a child of this process, wherever it hides.
	if err := nginx.BecomeSubreaper(); err != nil {
		t.Fatal(err)
	}
	for round := range rounds {
		way, how := ways[round%len(ways)], endings[(round+round/len(ways))%len(endings)]
		if way.last == 0 {
			way.last = 1200 * time.Millisecond
		}
		moment := time.Duration(random.Int64N(int64(way.last)))
		name := fmt.Sprintf("%d %s: %s after %s", round+1, way.name, unix.SignalName(how.signal), moment.Round(time.Millisecond))
		t.Run(name, func(t *testing.T) {
			place := t.TempDir()
			started, port := way.start(t, place)
			before := tree(t, place)
			run := started()
			<-time.After(moment)
			had := tracesOf(run.Process.Pid, place, port, "7373")
			to := run.Process.Pid
			if how.group {
				to = -to
			}
			if err := syscall.Kill(to, how.signal); err != nil {
				t.Fatal(err)
			}
			if how.twice {
				_ = syscall.Kill(to, how.signal)
			}
			sent := time.Now()
			_ = run.Wait()
			ended := time.Since(sent)
			switch status, _ := run.ProcessState.Sys().(syscall.WaitStatus); {
			case status.Signaled() && (status.Signal() == how.signal || how.signal == unix.SIGHUP):
			case status.ExitStatus() == 130 && how.signal != unix.SIGKILL:
			default:
				out, _ := os.ReadFile(filepath.Join(place, "out"))
				t.Errorf("the run ended with %s:\n%s", run.ProcessState, out)
			}
			if left := awaitEnd(limit - ended); len(left) > 0 {
				t.Errorf("left %s later: %s", limit, strings.Join(left, ", "))
			}
			for _, trace := range had.left() {
				t.Errorf("left: %s", trace)
			}
			for _, path := range tree(t, place) {
				if !slices.Contains(before, path) {
					t.Errorf("left: %s", path)
				}
			}
			t.Logf("it had %d namespaces, ended %s later, and all of it %s later", len(had.namespaces), ended.Round(time.Millisecond), time.Since(sent).Round(time.Millisecond))
		})
	}
}

// awaitEnd waits until this process has no children any more, no longer than the time given, and returns those that it has
// then.
func awaitEnd(limit time.Duration) []string {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); ; <-tick.C {
		for {
			pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
			if errors.Is(err, unix.ECHILD) {
				return nil
			}
			if pid <= 0 {
				break
			}
		}
		if time.Now().After(end) {
			var left []string
			for _, s := range isolate.KillDescendants(nil) {
				left = append(left, s.Command)
			}
			return left
		}
	}
}

// tree lists what is in a directory, but for what the test itself has there.
func tree(t *testing.T, place string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(place, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.Name() == "home" {
			return fs.SkipDir
		}
		paths = append(paths, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// start prepares a run in the directory place; what it returns starts it, with a server on that port.
func (k killed) start(t *testing.T, place string) (started func() *exec.Cmd, port string) {
	t.Helper()
	for name, text := range killedFiles {
		write(t, filepath.Join(place, name), text)
	}
	for _, dir := range []string{"tmp", "home", "bin"} {
		if err := os.MkdirAll(filepath.Join(place, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	out, err := os.Create(filepath.Join(place, "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	port, err = freePort()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := exec.LookPath("ngxtest")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(binary, "-r")
	for _, arg := range strings.Fields(k.args) {
		c.Args = append(c.Args, strings.ReplaceAll(arg, "$IFS", " "))
	}
	c.Args = append(c.Args, "t")
	c.Dir, c.Stdout, c.Stderr = place, out, out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Env = append(os.Environ(), "TEST_NGINX_SERVER_PORT="+port, "TMPDIR="+place+"/tmp", "HOME="+place+"/home")
	c.Env = append(c.Env, k.env...)
	if k.user && os.Geteuid() == 0 {
		const nobodyElse = 12345
		c.SysProcAttr.Credential = &syscall.Credential{Uid: nobodyElse, Gid: nobodyElse}
		// The binary, and the way to the directory, have to be within his reach.
		text, err := os.ReadFile(binary)
		if err != nil {
			t.Fatal(err)
		}
		c.Path = filepath.Join(place, "bin", "ngxtest")
		if err := os.WriteFile(c.Path, text, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, path := range tree(t, place) {
			if err := os.Chown(path, nobodyElse, nobodyElse); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(filepath.Join(place, "home"), nobodyElse, nobodyElse); err != nil {
			t.Fatal(err)
		}
		for dir := place; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return func() *exec.Cmd {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}, port
}

func write(t *testing.T, name, text string) {
	t.Helper()
	err := cmp.Or(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o777))
	if err != nil {
		t.Fatal(err)
	}
}

// slow is a block that takes as long as anybody wants to wait.
const slow = `
=== TEST 1: slow
--- config
location = /t { limit_rate 1; return 200 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; }
--- request
GET /t
--- timeout: 60s
`

// quick are blocks that take no time.
var quick = strings.Repeat(`
=== TEST: quick
--- config
location = /t { return 200; }
--- request
GET /t
`, 10)

// killedFiles are the files of a run: slow, with workers, with peers, with processes that nginx starts, and with a service.
var killedFiles = map[string]string{
	"t/a.t": "use Test::Nginx::Socket 'no_plan';\nrun_tests();\n__DATA__\n" + slow + quick,
	"t/b.t": "use Test::Nginx::Socket 'no_plan';\nmaster_on();\nworkers(2);\nrun_tests();\n__DATA__\n" + slow,
	"t/c.t": "use Test::Nginx::Socket 'no_plan';\nno_shuffle();\nrun_tests();\n__DATA__\n" + quick + slow,
	"t/strays.t": `use Test::Nginx::Socket 'no_plan';
no_shuffle();
run_tests();
__DATA__

=== TEST 1: processes that nginx starts and forgets, in sessions of their own, too
--- config
location = /t {
    content_by_lua_block {
        os.execute("sleep 1000 & setsid sleep 2000 & (setsid sh -c 'trap : HUP INT TERM; sleep 3000; sleep 4000' &)")
        ngx.say("done")
    }
}
--- request
GET /t
` + slow,
	"t/peers.t": `use Test::Nginx::Socket 'no_plan';
no_shuffle();
run_tests();
__DATA__

=== TEST 1: a peer that takes its time
--- config
location = /t { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; proxy_read_timeout 60s; }
--- tcp_listen: $TEST_NGINX_RAND_PORT_1
--- tcp_reply_delay: 50s
--- tcp_reply
HTTP/1.0 200 OK
--- request
GET /t
--- timeout: 60s
`,
	"t/service.t": `use Test::Nginx::Socket 'no_plan';
run_tests();
__DATA__

=== TEST 1: something that uses a service
--- config
location = /t { proxy_pass http://127.0.0.1:7373; }
--- request
GET /t
` + slow,
	// a service that makes itself a daemon
	"serve": `#!/bin/sh
cat > serve.conf <<CONF
pid $PWD/serve.pid;
error_log $PWD/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $PWD; proxy_temp_path $PWD; fastcgi_temp_path $PWD; uwsgi_temp_path $PWD; scgi_temp_path $PWD;
    server { listen 127.0.0.1:7373; location / { return 200 "served"; } }
}
CONF
nginx -p $PWD -c $PWD/serve.conf -e $PWD/error.log && exec sleep 5000
`,
}
