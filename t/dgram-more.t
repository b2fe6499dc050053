# UDP servers: with a port and requests of their own.
BEGIN { $ENV{TEST_NGINX_DGRAM_PORT} = 1994 }

use Test::Nginx::Socket::Lua::Dgram 'no_plan';

run_tests();

__DATA__

=== TEST 1: around the server
--- dgram_config
    map $protocol $what { UDP datagrams; }
--- dgram_server_config
    return "$what on $server_port";
--- dgram_response chomp
datagrams on 1994

=== TEST 2: Lua sends the datagram
--- dgram_server_config
    return "$bytes_received bytes";
--- gen_dgram_request
                    assert(sock:send("1234567"))
--- dgram_response chomp
7 bytes

=== TEST 3: the response goes to the log
--- dgram_server_config
    return "0123456789";
--- log_dgram_response
--- dgram_response
received 10 bytes of response data.
--- error_log
stream response: 0123456789

=== TEST 4: two more servers, which are TCP's: no datagram reaches them
--- dgram_server_config
    return "first";
--- dgram_server_config2
    return "second";
--- dgram_request2: nobody hears this
--- dgram_server_config3
    return "third";
--- dgram_request3: nor this
--- dgram_response_like: ^first.*connection refused
