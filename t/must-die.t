# Configurations that nginx has to refuse.
use Test::Nginx::Socket 'no_plan';

repeat_each(2);
run_tests();

__DATA__

=== TEST 1: any failure
--- config
    location = /t { no_such_directive; }
--- must_die
--- suppress_stderr
--- error_log
[emerg]
unknown directive "no_such_directive"

=== TEST 2: an exit status
--- config
    return 999999 "x" "y";
--- must_die: 1
--- suppress_stderr
--- error_log
[emerg]
--- no_error_log
[alert]

=== TEST 3: the next one starts as usual
--- config
    location = /t { return 200 "alive\n"; }
--- request
GET /t
--- response_body
alive
