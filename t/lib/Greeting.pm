# What the files of a suite share: based on Test::Nginx, with functions and sections of its own.
package Greeting;

use Test::Nginx::Socket::Lua -Base;

our @EXPORT = qw( greeting );

# The parentheses keep -Base from taking the first argument for $self.
sub greeting ($) {
    my $who = shift;
    return "Hello, $who!";
}

add_block_preprocessor(sub {
    my $block = shift;

    my $who = $block->who;
    if (defined $who) {
        chomp $who;
        $block->set_value('config', 'location = /t { return 200 "' . greeting($who) . '\n"; }');
        $block->set_value('request', 'GET /t');
    }
});

no_shuffle();
repeat_each(2);

1;
