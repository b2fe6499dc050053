my @f = ('%d', '%5d', '%-5d|', '%05d', '%+d', '% d', '%x', '%X', '%#x', '%#X', '%o', '%#o', '%b', '%#b', '%08b', '%e', '%E', '%g', '%G', '%f', '%.2f', '%10.3f', '%-10.3f|', '%010.3f', '%s', '%10s', '%-10s|', '%.2s', '%c', '%u', '%i', '%.0f', '%+.1e', '%#.3g', '%.3d', '%+5d', '%5.1f', '%a');
for my $f (@f) { for my $v (0, 1, -1, 42, 255, 3.14159, -2.5, 1e10, 1e-5, "abc", "12abc", 1234567.891) { next if $f eq '%c' && $v !~ /^\d{1,3}$/; print sprintf($f, $v), ","; } print "\n"; }
print sprintf("%*d|%-*d|%.*f", 6, 42, 6, 42, 2, 3.14159), "\n";
print sprintf("%2\$s %1\$s %s", "a", "b"), "\n";
print sprintf("%vd %vd", "1.2.3", "ABC"), " ", sprintf("%vd", ""), " ", sprintf("%*vX", ":", "abc"), " ", sprintf("%vd", sprintf("%vd", "1.22.333")), "\n";
print sprintf("%%|%5%|%z|%s", "x"), "|", sprintf("%s"), "|", sprintf("%d", undef), "|", sprintf("%s %s", "a"), "\n";
print sprintf("%ld %lld %hd %qd %lu %lx", 1, 2, 3, 4, 5, 255), "\n";
print sprintf("%d %d %d", "0x1f", "1e3", 1e3), " ", sprintf("%d", 3000000000), " ", sprintf("%d", -3000000000.7), " ", sprintf("%u", -1), " ", sprintf("%x", -1), "\n";
print sprintf("%s %s %s", 1e1000, -1e1000, 1e15), " ", sprintf("%d", "inf" eq "x"), " ", sprintf("%.15g", 0.1), " ", sprintf("%.17g", 0.1), " ", sprintf("%g", 100000), " ", sprintf("%g", 1000000), " ", sprintf("%g", 0.0001), " ", sprintf("%g", 0.00001), "\n";
print sprintf("%03s|%-03d|%+s|%05s|%5s|%-5s|", 5, 5, "x", "ab", "abcdefg", "ab"), "\n";
print sprintf("%.0f %.0f %.0f %.0f", 0.5, 1.5, 2.5, -0.5), " ", sprintf("%.1f", 0.25), " ", sprintf("%.2f", 1.005), " ", sprintf("%5.2f%%", 45.678), "\n";
print sprintf("%s", [1]) =~ /^ARRAY\(0x[0-9a-f]+\)$/ ? "ok" : "no", " ", sprintf("%s", sub {}) =~ /^CODE/ ? "ok" : "no", " ", sprintf('%s', qr/a/i), "\n";
print sprintf("%c%c%c", 72, 105, 33), " ", sprintf("%5c|%-5c|", 65, 66), " ", sprintf("%b", 10), " ", sprintf("%032b", 3735928559), " ", sprintf("%o", 8), " ", sprintf("%#o", 0), "\n";
print sprintf("%e", 12345.678), " ", sprintf("%.10e", 1/3), " ", sprintf("%G", 1e-10), " ", sprintf("%g", 1e100), " ", sprintf("%.3g", 1234567), " ", sprintf("%#g", 1), "\n";
my @args = ("%s-%s", 1, 2); print sprintf($args[0], @args[1, 2]), " ", sprintf('%s' x 3, 1, 2, 3), "\n";
