# SystemTap scripts. This machine need not have SystemTap: t/fixtures/bin has a stand-in that tells what it is given.
BEGIN {
    use Cwd qw(cwd);
    $ENV{PATH} = cwd() . "/t/fixtures/bin:$ENV{PATH}";
    $ENV{TEST_NGINX_USE_STAP} = 1;
    delete $ENV{TEST_NGINX_STAP_OUT};
    $ENV{LD_PRELOAD} = 'libm.so.6';
}

use Test::Nginx::Socket::Lua 'no_plan';

no_shuffle();
repeat_each(2);
workers(2);
env_to_nginx('LD_PRELOAD');
run_tests();

__DATA__

=== TEST 1: the shorthands are written out; nginx gets what is preloaded
--- config
    location = /t { content_by_lua_block { ngx.say(os.getenv("LD_PRELOAD")) } }
--- stap
F(ngx_http_handler) {
T()
}
M(http-subrequest-start) {
    println("a 'start'")
}
S(ngx_http_request.c:100) { } # F(no_line_begins_so)
--- stap_out_like chomp
^nginx: function ngx_http_handler
println\("Fire ", pp\(\)\)
nginx: mark http-subrequest-start
println\("a 'start'"\)
nginx: statement \*@ngx_http_request\.c:100
|^\z
--- stap_out_unlike: the end|no_line
--- request
GET /t
--- response_body
libm.so.6
--- no_error_log
[error]

=== TEST 2: with the configuration of the block before
--- stap
F(again) { }
--- stap_out_like: ^nginx: function again$|^\z
--- request
GET /t
--- response_body
libm.so.6

=== TEST 3: no script
--- config
    location = /t { echo plain; }
--- request
GET /t
--- response_body
plain

=== TEST 4: a library that nginx is linked with
--- config
    location = /t { echo_status 404; echo linked; }
--- stap
probe process("$LIBZ_PATH").function("deflate") { }
--- stap_out_like: ^/\S+/libz\S*\.so[.\d]*: function deflate$|^\z
--- request
GET /t
--- response_body
linked
--- error_code: 404

=== TEST 5: a library that is part of nginx, or that nobody has
--- config
    location = /t { echo linked; }
--- stap
probe process("$LIBNOBODY_PATH").function("f") { }
--- stap_out_like: ^/\S+nginx: function f$|^\z
--- request
GET /t
--- response_body
linked

=== TEST 6: nothing that must not be printed is
--- config
    location = /t { echo watched; }
--- stap
F(watched) { }
--- stap_out_unlike: never
--- suppress_stderr
--- request
GET /t
--- response_body
watched

=== TEST 7: output that nothing is held against goes to standard error
--- config
    location = /t { echo seen; }
--- stap
F(seen) { }
--- request
GET /t
--- response_body
seen
