# A block that changes the environment changes that of its nginx and of those after it.
use Test::Nginx::Socket::Lua 'no_plan';

no_shuffle();

our $say = 'location = /t { content_by_lua_block { ngx.say(os.getenv("MORE"), " ", os.getenv("LD_PRELOAD")) } }';

$ENV{LD_PRELOAD} = '';
run_tests();

__DATA__

=== TEST 1: as the file has it
--- main_config
    env MORE;
--- config eval: $::say
--- request
GET /t
--- response_body eval
"nil \n"

=== TEST 2: with a variable that is set before nginx starts
--- main_config
    env MORE;
--- post_setup_server_root
    $ENV{MORE} = "one";
--- config eval: $::say
--- request
GET /t
--- response_body eval
"one \n"

=== TEST 3: it stays
--- main_config
    env MORE;
--- config eval: $::say
--- request
GET /t
--- response_body eval
"one \n"

=== TEST 4: another value
--- main_config
    env MORE;
--- post_setup_server_root
    $ENV{MORE} = "two";
--- config eval: $::say
--- request
GET /t
--- response_body eval
"two \n"

=== TEST 5: without it
--- main_config
    env MORE;
--- post_setup_server_root
    delete $ENV{MORE};
--- config eval: $::say
--- request
GET /t
--- response_body eval
"nil \n"
