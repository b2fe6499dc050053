#!/usr/bin/perl
# Runs the patterns of testdata/*.txt through this perl and writes what it found back into the files.
#
#   perl testdata/record.pl testdata/*.txt
#
# The files were recorded with perl 5.36. In them
#
#   # text                  is a comment
#   /PATTERN/FLAGS          begins a case; a byte that is not printable ASCII is written {{hex}}
#     |SUBJECT| no          the subject does not match
#     |SUBJECT| 0-4 1-2 -   it does: offsets of the match and of every group, '-' for one that took no part
#     g|SUBJECT| 0-1 2-2    where all the matches of a global match are
#     ! MESSAGE             perl does not compile the pattern
#
# Only the parts after the last '|' and the '!' lines are written anew.
use strict;
no warnings;

sub decode { my $s = shift; $s =~ s/\{\{([0-9a-f]{2})\}\}/chr hex $1/ge; $s }
sub encode { my $s = shift; $s =~ s/([^ -~])/sprintf '{{%02x}}', ord $1/ge; $s }

for my $file (@ARGV) {
    open my $in, '<', $file or die "$file: $!\n";
    my @lines = <$in>;
    close $in;
    my ($re, $out);
    for (@lines) {
        if (m{^/(.*)/([a-z]*)$}s) {
            my ($pattern, $flags) = (decode($1), $2);
            $re = eval "qr/\$pattern/$flags";
            $out .= $_;
            if (!defined $re) {
                (my $message = $@) =~ s/ at \(eval \d+\) line \d+\.\n\z//;
                $out .= "\t! " . encode($message) . "\n";
            }
        }
        elsif (/^\t(g?)\|(.*)\|[^|]*$/s) {
            next if !defined $re;
            my ($all, $subject) = ($1, decode($2));
            my @found;
            if ($all) {
                while ($subject =~ /$re/g) { push @found, "$-[0]-$+[0]" }
            }
            elsif ($subject =~ $re) {
                @found = map { defined $-[$_] && defined $+[$_] ? "$-[$_]-$+[$_]" : '-' } 0 .. $#+;
            }
            $out .= "\t$all|" . encode($subject) . '| ' . (@found ? "@found" : 'no') . "\n";
        }
        elsif (!/^\t! /) {
            $out .= $_;
        }
    }
    open my $fh, '>', $file or die "$file: $!\n";
    print $fh $out;
    close $fh or die "$file: $!\n";
}
