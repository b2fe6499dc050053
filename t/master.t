# A master process and several workers.
use Test::Nginx::Socket tests => 3;

master_on();
workers(2);
run_tests();

is master_process_enabled(), 'on', 'the setting can be asked for';

__DATA__

=== TEST 1: as many as asked for
--- config
    location = /t { content_by_lua_block { ngx.say(ngx.worker.count()) } }
--- request
GET /t
--- response_body
2
