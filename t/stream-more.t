# Stream servers: up to three, with their own ports and options.
BEGIN { $ENV{TEST_NGINX_STREAM_PORT} = 1994 }

use Test::Nginx::Socket::Lua::Stream 'no_plan';

run_tests();

__DATA__

=== TEST 1: three servers
--- steam_listen_option: so_keepalive=on
--- stream_server_config
    return "$server_port\n";
--- steam_listen_option2: so_keepalive=on
--- stream_server_config2
    return "$server_port\n";
--- steam_listen_option3: so_keepalive=on
--- stream_server_config3
    return "$server_port\n";
--- stream_response
1994
1995
1996

=== TEST 2: what we say to each
--- http_config
    server { listen unix:$TEST_NGINX_SERVER_ROOT/html/h.sock; location / { return 200 "$arg_n\n"; } }
--- stream_server_config
    proxy_pass unix:$TEST_NGINX_SERVER_ROOT/html/h.sock;
--- stream_request eval
"GET /?n=one HTTP/0.9\r\n\r\n"
--- stream_server_config2
    proxy_pass unix:$TEST_NGINX_SERVER_ROOT/html/h.sock;
--- stream_request2 eval
"GET /?n=two HTTP/1.0\r\n\r\n"
--- stream_server_config3
    proxy_pass unix:$TEST_NGINX_SERVER_ROOT/html/h.sock;
--- stream_request3 eval
"GET /?n=three HTTP/1.0\r\n\r\n"
--- stream_response_like: two\n.*three\n

=== TEST 3: the response goes to the log, and its length to us
--- stream_server_config
    return "0123456789";
--- log_stream_response
--- stream_response
received 10 bytes of response data.
--- error_log
stream response: 0123456789
