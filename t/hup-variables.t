# HUP mode by its variable.
BEGIN { $ENV{TEST_NGINX_USE_HUP} = 1; $ENV{TEST_NGINX_POSTPONE_OUTPUT} = 1 }

use Test::Nginx::Socket::Lua 'no_plan';

no_shuffle();
run_tests();

__DATA__

=== TEST 1: output is not held back
--- http_config
    lua_shared_dict kept 100k;
--- config
    location = /t {
        content_by_lua_block {
            ngx.shared.kept:set("first", "yes")
            for line in io.lines(ngx.config.prefix() .. "conf/nginx.conf") do
                if line:find("^    postpone_output") then ngx.say(line) end
            end
        }
    }
--- request
GET /t
--- response_body
    postpone_output 1;

=== TEST 2: unless the block says so; it is the same nginx
--- http_config
    lua_shared_dict kept 100k;
    postpone_output 1460;
--- config
    location = /t {
        content_by_lua_block {
            local n = 0
            for line in io.lines(ngx.config.prefix() .. "conf/nginx.conf") do
                if line:find("^    postpone_output") then n = n + 1 end
            end
            ngx.say(n, " ", ngx.shared.kept:get("first"))
        }
    }
--- request
GET /t
--- response_body
1 yes
