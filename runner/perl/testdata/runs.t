use Test::Base;

plan tests => 26;

filters { input => [qw(chomp upper)], expected => 'chomp' };
sub upper { uc shift }

is blocks, 3, 'blocks';
is scalar(blocks('data')), 1, 'blocks with a section';
run_is input => 'expected';
run_is 'input', 'expected';
run_like input => 'pattern';
run_unlike input => 'unlike';
run_like input => qr/^\w/i;
run_is_deeply data => 'data2';
run {
    my $block = shift;
    ok defined $block->input, $block->name . ' has input';
    is ref $block, 'Test::Base::Block', 'class';
};
is join(',', map { $_->name } blocks), 'one,two,three', 'names';
eval { delimiters('###') };
like $@, qr/^Too late to call delimiters\(\)/, 'delimiters after the blocks';
eval { blocks('1x') };
like $@, qr/^'1x' is invalid argument to blocks\(\)/, 'bad section name';
is +(default_object())->block_list->[1]->description, 'two', 'block_list';

__END__
=== one
--- input
abc
--- expected
ABC
--- pattern regexp=i
^a
--- unlike regexp
^a
=== two
--- input: def
--- expected: DEF
--- pattern regexp
^D
--- unlike regexp
^A
=== three
--- input: x
--- pattern regexp: X
--- unlike regexp: Y
--- data eval: [1, { a => 2 }]
--- data2 eval: [1, { a => 2 }]
