# FFI done right: each block of leak.t and error.t as it should have been.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

run_tests();

__DATA__

=== TEST 1: clean: Lua frees the text that it was given
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local label = zoo.zoo_label("lion")
            ngx.say(ffi.string(label))
            zoo.zoo_free(label)
        }
    }
--- request
GET /t
--- response_body
lion

=== TEST 2: clean: a finalizer that frees all
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local cage = ffi.gc(zoo.cage_open(100), zoo.cage_close)
            ngx.say(zoo.cage_peek(cage, 99))
        }
    }
--- request
GET /t
--- response_body
0

=== TEST 3: clean: a cache that keeps three
--- config
    location = /t {
        content_by_lua_block {
            for _ = 1, 4 do
                require("cages").keep_three(300)
            end
            ngx.say("kept")
        }
    }
--- request
GET /t
--- response_body
kept

=== TEST 4: clean: freed on the way out, however the handler ends
--- config
    location = /t {
        content_by_lua_block {
            local zoo = require "zoo"
            local label = zoo.zoo_label("lion")
            local ok, err = pcall(function()
                error("no lion", 0)
            end)
            zoo.zoo_free(label)
            if not ok then
                ngx.status = 500
                ngx.say(err)
            end
        }
    }
--- request
GET /t
--- error_code: 500
--- response_body
no lion

=== TEST 5: clean: opened in one phase, closed in another
--- config
    location = /t {
        access_by_lua_block { ngx.ctx.cage = require("zoo").cage_open(50) }
        content_by_lua_block { ngx.say(require("zoo").cage_peek(ngx.ctx.cage, 0)) }
        log_by_lua_block { require("zoo").cage_close(ngx.ctx.cage) }
    }
--- request
GET /t
--- response_body
0

=== TEST 6: clean: one handle for all requests of a worker
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local cage = package.loaded.cage
            if not cage then
                cage = ffi.gc(zoo.cage_open(60), zoo.cage_close)
                package.loaded.cage = cage
            end
            ngx.say(zoo.cage_peek(cage, 0))
        }
    }
--- request
GET /t
--- response_body
0

=== TEST 7: clean: memory of Lua's own, handed to C
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local text = ffi.new("char[5]", "lion")
            local label = zoo.zoo_label(text)
            ngx.say(ffi.string(label))
            zoo.zoo_free(label)
        }
    }
--- request
GET /t
--- response_body
lion

=== TEST 8: clean: in a timer, three times
--- config
    location = /t {
        content_by_lua_block {
            local left = 3
            local function visit()
                local zoo = require "zoo"
                local cage = zoo.cage_open(70)
                left = left - 1 + zoo.cage_peek(cage, 0)
                zoo.cage_close(cage)
            end
            for _ = 1, 3 do
                assert(ngx.timer.at(0, visit))
            end
            while left > 0 do
                ngx.sleep(0.001)
            end
            ngx.say(left)
        }
    }
--- request
GET /t
--- response_body
0

=== TEST 9: clean: a ring of the last sixteen, one more with each request until it is full
--- config
    location = /t {
        content_by_lua_block {
            local ffi = require "ffi"
            local zoo = require "zoo"
            local ring = package.loaded.ring or { at = 0 }
            package.loaded.ring = ring
            ring.at = ring.at % 16 + 1
            ring[ring.at] = ffi.gc(zoo.zoo_label("lion"), zoo.zoo_free)
            ngx.say(ffi.string(ring[ring.at]))
        }
    }
--- request
GET /t
--- response_body
lion

=== TEST 10: clean: for Memcheck; the second of two requests has a race of threads, for other tools
--- config
    location = /clean { content_by_lua_block { ngx.say("clean") } }
    location = /t { content_by_lua_block { ngx.say(type(require("zoo").zoo_race())) } }
--- request eval
["GET /clean", "GET /t"]
--- response_body eval
["clean\n", "number\n"]
