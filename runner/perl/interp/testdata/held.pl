# Lists that make what they name, lines, loops that are left from afar: what for, map, grep and calls do with what is missing.
sub t { my ($n, $h) = @_; print "$n: ", join(",", sort keys %$h), "\n" } my %h;
for my $x (1 ? $h{tern} : 2) {} t 1, \%h; %h=();
for my $x (($h{par})) {} t 2, \%h; %h=();
for my $x (do { $h{do} }) {} t 3, \%h; %h=();
print "" for $h{mod}; t 4, \%h; %h=();
my @l=(); push @l, $h{push}; t 5, \%h; %h=();
my @s = sort $h{so}, 1;  t 6, \%h; %h=();
my @r=map +($_=>1), $h{map2}; t 7, \%h; %h=();
@r = reverse map { $_ } $h{x} // 1; t 8, \%h; %h=();
for my $x (sort $h{s1}, 2) {} t 9, \%h; %h=();
for my $x (reverse $h{s1}, 2) {} t 10, \%h; %h=();
for my $x (map { $_ } sort $h{s1}, $h{s2}) {} t 11, \%h; %h=();
for my $x (map { $h{$_} } 'in') {} t 12, \%h; %h=();
for my $x (grep { $_ } @h{'a','b'}) {} t 13, \%h; %h=();
for my $x (%h{'a'}) {} t 14, \%h; %h=();
for my $x ($h{a}{b}, $h{c}[1]) {} t 15, \%h; %h=();
for my $x (@{$h{a}}) {} t 16, \%h; %h=();
for my $x (map { 1 } @{$h{b}}) {} t 17, \%h; %h=();
for my $x (grep { 1 } %{$h{b}}) {} t 18, \%h; %h=();
for my $x ($h{a} || $h{b}) {} t 19, \%h; %h=();
for my $x ($h{a} && $h{b}) {} t 20, \%h; %h=();
for my $x (0 ? 1 : $h{q}, 2) {} t 21, \%h; %h=();
@r = map { 1 } 1 ? $h{q} : 1; t 22, \%h; %h=();
my $c = grep { defined } $h{q}; t 23, \%h; %h=();
my @a; for ($a[2], $#a) {} print scalar(@a), "\n"; @a=(); @r = grep {1} @a[1,2]; print scalar(@a), "\n"; @a=(); for (local $h{loc}) {} t 24, \%h;
my $r; for (@$r) {} print ref $r, "\n"; my $q; eval { use strict; my @x = map { $_ } @$q; }; print ref $q, $@, "\n"; my $w; eval { use strict; my @x = grep { $_ } %$w; }; print ref $w, $@, "\n"; 
for my $x ($ENV{NOPE_X}) {} print exists $ENV{NOPE_X} ? "env" : "none", "\n";
@r = map { $_ } $ENV{NOPE_Y}; print exists $ENV{NOPE_Y} ? "env" : "none", "\n";
eval { for my $x ($a[-9]) {} }; print $@;
no strict; use List::Util 'first'; first { 1 } $h{first}; t 25, \%h; %h=();
@r = sort { 1 } map { $_ } $h{z}, 1;  t 26, \%h; %h=(); if (grep { $_ eq 'x' } ($h{p1}, 'y')) {} t 27, \%h; %h=();
for my $x (lc $h{f}, "$h{i}", -$h{n}, [ $h{an} ], { k => $h{ah} }, \$h{ref}) {} t 28, \%h; %h=();
for (my @z = ($h{a})) {} t 29, \%h; for (f($h{arg})) {} sub f { @_ } t 30, \%h; for (scalar $h{sc}) {} t 31, \%h;
{ my ($u, $v); sub none { } none(@$u); none(%$v); print ref $u, ref $v, "\n" }
my @loop; for my $i (1 .. 3) { eval "last if \$i == 2; push \@loop, \$i"; push @loop, "e" . ($@ ? 1 : 0) } print "@loop\n";
eval "last"; print "E:", $@ =~ s/eval \d+/eval N/r; eval "next FOO"; print "E:", $@ =~ s/eval \d+/eval N/r; eval "redo"; print $@ =~ s/eval \d+/eval N/r;
eval { last }; print "B:$@"; eval { no warnings; next LBL }; print "B:$@"; sub stray { last } eval { stray() }; print "C:$@";
for my $i (1, 2) { last for 1 .. 3; print "x$i" } print "\n";
"2024-05 ab" =~ /(?<y>\d+)-(?<m>\d+) (?<x>a)(?<x>b)/; print "@{$-{x}} @{$-{y}} ", join(",", sort keys %-), "\n";
my $name = "down"; sub down { $b <=> $a } print join(" ", sort $name 1, 3, 2), "\n"; my @ret = sort { return $a <=> $b } 2, 1; print "@ret\n"; my $none = sort 3, 2; print defined $none ? "list" : "undef", "\n";
sub has { (caller(0))[4] ? "args" : "none" } sub pass { &has } print has(), &has, pass(), &has(), "\n";
use POSIX (); print POSIX::mktime(0, 0, 0, 1, 0, 70), "\n";
use Data::Dumper; $Data::Dumper::Terse = 1; my ($two, $ten) = (2, 10);
print Dumper("5", "-5", 5, -5, "0", 3.5, 1234567890, 12345678901, $ten / $two, $two ** $ten, $ten ** 2, 1 == 1, $two * 1.5, int(7 / 2));
{ local $Data::Dumper::Useqq = 1; print Dumper("5", "-5", "05", 12345678901, "12345678901", 1e5) }
print __LINE__, "\n";
# line 5
print __LINE__, "\n"; eval { die "x" }; print $@;
eval qq{# line 10 "bar"\ndie "y"}; print $@; eval "#line 99 'baz'\ndie 'z'"; print $@; eval "# line 3 baz.x\ndie 'z'"; print $@;
# line 400 extra words here
 # line 7
print __LINE__, "\n"; print <<X, __LINE__, "\n";
# line 55
X
#line 300
print __LINE__, "\n";
use File::Basename; print basename("a.b.c", qw(.c .b)), basename(".b", ".b"), basename("/x/y.txt", ".txt", ".y"), " ", join("|", fileparse("a.tar.gz", qr/\.gz/, qr/\.tar/)), "\n";
use JSON::PP (); print JSON::PP::encode_json(["\x7f\x1f\xff"]), "\n";
