package runner

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/report"
)

// TestPeerTaken: a block whose peer cannot listen fails and says who has the address; the next block runs.
func TestPeerTaken(t *testing.T) {
	tcp, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	tcpPort, udpPort := tcp.Addr().(*net.TCPAddr).Port, udp.LocalAddr().(*net.UDPAddr).Port
	o := workspace(t, map[string]string{"a.t": fmt.Sprintf(`use Test::Nginx::Socket 'no_plan';
no_shuffle();
run_tests();
__DATA__
=== TEST 1: tcp
--- config
location = /t { return 200 "hi\n"; }
--- tcp_listen: %d
--- tcp_reply: x
--- request
GET /t
=== TEST 2: udp
--- config
location = /t { return 200 "hi\n"; }
--- udp_listen: %d
--- udp_reply: x
--- request
GET /t
=== TEST 3: no answer
--- config
location = /t { return 200 "hi\n"; }
--- tcp_listen: 1
--- request
GET /t
=== TEST 4: no target
--- config
location = /t { return 200 "hi\n"; }
--- udp_listen: there
--- udp_reply: x
--- request
GET /t
=== TEST 5: the rest
--- config
location = /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
`, tcpPort, udpPort)})
	o.Files = []string{"a.t"}
	h := &heard{}
	Run(context.Background(), o, h)
	said, self := h.texts(report.Abort), fmt.Sprintf("(pid %d)", os.Getpid())
	for _, want := range []string{
		fmt.Sprintf("a.t:8: tcp_listen: cannot listen on 127.0.0.1:%d: ", tcpPort),
		fmt.Sprintf("a.t:15: udp_listen: cannot listen on 0.0.0.0:%d: ", udpPort),
		"a.t:22: tcp_listen: the block does not say what to answer (add a section tcp_reply)",
		"a.t:28: udp_listen: bad target: there",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("not said: %s\nsaid: %s", want, said)
		}
	}
	if n := strings.Count(said, self+" has it (stop it, or choose another port)"); n != 2 {
		t.Errorf("named %d times: %s\n%s", n, self, said)
	}
	if tests := h.tests(); tests[len(tests)-1] != "ok a.t TEST 5: the rest - response_body - response is expected (repeated req 0, req 0)" {
		t.Errorf("%q", tests)
	}
}

// TestPeerCode: code of a peer and of the checks run one at a time; the race detector looks on.
func TestPeerCode(t *testing.T) {
	o := workspace(t, map[string]string{"a.t": `use Test::Nginx::Socket::Lua 'no_plan';
our $calls = 0;
repeat_each(2);
run_tests();
__DATA__
=== TEST 1: both
--- config
location = /t {
    content_by_lua_block {
        for i = 1, 3 do
            local sock = ngx.socket.udp()
            sock:setpeername("unix:" .. ngx.config.prefix() .. "/html/p.sock")
            sock:send("x")
        end
        ngx.say("hi")
    }
}
--- udp_listen: $TEST_NGINX_SERVER_ROOT/html/p.sock
--- udp_query: x
--- udp_reply eval
sub { my $s = 0; $s += $_ for 1 .. 2000; $main::calls++; return $s }
--- request
GET /t
--- response_body_filters eval
sub { my $s = 0; $s += $_ for 1 .. 2000; $main::calls++; return shift() . $s }
--- response_body eval
"hi\n2001000"
`})
	o.Files = []string{"a.t"}
	h := &heard{}
	if s := Run(context.Background(), o, h); s.Tests != 6 || s.Failed != 0 {
		t.Errorf("%+v\n%q\n%s", s, h.tests(), h.texts(report.Abort))
	}
}
