# Perl in sections: the filter eval.
use Test::Nginx::Socket 'no_plan';

our $greeting = 'hello';
our @names = qw( ann bob );
our %port = (web => 80);
sub shout { uc $_[0] }

our $Http = <<'_EOC_';
    server_tokens off;
_EOC_

run_tests();

__DATA__

=== TEST 1: package variables of the preamble
--- http_config eval: $::Http
--- config
    location = /t { return 200 "hello ann and bob, 80\n"; }
--- request
GET /t
--- response_body eval
"$::greeting $main::names[0] and $::names[-1], $::port{web}\n"

=== TEST 2: functions by their full name
--- config
    location = /t { return 200 "HELLO"; }
--- request
GET /t
--- response_body eval
main::shout($::greeting)

=== TEST 3: quotes of all kinds
--- config
    location = /t { return 200 "a\"b'c\n"; }
--- request
GET /t
--- response_body eval
q{a"} . qq[b'c\x{0a}]

=== TEST 4: a heredoc
--- config
    location = /t { return 200 "a\n  b\n"; }
--- request
GET /t
--- response_body eval
<<"END" . "  b\n";
a
END

=== TEST 5: patterns
--- config
    location = /t { return 200 "A1\nb2\n"; }
--- request
GET /t
--- response_body eval
qr/^a\d
   \s b\d $/xi

=== TEST 6: lists
--- config
    location ~ /(\d) { return 200 "$1\n"; }
--- request eval
[map { "GET /$_" } 1 .. 3]
--- response_body eval
[map "$_\n", sort { $a <=> $b } 3, 1, 2]

=== TEST 7: bytes
--- config
    location = /t { content_by_lua_block { ngx.print("\255\0\r\n") } }
--- request
GET /t
--- response_body eval
"\xff\0\r\n"

=== TEST 8: an error is the value
--- config
    location = /t { return 200 "x"; }
--- request
GET /t
--- response_body_unlike eval
die "no such luck\n"

=== TEST 9: several statements, loops, sprintf, pack
--- config
    location = /t { return 200 "03+AB"; }
--- request
GET /t
--- response_body eval
my $n = 0;
for my $i (1, 2) {
    $n += $i;
}
sprintf("%02d%s%s", $n, '+', pack("C*", 65, 66))
