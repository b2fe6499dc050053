# What reads memory that it may not read. Three tests run into the same fault each, over the same stack in C.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

run_tests();

__DATA__

=== TEST 1: error: C reads behind the end of a buffer
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(10)
            ngx.say(type(zoo.cage_sum(cage)))
            zoo.cage_close(cage)
        }
    }
--- request
GET /t
--- response_body
number

=== TEST 2: error: again, with another size
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(1000)
            ngx.say(type(zoo.cage_sum(cage)))
            zoo.cage_close(cage)
        }
    }
--- request
GET /t
--- response_body
number

=== TEST 3: error: again, in the first and the third of three requests
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

=== TEST 4: error: Lua uses a handle after it was freed
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(10)
            zoo.cage_close(cage)
            ngx.say(type(zoo.cage_size(cage)))
        }
    }
--- request
GET /t
--- response_body
number

=== TEST 5: error: again, of another size
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(1000)
            zoo.cage_close(cage)
            ngx.say(type(zoo.cage_size(cage)))
        }
    }
--- request
GET /t
--- response_body
number

=== TEST 6: error: again, in the second of two requests
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local cage = zoo.cage_open(10)
            if ngx.var.arg_early then
                zoo.cage_close(cage)
            end
            ngx.say(type(zoo.cage_size(cage)))
            if not ngx.var.arg_early then
                zoo.cage_close(cage)
            end
        }
    }
--- request eval
["GET /t", "GET /t?early=1"]
--- response_body eval
["number\n", "number\n"]

=== TEST 7: error: C branches on a byte that nobody has set
--- config
    location = /t {
        content_by_lua_block { ngx.say(type(require("zoo").zoo_lucky())) }
    }
--- request
GET /t
--- response_body
number

=== TEST 8: error: C reads behind the end of a buffer, in the second and third of four requests, pipelined
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
--- pipelined_requests eval
["GET /clean", "GET /t", "GET /t", "GET /clean"]
--- response_body eval
["clean\n", "number\n", "number\n", "clean\n"]
