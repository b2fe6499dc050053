# A block that is measured. Its tests are skips.
BEGIN {
    $ENV{TEST_NGINX_BENCHMARK} = '200 4';
    $ENV{TEST_NGINX_BENCHMARK_WARMUP} = 10;
}

use Test::Nginx::Socket;

plan tests => 5;

run_tests();

__DATA__

=== TEST 1: nobody is there for the peers
--- config
    location = /t { return 200 "hello\n"; }
--- request
GET /t
--- tcp_listen: 1986
--- tcp_reply: none
--- tcp_query: none
--- tcp_query_len: 4
--- udp_listen: 1986
--- udp_reply: none
--- udp_query: none
--- response_body
hello
