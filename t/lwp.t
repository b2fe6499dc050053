# A suite for Test::Nginx::LWP, the forerunner of Test::Nginx::Socket: what it sends, and what it makes of the answers.
use Test::Nginx::LWP;

repeat_each(2);
plan tests => $Test::Nginx::LWP::RepeatEach * 30;

run_tests();

__DATA__

=== TEST 1: request headers of two kinds, in their usual order and in capitals; a blank is escaped
--- config
    location /t { echo_duplicate 1 $echo_client_request_headers; }
--- request
    GET /t?a b#c HTTP/1.0
--- request_headers
Zzz: 1
Aaa: 2
accept: x
Connection: some
--- more_headers
aaa: 3
# Comment: 4
X_y-z: 7
--- response_body eval
"GET /t?a%20b HTTP/1.1\r
TE: deflate,gzip;q=0.3\r
Connection: some, TE, close\r
Accept: x\r
Host: localhost:\$ServerPortForClient\r
User-Agent: Test::Nginx::LWP\r
Aaa: 3\r
X-Y-Z: 7\r
Zzz: 1\r
\r
" =~ s/TE: deflate,gzip;q=0\.3\r\n//r

=== TEST 2: a POST without content has a type and a length
--- config
    location /t { echo -n "$request_method $content_type $http_content_length "; echo $http_transfer_encoding; }
--- request
POST /t
--- response_body
POST text/plain 0 

=== TEST 3: white space in front of the content goes, else that behind it
--- config
    location /t { echo_read_request_body; echo -n "$http_content_length $content_type "; echo_request_body; }
--- request eval
"PUT /t\n\n hello \n"
--- response_body eval
"7  hello \n"

=== TEST 4: chunks, the second after a pause; an empty one ends the body
--- config
    location /t {
        content_by_lua_block {
            local s = ngx.req.socket(true)
            s:settimeout(100)
            local body = ""
            repeat
                local byte, err = s:receive(1)
                body = body .. (byte or "")
                if err == "timeout" and not body:find("0\r\n\r\n$") then
                    body, err = body:gsub("hello\r\n$", "%0(pause)"), nil
                end
            until err or #body > 100
            s:send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" .. ngx.var.http_transfer_encoding .. ": " .. body)
        }
    }
--- request
POST /t
--- start_chunk_delay: 0.01
--- middle_chunk_delay: 0.6
--- chunked_body eval
["hello", "", "world"]
--- response_body eval
"chunked: 5\r\nhello\r\n(pause)0\r\n\r\n"

=== TEST 5: chunks with a type of their own
--- config
    location /t { echo_read_request_body; echo -n "$content_type $http_transfer_encoding "; echo_request_body; }
--- request
PUT /t
--- more_headers
Content-Type: a/b
--- chunked_body eval
[split //, "hello world"]
--- response_body: a/b chunked hello world

=== TEST 6: redirections are followed
--- config
    absolute_redirect off;
    location /t { return 302 /further; }
    location /further { return 301 http://localhost:$server_port/there; }
    location /there { return 404 "$http_host: $http_referer$args\n"; }
--- request
GET /t
--- request_headers
Host: somewhere
--- error_code: 404
--- response_headers
Location:
--- response_body
localhost:$ServerPort: 

=== TEST 7: not those of a POST; headers that are there twice; patterns
--- config
    location /t { add_header a b; add_header a c; return 302 /further; }
--- request
POST /t
abc
--- error_code: 302
--- response_headers_like
a: b, c
location: http://.*/further
--- response_body_like
302 Found</title>.*

=== TEST 8: a HEAD has no body
--- config
    location /t { return 200 "hello"; }
--- request
HEAD /t
--- response_headers
Content-Length: 5
--- response_body

=== TEST 9: no answer at all is status 500
--- config
    location /t { return 444; }
--- request
GET /t
--- error_code: 500
--- response_headers
Content-Type: text/plain

=== TEST 10: of interim answers the last counts; a long body
--- config
    location /t { proxy_pass http://127.0.0.1:$server_port/there; proxy_request_buffering off; }
    location /there { content_by_lua_block { ngx.req.read_body() ngx.print(ngx.req.get_headers()["Content-Length"]) } }
--- request eval
"POST /t\n" . "a" x 100000
--- request_headers
Expect: 100-continue
--- response_body: 100000

=== TEST 11: logs are not looked at, nor anything else that Test::Nginx::Socket checks
--- config
    location /t { return 200 "hello\n"; }
--- request
GET /t
--- error_log
this is not there
--- raw_response_headers_like: neither is this
--- response_body
hello

=== TEST 12: skipped
--- config
    location /t { return 200 "hello\n"; }
--- request
GET /t
--- skip_nginx: 2: > 0.1.0
--- response_body
hello

=== TEST 13: the length that a header says is mended
--- config
    location /t { echo_read_request_body; echo -n "$http_content_length "; echo_request_body; }
--- request
POST /t
abc
--- more_headers
Content-Length: 2
--- response_body chomp
3 abc
