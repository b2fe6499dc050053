# A module of the suite's own, on top of Test::Nginx.
use lib 't/lib';
use Greeting;

our $whole = greeting("you");

plan tests => repeat_each() * 2 * blocks();

run_tests();

__DATA__

=== TEST 1: its preprocessor knows the section
--- who: world
--- response_body
Hello, world!

=== TEST 2: its function, called in the preamble
--- config
    location = /t { return 200 "Hello, you!"; }
--- request
GET /t
--- response_body eval
$::whole
