# Blocks with the same configuration share an nginx where TEST_NGINX_FORCE_RESTART_ON_TEST is 0.
BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; $ENV{TEST_NGINX_NO_SHUFFLE} = 1 }

use Test::Nginx::Socket::Lua 'no_plan';

our $http = 'lua_shared_dict seen 100k;';
our $count = 'location = /t { content_by_lua_block { ngx.say((ngx.shared.seen:incr("n", 1, 0))) } }';

run_tests();

__DATA__

=== TEST 1: the first
--- http_config eval: $::http
--- config eval: $::count
--- request
GET /t
--- response_body
1

=== TEST 2: the same configuration
--- http_config eval: $::http
--- config eval: $::count
--- request
GET /t
--- response_body
2

=== TEST 3: another configuration
--- http_config eval: $::http
--- config eval: "$::count # another"
--- request
GET /t
--- response_body
1
