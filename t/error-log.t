# What has to be in error.log, and what must not be.
use Test::Nginx::Socket 'no_plan';

no_shuffle();

our $Log = <<'_EOC_';
    location = /t {
        content_by_lua_block {
            ngx.log(ngx.ERR, "a (b) c: ", ngx.var.arg_n or 42)
            ngx.log(ngx.WARN, "second")
            ngx.say("ok")
        }
    }
_EOC_

run_tests();

__DATA__

=== TEST 1: substrings, one a line
--- config eval: $::Log
--- request
GET /t
--- response_body
ok
--- error_log
a (b) c: 42
[warn]

=== TEST 2: patterns and substrings
--- config eval: $::Log
--- request
GET /t
--- response_body
ok
--- error_log eval
[qr/a \(b\) c: \d+/, "second"]

=== TEST 3: one pattern
--- config eval: $::Log
--- request
GET /t
--- response_body
ok
--- error_log eval
qr/\[error\] .* c: 42/

=== TEST 4: what must not be there
--- config eval: $::Log
--- request
GET /t
--- response_body
ok
--- no_error_log
third
[alert]

=== TEST 5: the same, as patterns
--- config eval: $::Log
--- request
GET /t
--- response_body
ok
--- no_error_log eval
[qr/c: 4[013-9]/, "Second"]

=== TEST 6: checked behind each request
--- config eval: $::Log
--- request eval
["GET /t?n=1", "GET /t?n=2"]
--- response_body eval
["ok\n", "ok\n"]
--- error_log
second

=== TEST 7: all lines at once
--- config
    location = /t {
        content_by_lua_block {
            for i = 1, 3 do ngx.log(ngx.INFO, "try ", i, " of 3") end
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
--- grep_error_log eval
qr/try \d/
--- grep_error_log_out
try 1
try 2
try 3

=== TEST 8: a substring, and none found
--- config eval: $::Log
--- request
GET /t
--- response_body
ok
--- grep_error_log: third
--- grep_error_log_out

=== TEST 9: lines that come late
--- config
    location = /t {
        content_by_lua_block {
            ngx.timer.at(0.1, function () ngx.log(ngx.WARN, "late") end)
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
--- wait: 0.6
--- error_log
late
