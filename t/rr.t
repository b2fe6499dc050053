# nginx under rr. This machine need not have rr: t/fixtures/bin has a stand-in.
BEGIN {
    use Cwd qw(cwd);
    $ENV{PATH} = cwd() . "/t/fixtures/bin:$ENV{PATH}";
    $ENV{TEST_NGINX_USE_RR} = 1;
}

use Test::Nginx::Socket::Lua 'no_plan';

env_to_nginx('NGXTEST_RECORDED');
run_tests();

__DATA__

=== TEST 1: nginx is recorded
--- config
    location = /t { content_by_lua_block { ngx.say("recorded: ", os.getenv("NGXTEST_RECORDED")) } }
--- request
GET /t
--- response_body
recorded: yes

=== TEST 2: one that must die, too
--- config
    no_such_directive;
--- must_die: 1
--- suppress_stderr
--- error_log
unknown directive "no_such_directive"

=== TEST 3: what it logs when it ends
--- config
    location = /t { echo bye; }
--- request
GET /t
--- response_body
bye
--- shutdown_error_log
[notice]
