# HTTP/2: the requests of a block go over it, by prior knowledge, and the response is what curl -i shows of it.
BEGIN {
    use Cwd qw(cwd);
    $ENV{TEST_NGINX_CRT} = cwd() . '/t/fixtures/localhost.crt';
    $ENV{TEST_NGINX_KEY} = cwd() . '/t/fixtures/localhost.key';
}
use Test::Nginx::Socket 'no_plan';

log_level('info');
no_shuffle();
run_tests();

__DATA__

=== TEST 1: GET
--- http2
--- config
    location = /t {
        content_by_lua_block {
            ngx.header["X-Foo"] = "Bar"
            ngx.say(ngx.var.server_protocol, " ", ngx.var.request_uri, " ", ngx.var.http_host, " ", ngx.var.http_user_agent or "none")
        }
    }
--- request
GET /t?a=b
--- response_headers
X-Foo: Bar
--- raw_response_headers_like chomp
^HTTP/2 200 \r\nserver: .*\r\nx-foo: Bar\r\n$
--- response_body
HTTP/2.0 /t?a=b localhost none



=== TEST 2: POST, and header fields; one without a value is not sent
--- http2
--- config
    location = /t {
        content_by_lua_block {
            ngx.req.read_body()
            local h = ngx.req.get_headers()
            ngx.print(ngx.req.get_method(), " ", ngx.req.get_body_data(), " ", h["x-one"], " ", h["x-two"], " ", h["content-type"], " ",
                h["content-length"], " ", h["connection"])
        }
    }
--- request
POST /t
hello
--- more_headers
X-One: 1
X-Two:
--- response_body chomp
POST hello 1 nil nil 5 nil



=== TEST 3: a large body, there and back
--- http2
--- config
    location = /t {
        client_body_buffer_size 1m;
        content_by_lua_block {
            ngx.req.read_body()
            ngx.print(ngx.req.get_body_data())
        }
    }
--- request eval
"PUT /t\n" . ("0123456789abcdef" x 20000)
--- response_body eval
"0123456789abcdef" x 20000



=== TEST 4: a header that does not fit into a frame
--- http2
--- http_config
    large_client_header_buffers 4 64k;
--- config
    location = /t {
        content_by_lua_block { ngx.say(#ngx.var.http_x_long) }
    }
--- skip_nginx: 2: < 1.19.7
--- request
GET /t
--- more_headers eval
"X-Long: " . ("x" x 30000)
--- response_body
30000



=== TEST 5: HEAD
--- http2
--- config
    location = /t { return 200 "hi\n"; }
--- request
HEAD /t
--- response_headers
Content-Length: 3
--- response_body



=== TEST 6: several requests
--- http2
--- config
    location = /a { return 200 "a\n"; }
    location = /b { return 404; }
--- request eval
["GET /a", "GET /b"]
--- error_code eval
[200, 404]
--- response_body_like eval
["^a\$", "404 Not Found"]



=== TEST 7: a stream that nginx resets
--- http2
--- config
    location = /t {
        content_by_lua_block { ngx.exit(ngx.ERROR) }
    }
--- request
GET /t
--- curl_error
curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)
--- error_code:



=== TEST 8: as newer versions of curl word it
--- http2
--- config
    location = /t {
        content_by_lua_block { ngx.exit(ngx.ERROR) }
    }
--- request
GET /t
--- curl_error eval
qr/curl: \(52\) Empty reply|curl: \(92\) HTTP\/2 stream 1 reset by server \(error 0x2 INTERNAL_ERROR\)/
--- ignore_response



=== TEST 9: a response that does not come
--- http2
--- config
    location = /t {
        content_by_lua_block { ngx.sleep(0.6) }
    }
--- request
GET /t
--- timeout: 0.05
--- curl_error: (28) Operation timed out
--- ignore_response



=== TEST 10: a part of a response is a response
--- http2
--- config
    location = /t {
        content_by_lua_block {
            ngx.print("abc")
            ngx.flush(true)
            ngx.exit(ngx.ERROR)
        }
    }
--- request
GET /t
--- response_body chomp
abc



=== TEST 11: trailers stand behind the body, as curl prints them
--- http2
--- config
    location = /t {
        add_trailer X-End done;
        content_by_lua_block { ngx.say("abc") }
    }
--- request
GET /t
--- response_body eval
"abc\nx-end: done\r\n"



=== TEST 12: inside of TLS
--- http2
--- curl_protocol: https
--- curl_options: -k
--- config
    listen 127.0.0.2:$TEST_NGINX_SERVER_PORT ssl http2;
    ssl_certificate $TEST_NGINX_CRT;
    ssl_certificate_key $TEST_NGINX_KEY;
    location = /t { return 200 "$server_protocol $scheme\n"; }
--- server_addr_for_client: 127.0.0.2
--- request
GET /t
--- response_body
HTTP/2.0 https



=== TEST 13: options of curl
--- http2
--- curl_options: -H 'X-One: 1' -X DELETE -s
--- config
    location = /t { return 200 "$request_method $http_x_one\n"; }
--- request
GET /t
--- response_body
DELETE 1



=== TEST 14: a body of unknown length
--- http2
--- curl_options: -T/dev/null
--- config
    location = /t { return 200 "$request_method [$http_content_length]\n"; }
--- request
POST /t
--- response_body
POST []



=== TEST 15: a GET that has a body is a POST, as with curl
--- http2
--- config
    location = /t { return 200 "$request_method\n"; }
--- request
GET /t
body
--- response_body
POST



=== TEST 16: curl itself is only printed
--- http2
--- curl
--- config
    location = /t { return 200 "$server_protocol\n"; }
--- request
GET /t
--- response_body
HTTP/2.0
