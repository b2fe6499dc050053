# TEST_NGINX_NO_CLEAN leaves nginx running, so that nobody can look at what it logs when it quits. This file takes it back in
# the end.
BEGIN { $ENV{TEST_NGINX_NO_CLEAN} = 1 }

use Test::Nginx::Socket 'no_plan';

add_cleanup_handler(sub { delete $ENV{TEST_NGINX_NO_CLEAN} });
no_shuffle();
run_tests();

__DATA__

=== TEST 1: the check becomes a skip
--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
--- shutdown_error_log
this is never logged

=== TEST 2: and the next block
--- config
    location = /t { return 200 "ho\n"; }
--- request
GET /t
--- response_body
ho
