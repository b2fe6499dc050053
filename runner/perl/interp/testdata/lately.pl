use strict; use warnings;
# sort by the name of a sub, with a list that begins with a bracket
sub by { $a->{n} <=> $b->{n} }
print join(',', map $_->{n}, sort by { n => 3 }, { n => 1 }), join(',', map $_->{n}, sort by ({ n => 2 }, { n => 1 })), "\n";
# a reference to what a call returns: it is called in list context
sub ctx { wantarray ? 'list' : 'scalar' }
sub none { return }
my $r = \ctx();
print "$$r ${\ ctx()} ${\ main->ctx} ", defined ${\ none()} ? 1 : 0, ref \none(), "\n";
# weak references back up
use Scalar::Util qw(weaken isweak unweaken);
my $up = { kids => [] };
push @{ $up->{kids} }, { up => $up };
weaken($up->{kids}[0]{up});
print isweak($up->{kids}[0]{up}) ? 1 : 0, isweak($up->{kids}) ? 1 : 0, $up->{kids}[0]{up} == $up ? 'same' : 'other', "\n";
my $copy = $up->{kids}[0]{up};
print isweak($copy) ? 1 : 0;
$up->{kids}[0]{up} = $copy;
print isweak($up->{kids}[0]{up}) ? 1 : 0, "\n";
# a DESTROY that does nothing
package Quiet { sub new { bless [], shift } sub DESTROY {} sub AUTOLOAD { our $AUTOLOAD; "auto $AUTOLOAD" } }
print Quiet->new->thing, "\n";
# what is asked for behind || is not made
my %h = (full => [1]);
for my $e (@{ $h{none} || [] }, @{ $h{nil} // [] }, @{ $h{full} || [] }) { print "item $e " }
push @{ $h{more} || [] }, 1;
print join(',', sort keys %h), "\n";
my $scalar = 'x';
$_ .= 'y' for $scalar || 'z';
print "$scalar\n";
# one reference twice
use Data::Dumper;
$Data::Dumper::Indent = 1;
my $list = [1];
print Dumper($list, $list);
# the five parts of uname, kinds of files
use POSIX (); use Fcntl qw(:mode);
my @u = POSIX::uname();
print scalar(@u), $u[0], S_ISDIR((stat '.')[2]) ? 'dir' : 'none', S_ISREG((stat '.')[2]) ? 'file' : 'none', S_IMODE(0100644) == 0644 ? 'mode' : 'no', "\n";
