# Variables of the environment that end up in nginx.conf, or change what the checks look at.
our $errors;

BEGIN {
    $errors = "/tmp/ngxtest-errors-$$.log";
    $ENV{TEST_NGINX_EVENT_TYPE} = 'epoll';
    $ENV{TEST_NGINX_REUSE_PORT} = 1;
    $ENV{TEST_NGINX_WORKER_USER} = 'root root';
    $ENV{TEST_NGINX_LOG_LEVEL} = 'info';
    $ENV{TEST_NGINX_MASTER_PROCESS} = 'on';
    $ENV{TEST_NGINX_FAST_SHUTDOWN} = 1;
    $ENV{TEST_NGINX_BUILDSLAVE} = 'mine';
    $ENV{TEST_NGINX_TIMEOUT} = 0.2;
    $ENV{TEST_NGINX_SLEEP} = 0.02;
    $ENV{TEST_NGINX_CHECK_ACCUM_ERR_LOG} = 1;
    $ENV{TEST_NGINX_ERROR_LOG} = $errors;
}

use Test::Nginx::Socket::Lua 'no_plan';

our $conf = <<'_EOC_';
    location = /conf {
        content_by_lua_block {
            for line in io.lines(ngx.config.prefix() .. "conf/nginx.conf") do
                if line:find("^%s*use ") or line:find("^%s*listen ") or line:find("^user ") or line:find("^error_log")
                    or line:find("^master_process")
                then
                    ngx.say((line:gsub("^%s+", ""):gsub("/.*/", ".../"):gsub("%d%d%d%d+", "PORT"):gsub(" +", " ")))
                end
            end
        }
    }
_EOC_

no_shuffle();
add_cleanup_handler(sub { unlink $errors });
run_tests();

is timeout(), '0.2', 'TEST_NGINX_TIMEOUT';
is Test::Nginx::Util::sleep_time(), '0.02', 'TEST_NGINX_SLEEP';

__DATA__

=== TEST 1: in nginx.conf
--- config eval: $::conf
--- request
GET /conf
--- timeout: 3
--- response_body
master_process on;
error_log .../error.log info;
listen PORT reuseport;
use epoll;
user root root;

=== TEST 2: the whole of error.log is looked at for each request
--- config
    location = /t { content_by_lua_block { ngx.log(ngx.WARN, "said ", ngx.var.arg_what) ngx.say("ok") } }
--- request eval
["GET /t?what=first", "GET /t?what=second"]
--- response_body eval
["ok\n", "ok\n"]
--- error_log
said first

=== TEST 3: what nginx has logged is collected, block by block
--- config
    location = /t {
        content_by_lua_block {
            for line in io.lines(ngx.var.arg_file) do
                local title = line:match("^=== (.*)")
                if title then ngx.say((title:gsub("t/variables.t", "FILE"))) end
                local said = line:match("said %w+")
                if said then ngx.say(said) end
            end
        }
    }
--- request eval
"GET /t?file=$::errors"
--- response_body
FILE FILE TEST 1: in nginx.conf
FILE FILE TEST 2: the whole of error.log is looked at for each request
said first
said second

=== TEST 4: not on this machine
--- skip_slave: 2: mine other: it is this one
--- config
    location = /t { return 500; }
--- request
GET /t

=== TEST 5: the time that a client waits, by default
--- config
    location = /t { echo_sleep 1; echo late; }
--- request
GET /t
--- abort
--- ignore_response
