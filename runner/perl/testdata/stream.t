use Test::Nginx::Socket::Lua::Stream 'no_plan';

timeout(4);
run_tests();

__DATA__

=== TEST 1: the least
--- stream_server_config
    echo hi;
--- stream_response
hi



=== TEST 2: three servers, each with a request and an option
--- main_config
    env FOO;
--- stream_config
    lua_package_path "x";
--- stream_server_config
    content_by_lua_block { one() }
--- stream_server_config2
    content_by_lua_block { two() }
--- stream_server_config3
    content_by_lua_block { three() }
--- steam_listen_option
reuseport
--- steam_listen_option2: backlog=4
--- steam_listen_option3
bind
--- stream_request chomp
one
--- stream_request2: two
--- stream_request3 eval
"thr\x00ee"
--- config
    location = /other {}
--- request
GET /other
--- stream_response_like chomp
^on.



=== TEST 3: no answer expected
--- stream_config
    server { listen 9000; }
--- no_error_log
[error]



=== TEST 4: a timeout is expected
--- stream_server_config
    content_by_lua_block { ngx.sleep(9) }
--- stream_server_config3
    echo 3;
--- abort
--- timeout: 150ms
--- response_body_like: timeout



=== TEST 5: the same with the suite's own timeout, and a logged answer
--- stream_server_config
    echo x;
--- stream_server_config2
    echo y;
--- log_stream_response
--- abort
--- stream_response
received 3 bytes of response data.



=== TEST 6: no stream at all
--- config
    location = /t { return 204; }
--- request
GET /t
--- timeout: 1.5s
