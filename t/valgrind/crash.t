# A handler that ends its nginx worker. A master stays, and says so.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

master_on();
run_tests();

__DATA__

=== TEST 1: crash: C is given no handle
--- main_config
    worker_rlimit_core 0;
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            ngx.say(zoo.cage_peek(nil, 0))
        }
    }
--- request
GET /t
--- ignore_response
--- error_log
exited on signal 11
