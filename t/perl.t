# Perl as test files use it, checked by Test::More.
use strict;
use warnings;
use Test::Nginx::Socket 'no_plan';

# Strings
my ($n, @list) = (3, 'x', 'y');
my %h = (a => 1, 'b c' => [10, 20], d => { e => 'f' });
is "n=$n @list $list[-1] $h{a} $h{'b c'}[1] $h{d}->{e} @{[ 1 + 1 ]} \$n", 'n=3 x y y 1 20 f 2 $n', 'interpolation';
is qq{a{b}c\tq}, "a{b}c\tq", 'nested delimiters';
is q(\n), '\n', 'q leaves escapes';
is "\x41\x{42}\103\e[0m\cA", "ABC\033[0m\001", 'escapes';
is lc("AbC") . ucfirst("xy") . "\U$list[0]z\E", 'abcXyXZ', 'case';
is 'ab' x 2 . '-' x 3, 'abab---', 'repetition';
is substr("hello", 1, 3), 'ell', 'substr';
is index("hello", "l"), 2, 'index';
is sprintf("%05.2f|%-4s|%x|%03d|%%", 3.14159, 'ab', 255, 7), '03.14|ab  |ff|007|%', 'sprintf';
is join(',', split(/\s*;\s*/, 'a; b ;c')), 'a,b,c', 'split and join';
is scalar(reverse "abc"), 'cba', 'reverse';
is length("\xe4\xf6"), 2, 'bytes';

my $text = <<"ONE" . <<'TWO' . 'end';
n is $n
ONE
n is $n
TWO
is $text, "n is 3\nn is \$n\nend", 'two heredocs on a line';
is <<~X, "in\n  more\n", 'an indented heredoc';
    in
      more
    X

# Numbers
is 7 / 2, 3.5, 'division';
is 7 % 3 + 2 ** 3 - -1, 10, 'precedence';
is int(-3.7) . '|' . 0x1f . '|' . 1_000 . '|' . 1e3, '-3|31|1000|1000', 'literals';
{ no warnings; is "3 apples" + 4, 7, 'a number in front of text' }
is 10 <=> 9, 1, 'by number';
is 10 cmp 9, -1, 'by text';

# Lists and hashes
is join(' ', sort { $b <=> $a } grep { $_ % 2 } map { $_ * 3 } 1 .. 5), '15 9 3', 'sort, grep, map';
is join(' ', map { "$_=$h{$_}" } grep { !ref $h{$_} } sort keys %h), 'a=1', 'keys';
push @list, 'z'; unshift @list, 'w';
is shift(@list) . pop(@list) . @list, 'wz2', 'push, pop, shift, unshift';
is join('', @h{'a', 'a'}, (qw( p q r ))[1, 2]), '11qr', 'slices';
is join(',', splice(@{[1 .. 5]}, 1, 2)), '2,3', 'splice';
ok exists $h{a} && !exists $h{z} && defined $h{d}{e}, 'exists';
is delete $h{a}, 1, 'delete';
my ($first, undef, $third) = (1, 2, 3);
is $first + $third, 4, 'assignment to a list';

# Flow
my $out = '';
for my $i (1 .. 5) {
    next if $i == 2;
    last if $i > 4;
    $out .= $i;
}
is $out, '134', 'next and last';
my $w = 0;
$w++ while $w < 3;
until ($w >= 5) { $w++ }
is $w, 5, 'while, until';
is((5 > 3 ? 'yes' : 'no') . (undef // 'default') . (0 || 'or') . (1 && 'and'), 'yesdefaultorand', 'choices');
unless (0) { pass 'unless' } else { fail 'unless' }
OUTER: for my $a (1 .. 3) { for my $b (1 .. 3) { next OUTER if $b == 2; $out .= "$a$b " } }
is $out, '13411 21 31 ', 'labels';

# Subs
sub add { my ($x, $y) = @_; return $x + ($y // 1) }
is add(1, 2) . add(5), '36', 'arguments';
my @counters = map { my $c = $_; sub { return $c++ } } 1, 10;
$counters[0]->();
is $counters[0]->() . $counters[1]->(), '210', 'closures';
sub context { wantarray ? 'list' : 'scalar' }
is((context())[0] . scalar(context()), 'listscalar', 'wantarray');
our $global = 'out';
sub look { $global }
sub within { local $global = 'in'; look() }
is within() . look(), 'inout', 'local';
sub fact { my $k = shift; $k < 2 ? 1 : $k * fact($k - 1) }
is fact(10), 3628800, 'recursion';

# Patterns
ok 'key = value' =~ /^(\w+)\s*=\s*(?<v>\w+)$/, 'a match';
is "$1 $2 $+{v}", 'key value value', 'what it caught';
(my $s = 'a.b.c') =~ s/\./-/g;
is $s, 'a-b-c', 's///g';
$s =~ s/(\w)-(\w)/uc($1) . $2/e;
is $s, 'Ab-c', 's///e';
is join('|', 'a1b22' =~ /(\d+)/g), '1|22', 'all matches';
my $count = () = 'banana' =~ /a/g;
is $count, 3, 'how many';
(my $t = 'hello') =~ tr/a-y/b-z/;
is $t, 'ifmmp', 'tr';
is 'x' =~ qr/X/i ? 'same' : 'other', 'same', 'qr';
my $re = qr/b+/;
is 'abbbc' =~ /a${re}c/ ? 1 : 0, 1, 'a pattern in a pattern';
is join('', 'aXbX' =~ /\G(\w)X/gc), 'ab', '\G';

# Errors
ok !defined eval { die "gone\n"; 1 }, 'die in eval';
is $@, "gone\n", 'its text';
eval { die { code => 7 } };
is $@->{code}, 7, 'a reference as an error';
is eval '2 + 3', 5, 'eval of a text';
eval 'die at once';
ok $@ =~ /./, 'an error in a text';
like eval { die 'here' } // $@, qr/^here at \S+perl\.t line \d+\.$/, 'where it was';

# The world around
$ENV{NGXTEST_PERL} = 'set';
is `printf "%s" "\$NGXTEST_PERL"`, 'set', 'a command, with our environment';
is system('exit 3;') >> 8, 3, 'its status';
my $file = "/tmp/ngxtest-perl-$$.txt";
open my $fh, '>', $file or die "cannot write $file: $!";
print $fh "one\ntwo\n";
close $fh;
open $fh, '<', $file or die "cannot read $file: $!";
my @lines = <$fh>;
close $fh;
is scalar(@lines) . $lines[1], "2two\n", 'files';
ok -f $file && -s $file == 8, 'file tests';
unlink $file;
ok !-e $file, 'unlink';
like __FILE__ . __LINE__, qr/perl\.t\d+$/, 'where we are';

run_tests();

__DATA__

=== TEST 1: a block must be there
--- config
    location = /t { return 200 "hi\n"; }
--- request
GET /t
--- response_body
hi
