# Reloading. The block sends HUP itself and needs no TEST_NGINX_USE_HUP; a shared dictionary outlives the reload.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

master_on();
run_tests();

__DATA__

=== TEST 1: leak: in the second of two requests, but only if nginx was reloaded
--- http_config
    lua_shared_dict zoo 64k;
    init_by_lua_block { generation = ngx.shared.zoo:incr("generation", 1, 0) }
--- config
    location = /reload {
        content_by_lua_block {
            if generation == 1 then
                local ffi = require "ffi"
                ffi.cdef[[ int getppid(void); int kill(int pid, int signal); ]]
                ffi.C.kill(ffi.C.getppid(), 1)
                -- then this worker takes no more connections: the next request is for the new one
                while not ngx.worker.exiting() do
                    ngx.sleep(0.005)
                end
            end
            ngx.say("reloaded")
        }
    }
    location = /t {
        content_by_lua_block {
            if generation > 1 then
                require("zoo").zoo_note("after a reload")
            end
            ngx.say("generation ", generation)
        }
    }
--- request eval
["GET /reload", "GET /t"]
--- response_body eval
["reloaded\n", "generation 2\n"]

=== TEST 2: clean: the same without the fault
--- http_config
    lua_shared_dict zoo 64k;
    init_by_lua_block { generation = ngx.shared.zoo:incr("generation", 1, 0) }
--- config
    location = /reload {
        content_by_lua_block {
            if generation == 1 then
                local ffi = require "ffi"
                ffi.cdef[[ int getppid(void); int kill(int pid, int signal); ]]
                ffi.C.kill(ffi.C.getppid(), 1)
                while not ngx.worker.exiting() do
                    ngx.sleep(0.005)
                end
            end
            ngx.say("reloaded")
        }
    }
    location = /t {
        content_by_lua_block {
            ngx.say("generation ", generation)
        }
    }
--- request eval
["GET /reload", "GET /t"]
--- response_body eval
["reloaded\n", "generation 2\n"]

=== TEST 3: leak: in the second of two requests, and the first reloads nginx each time
--- config
    location = /reload {
        content_by_lua_block {
            local ffi = require "ffi"
            ffi.cdef[[ int getppid(void); int kill(int pid, int signal); ]]
            ffi.C.kill(ffi.C.getppid(), 1)
            while not ngx.worker.exiting() do
                ngx.sleep(0.005)
            end
            ngx.say("reloaded")
        }
    }
    location = /t {
        content_by_lua_block {
            require("zoo").zoo_note("in a new worker")
            ngx.say("ok")
        }
    }
--- request eval
["GET /reload", "GET /t"]
--- response_body eval
["reloaded\n", "ok\n"]

=== TEST 4: clean: a reload at each request
--- config
    location = /reload {
        content_by_lua_block {
            local ffi = require "ffi"
            ffi.cdef[[ int getppid(void); int kill(int pid, int signal); ]]
            ffi.C.kill(ffi.C.getppid(), 1)
            while not ngx.worker.exiting() do
                ngx.sleep(0.005)
            end
            ngx.say("reloaded")
        }
    }
--- request
GET /reload
--- response_body
reloaded
