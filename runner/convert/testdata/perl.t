use Test::Nginx::Socket::Lua 'no_plan';

our $config = <<'_EOC_';
    location /t { return 204; }
_EOC_

add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value("config", $block->upstream) if defined $block->upstream;
});

run_tests();

__DATA__

=== TEST 1: a section that only the preamble knows
--- upstream
server { }
--- request eval: "GET /$::config"
--- response_body eval
"bytes \xff\x{00}" . "x"
