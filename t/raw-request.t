# Bytes, sent as they are.
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: headers in an odd shape
--- config
    location = /t { return 200 "[$http_x_a]\n"; }
--- raw_request eval
"GET /t HTTP/1.1\r\nhOsT: x\nX-A:  1 \r\nConnection: close\r\n\r\n"
--- response_body
[1]

=== TEST 2: what nginx refuses
--- config
--- raw_request eval
"GET / HTTP/1.1\r\nHost: \0\r\n\r\n"
--- error_code: 400
--- response_body_like: 400 Bad Request

=== TEST 3: an answer before the request's answer
--- config
    location = /t {
        client_max_body_size 1k;
        content_by_lua_block { ngx.req.read_body() ngx.say("ok") }
    }
--- raw_request eval
"POST /t HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
--- error_code: 100
--- raw_response_headers_like: ^HTTP/1\.1 100 Continue\r\n$
--- response_body_like: ^HTTP/1\.1 200 OK\r\n.*ok\n

=== TEST 4: a response without a header
--- config
    location = /t { return 200 "hi\n"; }
--- raw_request eval
"GET /t\r\n"
--- http09
--- response_body
hi

=== TEST 5: closing our half after the request
--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- shutdown
--- ignore_response
--- no_error_log
[error]

=== TEST 6: nginx sees the end of what we send
--- config
    location = /t {
        content_by_lua_block {
            local sock = assert(ngx.req.socket(true))
            local rest = sock:receive("*a")
            sock:send("HTTP/1.0 200 OK\r\n\r\ngot " .. #rest)
        }
    }
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: x\r\n\r\nmore"
--- shutdown: 1
--- response_body chomp
got 4
