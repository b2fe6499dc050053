# Blocks whose tests are skipped, or expected to fail, and when.
use Test::Nginx::Socket 'no_plan';

no_shuffle();
run_tests();

__DATA__

=== TEST 1: skip_nginx: an nginx this old
--- skip_nginx: 2: < 99.0.0
--- config
    location = /t { return 500; }
--- request
GET /t
--- response_body
never

=== TEST 2: skip_nginx: not this one; a reason may follow
--- skip_nginx: 2: < 0.1.0: too old for it
--- config
    location = /t { return 200 "run\n"; }
--- request
GET /t
--- response_body
run

=== TEST 3: skip_nginx2: two conditions
--- skip_nginx2: 1: < 0.1.0 or >= 0.2.0: one of them holds
--- config
    location = /t { return 500; }
--- request
GET /t

=== TEST 4: skip_nginx2: both have to hold
--- skip_nginx2: 1: < 0.1.0 and >= 0.2.0
--- config
    location = /t { return 200; }
--- request
GET /t

=== TEST 5: skip_eval: whatever Perl can find out
--- skip_eval: 3: $NginxVersion > 1
--- config
    location = /t { return 500; }
--- request
GET /t

=== TEST 6: skip_eval: a system that we are not on
--- skip_eval: 2: $^O eq 'dos'
--- config
    location = /t { return 200 "run\n"; }
--- request
GET /t
--- response_body
run

=== TEST 7: skip_openssl
--- skip_openssl: 2: > 0.9.8
--- config
    location = /t { return 500; }
--- request
GET /t

=== TEST 8: skip_openssl: none is as old as that
--- skip_openssl: 2: < 0.1.0a: needs OpenSSL
--- config
    location = /t { return 200 "run\n"; }
--- request
GET /t
--- response_body
run

=== TEST 9: todo: known not to work
--- todo: 2: not written yet
--- config
    location = /t { return 500; }
--- request
GET /t
--- response_body
some day

=== TEST 10: todo_nginx: only with some versions; here, with none
--- todo_nginx: < 0.1.0: was broken then
--- config
    location = /t { return 200 "run\n"; }
--- request
GET /t
--- response_body
run
