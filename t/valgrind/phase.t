# Memory that is lost elsewhere than in the handler of the request.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

run_tests();

__DATA__

=== TEST 1: leak: in a timer that the request starts
--- config
    location = /t {
        content_by_lua_block {
            assert(ngx.timer.at(0, function()
                require("zoo").zoo_note("in a timer")
                ngx.log(ngx.INFO, "the timer is done")
            end))
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
--- error_log
the timer is done

=== TEST 2: leak: in a subrequest
--- config
    location = /t {
        content_by_lua_block {
            ngx.print("sub says ", ngx.location.capture("/sub").body)
        }
    }
    location = /sub {
        internal;
        content_by_lua_block {
            require("zoo").zoo_note("in a subrequest")
            ngx.say("hi")
        }
    }
--- request
GET /t
--- response_body
sub says hi

=== TEST 3: leak: in the log phase, once the response is out
--- config
    location = /t {
        content_by_lua_block { ngx.say("ok") }
        log_by_lua_block { require("zoo").zoo_note("in the log phase") }
    }
--- request
GET /t
--- response_body
ok

=== TEST 4: leak: in the access phase of a location without Lua content
--- config
    location = /t {
        access_by_lua_block { require("zoo").zoo_note("in the access phase") }
        echo ok;
    }
--- request
GET /t
--- response_body
ok

=== TEST 5: leak: in a thread
--- config
    location = /t {
        content_by_lua_block {
            local thread = ngx.thread.spawn(function()
                ngx.sleep(0.001)
                require("zoo").zoo_note("in a thread")
                return "joined"
            end)
            ngx.say(select(2, ngx.thread.wait(thread)))
        }
    }
--- request
GET /t
--- response_body
joined

=== TEST 6: once: in init_by_lua, before any request
--- http_config
    init_by_lua_block { require("zoo").zoo_note("in init_by_lua") }
--- config
    location = /t { content_by_lua_block { ngx.say("ok") } }
--- request
GET /t
--- response_body
ok

=== TEST 7: once: in the first request that nginx gets, and in no later one
--- config
    location = /t {
        content_by_lua_block {
            if not package.loaded.first then
                package.loaded.first = true
                require("zoo").zoo_note("the first request")
            end
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok

=== TEST 8: at exit only: a static variable of the library holds a table until the library is unloaded
--- config
    location = /t {
        content_by_lua_block { ngx.say(require("zoo").zoo_keepers()) }
    }
--- request
GET /t
--- response_body
7
