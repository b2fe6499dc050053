# Ports and places.
use Cwd qw(cwd);

BEGIN {
    delete $ENV{TEST_NGINX_SERVER_PORT};
    $ENV{TEST_NGINX_PORT} = 1990;
    $ENV{TEST_NGINX_CLIENT_PORT} = 1991;
    $ENV{TEST_NGINX_SERVROOT} = cwd() . '/t/servroot_elsewhere';
    $ENV{TEST_NGINX_HTML_DIR} = "$ENV{TEST_NGINX_SERVROOT}/html";
}

use Test::Nginx::Socket::Lua 'no_plan';

run_tests();

is html_dir(), $ENV{TEST_NGINX_HTML_DIR}, 'TEST_NGINX_SERVROOT';
is $Test::Nginx::Util::NginxBinary, $ENV{TEST_NGINX_BINARY} || 'nginx', 'TEST_NGINX_BINARY';

__DATA__

=== TEST 1: the client has a port of its own
--- http_config
    server { listen 1991; location = /t { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT; } }
--- config
    location = /t { content_by_lua_block { ngx.say(ngx.var.server_port, " ", ngx.config.prefix() == "$TEST_NGINX_SERVER_ROOT/") } }
--- request
GET /t
--- response_body
1990 true

=== TEST 2: another address of this machine
--- server_addr_for_client: 127.0.0.2
--- http_config
    server { listen 127.0.0.2:1991; return 200 "$server_addr\n"; }
--- config
--- request
GET /t
--- response_body
127.0.0.2

=== TEST 3: a port that nobody has
--- http_config
    server { listen $TEST_NGINX_RAND_PORT_1; return 200 "random\n"; }
    server { listen 1991; location = /t { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; } }
--- config
--- request
GET /t
--- response_body
random
