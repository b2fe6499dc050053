# response_body and its relatives.
use Test::Nginx::Socket 'no_plan';

our $Count = 'location ~ /(\d+) { return 200 "n=$1\n"; }';

run_tests();

__DATA__

=== TEST 1: text
--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi

=== TEST 2: no body
--- config
    location = /t { return 204; }
--- request
GET /t
--- error_code: 204
--- response_body

=== TEST 3: ports and the environment in texts
--- config
    location = /t { return 200 "$server_port $server_port $server_port\n"; }
--- request
GET /t
--- response_body
$ServerPort $ServerPortForClient $TEST_NGINX_SERVER_PORT

=== TEST 4: a pattern object in response_body
--- config
    location = /t { return 200 "one\ntwo\n"; }
--- request
GET /t
--- response_body eval
qr/^two$/m

=== TEST 5: response_body_like: the dot matches newlines
--- config
    location = /t { return 200 "one\ntwo\n"; }
--- request
GET /t
--- response_body_like: ^one.two$

=== TEST 6: response_body_unlike
--- config
    location = /t { return 200 "one\ntwo\n"; }
--- request
GET /t
--- response_body_unlike
three

=== TEST 7: one a request
--- config eval: $::Count
--- request eval
["GET /1", "GET /2", "GET /3"]
--- response_body eval
["n=1\n", qr/2/, "n=3\n"]

=== TEST 8: patterns, one a request
--- config eval: $::Count
--- request eval
["GET /1", "GET /2"]
--- response_body_like eval
["n=1", qr/N=2/i]

=== TEST 9: what must not be there, one a request
--- config eval: $::Count
--- request eval
["GET /1", "GET /2"]
--- response_body_unlike eval
["2", "1"]

=== TEST 10: a chunked body comes put together
--- config
    location = /t { content_by_lua_block { ngx.say("one") ngx.flush(true) ngx.say("two") } }
--- request
GET /t
--- response_headers
Transfer-Encoding: chunked
--- response_body
one
two

=== TEST 11: chunks and a trailer
--- config
    location = /t {
        content_by_lua_block {
            local sock = assert(ngx.req.socket(true))
            sock:send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" ..
                      "3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n")
        }
    }
--- request
GET /t
--- response_body chomp
abc

=== TEST 12: a body that is shorter than it says: a warning
--- config
    location = /t {
        content_by_lua_block {
            local sock = assert(ngx.req.socket(true))
            sock:send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        }
    }
--- request
GET /t
--- response_body chomp
hello

=== TEST 13: bytes behind the body: a warning, too
--- config
    location = /t {
        content_by_lua_block {
            local sock = assert(ngx.req.socket(true))
            sock:send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world")
        }
    }
--- request
GET /t
--- response_body chomp
hello

=== TEST 14: response_body_filters, in order
--- config
    location = /t { return 200 "HeLLo"; }
--- request
GET /t
--- response_body_filters
lc ucfirst
--- response_body chomp
Hello

=== TEST 15: digests, lengths, code
--- config
    location ~ /t { return 200 "hello"; }
--- request eval
["GET /t1", "GET /t2", "GET /t3", "GET /t4"]
--- response_body_filters eval
[['md5_hex'], ['length'], ['uc', \&CORE::lcfirst, sub { "$_[0]!" }], ['sha1_hex', 'lcfirst']]
--- response_body eval
["5d41402abc4b2a76b9719d911017c592", "5", "hELLO!", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"]

=== TEST 16: response_body_json_sort
--- config
    location = /t { return 200 '{"b": 1, "a": [2, 1]}'; }
--- request
GET /t
--- response_body_json_sort
--- response_body
{"a":[2,1],"b":1}

=== TEST 17: ignore_response
--- config
    location = /t { return 500; }
--- request
GET /t
--- ignore_response
--- response_body
not looked at
--- no_error_log
[alert]
