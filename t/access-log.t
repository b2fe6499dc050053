# Checks of access.log.
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: substrings
--- config
    location = /t { return 201; }
--- request
GET /t?a=b
--- error_code: 201
--- wait: 0.1
--- access_log
"GET /t?a=b HTTP/1.1" 201
--- no_access_log
POST
" 500

=== TEST 2: patterns
--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
--- wait: 0.1
--- access_log eval
[qr{^127\.0\.0\.1 .* "GET /t HTTP/1\.1" 200 3 }]
--- no_access_log eval
qr/ 5\d\d /
