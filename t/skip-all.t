# A file that leaves itself out, while it is being compiled.
my $why;
BEGIN { $why = 'nothing to do here' }
use Test::Nginx::Socket $why ? (skip_all => $why) : ();

plan tests => 2 * blocks();
run_tests();

__DATA__

=== TEST 1: not run
--- config
    location = /t { return 500; }
--- request
GET /t
