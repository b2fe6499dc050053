package runner

import (
	"strings"
	"testing"
)

func TestUnreached(t *testing.T) {
	const head = "2026/11/30 18:53:23 "
	const tail = `, client: 127.0.0.1, server: localhost, request: "GET /t HTTP/1.1"`
	for _, c := range []struct {
		name string
		log  []string
		want []string // that the advice has in it; none: there is no advice
	}{
		{"nothing of the kind", []string{head + "[error] 7#7: *1 open() \"/x\" failed (2: No such file or directory)" + tail + "\n"}, nil},
		{"an upstream", []string{
			head + "[error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream" + tail + `, upstream: "http://127.0.0.1:3306/t", host: "localhost"` + "\n",
		}, []string{"on 127.0.0.1:3306 ", "--host-lane t/a.t", "--service '3306:COMMAND'"}},
		{"Lua, with a debug log", []string{
			head + "[debug] 7#7: *1 connect to 127.0.0.1:6379, fd:9 #2\n",
			head + "[error] 7#7: *1 connect() failed (111: Connection refused)" + tail + "\n",
		}, []string{"on 127.0.0.1:6379 ", "--service redis"}},
		{"Lua, without one", []string{head + "[error] 7#7: *1 connect() failed (111: Connection refused)" + tail + "\n"},
			[]string{"on the port that refused the connection ", "--host-lane t/a.t"}},
		{"another host", []string{head + "[error] 7#7: *1 connect() to 192.0.2.1:80 failed (101: Network is unreachable)" + tail + "\n"},
			[]string{"on 192.0.2.1:80 "}},
		{"a resolver", []string{head + "[error] 7#7: recv() failed (111: Connection refused) while resolving, resolver: 127.0.0.1:53\n"},
			[]string{"on 127.0.0.1:53 "}},
		{"a unix socket", []string{head + "[crit] 7#7: *1 connect() to unix:/tmp/x.sock failed (111: Connection refused)" + tail + "\n"}, nil},
	} {
		r := &blockRun{fileRun: &fileRun{Worker: &Worker{apart: true}, job: Job{File: "t/a.t"}}}
		got := r.unreached(c.log)
		for _, part := range c.want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q is not in %q", c.name, part, got)
			}
		}
		if c.want == nil && got != "" {
			t.Errorf("%s: %q", c.name, got)
		}
		r.apart = false
		if got := r.unreached(c.log); got != "" {
			t.Errorf("%s, on the host's network: %q", c.name, got)
		}
	}
}
