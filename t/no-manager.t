# TEST_NGINX_NO_NGINX_MANAGER: somebody else runs the server. Here that is the block's own peer.
BEGIN { $ENV{TEST_NGINX_NO_NGINX_MANAGER} = 1; $ENV{TEST_NGINX_SERVER_PORT} ||= 1984 }

use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: no nginx is started
--- tcp_listen: $TEST_NGINX_SERVER_PORT
--- tcp_query eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- tcp_reply eval
"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\npeer\n"
--- request
GET /t
--- response_body
peer

=== TEST 2: a config section counts for nothing
--- config
    location = /t { no_such_directive; }
--- tcp_listen: $TEST_NGINX_SERVER_PORT
--- tcp_reply eval
"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
--- request
GET /t
--- error_code: 404
