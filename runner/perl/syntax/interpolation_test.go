package syntax

import "testing"

func TestInterpolation(t *testing.T) {
	checkTrees(t, []tree{
		{`"a$x"`,
			`<"a" $x>`},
		{`"${x}y ${ x }"`,
			`<$x "y " $x>`},
		{`"$x->{a}{b}[0]->[1] $x->m $x->(1)"`,
			`<(Index (Deref @ (Index (Deref @ (Key (Deref % (Key (Deref % $x) "a")) "b")) 0)) 1) " " $x "->m " $x "->(1)">`},
		{`"$x[0] $x[$i + 1] $x{k} $x{'k'} $x{$y{z}} $x [0]"`,
			`<(Index @x 0) " " (Index @x (Binary "+" $i 1)) " " (Key %x "k") " " (Key %x "k") " " (Key %x (Key %y "z")) " " $x " [0]">`},
		{`"$x-[0] $x-> [0] $x:: $x:y"`,
			`<$x "-[0] " $x "-> [0] " $x:: " " $x ":y">`},
		{`"@x @x[0, 1] @h{'a', 'b'} @$x @{$x->{l}} @{[ map { $_ } @y ]}"`,
			`<(Join @x) " " (Join (Slice @x (0 1))) " " (Join (HashSlice %h ("a" "b"))) " " (Join (Deref @ $x)) " " (Join (Deref @ (Key (Deref % $x) "l"))) " " (Join (Deref @ (AnonArray [(Map [$_] nil [@y])])))>`},
		{`"${\ f(1)} @{[1 + 1]}"`,
			`<(Deref $ (Unary "\\" (Call "f" [1]))) " " (Join (Deref @ (AnonArray [(Binary "+" 1 1)])))>`},
		{`"$$x $$x[0] ${$x}{k} ${$x->{y}} $$"`,
			`<(Deref $ $x) " " (Index (Deref @ $x) 0) " " (Key (Deref % $x) "k") " " (Deref $ (Key (Deref % $x) "y")) " " $$>`},
		{`"${x[1]} ${x{k}} ${x}[1] ${x}{k} @{x}[1]"`,
			`<(Index @x 1) " " (Key %x "k") " " $x "[1] " $x "{k} " (Join @x) "[1]">`},
		{`"$::V $main::V $Pkg::V $x::y $x's"`,
			`<$main::V " " $main::V " " $Pkg::V " " $x::y " " $x::s>`},
		{`"$1 $10 $& $@ $! $0 $; $/ $^W ${^MATCH} $ENV{X}"`,
			`<$1 " " $10 " " $& " " $@ " " $! " " $0 " " $; " " $/ " " $^W " " $^MATCH " " (Key %ENV "X")>`},
		{`"$#a $#{a} $#$x $#{$x->{a}}"`,
			`<(LastIndex @a) " " (LastIndex @a) " " (LastIndex (Deref @ $x)) " " (LastIndex (Deref @ (Key (Deref % $x) "a")))>`},
		{`"a\@b a@b.c @ @- %h \$x"`,
			`<"a@b a" (Join @b) ".c @ " (Join @-) " %h $x">`},
		{`"\t\n\r\f\b\a\e\0\101\x41\x{42}\x4g\cA\o{103}\N{U+44}\q"`,
			`"\t\n\r\f\b\a\x1b\x00AAB\x04g\x01CDq"`},
		{`"\x{263a}\xe9"`,
			`"☺é"`},
		{`"\u$x \U$y\E \L\uABC\E \Qa.$z\E"`,
			`<(Func "ucfirst" [<$x " " (Func "uc" [<$y>] Paren) " " (Func "ucfirst" [<(Func "lc" ["ABC"] Paren) " " (Func "quotemeta" [<"a." $z>] Paren)>] Paren)>] Paren)>`},
		{`"\Ua\LB\E \lA"`,
			`<(Func "uc" ["a"] Paren) (Func "lc" ["B"] Paren) " " (Func "lcfirst" ["A"] Paren)>`},
		{`"a" . 'b\'c\\d\e' . q{a{b}\}c} . qq<a<$x>>`,
			`(Binary "." (Binary "." (Binary "." "a" "b'c\\d\\e") "a{b}}c") <"a<" $x ">">)`},
		{`qw/a b
  c/`,
			`("a" "b" "c")`},
	})
}
