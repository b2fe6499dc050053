# TEST_NGINX_USE_HTTP3: the blocks that can go over HTTP/3 do, where nginx can talk it.
BEGIN {
    use Cwd qw(cwd);
    $ENV{TEST_NGINX_USE_HTTP3} = 1;
    $ENV{TEST_NGINX_HTTP3_CRT} = cwd() . '/t/fixtures/localhost.crt';
    $ENV{TEST_NGINX_HTTP3_KEY} = cwd() . '/t/fixtures/localhost.key';
    $ENV{TEST_NGINX_QUIC_IDLE_TIMEOUT} = 0.5;
}
use Test::Nginx::Socket;

my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';
if (`$nginx -V 2>&1` =~ /http_v3_module/) {
    plan('no_plan');
} else {
    plan(skip_all => 'nginx cannot talk HTTP/3');
}

log_level('info');
no_shuffle();
run_tests();

__DATA__

=== TEST 1: over HTTP/3
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/3.0



=== TEST 2: the block does not want it
--- no_http3
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/1.1



=== TEST 3: it wants HTTP/2
--- http2
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/2.0



=== TEST 4: raw_request
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- response_body
HTTP/1.1



=== TEST 5: nginx asks itself over HTTP/1, which it talks too
--- config
    location = /t { proxy_pass http://127.0.0.1:$server_port/up; }
    location = /up { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/1.0



=== TEST 6: longer than a connection may be idle
--- config
    location = /t {
        content_by_lua_block {
            ngx.sleep(0.8)
            ngx.say("done")
        }
    }
--- request
POST /t
body
--- response_body
done
