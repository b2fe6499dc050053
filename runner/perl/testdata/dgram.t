use Test::Nginx::Socket::Lua::Dgram 'no_plan';

timeout(4);
run_tests();

__DATA__

=== TEST 1: the least
--- dgram_server_config
    echo hi;
--- dgram_response
hi



=== TEST 2: three servers, each with a request and an option
--- main_config
    env FOO;
--- dgram_config
    lua_package_path "x";
--- dgram_server_config
    content_by_lua_block { one() }
--- dgram_server_config2
    content_by_lua_block { two() }
--- dgram_server_config3
    content_by_lua_block { three() }
--- steam_listen_option
reuseport
--- steam_listen_option2: backlog=4
--- steam_listen_option3
bind
--- dgram_request chomp
one
--- dgram_request2: two
--- dgram_request3 eval
"thr\x00ee"
--- config
    location = /other {}
--- request
GET /other
--- dgram_response_like chomp
^on.



=== TEST 3: no answer expected
--- dgram_config
    server { listen 9000; }
--- no_error_log
[error]



=== TEST 4: a timeout is expected
--- dgram_server_config
    content_by_lua_block { ngx.sleep(9) }
--- dgram_server_config3
    echo 3;
--- abort
--- timeout: 150ms
--- response_body_like: timeout



=== TEST 5: the same with the suite's own timeout, and a logged answer
--- dgram_server_config
    echo x;
--- dgram_server_config2
    echo y;
--- log_dgram_response
--- abort
--- dgram_response
received 3 bytes of response data.



=== TEST 6: no stream at all
--- config
    location = /t { return 204; }
--- request
GET /t
--- timeout: 1.5s



=== TEST 7: a request made by code
--- dgram_server_config
    echo x;
--- gen_dgram_request
    sock:send("made")
--- dgram_server_config2
    echo y;
--- dgram_response eval
qr/x.y/is
