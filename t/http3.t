# HTTP/3: where nginx has it. The response is what curl -i shows of it.
BEGIN {
    use Cwd qw(cwd);
    $ENV{TEST_NGINX_CRT} = cwd() . '/t/fixtures/localhost.crt';
    $ENV{TEST_NGINX_KEY} = cwd() . '/t/fixtures/localhost.key';
}
use Test::Nginx::Socket 'no_plan';

our $Config = <<'_EOC_';
    ssl_protocols TLSv1.3;
    ssl_certificate $TEST_NGINX_CRT;
    ssl_certificate_key $TEST_NGINX_KEY;
_EOC_

log_level('info');
no_shuffle();
run_tests();

__DATA__

=== TEST 1: GET
--- http3
--- skip_nginx: 4: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /t {
        content_by_lua_block {
            ngx.header["X-Foo"] = "Bar"
            ngx.say(ngx.var.server_protocol, " ", ngx.var.request_uri, " ", ngx.var.host)
        }
    }
_EOC_
--- request
GET /t?a=b
--- response_headers
X-Foo: Bar
--- raw_response_headers_like chomp
^HTTP/3 200 \r\nserver: .*\r\nx-foo: Bar\r\n$
--- response_body
HTTP/3.0 /t?a=b localhost



=== TEST 2: a body, there and back
--- http3
--- skip_nginx: 2: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /t {
        client_body_buffer_size 1m;
        content_by_lua_block {
            ngx.req.read_body()
            ngx.print(ngx.req.get_body_data())
        }
    }
_EOC_
--- request eval
"POST /t\n" . ("0123456789abcdef" x 10000)
--- response_body eval
"0123456789abcdef" x 10000



=== TEST 3: HEAD
--- http3
--- skip_nginx: 3: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /t { return 200 "hi\n"; }
_EOC_
--- request
HEAD /t
--- response_headers
Content-Length: 3
--- response_body



=== TEST 4: a stream that nginx resets
--- http3
--- skip_nginx: 1: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /t {
        content_by_lua_block { ngx.exit(ngx.ERROR) }
    }
_EOC_
--- request
GET /t
--- curl_error
curl: (95) HTTP/3 stream 0 reset by server
--- error_code:



=== TEST 5: a request that takes longer than a connection may be idle
--- http3
--- quic_max_idle_timeout: 0.5
--- skip_nginx: 2: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /t {
        content_by_lua_block {
            ngx.sleep(0.8)
            ngx.say("done")
        }
    }
_EOC_
--- request
GET /t
--- response_body
done



=== TEST 6: a response that does not come
--- http3
--- skip_nginx: 0: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /t {
        content_by_lua_block { ngx.sleep(0.4) }
    }
_EOC_
--- request
GET /t
--- timeout: 0.1
--- curl_error: curl: (28) Operation timed out after
--- ignore_response



=== TEST 7: several requests
--- http3
--- skip_nginx: 4: < 1.25.0
--- config eval
$::Config . <<'_EOC_';
    location = /a { return 200 "a\n"; }
    location = /b { return 404; }
_EOC_
--- request eval
["GET /a", "GET /b"]
--- error_code eval
[200, 404]
--- response_body_like eval
["^a\$", "404 Not Found"]
