# Test::Nginx::Socket::Lua: TEST_NGINX_INIT_BY_LUA goes into http_config, with what is there.
BEGIN { $ENV{TEST_NGINX_INIT_BY_LUA} = 'injected = "yes"' }
use Test::Nginx::Socket::Lua 'no_plan';

run_tests();

__DATA__

=== TEST 1: without an init_by_lua of its own
--- config
    location = /t { content_by_lua_block { ngx.say(injected) } }
--- request
GET /t
--- response_body
yes

=== TEST 2: with one
--- http_config
    init_by_lua_block { own = "too" }
--- config
    location = /t { content_by_lua_block { ngx.say(injected, " ", own) } }
--- request
GET /t
--- response_body
yes too
