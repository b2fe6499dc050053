# Response headers.
use Test::Nginx::Socket 'no_plan';

our $Header = 'location ~ /(\d) { add_header X-N $1; return 200; }';

run_tests();

__DATA__

=== TEST 1: values; an exclamation mark for what is not there
--- config
    location = /t { add_header X-A "one two"; return 200; }
--- request
GET /t
--- response_headers
x-a: one two
Content-Length: 0
! X-B

=== TEST 2: a header that comes twice
--- config
    location = /t { add_header X-A 1; add_header X-A 2; return 200; }
--- request
GET /t
--- response_headers
X-A: 1, 2

=== TEST 3: a header that must be empty or absent
--- config
    location = /t { return 200; }
--- request
GET /t
--- response_headers
X-A:

=== TEST 4: the port
--- config
    location = /t { add_header X-Port $server_port; return 200; }
--- request
GET /t
--- response_headers
X-Port: $ServerPort

=== TEST 5: one text a request
--- config eval: $::Header
--- request eval
["GET /1", "GET /2"]
--- response_headers eval
["X-N: 1", "X-N: 2\n!X-M"]

=== TEST 6: patterns, for the whole value
--- config
    location = /t { add_header X-A "1.25"; add_header X-B abc; return 200; }
--- request
GET /t
--- response_headers_like
X-A: \d+\.\d+
X-B: [a-c]*

=== TEST 7: patterns, one text a request
--- config eval: $::Header
--- request eval
["GET /1", "GET /2"]
--- response_headers_like eval
["X-N: [1]", "X-N: (2|3)"]

=== TEST 8: the header as it came
--- config
    location = /t { add_header x-low 1; return 200; }
--- request
GET /t
--- raw_response_headers_like: ^HTTP/1\.1 200 OK\r\n.*\r\nx-low: 1\r\n
--- raw_response_headers_unlike: X-Low

=== TEST 9: the same, one a request
--- config eval: $::Header
--- request eval
["GET /1", "GET /2"]
--- raw_response_headers_like eval
["X-N: 1\r\n", qr/x-n: 2/i]
--- raw_response_headers_unlike eval
["X-N: 2", "X-N: 1"]
