# Request headers of one's own.
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: lines; those with # do not count
--- config
    location = /t { return 200 "$http_x_a,$http_x_b,$http_x_c\n"; }
--- request
GET /t
--- more_headers
X-A: one
# X-B: two
X-C:three
--- response_body
one,,three

=== TEST 2: Host and Connection are only added where they are missing
--- config
    location = /t { return 200 "$host $http_connection\n"; }
--- request
GET /t
--- more_headers
host: example.com
Connection: Close
--- response_body
example.com Close

=== TEST 3: the length that the file says
--- config
    location = /t { content_by_lua_block { ngx.req.read_body() ngx.say(ngx.req.get_body_data()) } }
--- request
POST /t
hello
--- more_headers
Content-Length: 4
--- response_body
hell

=== TEST 4: chunked: no length is added, the body has its chunks itself
--- config
    location = /t { content_by_lua_block { ngx.req.read_body() ngx.say(ngx.req.get_body_data(), ngx.var.http_content_length) } }
--- request eval
"POST /t\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
--- more_headers
Transfer-Encoding: chunked
--- response_body
hellonil

=== TEST 5: one text for all requests
--- config
    location = /t { return 200 "$http_x_a\n"; }
--- request eval
["GET /t", "GET /t"]
--- more_headers
X-A: same
--- response_body eval
["same\n", "same\n"]

=== TEST 6: one for each
--- config
    location = /t { return 200 "$http_x_a\n"; }
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["X-A: 1", "X-A: 2\n"]
--- response_body eval
["1\n", "2\n"]
