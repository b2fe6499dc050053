# A block that changes the environment changes that of its nginx and of those after it.
use Test::Nginx::Socket::Lua 'no_plan';

no_shuffle();

add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value("main_config", "env MORE;");
    $block->set_value("config", 'location = /t { content_by_lua_block { ngx.say(os.getenv("MORE")) } }');
    $block->set_value("request", "GET /t");
});

run_tests();

__DATA__

=== TEST 1: as the file has it
--- response_body
nil

=== TEST 2: with a variable that is set before nginx starts
--- post_setup_server_root
    $ENV{MORE} = "one";
--- response_body
one

=== TEST 3: it stays
--- response_body
one

=== TEST 4: another value
--- post_setup_server_root
    $ENV{MORE} = "two";
--- response_body
two

=== TEST 5: without it
--- post_setup_server_root
    delete $ENV{MORE};
--- response_body
nil
