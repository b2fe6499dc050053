# repeat_each: every block's requests several times, on one nginx.
use Test::Nginx::Socket;

repeat_each(3);
plan tests => repeat_each() * (3 + 4 + 3);

run_tests();

__DATA__

=== TEST 1: state stays
--- http_config
    lua_shared_dict runs 1m;
--- config
    location = /t {
        content_by_lua_block {
            local n = ngx.shared.runs:incr("n", 1, 0)
            ngx.log(ngx.INFO, "run ", n, " of 3")
            ngx.say(n <= 3)
        }
    }
--- request
GET /t
--- response_body
true
--- grep_error_log eval
qr/run \d/
--- grep_error_log_out eval
["run 1\n", "run 2\n", "run 3\n"]

=== TEST 2: all requests of a block are one round
--- config
    location = /a { return 200 "a"; }
    location = /b { return 200 "b"; }
--- request eval
["GET /a", "GET /b"]
--- response_body eval
["a", "b"]

=== TEST 3: a pattern for each round
--- config
    location = /t {
        content_by_lua_block {
            local n = (package.loaded.n or 0) + 1
            package.loaded.n = n
            ngx.log(ngx.INFO, "round ", n)
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
--- grep_error_log eval
[qr/round 1/, qr/round \d/, "round 3"]
--- grep_error_log_out eval
["round 1\n", "round 2\n", "round 3\n"]
