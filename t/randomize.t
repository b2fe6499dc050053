# TEST_NGINX_RANDOMIZE: a port that nobody has, and a server root of its own.
BEGIN { $ENV{TEST_NGINX_RANDOMIZE} = 1 }

use Test::Nginx::Socket::Lua 'no_plan';

run_tests();

like server_root(), qr{/t/servroot_\d+$}, 'the server root has the port in its name';

__DATA__

=== TEST 1: a random port
--- config
    location = /t { content_by_lua_block { ngx.say(ngx.config.prefix() == "$TEST_NGINX_SERVER_ROOT/", ngx.var.server_port ~= "1984") } }
--- request
GET /t
--- response_body
truetrue
