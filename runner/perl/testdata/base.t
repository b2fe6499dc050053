use Test::Nginx::Socket;

our $count = blocks();
our $with = blocks('extra');
our @list = blocks('extra');
our @log;
push @log, "first " . first_block->name;
while (my $b = next_block) { push @log, "next " . $b->name }
push @log, "again " . next_block()->name;
push @log, "begun anew " . first_block()->name;
for my $b (blocks) {
    push @log, $b->seq_num . ":" . $b->description . ":" . (defined $b->nosuch ? "set" : "undef") . ":" . scalar(my @l = $b->list);
    push @log, ref($b), ref($b->blocks_object), $b->is_filtered ? "filtered" : "raw";
    push @log, defined $b->original_values->{list} ? $b->original_values->{list} : "none";
}
plan tests => repeat_each() * (blocks() * 2 + 1);

add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value("first_seen", join ",", @_, $block->name);
    $block->set_value("many", "x", "y");
    $block->set_value("none");
    $block->set_value("gone", undef);
    $block->set_value("list_in_scalar", scalar $block->list);
    $block->set_value("all", [$block->list]);
    $block->set_value("name", "renamed " . $block->name);
});
add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value("was", $block->name);
    $block->{poked} = ["directly"];
    $block->set_value("log", join "\n", @log);
});
run_tests();

__DATA__

=== TEST 1: one
The description
of it.

--- list lines chomp
a
b
--- counts eval
join "\n", scalar(@::log), $::count, $::with, scalar(@::list)



=== TEST 2: two
--- extra: 1
