#line 1 "ngxtest/boot.pl"
package ngxtest;

# What evaluates a text stands first, where it has no variable and no pragma in sight.
sub evaluate { eval(shift) }

use strict;
use warnings;
no warnings 'once';
BEGIN { require Scalar::Util; require re; }

our ($from, $to, $pid, $exited, $death, $running);
our (@scalars, @arrays, %mine, @behind, $script);
our (@codes, %code_id, @objects, %object_id);             # of this side, by number and by address
our (@theirs, %their_code_id, @their_objects, %their_id, %their_content);
our (%env, %vars);

BEGIN {
    open $to, '>&=4' or die "no pipe to ngxtest: $!";
    binmode $to;
    require Fcntl;
    fcntl $_, Fcntl::F_SETFD(), Fcntl::FD_CLOEXEC() for $from, $to;
    $pid = $$;
    $| = 1;
}

# ---- values as bytes ----

sub text { # a string in the letter that fits it
    my $s = "$_[0]";
    return 's' . pack('N', length $s) . $s if !utf8::is_utf8($s) || utf8::downgrade($s, 1);
    utf8::encode($s);
    return 'w' . pack('N', length $s) . $s;
}

our ($met, $depth) = ({}, 0);

sub enc {
    my ($v) = @_;
    return 'u' unless defined $v;
    if (ref $v) {
        return 'u' if $depth > 50;
        local $depth = $depth + 1;
        my $at = Scalar::Util::refaddr($v);
        my $type = Scalar::Util::reftype($v);
        if ($type eq 'CODE') {
            return 'k' . pack('N', $their_code_id{$at}) if exists $their_code_id{$at};
            if (!exists $code_id{$at}) { push @codes, $v; $code_id{$at} = $#codes }
            return 'c' . pack('N', $code_id{$at});
        }
        if (exists $their_id{$at}) {
            $met->{$their_id{$at}} = 1;
            return 'b' . pack('N', $their_id{$at});
        }
        if (re::is_regexp($v)) {
            my ($pattern) = re::regexp_pattern($v);
            my ($flags) = scalar(re::regexp_pattern($v)) =~ /\A\(\?\^?([a-z]*)/;
            $flags =~ tr/msixna//cd;
            return 'q' . text($pattern) . text($flags);
        }
        if (defined(my $class = Scalar::Util::blessed($v))) {
            if (!exists $object_id{$at}) { push @objects, $v; $object_id{$at} = $#objects }
            return 'o' . pack('N', $object_id{$at}) . text($class) . content($v, $type);
        }
        return content($v, $type);
    }
    my $number = do { no warnings; my $n = $v; !utf8::is_utf8($n) && length $n && length $n < 32 && ($n ^ $n) eq '0' };
    return 'n' . pack('N', length $v) . $v if $number;
    return text($v);
}

sub content {
    my ($v, $type) = @_;
    return 'a' . pack('N', scalar @$v) . join '', map enc($_), @$v if $type eq 'ARRAY';
    return 'h' . pack('N', scalar keys %$v) . join '', map { text($_) . enc($v->{$_}) } sort keys %$v if $type eq 'HASH';
    return 'r' . enc($$v) if $type eq 'SCALAR' || $type eq 'REF' || $type eq 'LVALUE' || $type eq 'VSTRING';
    return text($type eq 'GLOB' ? '' . *$v : $type);
}

our ($buf, $pos);

sub dec {
    my $c = substr $buf, $pos++, 1;
    return undef if $c eq 'u';
    return \(my $v = dec()) if $c eq 'r';
    if ($c eq 'q') {
        my ($pattern, $flags) = (dec(), dec());
        our %qr;
        return $qr{"$flags/$pattern"} ||= eval "qr/\$pattern/$flags" || die "the pattern $pattern: $@";
    }
    my $n = unpack 'N', substr $buf, $pos, 4;
    $pos += 4;
    if ($c eq 's' || $c eq 'w' || $c eq 'n') {
        my $s = substr $buf, $pos, $n;
        $pos += $n;
        return $s if $c eq 's';
        return 0 + $s if $c eq 'n';
        utf8::decode($s);
        return $s;
    }
    if ($c eq 'a') { my @a; push @a, scalar dec() for 1 .. $n; return \@a }
    if ($c eq 'h') { my %h; for (1 .. $n) { my $k = dec(); $h{$k} = dec() } return \%h }
    return $codes[$n] if $c eq 'c';
    if ($c eq 'o') { dec(); dec(); return $objects[$n] }
    if ($c eq 'k') {
        if (!$theirs[$n]) {
            $theirs[$n] = sub { call("ngxtest::code $n", wantarray, \@_) };
            $their_code_id{Scalar::Util::refaddr($theirs[$n])} = $n;
        }
        return $theirs[$n];
    }
    my $class = dec();
    my $type = substr $buf, $pos++, 1;
    if (!$their_objects[$n]) {
        my $o = bless $type eq 'a' ? [] : $type eq 'h' ? {} : \(my $x), $class;
        $their_objects[$n] = $o;
        $their_id{Scalar::Util::refaddr($o)} = $n;
        $their_content{$n} = '';
    }
    return $their_objects[$n];
}

# ---- messages ----

sub quick { # whether two values are the same string or undef
    my ($x, $y) = @_;
    return !ref $y && !ref $x && (defined $x ? defined $y && $x eq $y : !defined $y);
}

sub say_ {
    my ($kind, $rest) = @_;
    CORE::exit(0) if $$ != $pid; # a child of the file that has run into what is its parent's
    my $message = text($kind);
    my $changed = '';
    my $n = 0;
    for my $k (keys %ENV) {
        next if exists $env{$k} && quick($env{$k}, $ENV{$k});
        $env{$k} = $ENV{$k};
        $changed .= text($k) . (defined $ENV{$k} ? text($ENV{$k}) : text(''));
        $n++;
    }
    for my $k (keys %env) {
        next if exists $ENV{$k};
        delete $env{$k};
        $changed .= text($k) . 'u';
        $n++;
    }
    $message .= 'h' . pack('N', $n) . $changed;
    ($changed, $n) = ('', 0);
    no strict 'refs';
    for my $name (@scalars) {
        my $v = ${$name};
        next if exists $vars{$name} && quick($vars{$name}[0], $v);
        my $e = enc($v);
        next if exists $vars{$name} && $vars{$name}[1] eq $e;
        $vars{$name} = [$v, $e];
        $changed .= text($name) . $e;
        $n++;
    }
    for my $name (@arrays) {
        my $e = enc(\@{$name});
        next if exists $vars{"\@$name"} && $vars{"\@$name"} eq $e;
        $vars{"\@$name"} = $e;
        $changed .= text("\@$name") . $e;
        $n++;
    }
    $message .= 'a' . pack('N', 2 * $n) . $changed;
    ($changed, $n) = ('', 0);
    my @todo = keys %$met;
    my %seen = map { $_ => 1 } @todo;
    while (@todo) {
        my $id = shift @todo;
        my $o = $their_objects[$id];
        my $e = do { local $met = {}; my $x = content($o, Scalar::Util::reftype($o)); push @todo, grep !$seen{$_}++, keys %$met; $x };
        next if $their_content{$id} eq $e;
        $their_content{$id} = $e;
        $changed .= enc(0 + $id) . $e;
        $n++;
    }
    $met = {};
    send_($message . 'a' . pack('N', 2 * $n) . $changed . $rest);
}

sub send_ {
    my $frame = 'NX' . pack('N', length $_[0]) . $_[0];
    my $at = 0;
    while ($at < length $frame) {
        my $n = syswrite $to, $frame, length($frame) - $at, $at;
        next if !defined $n && $!{EINTR};
        gone() unless $n;
        $at += $n;
    }
}

sub gone { kill 9, $$ } # ngxtest has ended, and there is nobody left to run for

sub fetch {
    my ($n) = @_;
    my $s = '';
    while (length $s < $n) {
        my $got = sysread $from, $s, $n - length $s, length $s;
        next if !defined $got && $!{EINTR};
        gone() unless $got;
    }
    return $s;
}

sub receive { # the next message: its kind; the rest is for dec
    my $head = fetch(6);
    $buf = fetch(unpack 'x2N', $head);
    $pos = 0;
    my $kind = dec();
    my $changes = dec();
    for my $k (keys %$changes) {
        if (defined $changes->{$k}) { $ENV{$k} = $env{$k} = $changes->{$k} }
        else { delete $ENV{$k}; delete $env{$k} }
    }
    my $vars = dec();
    no strict 'refs';
    while (@$vars) {
        my ($name, $v) = splice @$vars, 0, 2;
        if ($name =~ /^\@(.*)/) { @{$1} = @$v; $vars{$name} = enc($v) }
        else { ${$name} = $v; $vars{$name} = [$v, enc($v)] }
    }
    my $contents = dec();
    while (@$contents) {
        my ($o, $v) = splice @$contents, 0, 2;
        my $type = Scalar::Util::reftype($o);
        if ($type eq 'HASH') { %$o = %$v }
        elsif ($type eq 'ARRAY') { @$o = @$v }
        else { $$o = $$v }
        $their_content{$their_id{Scalar::Util::refaddr($o)}} = content($o, $type);
    }
    $met = {};
    return $kind;
}

# place is the nearest caller that is no shim: package, file and line.
sub place {
    my $i = 0;
    while (my @c = caller $i++) {
        return @c[0 .. 2] if $c[1] !~ m{^ngxtest/};
    }
    return ('main', $script, 0);
}

# call calls a native sub of ngxtest.
sub call {
    my ($name, $want, $args) = @_;
    die "$name was called in a child process of the test file, which can only be done in the file itself\n" if $$ != $pid;
    my @place = place();
    my $todo = do { no strict 'refs'; ${"$place[0]::TODO"} };
    local ($@, $!);
    my $rest = text($name) . enc($want ? 2 : defined $want ? 1 : 0) . text($place[0]) . text($place[1]) . enc(0 + $place[2])
        . enc($todo) . enc($args);
    if ($name =~ /::(?:run\w*|\w*blocks?|block_list)\z/) { $met->{$_} = 1 for 0 .. $#their_objects } # code of the file may have changed any
    say_('C', $rest);
    my @got = answer();
    return $want ? @got : $got[-1];
}

# answer does what ngxtest asks for until it says what has come of a call.
sub answer {
    while (1) {
        my $kind = receive();
        if ($kind eq 'R') { return @{ dec() } }
        elsif ($kind eq 'D') { die scalar dec() }
        elsif ($kind eq 'X') { leave(dec()) }
        elsif ($kind eq 'L') { my $label = dec(); no warnings; last TODO if $label eq 'TODO'; last SKIP }
        elsif ($kind eq 'I') {
            my ($id, $want, $args) = (dec(), dec(), dec());
            my $code = $codes[$id];
            my @objects = grep { ref && exists $their_id{Scalar::Util::refaddr($_)} } @$args;
            result($want, sub { $code->(@$args) }, @objects);
        }
        elsif ($kind eq 'S') {
            my ($text, $package, $file, $line, $strict, $want) = map scalar(dec()), 1 .. 6;
            my $place = $file eq '' ? '#line 1' : qq{#line $line "$file"};
            $strict = $strict ? 'use strict; ' : '';
            result($want, sub {
                my @got = wantarray ? evaluate("package $package; $strict\n$place\n$text") : scalar evaluate("package $package; $strict\n$place\n$text");
                die $@ if ref $@ || length $@;
                return wantarray ? @got : $got[0];
            });
        }
    }
}

sub result {
    my ($want, $code, @objects) = @_;
    my (@got, $error);
    {
        local ($@, $_);
        my $ok = eval {
            if ($want == 2) { @got = $code->() } elsif ($want == 1) { $got[0] = $code->() } else { $code->() }
            1;
        };
        $error = $@ unless $ok;
    }
    my $kind = defined $error ? 'D' : 'R';
    my $rest = defined $error ? enc($error) : enc(\@got);
    $met->{$their_id{Scalar::Util::refaddr($_)}} = 1 for @objects;
    say_($kind, $rest);
}

# ---- how the program ends ----

sub leave { $exited = 1; CORE::exit($_[0]) }

BEGIN { *CORE::GLOBAL::exit = sub (;$) { $exited = 1 if $$ == $pid; CORE::exit(@_ ? $_[0] : 0) } }

sub over { # in front of all other END blocks
    return if $$ != $pid || !$running;
    $running = 0;
    my $status = $?;
    say_('E', enc(0 + $status) . enc($exited ? 1 : 0) . text(!$exited && $status && defined $death ? "$death" : ''));
    answer();
    $? = $status;
}

sub last_word { # behind them
    return if $$ != $pid;
    over();
    say_('Z', enc(0 + $?) . enc($exited ? 1 : 0));
}

$SIG{__DIE__} = sub { $death = $_[0] };
$SIG{XCPU} = sub {
    my @place = place();
    say_('T', text($place[1]) . enc(0 + $place[2]));
    kill 9, $$;
};

END { ngxtest::last_word() }
