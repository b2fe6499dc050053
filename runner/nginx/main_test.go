package nginx

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	root, plain := os.LookupEnv(plainChildRoot)
	var err error
	if plain {
		err = plainChild(Servroot(root))
	} else {
		err = BecomeSubreaper()
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case plain:
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// theNginx is the one that the tests run.
func theNginx(t testing.TB) string {
	t.Helper()
	binary, err := Find(os.Getenv("TEST_NGINX_BINARY"), os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func freePort(t testing.TB) int {
	t.Helper()
	port, err := FreePort("127.0.0.1", func(p int) bool { return p >= 32768 }) // clients get those
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// site is a prepared server root with a configuration.
type site struct {
	Command
	port int
}

// newSite prepares a server root. The texts go into the main context and into the server.
func newSite(t testing.TB, main, server string) site {
	t.Helper()
	s := site{port: freePort(t), Command: Command{
		Binary: theNginx(t),
		Root:   Servroot(filepath.Join(t.TempDir(), "servroot")),
		Env:    os.Environ(),
	}}
	if err := s.Root.Prepare(); err != nil {
		t.Fatal(err)
	}
	s.write(t, main, server)
	return s
}

func (s site) write(t testing.TB, main, server string) {
	t.Helper()
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;"
	}
	if !strings.Contains(main, "master_process") {
		main += "\nmaster_process off;"
	}
	conf := fmt.Sprintf(`%[1]s
daemon on;
error_log %[2]s/logs/error.log debug;
pid %[2]s/logs/nginx.pid;
%[3]s
events { worker_connections 64; }
http {
    access_log %[2]s/logs/access.log;
    client_body_temp_path %[2]s/client_body_temp;
    proxy_temp_path %[2]s/proxy_temp;
    fastcgi_temp_path %[2]s/fastcgi_temp;
    scgi_temp_path %[2]s/scgi_temp;
    uwsgi_temp_path %[2]s/uwsgi_temp;
    server {
        listen 127.0.0.1:%[4]d;
        # Begin test case config...
        %[5]s
        location / { root html; }
    }
}
`, user, s.Root, main, s.port, server)
	if err := s.Root.WriteConf(conf); err != nil {
		t.Fatal(err)
	}
}

// patient is for tests that want to see a signal do its work, however busy the machine is.
var patient = StopOptions{Quit: time.Minute, Term: time.Minute}

// start starts nginx, and stops it when the test ends.
func (s site) start(t testing.TB) *Process {
	t.Helper()
	p, err := Start(context.Background(), s.Command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(StopOptions{}) })
	return p
}

// get sends a request and returns the whole response.
func (s site) get(t testing.TB, path string) string {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.0\r\n\r\n", path)
	text := new(strings.Builder)
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		text.Write(buf[:n])
		if err != nil {
			return text.String()
		}
	}
}

// script writes a program for the tests.
func script(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	// Not os.WriteFile: a process that another test forks meanwhile could hold the file open for writing, and exec
	// would answer "text file busy".
	cmd := exec.Command("/bin/sh", "-c", `cat >"$0" && chmod 755 "$0"`, path)
	cmd.Stdin = strings.NewReader("#!/bin/sh\n" + text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	return path
}

// live reports whether a process exists and is no zombie.
func live(pid int) bool {
	p, ok := readProc(pid)
	return ok && !p.ended()
}

// noChildLeft fails the test when this process still has a child that is a daemon.
func noChildLeft(t *testing.T, pid int) {
	t.Helper()
	if pid > 0 && syscall.Kill(-pid, 0) == nil {
		t.Errorf("something of process group %d is left, if only as a zombie", pid)
	}
	if _, ok := readProc(pid); ok {
		t.Errorf("process %d is left, if only as a zombie", pid)
	}
}
