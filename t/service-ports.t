# The ports at which suites look for memcached and redis: what is set counts for Perl, configuration and expectations alike.
# --service sets them to where it has started one.

BEGIN {
    $ENV{TEST_NGINX_MEMCACHED_PORT} = 11299;
    delete $ENV{TEST_NGINX_REDIS_PORT};
}

use Test::Nginx::Socket;

$ENV{TEST_NGINX_MEMCACHED_PORT} ||= 11211;
$ENV{TEST_NGINX_REDIS_PORT} ||= 6379;

plan tests => repeat_each() * (blocks() * 2);

run_tests();

__DATA__

=== TEST 1: one that is set, one that the suite chooses
--- config
    location = /t {
        return 200 "$TEST_NGINX_MEMCACHED_PORT $TEST_NGINX_REDIS_PORT\n";
    }
--- request
GET /t
--- response_body
11299 6379
