package Helper;
use strict;
sub new { my ($class, %args) = @_; return bless {%args}, $class }
sub get { $_[0]{$_[1]} }
1;
