use lib "lib"; use Helper;
use t::Local 'no_plan';

BEGIN { our $early = "begun"; $ENV{TEST_NGINX_EARLY} ||= "set early"; }
our $kept = t::Local::kept("x");
my $seen = Helper->new(a => 1)->get("a");
our $lex = $seen;
my $object = t::Local->new_one;
$object->color('red');
$object->size(4);
our $described = $object->describe(1, 2) . ' ' . t::Local->new_one->size . (eval { $object->absent } || $@ =~ /^(Method absent in package t::Local must be subclassed) at / ? " $1" : $@);
add_block_preprocessor(sub { my $block = shift; $block->set_value("order", ($block->order // '') . "file ") });

run_tests();

__DATA__

=== sees the module
--- pwd eval: $::exported . $t::Local::hidden . $::early . $::lex . $::kept . $ENV{TEST_NGINX_EARLY}
--- described eval: $::described
--- order: start 
--- made by_module
text
