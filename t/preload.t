# What is preloaded into nginx.
BEGIN {
    $ENV{LD_PRELOAD} = 'libm.so.6 /nowhere/mockeagain.so';
    $ENV{TEST_NGINX_LD_PRELOAD} = 'libpthread.so.0';
    $ENV{MOCKEAGAIN} = 'w';
    $ENV{LD_LIBRARY_PATH} = '/nowhere';
    $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
    $ENV{TEST_NGINX_EVENT_TYPE} = 'epoll';
}

use Test::Nginx::Socket::Lua 'no_plan';

our $say = 'location = /t { content_by_lua_block { ngx.say("[", os.getenv("LD_PRELOAD"), "] ", os.getenv("MOCKEAGAIN")) } }';

run_tests();

__DATA__

=== TEST 1: all of it; ld.so complains of what is not there
--- config eval: $::say
--- suppress_stderr
--- request
GET /t
--- response_body
[libpthread.so.0 libm.so.6 /nowhere/mockeagain.so] w

=== TEST 2: without mockeagain
--- config eval: $::say
--- no_mockeagain
--- request
GET /t
--- response_body
[libpthread.so.0 libm.so.6 ] w

=== TEST 3: where libraries are looked for, and what a sanitizer is told
--- config
    location = /t { content_by_lua_block { ngx.say(os.getenv("LD_LIBRARY_PATH"), " ", os.getenv("ASAN_OPTIONS")) } }
--- no_mockeagain
--- request
GET /t
--- response_body_like: ^/nowhere .*detect_leaks=0
