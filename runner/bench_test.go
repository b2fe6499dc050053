package runner

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
)

// BenchmarkBlock holds the time of one block against what nginx itself needs to start, to answer once and to quit, on the
// same configuration, both in turn.
func BenchmarkBlock(b *testing.B) {
	const blocks = 40
	port, err := nginx.FreePort("127.0.0.1", func(p int) bool { return p >= 32768 }) // clients get those
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	b.Chdir(dir)
	file := filepath.Join("t", "a.t")
	if err := os.MkdirAll("t", 0o777); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(benchSuite(blocks)), 0o666); err != nil {
		b.Fatal(err)
	}
	env := Environ()
	env["TEST_NGINX_SERVER_PORT"] = fmt.Sprint(port)
	w := NewWorker(context.Background(), Setup{Env: env})
	if w.noBin != nil {
		b.Fatal(w.noBin)
	}
	var own, ours time.Duration
	for b.Loop() {
		started := time.Now()
		w.Do(context.Background(), Job{File: file, Seed: 1}, func(e report.Event) {
			if e.Kind == report.FileEnd && !e.Result.OK() {
				b.Fatalf("the suite failed: %+v", e.Result)
			}
		})
		ours += time.Since(started)
		started = time.Now()
		for range blocks {
			bareNginx(b, w, dir, fmt.Sprint(port))
		}
		own += time.Since(started)
	}
	n := float64(b.N * blocks)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours.Seconds()*1000/n, "ms/block")
	b.ReportMetric(own.Seconds()*1000/n, "ms/nginx")
	b.ReportMetric(ours.Seconds()/own.Seconds(), "ratio")
}

func benchSuite(blocks int) string {
	var t strings.Builder
	t.WriteString("use Test::Nginx::Socket;\nplan tests => 2 * blocks();\nno_shuffle();\nrun_tests();\n__DATA__\n")
	for i := range blocks {
		fmt.Fprintf(&t, "=== TEST %d: hello\n--- config\nlocation /t { return 200 \"hello %d\\n\"; }\n--- request\nGET /t\n"+
			"--- response_body\nhello %d\n\n", i+1, i, i)
	}
	return t.String()
}

// bareNginx is the least that a test of nginx has to do.
func bareNginx(b *testing.B, w *Worker, dir, port string) {
	root := nginx.Servroot(filepath.Join(dir, "bare"))
	if err := root.Prepare(); err != nil {
		b.Fatal(err)
	}
	conf := nginxconf.Render(nginxconf.Conf{
		ServRoot: string(root), ServerPort: port, Config: "location /t { return 200 \"hello\\n\"; }",
		LoadModules: nginx.DefaultModules(w.build), User: "root",
	})
	if err := os.WriteFile(root.ConfFile(), []byte(conf), 0o666); err != nil {
		b.Fatal(err)
	}
	start := &os.ProcAttr{}
	p, err := os.StartProcess(w.build.Path, []string{"nginx", "-e", root.ErrorLog(), "-p", string(root), "-c", root.ConfFile()}, start)
	if err != nil {
		b.Fatal(err)
	}
	if state, err := p.Wait(); err != nil || !state.Success() {
		b.Fatal(state, err)
	}
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprint(c, "GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	c.Close()
	pid := 0
	for pid == 0 {
		text, _ := os.ReadFile(root.PidFile())
		fmt.Sscan(string(text), &pid)
	}
	for {
		_ = syscall.Kill(pid, syscall.SIGQUIT)
		var status syscall.WaitStatus
		// The runner is a subreaper: the daemon is its child. A quit that came too early has to come again.
		for range 2000 {
			if got, err := syscall.Wait4(pid, &status, syscall.WNOHANG, nil); got == pid || err == syscall.ECHILD {
				return
			}
			time.Sleep(100 * time.Microsecond)
		}
	}
}
