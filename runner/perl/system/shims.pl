#line 1 "ngxtest/shims.pl"
package ngxtest;

# ---- native subs under their names ----

sub define {
    my ($packages) = @_;
    no strict 'refs';
    no warnings;
    my @aliases;
    for my $package (sort keys %$packages) {
        my $about = $packages->{$package};
        for my $list (qw(EXPORT EXPORT_OK ISA)) { @{"${package}::$list"} = @{ $about->{$list} } unless @{"${package}::$list"} }
        %{"${package}::EXPORT_TAGS"} = %{ $about->{EXPORT_TAGS} } unless %{"${package}::EXPORT_TAGS"};
        ${"${package}::VERSION"} = $about->{VERSION} if defined $about->{VERSION} && !defined ${"${package}::VERSION"};
        for my $name (keys %{ $about->{subs} }) {
            my ($proto, $full) = @{ $about->{subs}{$name} };
            next if defined &{"${package}::$name"} || $name eq 'AUTOLOAD';
            if (defined $full) { push @aliases, ["${package}::$name", $full]; next }
            stub("${package}::$name", $proto);
        }
    }
    for (@aliases) {
        my ($name, $full) = @$_;
        stub($full, undef) unless defined &$full;
        *$name = \&$full;
    }
}

our (%stub_name, %assign);

sub stub {
    my ($name, $proto) = @_;
    no strict 'refs';
    no warnings;
    my $code = sub { call($name, wantarray, \@_) };
    $stub_name{Scalar::Util::refaddr($code)} = $name;
    &Scalar::Util::set_prototype($code, $proto) if defined $proto;
    # A sub that another package puts there would take the place of perl's own function of its name: join, reverse, ...
    (my $package = $name) =~ s/::\w+\z//;
    ($assign{$package} ||= evaluate("package $package; sub { no strict 'refs'; *{\$_[0]} = \$_[1] }"))->($name, $code);
}

# named is a sub, by its name where it only calls a native one.
sub named {
    my ($code) = @_;
    return $code && ($stub_name{Scalar::Util::refaddr($code)} || $code);
}

sub function {
    my ($name) = @_;
    no strict 'refs';
    return defined &$name ? named(\&$name) : undef;
}

sub method { my ($class, $name) = @_; return named($class->can($name) || undef) }

sub with_topic {
    my ($code, $topic, @in) = @_;
    local $_ = $topic;
    my @out = $code->(@in);
    return ($_, @out);
}

# ---- modules ----

our %loading; # the files with -Base that are being read, by name: their lines, and how many of them were handed out

# find_module is in front of @INC: our own modules, and those that use -Base.
sub find_module {
    my ($self, $file) = @_;
    (my $name = $file) =~ s{/}{::}g;
    if ($name =~ s/\.pm\z// && $mine{$name}) {
        $INC{$file} = "(built in)/$file";
        call('ngxtest::module', 0, [$name]);
        return one_line();
    }
    for my $dir (@INC) {
        next if ref $dir;
        my $path = "$dir/$file";
        next unless -f $path;
        open my $in, '<', $path or return;
        my $text = do { local $/; <$in> };
        return unless defined $text && $text =~ /^\s*use\s+[\w:]+.*-[Bb]ase\b/m;
        my @lines = split /^/, $text;
        $INC{$file} = $path;
        my $reading = $loading{$path} = { lines => \@lines };
        unshift @lines, qq{#line 1 "$path"\n};
        return sub {
            if (!@{ $reading->{lines} }) { delete $loading{$path}; return 0 }
            $_ = shift @{ $reading->{lines} };
            return 1;
        };
    }
    return;
}

sub one_line {
    my $done = 0;
    return sub { return 0 if $done++; $_ = "1;\n"; return 1 };
}

# lacking_module is behind all of @INC: what perl comes with where more than its base is installed.
sub lacking_module {
    my ($self, $file) = @_;
    (my $name = $file) =~ s{/}{::}g;
    return unless $name =~ s/\.pm\z//;
    if ($name =~ /\A(?:if|diagnostics|experimental|filetest|less|mro|sort|version)\z/) { $INC{$file} = "(built in)/$file"; return one_line() }
    my ($packages) = call('ngxtest::module', 1, [$name]);
    return unless $packages;
    $INC{$file} = "(built in)/$file";
    define($packages);
    no strict 'refs';
    no warnings;
    if (@{"${name}::EXPORT"} || @{"${name}::EXPORT_OK"}) { require Exporter; *{"${name}::import"} = \&Exporter::import }
    return one_line();
}

sub if::import { if::work(import => @_) }
sub if::unimport { if::work(unimport => @_) }
sub if::work {
    my ($method, undef, $condition, $module, @args) = @_;
    return unless $condition;
    (my $file = "$module.pm") =~ s{::}{/}g;
    require $file;
    my $code = $module->can($method) or return;
    @_ = ($module, @args);
    goto &$code;
}

sub in_front {
    @INC = (\&find_module, (grep !(ref && ($_ == \&find_module || $_ == \&lacking_module)), @INC), \&lacking_module);
}

# ---- import ----

sub bases { # a class and all those it is made from, depth first
    my ($class, $seen) = @_;
    return if grep $_ eq $class, @$seen;
    push @$seen, $class;
    no strict 'refs';
    bases($_, $seen) for @{"${class}::ISA"};
}

sub alias {
    my ($from, $into, $name) = @_;
    no strict 'refs';
    no warnings;
    my $sigil = $name =~ s/^([\$\@%&])// ? $1 : '&';
    *{"${into}::$name"} = $sigil eq '$' ? \${"${from}::$name"} : $sigil eq '@' ? \@{"${from}::$name"}
        : $sigil eq '%' ? \%{"${from}::$name"} : \&{"${from}::$name"};
}

# Spiffy's import and Test::Base's together.
sub Test::Base::import {
    my ($class, @args) = @_;
    my ($caller, $file) = caller;
    my ($is_base, $rewrite, @rest);
    while (@args) {
        my $arg = shift @args;
        if (defined $arg && lc $arg eq '-base') { $is_base = 1; $rewrite = 1 if $arg eq '-Base' }
        elsif (defined $arg && $arg eq '-package') { $caller = shift @args }
        else { push @rest, $arg }
    }
    call('ngxtest::used', undef, [$is_base ? $caller : $class, $class]);
    Test::More::plan(@rest) if !$is_base && @rest;
    no strict 'refs';
    no warnings;
    push @{"${caller}::ISA"}, $class if $is_base;
    if ($rewrite && $loading{$file}) {
        my $lines = $loading{$file}{lines};
        @$lines = split /^/, call('ngxtest::spiffy', 0, [join '', @$lines]);
    }
    bases($class, \my @from);
    for my $from (@from) {
        my @names = @{"${from}::EXPORT"};
        push @names, qw(field const stub super) if $is_base && $from eq 'Spiffy';
        for my $name (@names) {
            if ($name !~ /^[\$\@%]/) {
                (my $bare = $name) =~ s/^&//;
                next if defined &{"${caller}::$bare"} || !defined &{"${from}::$bare"};
            }
            alias($from, $caller, $name);
        }
    }
    strict->import;
    warnings->import;
}

sub Test::More::import {
    my ($class, @args) = @_;
    my $caller = caller;
    no strict 'refs';
    my @names = @{"${class}::EXPORT"};
    my @rest;
    while (@args) {
        my $arg = shift @args;
        if (defined $arg && $arg eq 'import') { my $list = shift @args; @names = @$list if ref $list }
        else { push @rest, $arg }
    }
    alias($class, $caller, $_) for @names;
    Test::More::plan(@rest) if @rest;
}
*Test::Simple::import = \&Test::More::import;

sub names_import {
    my ($class, @names) = @_;
    my $caller = caller;
    no strict 'refs';
    alias($class, $caller, $_) for @names ? @names : @{"${class}::EXPORT"};
}
*Test::Nginx::Util::import = \&names_import;
*Test::LongString::import = \&names_import;

# ---- Test::More, where it looks into the program ----

sub Test::More::can_ok ($@) {
    my ($what, @methods) = @_;
    my $class = ref $what || $what;
    my @lacks = grep !$class->can($_), @methods;
    my $ok = Test::More::ok(!@lacks, @methods == 1 ? "$class->can('$methods[0]')" : "$class->can(...)");
    Test::More::diag(join "\n", map "    $class->can('$_') failed", @lacks);
    return $ok;
}

sub Test::More::isa_ok ($;$$) {
    my ($what, $class, $name) = @_;
    my ($is, $isnt);
    my $ok = 0;
    if (!defined $what) { ($is, $isnt) = ('undef', "undef isn't defined") }
    elsif (Scalar::Util::blessed($what)) {
        ($is, $isnt) = ("An object of class '" . ref($what) . "'", "The object of class '" . ref($what) . "' isn't a '$class'");
        $ok = $what->isa($class);
    }
    elsif (ref $what) {
        ($is, $isnt) = ("A reference of type '" . ref($what) . "'", "The reference of type '" . ref($what) . "' isn't a '$class'");
        $ok = ref $what eq $class;
    }
    else {
        $is = "The class (or class-like) '$what'";
        $isnt = "$is isn't a '$class'";
        $ok = $what->isa($class);
    }
    if (defined $name) {
        $is = "'$name'";
        $isnt = defined $what ? "$is isn't a '$class'" : "$is isn't defined";
    }
    my $passed = Test::More::ok($ok, "$is isa '$class'");
    Test::More::diag("    $isnt") unless $passed;
    return $passed;
}

sub Test::More::new_ok {
    my ($class, $args) = @_;
    my $object = $class->new(@{ $args || [] });
    Test::More::isa_ok($object, $class);
    return $object;
}

sub loads {
    my ($verb, $module) = @_;
    my $package = (place())[0];
    my $ok = do { local ($@, $!); my $fine = evaluate("package $package; $verb $module; 1"); $fine ? undef : $@ };
    my $passed = Test::More::ok(!defined $ok, "$verb $module;");
    Test::More::diag("    Tried to $verb '$module'.\n    Error:  $ok") if defined $ok;
    return $passed;
}
sub Test::More::use_ok ($;@) { loads('use', $_[0]) }
sub Test::More::require_ok ($) { loads('require', $_[0]) }

# ---- Test::Base's blocks and Spiffy ----

package Test::Base::Block;

our $AUTOLOAD;

sub new { return bless {}, shift }

sub section {
    my ($self, $name, @value) = @_;
    my $values = ref $self ? $self->{$name} : undef;
    ngxtest::complain("Not allowed to set values for '$name'") if @value && ref $self && exists $self->{$name};
    return wantarray ? (ref $values eq 'ARRAY' ? @$values : ()) : ref $values eq 'ARRAY' ? $values->[0] : undef;
}

sub name { my $self = shift; section($self, 'name', @_) }
sub description { my $self = shift; section($self, 'description', @_) }

for my $name (qw(seq_num is_filtered blocks_object original_values)) {
    no strict 'refs';
    *$name = sub { my $self = shift; $self->{$name} = shift if @_; $self->{$name} };
}

sub AUTOLOAD {
    my $self = shift;
    (my $name = $AUTOLOAD) =~ s/.*:://;
    section($self, $name, @_);
}

sub set_value {
    my ($self, $name, @values) = @_;
    return $self->{$name} = \@values;
}

sub block_accessor { }
sub DESTROY { }

package Test::Base::Filter;

our $arguments;
sub new { return bless {}, shift }
sub current_block { return $_[0]{current_block} }

package Spiffy;

sub field {
    my $package = caller;
    my ($name, $preset, @more) = @_;
    ngxtest::complain('field with options is not supported') if @more || $name =~ /^-/;
    no strict 'refs';
    return if defined &{"${package}::$name"};
    *{"${package}::$name"} = sub {
        my $self = shift;
        if (@_) { $self->{$name} = shift }
        elsif (defined $preset && !exists $self->{$name}) {
            $self->{$name} = ref $preset eq 'ARRAY' ? [@$preset] : ref $preset eq 'HASH' ? {%$preset} : $preset;
        }
        return $self->{$name};
    };
}

sub const {
    my $package = caller;
    my ($name, $value) = @_;
    no strict 'refs';
    *{"${package}::$name"} = sub { $value } unless defined &{"${package}::$name"};
}

sub super { ngxtest::complain("Spiffy's super is not supported") }

sub stub {
    my $package = caller;
    my $name = shift;
    no strict 'refs';
    *{"${package}::$name"} = sub { require Carp; Carp::confess("Method $name in package $package must be subclassed") }
        unless defined &{"${package}::$name"};
}

package Test::Nginx::Util;

our $AUTOLOAD;
sub AUTOLOAD { ngxtest::complain("the function $AUTOLOAD is not supported") }
sub DESTROY { }

package Test::Nginx::Socket;

our $AUTOLOAD;
sub AUTOLOAD { ngxtest::complain("the function $AUTOLOAD is not supported") }
sub DESTROY { }

# Test::Nginx::LWP has variables of Test::Nginx::Util under its own name.
{
    no strict 'refs';
    *{"Test::Nginx::LWP::$_"} = \${"Test::Nginx::Util::$_"}
        for qw(RepeatEach ServerPort ServerPortForClient ServRoot ConfFile PidFile NoNginxManager);
}

package ngxtest;

sub complain {
    my ($message) = @_;
    my (undef, $file, $line) = place();
    die "$message at $file line $line.\n";
}

BEGIN { require lib }

if (receive() eq 'B') {
    my ($start, $packages) = (dec(), dec());
    my ($scalars, $arrays, $modules, $behind);
    ($scalars, $arrays, $modules, $behind, $script) = @$start;
    @scalars = @$scalars;
    @arrays = @$arrays;
    %mine = map { $_ => 1 } @$modules;
    %env = %ENV;
    $0 = $script;
    define($packages);
    push @INC, @$behind;
    in_front();
    my $import = \&lib::import;
    no warnings;
    *lib::import = sub { &$import; in_front() };
    $running = 1;
}
INIT { eval q{END { ngxtest::over() }} }

1;
