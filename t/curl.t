# The command of curl for a request, on stderr.
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: printed; the request itself is sent as always
--- config
    location = /t { return 200 "hi\n"; }
--- curl
--- curl_protocol: http
--- curl_options: -k
--- request
GET /t?a=b&c
--- more_headers
X-Y: it's
--- response_body
hi
