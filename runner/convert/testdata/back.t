# vim:set ft= ts=4:
use Test::Nginx::Socket::Lua;

repeat_each(2);
log_level('info');
env_to_nginx('HOME', 'LANG');
no_long_string();
plan tests => 18;

run_tests();

__DATA__

=== TEST 1: texts
Some words
about it.
--- config
location /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
--- abort
--- timeout: 2s
--- error_code: 200



=== TEST 2: literals
--- http_config: lua_package_path "x";
--- config
--- request eval
['GET /a', "GET /b\t\xff"]
--- response_body_like eval
[qr'^a$'ms, 'b']
--- more_headers: A: b
--- no_error_log
[error]



=== TEST 3: Perl
--- config eval
"location /" . "x" x 3 . " { }"
--- request eval
["GET /a", ["GET ", {value => "/b", delay_before => 1}]]
--- SKIP



=== TEST 4: filters
--- config eval append
"# "
--- request
GET /
