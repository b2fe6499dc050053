package t::Local;

use Test::Nginx::Socket::Lua -Base;

repeat_each(3);
no_shuffle;

our $exported = "exported ";
our $hidden = "hidden ";
our @EXPORT = qw($exported);

sub kept () {
    return "kept @_ ";
}

field 'color';
field size => 3;
const kind => 'local';
stub 'absent';
stub 'kept';

sub new_one {
    return bless { made => $self }, $self;
}

sub describe {
    return join ",", @_, $self->{made}, $self->kind, $self->size, $self->color;
}

sub Test::Base::Filter::by_module {
    my ($self, $text) = @_;
    return ref($self) . " made $text";
}

add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value("order", $block->order . "module ");
    $block->set_value("http_config", "from module") unless defined $block->http_config;
});

1;
