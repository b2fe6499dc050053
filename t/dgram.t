# UDP servers.
use Test::Nginx::Socket::Lua::Dgram 'no_plan';

run_tests();

__DATA__

=== TEST 1: an answer to the datagram that is sent anyway
--- dgram_server_config
    return "hello $protocol";
--- dgram_response chomp
hello UDP

=== TEST 2: a datagram of our own
--- dgram_server_config
    return "$bytes_received bytes";
--- dgram_request chomp
ping
--- dgram_response_like: ^\d+ bytes$
