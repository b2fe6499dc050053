# Several requests on one connection, sent at once.
use Test::Nginx::Socket 'no_plan';

no_root_location();
run_tests();

__DATA__

=== TEST 1: all but the last keep the connection
--- config
    location ~ /(\w+) { return 200 "$1 $http_connection $http_x_n\n"; }
--- pipelined_requests eval
["GET /a", "GET /b", "GET /\$TEST_NGINX_SERVER_PORT"]
--- more_headers eval
["X-N: 1\n", "X-N: 2\n", "X-N: 3\n"]
--- response_body eval
["a keep-alive 1\n", "b keep-alive 2\n", "\$TEST_NGINX_SERVER_PORT close 3\n"]

=== TEST 2: with bodies, and chunked responses
--- config
    location / {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.say(ngx.req.get_body_data())
            ngx.say(ngx.var.request_method)
        }
    }
--- pipelined_requests eval
["POST /\nabc", "PUT /\nde"]
--- response_headers eval
["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]
--- response_body eval
["abc\nPOST\n", "de\nPUT\n"]
--- error_code eval
[200, 200]
