# Blocks under load, to see whether memory grows. All their tests are skips.
BEGIN {
    $ENV{TEST_NGINX_CHECK_LEAK} = 1;
    $ENV{TEST_NGINX_CHECK_LEAK_COUNT} = 4;
}

use Test::Nginx::Socket;

repeat_each(2); # has no effect in this mode
plan tests => 15;

no_shuffle();
run_tests();

__DATA__

=== TEST 1: requests of all shapes
--- config
    location = /t {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.say(ngx.req.get_method(), " ", ngx.req.get_body_data())
        }
    }
    location = /empty { return 204; }
--- request eval
["GET /t", "POST /t\nhello", "HEAD /t", "GET /empty HTTP/1.0"]
--- response_body eval
["none", "of", "this", "is looked at"]
--- no_error_log
[error]

=== TEST 2: this one is not put under load: its tests are skips all the same
--- config
    location = /t { return 200 "hello"; }
--- request
GET /t
--- no_check_leak
--- response_body: something else

=== TEST 3: this one is not even started
--- config
    nonsense;
--- request
GET /t
--- no_check_leak
--- skip_nginx: 1: < 0.5.0
--- response_body: something else
