# check_accum_error_log: error_log looks at all that a block's nginx has logged, not only at what the last request did.
use Test::Nginx::Socket;

check_accum_error_log();
repeat_each(2);
plan tests => repeat_each() * 3;

run_tests();

__DATA__

=== TEST 1: logged by the first round only
--- http_config
    lua_shared_dict runs 1m;
--- config
    location = /t {
        content_by_lua_block {
            if ngx.shared.runs:incr("n", 1, 0) == 1 then
                ngx.log(ngx.WARN, "the first time")
            end
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
--- error_log
the first time
