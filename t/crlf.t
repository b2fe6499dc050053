# Carriage returns before newlines: gone from texts, as from the program.
use Test::Nginx::Socket tests => 3;

our $body = <<EOC;
two
lines
EOC
is length $body, 10, "a heredoc has none";

run_tests();

__DATA__

=== TEST 1: a file from elsewhere
--- config
    location = /t { return 200 "two\nlines\n"; }
--- request: GET /t
--- response_body eval
$::body
