# Two workers under a master: three processes, each with records of its own.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

master_on();
workers(2);
check_accum_error_log();
run_tests();

__DATA__

=== TEST 1: once: each of the two workers, when it starts
--- http_config
    lua_shared_dict seen 64k;
    init_worker_by_lua_block {
        require("zoo").zoo_note("in each worker")
        ngx.shared.seen:incr("workers", 1, 0)
    }
--- config
    location = /t {
        content_by_lua_block {
            while ngx.shared.seen:get("workers") < 2 do
                ngx.sleep(0.005)
            end
            ngx.say("both")
        }
    }
--- request
GET /t
--- response_body
both

=== TEST 2: leak: the worker that answers
--- config
    location = /t {
        content_by_lua_block {
            require("zoo").zoo_note("in one worker")
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok

=== TEST 3: clean: either worker
--- config
    location = /t { content_by_lua_block { ngx.say("ok") } }
--- request
GET /t
--- response_body
ok

=== TEST 4: error: in the first and third request, whichever worker answers
--- config
    location = /clean { content_by_lua_block { ngx.say("clean") } }
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(10)
            ngx.say(type(zoo.cage_sum(cage)))
            zoo.cage_close(cage)
        }
    }
--- request eval
["GET /t", "GET /clean", "GET /t"]
--- response_body eval
["number\n", "clean\n", "number\n"]

=== TEST 5: crash: of one worker, in the first of two requests
--- main_config
    worker_rlimit_core 0;
--- config
    location = /clean { content_by_lua_block { ngx.say("clean") } }
    location = /t { content_by_lua_block { ngx.say(require("zoo").cage_peek(nil, 0)) } }
--- request eval
["GET /t", "GET /clean"]
--- ignore_response
--- error_log
exited on signal 11
