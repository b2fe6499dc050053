# Peers that wait for a datagram.
use Test::Nginx::Socket::Lua 'no_plan';

repeat_each(2);

our $ask = <<'_EOC_';
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.udp()
            sock:settimeout(tonumber(ngx.var.arg_timeout) or 10000)
            local path = ngx.var.arg_sock
            assert(path and sock:setpeername(path) or sock:setpeername("127.0.0.1", 1986))
            assert(sock:send("ping"))
            for i = 1, tonumber(ngx.var.arg_answers) or 1 do
                local answer, err = sock:receive()
                ngx.say(answer or err)
            end
        }
    }
_EOC_

run_tests();

__DATA__

=== TEST 1: text; what was asked
--- config eval: $::ask
--- udp_listen: 1986
--- udp_query: ping
--- udp_reply: pong
--- request
GET /t
--- response_body
pong
--- no_error_log
[error]

=== TEST 2: several datagrams; a pattern
--- config eval: $::ask
--- udp_listen: 1986
--- udp_query eval: qr/^p.n/
--- udp_reply eval
["one", "two"]
--- request
GET /t?answers=2
--- response_body
one
two

=== TEST 3: code is called with the datagram
--- config eval: $::ask
--- udp_listen: 1986
--- udp_reply eval
sub { return uc(shift) . "!" }
--- request
GET /t
--- response_body
PING!

=== TEST 4: a unix socket
--- config eval: $::ask
--- udp_listen: $TEST_NGINX_SERVER_ROOT/html/peer.sock
--- udp_query: ping
--- udp_reply: local
--- request eval
"GET /t?sock=unix:$ENV{TEST_NGINX_SERVER_ROOT}/html/peer.sock"
--- response_body
local

=== TEST 5: a late answer
--- config eval: $::ask
--- udp_listen: 1986
--- udp_reply_delay: 800ms
--- udp_reply: late
--- request
GET /t?timeout=50&answers=2
--- response_body_like
^timeout
(?:timeout|late)
--- error_log
lua udp socket read timed out

=== TEST 6: both peers in one block
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.udp()
            assert(sock:setpeername("127.0.0.1", 1986))
            assert(sock:send("u"))
            ngx.print((sock:receive()))
            sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", 1986))
            assert(sock:send("t"))
            ngx.say((sock:receive("*a")))
        }
    }
--- tcp_listen: 1986
--- tcp_query: t
--- tcp_reply: tcp
--- udp_listen: 1986
--- udp_query: u
--- udp_reply: udp
--- request
GET /t
--- response_body
udptcp
