# What a preamble may do before run_tests().
BEGIN {
    $ENV{TEST_NGINX_GREETING} = 'hello';
}

use Test::Nginx::Socket;
use Cwd qw( cwd );
use POSIX ();

my $each = 2;
repeat_each($each);
workers(1);
worker_connections(128);
log_level('info');
timeout(2);
no_long_string();
no_shuffle();

plan tests => repeat_each() * (2 * blocks()) + 4;

ok defined(cwd()), 'core modules are there';
is POSIX::floor(2.5), 2, 'and work';
is repeat_each(), $each, 'settings can be asked for';

my %count;
for my $word (qw( a b a )) {
    $count{$word}++;
}
is join(',', map { "$_=$count{$_}" } sort keys %count), 'a=2,b=1', 'ordinary Perl';

$ENV{TEST_NGINX_NAME} ||= ucfirst lc 'WORLD';
$ENV{TEST_NGINX_PWD} //= cwd();

our $config = <<"_EOC_";
    location = /t { return 200 "\$TEST_NGINX_GREETING \$TEST_NGINX_NAME\\n"; }
_EOC_

add_cleanup_handler(sub { });

run_tests();

__DATA__

=== TEST 1: the environment, expanded in config and response_body
--- config eval: $::config
--- request
GET /t
--- response_body
$TEST_NGINX_GREETING World

=== TEST 2: a variable of nginx is left alone
--- config
    location = /t { return 200 "$request_method $TEST_NGINX_GREETING\n"; }
--- request
GET /t
--- response_body
GET hello
