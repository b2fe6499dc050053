# The forms of a request, and what goes out for them.
use Test::Nginx::Socket 'no_plan';

no_shuffle();

# Answers with the request as nginx got it.
our $Echo = <<'_EOC_';
    location / {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.print(ngx.req.raw_header(), ngx.req.get_body_data() or "")
        }
    }
_EOC_

add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value('config', $::Echo) if !defined $block->config;
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: a method and a URL
--- request
GET /a?b=c
--- response_body eval
"GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

=== TEST 2: the URL is / where there is none
--- request
OPTIONS
--- response_body_like: ^OPTIONS / HTTP/1\.1\r\n

=== TEST 3: another version
--- request
GET /a HTTP/1.0
--- response_body_like: ^GET /a HTTP/1\.0\r\n

=== TEST 4: blanks between, comments before
--- request
# this says what the request is for
# in two lines
  GET   /a   HTTP/1.1
--- response_body_like: ^GET /a HTTP/1\.1\r\n

=== TEST 5: a body
--- request
POST /a
one
two
--- response_body eval
"POST /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 7\r\n\r\none\ntwo"

=== TEST 6: HEAD has a length and no body
--- config
    location = /t { return 200 "hello"; }
--- request
HEAD /t
--- response_headers
Content-Length: 5
--- response_body

=== TEST 7: a method that nobody knows
--- request
BREW /pot
--- response_body_like: ^BREW /pot

=== TEST 8: several requests, each on its own connection
--- request eval
["GET /a", "POST /b\nhello", "DELETE /c"]
--- response_body_like eval
["^GET /a ", "^POST /b .*hello\$", "^DELETE /c "]

=== TEST 9: a list of one, with a single expectation
--- config
    location = /t { return 200 "hi\n"; }
--- request eval
["GET /t"]
--- response_body
hi
