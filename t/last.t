# LAST: nothing behind this block counts.
use Test::Nginx::Socket tests => 4;

run_tests();

__DATA__

=== TEST 1: first
--- config
    location = /t { return 200 "first\n"; }
--- request
GET /t
--- response_body
first

=== TEST 2: last
--- LAST
--- config
    location = /t { return 200 "last\n"; }
--- request
GET /t
--- response_body
last

=== TEST 3: behind the last
--- config
    location = /t { return 500; }
--- request
GET /t
