# Peers that wait for a connection.
use Test::Nginx::Socket::Lua 'no_plan';

repeat_each(2);

our $connect = <<'_EOC_';
    location = /t {
        content_by_lua_block {
            local sock, path = ngx.socket.tcp(), ngx.var.arg_sock
            sock:settimeout(10000)
            assert(path and sock:connect(path) or sock:connect("127.0.0.1", 1986))
            if ngx.var.arg_say then
                assert(sock:send(ngx.unescape_uri(ngx.var.arg_say)))
            end
            local line, err, part = sock:receive(ngx.var.arg_line and "*l" or "*a")
            ngx.say(line or "no line: " .. err .. ", " .. part)
        }
    }
_EOC_

run_tests();

__DATA__

=== TEST 1: text on a port; what was asked
--- config eval: $::connect
--- tcp_listen: 1986
--- tcp_query: ping
--- tcp_query_len: 4
--- tcp_reply: pong
--- request
GET /t?say=ping
--- response_body
pong
--- no_error_log
[error]

=== TEST 2: pieces on a unix socket; a pattern
--- config eval: $::connect
--- tcp_listen: $TEST_NGINX_SERVER_ROOT/html/peer.sock
--- tcp_query eval
qr/^he.*o$/s
--- tcp_query_len: 5
--- tcp_reply eval
["one ", "and ", "two"]
--- request eval
"GET /t?say=hello&sock=unix:$ENV{TEST_NGINX_SERVER_ROOT}/html/peer.sock"
--- response_body
one and two

=== TEST 3: code is called with what was received
--- config eval: $::connect
--- tcp_listen: 1986
--- tcp_query_len: 3
--- tcp_reply eval
sub { my $query = shift; return [length $query, " bytes: ", uc $query] }
--- request
GET /t?say=abc
--- response_body_filters eval
sub { my $body = shift; return "<$body>" }
--- response_body chop
<3 bytes: ABC
>

=== TEST 4: a query that comes in parts is read until nothing more comes
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            sock:settimeout(10000)
            assert(sock:connect("127.0.0.1", 1986))
            for _, part in ipairs{"one", "two", "three"} do
                assert(sock:send(part))
                ngx.sleep(0.01)
            end
            ngx.say((sock:receive("*a")))
        }
    }
--- tcp_listen: 1986
--- tcp_query_auto_timeout: 1
--- tcp_query_len: 11
--- tcp_query: onetwothree
--- tcp_reply: done
--- request
GET /t
--- response_body
done

=== TEST 5: the time that nothing comes for has a default
--- config eval: $::connect
--- tcp_listen: 1986
--- tcp_query_auto_timeout
--- tcp_query: whatever
--- tcp_reply: done
--- request
GET /t?say=whatever
--- response_body
done

=== TEST 6: the connection is left open
--- config eval: $::connect
--- tcp_listen: 1986
--- tcp_no_close
--- tcp_reply eval: "one line\n"
--- request
GET /t?say=x&line=1
--- response_body
one line

=== TEST 7: left open, the client waits in vain for its end
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            sock:settimeout(500)
            assert(sock:connect("127.0.0.1", 1986))
            assert(sock:send("x"))
            local all, err, part = sock:receive("*a")
            ngx.say(err, " after ", part)
        }
    }
--- tcp_listen: 1986
--- tcp_no_close
--- tcp_reply: half
--- request
GET /t
--- response_body
timeout after half
--- error_log
lua tcp socket read timed out

=== TEST 8: a late answer
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            sock:settimeout(50)
            assert(sock:connect("127.0.0.1", 1986))
            assert(sock:send("x"))
            local _, err = sock:receive(1)
            sock:settimeout(10000)
            ngx.say(err, ", then ", (sock:receive("*a")))
        }
    }
--- tcp_listen: 1986
--- tcp_reply_delay: 800ms
--- tcp_reply: late
--- request
GET /t
--- response_body
timeout, then late

=== TEST 9: the peer's side is shut down for writing
--- config eval: $::connect
--- tcp_listen: 1986
--- tcp_shutdown: 1
--- tcp_query: x
--- request
GET /t?say=x&line=1
--- response_body
no line: closed, 

=== TEST 10: shut down after a while
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            sock:settimeout(50)
            assert(sock:connect("127.0.0.1", 1986))
            local _, early = sock:receive(1)
            sock:settimeout(10000)
            local _, late = sock:receive(1)
            ngx.say(early, ", then ", late)
        }
    }
--- tcp_listen: 1986
--- tcp_shutdown: 2
--- tcp_shutdown_delay: 0.8
--- request
GET /t
--- response_body
timeout, then closed

=== TEST 11: shut down for reading: the answer comes unasked
--- config eval: $::connect
--- tcp_listen: 1986
--- tcp_shutdown: 0
--- tcp_reply: unasked
--- request
GET /t
--- response_body
unasked

=== TEST 12: one connection is served; nginx speaks with it through proxy_pass
--- config
    location = /t { proxy_pass http://127.0.0.1:1986; }
--- tcp_listen: 1986
--- tcp_query eval
qr{^GET /t HTTP/1\.0\r\nHost: 127\.0\.0\.1:1986\r\n}
--- tcp_reply eval
"HTTP/1.0 200 OK\r\nX-From: peer\r\n\r\nhi\n"
--- request
GET /t
--- response_headers
X-From: peer
--- response_body
hi
