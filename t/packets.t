# Requests that arrive in pieces.
use Test::Nginx::Socket 'no_plan';

# Whether a while has passed between the first byte of a request and its end.
our $Config = <<'_EOC_';
    location / {
        content_by_lua_block {
            ngx.req.read_body()
            ngx.update_time()
            local took = ngx.now() - ngx.req.start_time()
            ngx.say(ngx.req.get_body_data() or ngx.var.request_uri, " ", took >= 0.25 and "late" or "at once")
        }
    }
_EOC_

add_block_preprocessor(sub { $_[0]->set_value('config', $::Config) });

no_root_location();
run_tests();

__DATA__

=== TEST 1: an array inside the array of requests is one request
--- request eval
[["PO", "ST /a\nhel", "lo"]]
--- response_body
hello at once

=== TEST 2: a pause before a piece
--- request eval
[["POST /a\nhel", { value => "lo", delay_before => 0.5 }], "GET /b"]
--- response_body eval
["hello late\n", "/b at once\n"]

=== TEST 3: raw_request in pieces, with raw_request_middle_delay between any two
--- raw_request eval
["GET /c HTTP/1.0\r\nHo", "st: x\r\n\r\n"]
--- raw_request_middle_delay: 0.5
--- response_body
/c late
