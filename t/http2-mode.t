# TEST_NGINX_USE_HTTP2: the blocks that can go over HTTP/2 do.
BEGIN { $ENV{TEST_NGINX_USE_HTTP2} = 1 }
use Test::Nginx::Socket 'no_plan';

log_level('info');
no_shuffle();
run_tests();

__DATA__

=== TEST 1: over HTTP/2
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/2.0



=== TEST 2: the block does not want it
--- no_http2
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/1.1



=== TEST 3: raw_request
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- response_body
HTTP/1.1



=== TEST 4: pipelined_requests
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- pipelined_requests eval
["GET /t", "GET /t"]
--- response_body eval
["HTTP/1.1\n", "HTTP/1.1\n"]



=== TEST 5: HTTP/1.0
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t HTTP/1.0
--- response_body
HTTP/1.0



=== TEST 6: what HTTP/2 cannot do
--- config
    location = /t {
        content_by_lua_block {
            -- ngx.req.socket
            ngx.say(ngx.var.server_protocol)
        }
    }
--- request
GET /t
--- response_body
HTTP/1.1



=== TEST 7: nginx asks itself
--- config
    location = /t { proxy_pass http://127.0.0.1:$server_port/up; }
    location = /up { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/1.0



=== TEST 8: and again over HTTP/2
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request eval
["GET /t", "HEAD /t"]
--- response_body eval
["HTTP/2.0\n", ""]
