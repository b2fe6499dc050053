# Directives that nginx lacks, and modules that are loaded for it.
BEGIN { $ENV{TEST_NGINX_IGNORE_MISSING_DIRECTIVES} = 1; $ENV{TEST_NGINX_LOAD_MODULES} = '' }

use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: a module that is not loaded: the tests become skips
--- config
    location = /t { echo never; }
--- request
GET /t
--- response_body
never

=== TEST 2: what nginx has itself
--- config
    location = /t { return 200 "own\n"; }
--- request
GET /t
--- response_body
own
