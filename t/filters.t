# Test::Base's filters, applied to the texts of sections from left to right.
use Test::Nginx::Socket 'no_plan';

no_shuffle();
no_long_string();

filters { more_headers => ['prefix=X-'] };

# A function of the file wins over a filter of that name.
sub prefix { my $arg = Test::Base::filter_arguments(); map { "$arg$_" } @_ }
sub twice { $_[0] x 2 }

run_tests();

__DATA__

=== TEST 1: chomp, chop
--- config
    location = /t { return 200 "ab"; }
--- request chomp
GET /t
--- response_body chomp
ab
--- response_headers chomp chop
Content-Length: 2x

=== TEST 2: chained, and with an argument
--- config
    location = /t { return 200 "ab-ab-"; }
--- request
GET /t
--- response_body chomp append=- twice
ab

=== TEST 3: lines, array, join
--- config
    location = /t { return 200 "a+b+c"; }
--- request
GET /t
--- response_body lines chomp join=+
a
b
c

=== TEST 4: one that filters() added to every section of a name
--- config
    location = /t { return 200 "$http_x_a\n"; }
--- request
GET /t
--- more_headers
A: 1
--- response_body
1

=== TEST 5: -trim leaves the blank lines
--- config
    location = /t { return 200 "\na\n\n"; }
--- request
GET /t
--- response_body -trim

a

--- response_headers
Content-Length: 4

=== TEST 6: base64
--- config
    location = /t { return 200 "\x01hi"; }
--- request
GET /t
--- response_body base64_decode
XHgwMWhp

=== TEST 7: unchomp, reverse, split
--- config
    location = /t { return 200 "c b a\n"; }
--- request
GET /t
--- response_body chomp split reverse join=\s unchomp
a b c

=== TEST 8: escape
--- config
    location = /t { content_by_lua_block { ngx.print("a\tb\0") } }
--- request
GET /t
--- response_body chomp escape
a\tb\0

=== TEST 9: eval
--- config
    location = /t { return 200 "xxx"; }
--- request eval
'GET ' . '/t'
--- response_body eval
"x" x 3
