# Clients that wait no longer.
use Test::Nginx::Socket 'no_plan';

timeout(5);

run_tests();

__DATA__

=== TEST 1: abort: that we give up is what we want
--- config
    location = /t {
        content_by_lua_block {
            ngx.say("first")
            ngx.flush(true)
            ngx.sleep(2)
            ngx.say("too late")
        }
    }
--- request
GET /t
--- timeout: 0.2
--- abort
--- ignore_response
--- no_error_log
[error]

=== TEST 2: milliseconds; time enough
--- config
    location = /t { echo_sleep 0.1; echo done; }
--- request
GET /t
--- timeout: 9500ms
--- response_body
done

=== TEST 3: with its unit; the client that left is in the log
--- config
    location = /t {
        lua_check_client_abort on;
        content_by_lua_block {
            assert(ngx.on_abort(function () ngx.log(ngx.WARN, "client left") ngx.exit(499) end))
            ngx.sleep(2)
        }
    }
--- request
GET /t
--- timeout: 0.5s
--- abort
--- ignore_response
--- wait: 0.2
--- error_log
client left
