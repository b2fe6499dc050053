# Sections that are rare.
BEGIN { $ENV{TEST_SHOW_NO_DIFFS} = 1 }

use Test::Nginx::Socket::Lua 'no_plan';

no_shuffle();
our $file = "/tmp/ngxtest-body-$$.txt";
add_cleanup_handler(sub { unlink $file });
run_tests();

__DATA__

=== TEST 1: Perl text for request and body, as suites of long ago have it
--- config
    location = /t { echo $arg_a; }
--- request_eval
"GET /t?a=" . 6 * 7
--- response_body_eval
6 * 7 . "\n"

=== TEST 2: the body goes to a file, too
--- config
    location = /t { echo kept; }
--- request
GET /t
--- write_resp_body_file eval: $::file
--- response_body
kept

=== TEST 3: and there it is
--- config
    location = /t { content_by_lua_block { ngx.print(io.open(ngx.var.arg_file):read("*a")) } }
--- request eval
"GET /t?file=$::file"
--- response_body
kept

=== TEST 4: the body is in another charset than the file
--- config
    location = /t { content_by_lua_block { ngx.print("caf\xe9\n") } }
--- request
GET /t
--- charset: iso-8859-1
--- response_body
café

=== TEST 5: sections for other ways of testing change nothing here
--- config
    location = /t { echo plain; }
--- no_check_leak
--- no_http2
--- no_http3
--- quic_max_idle_timeout: 1.2
--- curl_error: nothing fails
--- request
GET /t
--- response_body
plain

=== TEST 6: without SystemTap its checks are one skip
--- config
    location = /t { echo probed; }
--- stap
F(ngx_http_handler) { println("called") }
--- stap_out
called
--- stap_out_like: called
--- stap_out_unlike: never
--- request
GET /t
--- response_body
probed
