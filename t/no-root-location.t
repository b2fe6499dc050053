# no_root_location() leaves "location /" to the blocks.
use Test::Nginx::Socket tests => 2;

no_root_location();
run_tests();

__DATA__

=== TEST 1: our own
--- config
    location / { return 200 "root\n"; }
--- request
GET /index.html
--- response_body
root
