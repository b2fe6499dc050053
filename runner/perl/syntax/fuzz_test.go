package syntax

import "testing"

// FuzzParse: no text makes the parser panic, hang or use up the stack, and what it accepts can be dumped.
func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"my ($x, @y) = @_; print STDERR \"a $x->{b}[0] @{[ map { $_ => 1 } @y ]}\\n\" if $x =~ /^\\Q$y\\E$/i;",
		"sub f($$) { shift } BEGIN { f 1, 2 } use Foo 1.2 qw(a b); package Bar { 1 }",
		"f(<<A, <<'B', \"x\n$x\nA\nB\ny\"); s{a} {<<C}e;\nc\nC\n",
		"$x = $a ? { b => 1 } : [1..3]; for my $i (sort { $a <=> $b } keys %$h) { next L unless -e $i }",
		"tr/a-z\\n/A-Z/d; y/a/b/; qw(a b)[1]; *{\"x\"}{CODE}; $#{$x}; @$x{a}; ${^W}; $x->@*; `ls`; <*.c>; v1.2.3; 0x1f",
		"__END__\nx",
		"=pod\n\nx\n\n=cut\n1",
		"sub x{__END__",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		prog, err := Parse(src, Options{File: "f"})
		if err == nil {
			Dump(prog.Body)
		}
	})
}
