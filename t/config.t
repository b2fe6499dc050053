# Where the text of a block goes in nginx.conf.
use Test::Nginx::Socket 'no_plan';

no_shuffle();
config_preamble(<<'_EOC_');
    location = /preamble { return 200 "from config_preamble\n"; }
_EOC_
env_to_nginx('NGXTEST_A=two', 'NGXTEST_B');
BEGIN { $ENV{NGXTEST_B} = 'three' }

run_tests();

__DATA__

=== TEST 1: config, in the server
--- config
    location = /t { return 200 "$server_name $server_port\n"; }
--- request
GET /t
--- response_body
localhost $TEST_NGINX_SERVER_PORT

=== TEST 2: no config: that of the block before
--- request
GET /t
--- response_body_like: ^localhost \d+$

=== TEST 3: config_preamble, in every server
--- config
--- request
GET /preamble
--- response_body
from config_preamble

=== TEST 4: http_config, in front of the server
--- http_config
    map $arg_a $b { default none; 1 one; }
--- config
    location = /t { return 200 "$b\n"; }
--- request
GET /t?a=1
--- response_body
one

=== TEST 5: main_config and post_main_config, around http and events
--- main_config
env NGXTEST_MAIN=main;
--- post_main_config
env NGXTEST_POST=post;
--- config
    location = /t {
        content_by_lua_block {
            ngx.say(os.getenv("NGXTEST_MAIN"), " ", os.getenv("NGXTEST_POST"))
        }
    }
--- request
GET /t
--- response_body
main post

=== TEST 6: env_to_nginx
--- config
    location = /t {
        content_by_lua_block {
            ngx.say(os.getenv("NGXTEST_A"), " ", os.getenv("NGXTEST_B"))
        }
    }
--- request
GET /t
--- response_body
two three

=== TEST 7: the root location
--- config
--- request
GET /index.html
--- response_body_like: It works!

=== TEST 8: server_name
--- server_name: www.example.com
--- config
    location = /t { return 200 "$server_name\n"; }
--- request
GET /t
--- response_body
www.example.com

=== TEST 9: log_level
--- log_level: warn
--- config
    location = /t {
        content_by_lua_block {
            ngx.log(ngx.INFO, "not this")
            ngx.log(ngx.WARN, "but this")
            ngx.say("ok")
        }
    }
--- request
GET /t
--- response_body
ok
--- error_log: but this
--- no_error_log
not this
[debug]

=== TEST 10: error_log_file: another file than the one that is checked
--- error_log_file: $TEST_NGINX_SERVER_ROOT/logs/other.log
--- config
    location = /t {
        content_by_lua_block {
            ngx.log(ngx.ERR, "elsewhere")
            local f = assert(io.open("$TEST_NGINX_SERVER_ROOT/logs/other.log"))
            ngx.say(f:read("*a"):find("elsewhere", 1, true) and "found")
            f:close()
        }
    }
--- request
GET /t
--- response_body
found
--- no_error_log
elsewhere

=== TEST 11: a free port, the same throughout the block
--- http_config
    server {
        listen $TEST_NGINX_RAND_PORT_1;
        location = /other { return 200 "$server_port\n"; }
    }
--- config
    location = /t { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/other; }
--- request
GET /t
--- response_body
$TEST_NGINX_RAND_PORT_1
