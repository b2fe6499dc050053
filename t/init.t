# Perl code that runs while a block is being set up.
use Test::Nginx::Socket 'no_plan';

our $started = 0;
run_tests();
is $started, 1, 'init ran once';

__DATA__

=== TEST 1: before nginx starts, and when it has
--- config
--- post_setup_server_root
open my $out, '>', "$ServRoot/html/note.txt" or die "cannot write: $!";
print $out "from Perl\n";
close $out;
--- init
$main::started++;
--- request
GET /note.txt
--- response_body
from Perl
