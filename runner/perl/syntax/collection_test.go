package syntax

import "testing"

func TestCollection(t *testing.T) {
	checkTrees(t, []tree{
		{`{ a => 1, b => [1, 2] }`,
			`(AnonHash ["a" 1 "b" (AnonArray [1 2])])`},
		{`+{ %$x, a => 1 }`,
			`(AnonHash [(Deref % $x) "a" 1])`},
		{`[ map { { n => $_ } } 1..3 ]`,
			`(AnonArray [(Map [(AnonHash ["n" $_])] nil [(Range 1 3)])])`},
		{`()`,
			`()`},
		{`(1,)`,
			`(1)`},
		{`my %h = (a => 1, 'b', 2,)`,
			`(Assign (My "my" [%h]) ("a" 1 "b" 2) List)`},
		{`{}`,
			`(AnonHash)`},
	})
}
