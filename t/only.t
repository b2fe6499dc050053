# A block with ONLY runs alone; the others are not even looked at.
use Test::Nginx::Socket tests => 2;

run_tests();

__DATA__

=== TEST 1: left out
--- config
    location = /t { return 500; }
--- request
GET /t

=== TEST 2: runs
--- ONLY
--- config
    location = /t { return 200 "only\n"; }
--- request
GET /t
--- response_body
only

=== TEST 3: left out, whatever it says
--- name: this would end the file
