use Test::Nginx::Socket 'no_plan';

sub tail { return "main wins over the built-in: @_" }
sub mapped { map { "<$_>" } @_ }
sub munge { s/a/b/g }
sub number { $_ .= "munged"; return 42 }
sub nothing { $_ = "still here"; return }
sub many { return ("one", "two") }
sub args { my $a = filter_arguments; return defined $a ? "args<$a>" : "none" }
our $G = 'glob';
filters { via_map => [qw(chomp upper)], one => 'chomp' };
filters 'mark';
sub mark { return @_ }
sub upper { uc $_[0] }
sub Test::Base::Filter::method { my ($self, @v) = @_; return map { "method($_)" } @v }
sub Test::Base::Filter::with_args { my $self = shift; my $a = $self->current_arguments; return defined $a ? "$a" : "undef" }
sub Test::Base::Filter::block_name { my $self = shift; return $self->current_block->name }
run_tests();

__DATA__

=== TEST 1: text
--- mapped mapped
x
--- munged munge
banana
--- number number
zzz
--- nothing nothing
zzz
--- many many
--- args args=a,b
--- args_none args
--- via_map
up
--- via_map_minus chomp -chomp

kept

--- one
chomped
--- one_off -chomp
not chomped
--- method method
x
--- with_args with_args=a\sb\tc\qd
--- with_no_args with_args
--- block_name block_name
--- chomp chomp
a

--- chomp_twice chomp chomp
a
--- chop chop
ab
--- unchomp unchomp
ab
--- append append=>\n
x
--- append_chomped chomp append=.
x
--- prepend prepend=-->\s
x
--- norm -trim norm
x
--- plus +chomp append=y
x
--- escape escape
\a\t\x41\101\n\\\"\q\c\Lx $y @z
--- strict strict
print 1;
--- base64_encode base64_encode
hello, this is a text that is long enough for base64 to need more than one line of seventy-six characters
--- base64_decode base64_decode
aGVs bG8=
--- base64_junk base64_decode
a-G_V%sbG8
--- read_file read_file
testfile.txt
--- regexp regexp
a.c
--- regexp_i regexp=i
a.c
--- regexp_lines regexp
a.c # comment
b
--- regexp_interp regexp
^$::G\.x
--- eval eval
1 + 1
--- eval_list eval
(1, 2)
--- eval_twice eval eval
"1 + " . "2"
--- eval_stdout eval_stdout
print "out"; print STDERR "err"; print "put"
--- eval_stderr eval_stderr
print STDERR "err"; warn "warned\n"
--- eval_all eval_all array
print "out"; warn "w\n"; die "d\n"
--- eval_all_ok eval_all array
print "out"; 5
--- eval_array eval array
(1, 2, 3)



=== TEST 2: lists
--- lines lines
a
b
--- lines_empty lines array
--- lines_array lines array
a
b
--- lines_open lines chomp array
a

b
--- join lines chomp join
a
b
--- join_comma lines chomp join=,\s
a
b
--- split split array
 a b  c
--- split_re split=/[,;]/ array
a,b;c,,
--- split_str split=, array
a,b
--- split_dot split=. array
a.b
--- split_space chomp split=\s array
 a b  c
--- split_join split join=|
a b
--- sort lines chomp sort array
10
9
b
a
--- reverse lines chomp reverse array
a
b
--- head lines head array
a
b
--- head2 lines head=2 array
a
b
c
--- head9 lines head=9 array
a
--- tail lines tail
a
b
--- tail2 lines tail=2
a
b
c
--- slice1 lines chomp slice=1 array
a
b
c
--- slice12 lines chomp slice=1,2 array
a
b
c
d
--- hash chomp split hash
a 1 b 2
--- array array
x
--- flatten_hash eval flatten array
{ b => 1, a => [2] }
--- flatten_array eval flatten array
[3, 4]
--- deep_join eval Join array
([["a", "b"], ["c"]], [["d"]])
--- deep_sort eval Sort array
([["b", "a"], ["c"]], [["e", "d"]])
--- deep_reverse eval Reverse array
(["b", "a"], ["c"])
--- deep_split eval Split array
["a b", "c"]
--- chomp_list lines chomp array
a
b
--- chop_list lines chop chop array
ab
cd
--- unchomp_list lines unchomp array
a
b
--- append_list lines chomp append=! array
a
b



=== TEST 3: data
--- yaml yaml
a: 1
b: [x, 'y y', ~, "q\n"]
c:
  d: true
  e: null
  f: |
    text
    more
--- yaml_list yaml
- 1
- 2.50
- 0x10
--- yaml_empty yaml array
--- dumper eval dumper
{ b => [1, "two", "3.5", undef, "it's", -4, "007"], a => { "k-k" => \"s" }, 5 => "" }
--- dumper_many eval dumper
("x", ["y"])
--- dumper_code eval dumper
[1e3, "a\nb", 1.5]
--- write_file write_file=t/out/w.txt
written
--- written read_file
t/out/w.txt
