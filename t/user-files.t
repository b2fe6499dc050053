# Files that nginx finds.
use Test::Nginx::Socket 'no_plan';

run_tests();

__DATA__

=== TEST 1: below the document root, with the environment expanded
--- config
--- user_files
>>> a.txt
port $TEST_NGINX_SERVER_PORT
>>> sub/dir/b.txt
b
--- request eval
["GET /a.txt", "GET /sub/dir/b.txt"]
--- response_body eval
["port \$TEST_NGINX_SERVER_PORT\n", "b\n"]

=== TEST 2: with a date, in Greenwich
--- config
--- user_files
>>> old.txt 202001021304.05
old
--- request
GET /old.txt
--- response_headers
Last-Modified: Thu, 02 Jan 2020 13:04:05 GMT
--- response_body
old

=== TEST 3: a list: names, contents, dates
--- config
--- user_files eval
[
    ["a.bin", "\xff\0"],
    ["b.txt" => "b", "199912312359.59"],
    ["empty.txt"],
]
--- request eval
["GET /a.bin", "GET /b.txt", "GET /empty.txt"]
--- response_headers eval
["Content-Length: 2", "Last-Modified: Fri, 31 Dec 1999 23:59:59 GMT", "Content-Length: 0"]
--- response_body eval
["\xff\0", "b", ""]

=== TEST 4: Lua modules
--- http_config
    lua_package_path "$TEST_NGINX_SERVER_ROOT/html/?.lua;;";
--- config
    location = /t { content_by_lua_block { ngx.say(require("answer").value) } }
--- user_files
>>> answer.lua
return { value = 42 }
--- request
GET /t
--- response_body
42
