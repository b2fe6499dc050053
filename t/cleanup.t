# Handlers that run behind each block, and at the end.
use Test::Nginx::Socket 'no_plan';

my @seen;
add_test_cleanup_handler(sub { push @seen, $_[0] ? 'block' : 'nothing' });
add_cleanup_handler(sub { push @seen, 'end' });

run_tests();

is "@seen", 'block block end', 'each at its time';
is html_dir(), server_root() . '/html', 'where nginx works';

__DATA__

=== TEST 1: one
--- config
    location = /t { return 200; }
--- request
GET /t

=== TEST 2: two
--- config
    location = /t { return 200; }
--- request
GET /t
