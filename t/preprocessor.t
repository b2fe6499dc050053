# Block preprocessors complete blocks before they run; the one that was added last comes first.
use Test::Nginx::Socket 'no_plan';

add_block_preprocessor(sub {
    my ($block) = @_;
    if (!defined $block->request) {
        $block->set_value('request', 'GET /t');
    }
    $block->set_value('config', "location = /t {\n" . $block->config . "}\n");
});

add_block_preprocessor(sub {
    my $block = shift;
    if (my $say = $block->say) {
        chomp $say;
        $block->set_value('config', qq{return 200 "$say from } . $block->name . qq{\\n";\n});
    }
});

run_tests();

__DATA__

=== TEST 1: a section of our own
--- say
hi
--- response_body
hi from TEST 1: a section of our own

=== TEST 2: without it
--- config
    return 200 "$request_method\n";
--- request
POST /t
--- response_body
POST
