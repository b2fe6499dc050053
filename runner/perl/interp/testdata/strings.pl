# Strings and the functions on them.
my $s = "Hello, World";
print length($s), " ", uc $s, " ", lc $s, " ", ucfirst(lc $s), " ", lcfirst $s, "\n";
print index($s, "o"), index($s, "o", 5), index($s, "z"), rindex($s, "o"), rindex($s, "o", 7), index($s, ""), index("", "a"), "\n";
print substr($s, 0, 5), "|", substr($s, -5), "|", substr($s, 7, -2), "|", substr($s, -5, 2), "|", substr($s, 3), "\n";
my $t = $s; substr($t, 0, 5) = "HOWDY"; print "$t\n";
substr($t, 0, 5, "Bye"); print "$t\n";
my $r4 = substr($t, -5, 5, "Perl"); print "$r4 $t\n";
{ my $l = "abc"; my $ref = \substr($l, 1, 1); $$ref = "XYZ"; print "$l\n"; }
my $lv = "0123456789"; substr($lv, 2, 3) =~ s/3/three/; print "$lv\n";
print join("|", reverse("abc"), scalar reverse("abc"), scalar reverse("abc", "def")), "\n";
print ord("A"), " ", chr(65), " ", ord(""), " ", chr(255) eq "\xff" ? "ok" : "no", " ", length("\xff\x00"), "\n";
print "abc" x 2, "|", "-" x 0, "|", "-" x -1, "|", join(",", (1, 2) x 2), "|", "ab" x 2.7, "\n";
print quotemeta("a.b*c[d]"), " ", quotemeta("a b_c\n"), "\n";
my $c = "line\n"; chomp $c; chomp(my $d = "x\n\n"); print "[$c][$d]\n";
my $ch = "abc"; my $chopped = chop $ch; print "$ch $chopped\n";
my @l = ("a\n", "b\n", "c"); my $n = chomp(@l); print "@l $n\n";
print join("|", "a" lt "b", "a" lt "B", "abc" eq "abc", "a" ne "b", "b" gt "a", "a" le "a", "a" cmp "a"), "\n";
print "repeat: ", "=" x 10, "\n", 'single $novar\n', "\n", "tab\there", "\n";
print "\x41\x{42}\103\e[0m\a\0|" =~ tr/\0-\x1f//, "\n";
my @a = (1, 2, 3); my %h = (k => 'v', n => { x => [10, 20] });
print "array: @a, elem: $a[1], last: $a[-1] $a[$#a], slice: @a[0,1], hash: $h{k} $h{'k'} @h{'k'}, deep: $h{n}{x}[1] $h{n}->{x}->[0]\n";
print "expr: @{[ 1 + 2 ]} ${\ ($a[0] + 5)} method-ish: $a[0]-x email\@example.com \$5.00 50% $h{n}{x}[0]\n";
my $i = 1; print "index: $a[$i] $a[$i+1] $a[-$i] $h{\"k\"}\n";
print "\Uupper\E \LLOWER\E \uword \lWORD \Qa.b\E $s[0]|\n";
my $var = "x"; print "${var}y $var-y @{a}b $var\[0] $var\{k} ${ var }\n";
print "a" . "b" x 3 . "c", "\n", "10" + "20", "\n", "3 apples" * 2, "\n";
print join(",", map { sprintf "%03d", $_ } 1 .. 3), "\n";
print "ok\n" if "abc" =~ /b/ and "abc" !~ /d/;
print lc("ÀÉ") eq "ÀÉ" ? "bytes\n" : "chars\n";
print ucfirst("élan"), " ", length("é"), "\n";
my $str = "x"; $str .= "y" for 1 .. 5; $str x= 2; print "$str\n";
print "a,b,,c,," =~ tr/,//, " ", ($str =~ tr/a-z/A-Z/r), "\n";
(my $tr = "hello") =~ tr/a-y/b-z/; print "$tr\n";
($tr = "aabbcc") =~ tr/a-c//s; print "$tr\n"; ($tr = "hello world") =~ tr/a-z//cd; print "$tr\n";
($tr = "hello") =~ tr/a-z/A-C/; print "$tr\n"; ($tr = "a-b") =~ tr/a\-b/123/; print "$tr\n"; ($tr = "hello") =~ y/l/L/; print "$tr\n";
my $cnt = ($tr = "banana") =~ tr/a//; print "$cnt\n"; ($tr = "banana") =~ tr/an/x/d; print "$tr\n";
print join("|", sprintf("%vd", "1.22.333"), lc(undef // "U"), "a" . 1 + 2), "\n";
print "pos: ", join(",", map { pos($_) // "u" } "abc"), "\n";
my $h = "aXbXc"; my $p = 0; while ($h =~ /X/g) { print pos($h), " " } print "\n";
print join("|", "abc" | "   ", "AB" ^ "  ", lc "ABC" . "DEF", "z" . "a" lt "b"), "\n";
print <<A . <<"B" . <<'C', "end\n";
a $var
A
b @a
B
c $var @a\n
C
print <<~X;
    indented
      more
    done
    X
print "v: @{[ map { $_ * 2 } @a ]}\n", "nested: @{[ join ',', map { \"<$_>\" } @a ]}\n";
printf("%s-%s\n", "a", "b"); printf STDOUT "%d%%\n", 50;
print "join: ", join("-", 'a' .. 'e'), " ", join(",", 'aa' .. 'ad'), " ", join(",", '01' .. '05'), " ", join(",", 'x' .. 'ab'), "\n";
print ucfirst lc "FOO", "|", "\u\LFOO bar\E|", "a\tb" eq "a	b", "\n";
vec(my $vec, 0, 8) = 65; vec($vec, 1, 8) = 66; print $vec, vec("abc", 1, 8), vec("\x05", 2, 1), "\n";
print "a\\b 'q' \"d\" \$x \@y", q( (nested) parens ), q{a{b}c}, qq[$var [x]], "\n";
print "sprintf: ", sprintf('%2$s %1$s', "w", "h"), "\n";
print "lstrip: '", join("','", map { s/^\s+|\s+$//gr } "  a ", "b  "), "'\n";
