package syntax

import "testing"

func TestVariable(t *testing.T) {
	checkTrees(t, []tree{
		{`my $x`,
			`(My "my" [$x])`},
		{`my ($a, undef, @b) = @_`,
			`(Assign (My "my" [$a (Func "undef") @b] Paren) @_ List)`},
		{`our @ISA = ('Foo')`,
			`(Assign (My "our" [@ISA]) ("Foo") List)`},
		{`state $n = 0`,
			`(Assign (My "state" [$n]) 0)`},
		{`local $_ = 1`,
			`(Assign (Local $_) 1)`},
		{`local ($a, $h{b}) = (1, 2)`,
			`(Assign (Local ($a (Key %h "b"))) (1 2) List)`},
		{`local @$x{qw(a b)}`,
			`(Local (HashSlice (Deref % $x) ("a" "b")))`},
		{`$::x + $main::x + $Foo::Bar::x + $x'y`,
			`(Binary "+" (Binary "+" (Binary "+" $main::x $main::x) $Foo::Bar::x) $x::y)`},
		{`$1 . $& . $@ . $! . $0 . $$ . $; . $^W . ${^MATCH}`,
			`(Binary "." (Binary "." (Binary "." (Binary "." (Binary "." (Binary "." (Binary "." (Binary "." $1 $&) $@) $!) $0) $$) $;) $^W) $^MATCH)`},
		{`$#a + $#{a} + $#$x + $#{$x->{l}} + $x->$#*`,
			`(Binary "+" (Binary "+" (Binary "+" (Binary "+" (LastIndex @a) (LastIndex @a)) (LastIndex (Deref @ $x))) (LastIndex (Deref @ (Key (Deref % $x) "l")))) (LastIndex (Deref @ $x)))`},
		{`@ENV{'A', 'B'} = %ENV`,
			`(Assign (HashSlice %ENV ("A" "B")) %ENV List)`},
		{`*foo = \&bar`,
			`(Assign *foo (Unary "\\" &bar))`},
		{`*{"main::$n"} = sub { 1 }`,
			`(Assign (Deref * <"main::" $n>) (AnonSub (Sub [1])))`},
		{`*foo{CODE}`,
			`(GlobSlot *foo "CODE")`},
		{`\*STDOUT`,
			`(Unary "\\" *STDOUT)`},
	})
}
