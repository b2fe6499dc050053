# Blocks that take over the nginx of the block before, which reloads its configuration.
use Test::Nginx::Socket::Lua 'no_plan';

use_hup();
no_shuffle();
log_level('notice');

our $http = <<'_EOC_';
    lua_shared_dict kept 100k;
    exit_worker_by_lua_block { ngx.log(ngx.ERR, "an old worker says goodbye") }
_EOC_

run_tests();

__DATA__

=== TEST 1: the first block starts nginx
--- http_config eval: $::http
--- config
    location = /t { content_by_lua_block { ngx.shared.kept:set("first", "kept") ngx.say("one") } }
--- user_files
>>> gone.txt
gone
>>> kept.crt
kept
--- request
GET /t
--- response_body
one
--- shutdown_error_log
says goodbye

=== TEST 2: the new configuration is there; nginx is the same; what an old worker logs does not count
--- http_config eval: $::http
--- config
    location = /t { content_by_lua_block { ngx.say("two, ", ngx.shared.kept:get("first")) } }
--- request
GET /t
--- response_body
two, kept
--- error_log
reconfiguring
--- no_error_log
[error]
says goodbye

=== TEST 3: files of the block before are gone, but no certificates
--- http_config eval: $::http
--- config
    location = /t { echo three; }
--- request eval
["GET /gone.txt", "GET /kept.crt"]
--- error_code eval
[404, 200]
--- no_shutdown_error_log
says goodbye

=== TEST 4: a configuration that nginx does not take: it goes on with the one before
--- config
    no_such_directive;
--- reload_fails
--- request
GET /t
--- response_body
three
--- error_log
unknown directive "no_such_directive"

=== TEST 5: what is logged while the configuration is read counts
--- http_config
    init_by_lua_block { ngx.log(ngx.ERR, "reading it") }
    init_worker_by_lua_block { ngx.log(ngx.ERR, "a worker starts") }
--- config
    location = /t { echo five; }
--- request
GET /t
--- response_body
five
--- error_log
reading it
a worker starts

=== TEST 6: an nginx that must not start is one of its own
--- config
    no_such_directive;
--- must_die
--- error_log
unknown directive

=== TEST 7: and the next one starts anew
--- http_config eval: $::http
--- config
    location = /t { content_by_lua_block { ngx.say("seven, ", ngx.shared.kept:get("first")) } }
--- request
GET /t
--- response_body
seven, nil

=== TEST 8: a request that hangs in an old worker holds up nobody
--- http_config eval: $::http
--- config
    location = /t { content_by_lua_block { ngx.sleep(1) ngx.log(ngx.ERR, "too late") } }
--- request
GET /t
--- timeout: 0.05
--- abort
--- ignore_response

=== TEST 9: the block after it
--- config
    location = /t { echo nine; }
--- request
GET /t
--- response_body
nine
--- wait: 1
--- no_error_log
too late
