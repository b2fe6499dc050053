# error_code and error_code_like; without them, 200.
use Test::Nginx::Socket tests => 9;

run_tests();

__DATA__

=== TEST 1: 200 without saying so
--- config
    location = /t { return 200; }
--- request
GET /t

=== TEST 2: a number
--- config
    location = /t { return 404; }
--- request
GET /t
--- error_code: 404

=== TEST 3: a pattern
--- config
    location = /t { return 503; }
--- request
GET /t
--- error_code_like: ^50[234]$

=== TEST 4: the pattern wins
--- config
    location = /t { return 302 /; }
--- request
GET /t
--- error_code: 200
--- error_code_like eval: qr/^3/

=== TEST 5: one a request
--- config
    location = /201 { return 201; }
    location = /403 { return 403; }
--- request eval
["GET /201", "GET /403"]
--- error_code eval
[201, 403]

=== TEST 6: patterns, one a request
--- config
    location = /a { return 201; }
    location = /b { return 204; }
--- request eval
["GET /a", "GET /b"]
--- error_code_like eval
["^201\$", qr/^2\d4$/]

=== TEST 7: a connection that is closed without an answer
--- config
    location = /t { return 444; }
--- request
GET /t
--- error_code:
