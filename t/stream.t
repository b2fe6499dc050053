# Stream servers: the HTTP side of the block relays to them.
use Test::Nginx::Socket::Lua::Stream 'no_plan';

run_tests();

__DATA__

=== TEST 1: what the server says
--- stream_server_config
    return "hello\n";
--- stream_response
hello

=== TEST 2: stream_config, and a pattern
--- stream_config
    map $remote_addr $who { default nobody; 127.0.0.1 us; }
--- stream_server_config
    return "$who $protocol\n";
--- stream_response_like: ^us \w+$
--- no_error_log
[error]

=== TEST 3: what we say to the server: here, that is HTTP's own
--- stream_server_config
    proxy_pass 127.0.0.1:$TEST_NGINX_SERVER_PORT;
--- stream_request eval
"GET /index.html HTTP/1.0\r\nHost: localhost\r\n\r\n"
--- stream_response_like: ^HTTP/1\.1 200 OK\r\n.*It works!

=== TEST 4: two servers, one behind the other
--- stream_server_config
    return "first\n";
--- stream_server_config2
    return "second\n";
--- stream_response
first
second
