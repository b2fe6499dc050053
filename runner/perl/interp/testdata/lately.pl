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
