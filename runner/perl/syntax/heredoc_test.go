package syntax

import "testing"

func TestHeredoc(t *testing.T) {
	checkTrees(t, []tree{
		{"f(<<A, <<'B', \"x\nbody $x\nA\nraw $x\nB\ny\"); g()",
			`(Call "f" [<"body " $x "\n"> "raw $x\n" "x\ny"]) (Call "g")`},
		{"$x = <<\"A B\" . <<`C`; 1;\nx\nA B\nls\nC\n2",
			`(Assign $x (Binary "." "x\n" (Backtick "ls\n"))) 1 2`},
		{"<<~A\n    a\n      b\n\n    A\n",
			`"a\n  b\n\n"`},
		{"<<\\A;\n$x\nA\n", `"$x\n"`},
		{"<< 'A';\nx\nA\n", `"x\n"`},
		{"f(<<A\n  A\nx\nA\n)", `(Call "f" ["  A\nx\n"])`},
		{"<<A;\n@{[ <<B ]}\nin\nB\nout\nA\n", `<(Join (Deref @ (AnonArray ["in\n"]))) "\nout\n">`},
		{"\"@{[ <<A ]}\";\nx\nA\n1", `<(Join (Deref @ (AnonArray ["x\n"])))> 1`},
		{"s/a/<<A/e;\nx\nA\n1", `(Subst nil (Regex ["a"]) (DoBlock ["x\n"])) 1`},
		{"<<A; # comment <<B\nx\nA\n1", `"x\n" 1`},
		{"$x << 2; 1 <<A", `(Binary "<<" $x 2) (Binary "<<" 1 (Bareword "A"))`},
		{"<<A . 1;\n\nA", `(Binary "." "\n" 1)`},
		{"<<A;\r\nx\r\nA\r\n1", `"x\n" 1`},
	})
}
