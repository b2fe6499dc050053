# add_response_body_check: checks of the file's own behind those of each response.
use Test::Nginx::Socket 'no_plan';

repeat_each(2);

my $calls = 0;
add_response_body_check(sub {
    my ($block, $body, $req_idx, $repeated_req_idx, $dry_run) = @_;
    $calls++;
    like $body, qr/^\d+$/, $block->name . " - body is a number (req $req_idx, repeat $repeated_req_idx)";
});

run_tests();

is $calls, 4, 'once a response';

__DATA__

=== TEST 1: two requests, twice
--- config
    location ~ /(\d+) { return 200 $1; }
--- request eval
["GET /1", "GET /22"]
--- response_body eval
["1", "22"]
