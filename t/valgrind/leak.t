# Memory that grows with requests. expect.yaml says of each block what a run under Valgrind (TEST_NGINX_USE_VALGRIND=1) has to find.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

run_tests();

__DATA__

=== TEST 1: leak: C copies a text at each request and loses the copy
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            zoo.zoo_note("a note of 20 bytes.")
            ngx.say("noted")
        }
    }
--- request
GET /t
--- response_body
noted

=== TEST 2: leak: Lua does not free the text that it was given
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local label = zoo.zoo_label("lion")
            ngx.say(ffi.string(label))
        }
    }
--- request
GET /t
--- response_body
lion

=== TEST 3: leak: a text is freed at every other request only
--- http_config
    init_by_lua_block { visits = 0 }
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local label = zoo.zoo_label("a label of 24 bytes....")
            visits = visits + 1
            if visits % 2 == 0 then
                zoo.zoo_free(label)
            end
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok

=== TEST 4: leak: an early return forgets to free, in the second of two requests
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local label = zoo.zoo_label("a label of 28 bytes........")
            if ngx.var.arg_name == nil then
                return ngx.exit(400)
            end
            ngx.say("hello, ", ngx.var.arg_name)
            zoo.zoo_free(label)
        }
    }
--- request eval
["GET /t?name=leo", "GET /t"]
--- error_code eval
[200, 400]
--- response_body_like eval
[qr/^hello, leo$/, qr/400 Bad Request/]

=== TEST 5: leak: a finalizer frees the handle, and forgets its buffer
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local cage = ffi.gc(zoo.cage_open(100), zoo.cage_drop)
            ngx.say(zoo.cage_peek(cage, 99))
        }
    }
--- request
GET /t
--- response_body
0

=== TEST 6: leak: a handle without a finalizer is lost in Lua, in a module
--- config
    location = /t {
        content_by_lua_block {
            ngx.say(require("cages").look_into_a_new_one(200))
        }
    }
--- request
GET /t
--- response_body
0

=== TEST 7: growing: a cache without bounds
--- config
    location = /t {
        content_by_lua_block {
            require("cages").keep_for_ever(300)
            ngx.say("kept")
        }
    }
--- request
GET /t
--- response_body
kept

=== TEST 8: leak: in the second of three requests, each with a connection of its own
--- config
    location = /clean { content_by_lua_block { ngx.say("clean") } }
    location = /leaks {
        content_by_lua_block {
            require("zoo").zoo_note("the second of three")
            ngx.say("leaks")
        }
    }
--- request eval
["GET /clean", "GET /leaks", "GET /clean"]
--- response_body eval
["clean\n", "leaks\n", "clean\n"]

=== TEST 9: leak: in the second of three requests, pipelined
--- config
    location = /clean { content_by_lua_block { ngx.say("clean") } }
    location = /leaks {
        content_by_lua_block {
            require("zoo").zoo_note("the second of three")
            ngx.say("leaks")
        }
    }
--- pipelined_requests eval
["GET /clean", "GET /leaks", "GET /clean"]
--- response_body eval
["clean\n", "leaks\n", "clean\n"]

=== TEST 10: leak: 1, 2 and 3 texts in the three requests
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            for _ = 1, tonumber(ngx.var.arg_n) do
                zoo.zoo_note("as many as asked for")
            end
            ngx.say("ok")
        }
    }
--- request eval
["GET /t?n=1", "GET /t?n=2", "GET /t?n=3"]
--- response_body eval
["ok\n", "ok\n", "ok\n"]

=== TEST 11: leak: two faults in one request are two findings
--- config
    location = /t {
        content_by_lua_block {
            require("zoo").zoo_note("the first of two")
            require("cages").look_into_a_new_one(400)
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok

=== TEST 12: growing: a cache that gets one more at every fourth request
--- http_config
    init_by_lua_block { visits = 0 }
--- config
    location = /t {
        content_by_lua_block {
            visits = visits + 1
            if visits % 4 == 0 then
                require("cages").keep_for_ever(500)
            end
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok

=== TEST 13: leak: in what comes behind another request on its connection
--- config
    location = /t {
        content_by_lua_block {
            if tonumber(ngx.var.connection_requests) > 1 then
                require("zoo").zoo_note("not the first")
            end
            ngx.say("ok")
        }
    }
--- pipelined_requests eval
["GET /t", "GET /t"]
--- response_body eval
["ok\n", "ok\n"]

=== TEST 14: leak: what Lua itself gets from malloc
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            pcall(ffi.cdef, "void *malloc(size_t size); void free(void *p);")
            ffi.C.malloc(19)
            ffi.C.free(ffi.C.malloc(18))
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok

=== TEST 15: growing: one block that gets longer
--- config
    location = /t {
        content_by_lua_block {
            require("zoo").zoo_remember(30)
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
