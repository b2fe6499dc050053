sub show { print scalar(@_), ":", join("|", map { defined $_ ? "<$_>" : "undef" } @_), "\n" }
show(split /,/, "a,b,c"); show(split /,/, "a,b,,c,,"); show(split /,/, "a,b,,c,,", -1); show(split /,/, ",a,b"); show(split /,/, "a,b,c,d", 2);
show(split //, "abc"); show(split //, "abc", 2); show(split //, "abc", -1); show(split / /, " a  b c "); show(split ' ', "  a  b c "); show(split /\s+/, "  a b"); show(split /\s*/, " a b c");
show(split /(,)/, "a,b,c"); show(split /(,)|(-)/, "a,b-c"); show(split /^/, "a\nb\nc\n"); show(split /^/m, "a\nb\n"); show(split /$/m, "a\nb\n");
show(split /b/i, "aBcbd"); show(split "x", "axbxc"); show(split /x/, ""); show(split /x/, "x"); show(split /x/, "xx", -1); show(split /,/, "abc");
$_ = "a b c"; show(split); my ($p, $q) = split /,/, "1,2,3,4"; print "$p $q\n"; my $n = () = split /,/, "a,b,c", -1; print "$n\n"; my $cnt = split /,/, "a,b,c"; print "$cnt\n";
my $sep = "|"; show(split /\Q$sep\E/, "a|b|c"); show(split $sep, "ab"); my $re = qr/\s*;\s*/; show(split $re, "a ; b;c"); my $sp = ' '; show(split $sp, " a b "); show(split /(?=b)/, "abab"); show(split /(a)|b/, "xay"); show(split /(?<=,)/, "a,b,c");
show(map { [split /=/]->[1] } "a=1", "b=2"); show(split /\|/, "a|b"); show(split '\|', "a|b"); show(split /,/ => "x,y"); show(split(/\n/, "l1\nl2\n\nl4\n")); show(split "\n", "l1\n\nl2\n");
show(split /\r\n/, "a\r\nb\r\n"); show(split /=/, "k=v=w", 2); show((split /,/, "a,b,c")[1]); show(split ' ', "one two three", 2); show(split /-/, "--a--b--");
my %h = split /[=;]/, "a=1;b=2"; print join(",", map {"$_$h{$_}"} sort keys %h), "\n"; show(split /\t/, "a\tb\t\tc"); show(split(',', 'x,y,z', 0)); show(split /0/, "10203"); show(scalar(my @x = split /,/, "a,b"));
