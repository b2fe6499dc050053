# What OpenResty does all day, without a fault: a run under Valgrind has nothing to say of it. One-time work on the first
# request (a pool of connections, TLS tables, compiled patterns) is part of it.
use lib 't/valgrind/lib';
use Zoo 'no_plan';

$ENV{TEST_NGINX_ZOO_TLS} = Cwd::cwd() . '/t/valgrind/fixtures';
run_tests();

__DATA__

=== TEST 1: clean: static text, without Lua
--- config
    location = /t { echo hello; }
--- request
GET /t
--- response_body
hello

=== TEST 2: clean: tcp cosockets, with keepalive
--- config
    location = /t {
        content_by_lua_block {
            for _ = 1, 2 do
                local sock = ngx.socket.tcp()
                assert(sock:connect("127.0.0.1", ngx.var.server_port))
                assert(sock:send("GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                assert(sock:receiveuntil("\r\n\r\n"))()
                ngx.say(assert(sock:receive(5)))
                assert(sock:setkeepalive(1000, 2))
            end
        }
    }
    location = /peer { return 200 "hello"; }
--- request
GET /t
--- response_body
hello
hello

=== TEST 3: clean: a udp cosocket
--- post_main_config
    stream { server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 udp; return pong; } }
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.udp()
            assert(sock:setpeername("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            assert(sock:send("ping"))
            ngx.say(assert(sock:receive()))
            assert(sock:close())
        }
    }
--- request
GET /t
--- response_body
pong

=== TEST 4: clean: timers
--- config
    location = /t {
        content_by_lua_block {
            local done = 0
            local function tick(premature, text)
                done = done + #text
            end
            for _ = 1, 3 do
                assert(ngx.timer.at(0, tick, "abc"))
            end
            while done < 9 do
                ngx.sleep(0.001)
            end
            ngx.say(done)
        }
    }
--- request
GET /t
--- response_body
9

=== TEST 5: clean: threads and a semaphore
--- config
    location = /t {
        content_by_lua_block {
            local sema = require("ngx.semaphore").new()
            local function wait(n)
                assert(sema:wait(5))
                return n
            end
            local one, two = ngx.thread.spawn(wait, 1), ngx.thread.spawn(wait, 2)
            sema:post(2)
            local _, a = ngx.thread.wait(one)
            local _, b = ngx.thread.wait(two)
            ngx.say(a + b)
        }
    }
--- request
GET /t
--- response_body
3

=== TEST 6: clean: a shared dictionary, with eviction
--- http_config
    lua_shared_dict zoo 32k;
--- config
    location = /t {
        content_by_lua_block {
            local zoo = ngx.shared.zoo
            for i = 1, 300 do
                zoo:set("key " .. i, ("x"):rep(100), 10)
            end
            ngx.say(#zoo:get("key 300"), " ", zoo:get("key 1"))
            zoo:lpush("list", 1)
            zoo:lpop("list")
            zoo:flush_all()
            zoo:flush_expired()
        }
    }
--- request
GET /t
--- response_body
100 nil

=== TEST 7: clean: ngx.re, compiled at each request and compiled once
--- config
    location = /t {
        content_by_lua_block {
            for _, options in ipairs{"", "i", "jo"} do
                local m = ngx.re.match("lion 12, tiger 3", [[(\w+) (\d+)]], options)
                ngx.print(m[1], " ", (ngx.re.gsub("a.b.c", [[\.]], "-", options)))
                for word in ngx.re.gmatch("lion tiger", [[\w+]], options) do
                    ngx.print(" ", word[0])
                end
                ngx.say()
            end
        }
    }
--- request
GET /t
--- response_body
lion a-b-c lion tiger
lion a-b-c lion tiger
lion a-b-c lion tiger

=== TEST 8: clean: a TLS handshake, the certificate verified
--- http_config
    lua_ssl_trusted_certificate $TEST_NGINX_ZOO_TLS/zoo.test.crt;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_ZOO_TLS/zoo.test.crt;
        ssl_certificate_key $TEST_NGINX_ZOO_TLS/zoo.test.key;
        location / { return 200 "hello"; }
    }
--- config
    location = /t {
        content_by_lua_block {
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            assert(sock:sslhandshake(false, "zoo.test", true))
            assert(sock:send("GET / HTTP/1.0\r\n\r\n"))
            ngx.say(assert(sock:receive("*a")):match("\r\n\r\n(.*)"))
            assert(sock:close())
        }
    }
--- request
GET /t
--- response_body
hello

=== TEST 9: clean: subrequests, one by one and side by side
--- config
    location = /t {
        content_by_lua_block {
            local one = ngx.location.capture("/sub", { args = { n = 1 } })
            local two, three = ngx.location.capture_multi{
                { "/sub", { args = { n = 2 } } },
                { "/sub", { method = ngx.HTTP_POST, body = "three" } },
            }
            ngx.print(one.body, two.body, three.body)
        }
    }
    location = /sub {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.say(ngx.var.arg_n or ngx.req.get_body_data())
        }
    }
--- request
GET /t
--- response_body
1
2
three

=== TEST 10: clean: proxy to a balanced upstream, with a body
--- http_config
    upstream here {
        server 0.0.0.1;
        balancer_by_lua_block {
            assert(require("ngx.balancer").set_current_peer("127.0.0.1", tonumber(ngx.var.server_port)))
        }
        keepalive 2;
    }
--- config
    location = /t {
        proxy_pass http://here/peer;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }
    location = /peer {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.say(#ngx.req.get_body_data())
        }
    }
--- request eval
"POST /t\n" . "x" x 5000
--- response_body
5000

=== TEST 11: clean: Lua in all phases
--- http_config
    init_by_lua_block { phases = { "init" } }
    init_worker_by_lua_block { phases[2] = "init_worker" }
--- config
    location = /t {
        set_by_lua_block $set { return table.concat(phases, " ") .. " set" }
        rewrite_by_lua_block { ngx.ctx.seen = { ngx.var.set, "rewrite" } }
        access_by_lua_block { table.insert(ngx.ctx.seen, "access") }
        content_by_lua_block { ngx.say(table.concat(ngx.ctx.seen, " "), " content") }
        header_filter_by_lua_block {
            ngx.header.content_length = nil
            ngx.header.x_filter = "header"
        }
        body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:gsub("content", "content body_filter") }
        log_by_lua_block { ngx.log(ngx.INFO, "the last phase: log") }
    }
--- request
GET /t
--- response_headers
X-Filter: header
--- response_body
init init_worker set rewrite access content body_filter
--- error_log
the last phase: log

=== TEST 12: clean: a request body that goes to a file
--- config
    location = /t {
        client_body_buffer_size 1k;
        content_by_lua_block {
            ngx.req.read_body()
            local file = assert(io.open(ngx.req.get_body_file()))
            ngx.say(#file:read("*a"))
            file:close()
        }
    }
--- request eval
"POST /t\n" . "x" x 5000
--- response_body
5000

=== TEST 13: clean: gzip
--- config
    location = /t {
        gzip on;
        gzip_min_length 1;
        gzip_types *;
        content_by_lua_block { ngx.print(("x"):rep(10000)) }
    }
--- request
GET /t
--- more_headers
Accept-Encoding: gzip
--- response_headers
Content-Encoding: gzip
--- response_body_like: .

=== TEST 14: clean: a handler that fails
--- config
    location = /t { content_by_lua_block { error("the handler fails") } }
--- request
GET /t
--- error_code: 500
--- response_body_like: 500 Internal Server Error
--- error_log
the handler fails

=== TEST 15: clean: coroutines and a lot of garbage
--- config
    location = /t {
        content_by_lua_block {
            local numbers = coroutine.wrap(function()
                for i = 1, 1000 do
                    coroutine.yield({ i, tostring(i) })
                end
            end)
            local sum = 0
            for _ = 1, 1000 do
                sum = sum + numbers()[1]
            end
            ngx.say(sum)
        }
    }
--- request
GET /t
--- response_body
500500
