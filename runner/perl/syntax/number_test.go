package syntax

import "testing"

func TestNumber(t *testing.T) {
	checkTrees(t, []tree{
		{`12 + 1_000 + .5 + 1.5e-3 + 0x1f + 0b101 + 017 + 0o17`,
			`(Binary "+" (Binary "+" (Binary "+" (Binary "+" (Binary "+" (Binary "+" (Binary "+" 12 1000) 0.5) 0.0015) 31) 5) 15) 15)`},
		{`(1..3, 1 .. $n)`,
			`((Range 1 3) (Range 1 $n))`},
		{`v1.2.3 . 5.6.7`,
			`(Binary "." "\x01\x02\x03" "\x05\x06\a")`},
		{`$x.5 . 1.`,
			`(Binary "." (Binary "." $x 5) 1)`},
	})
}
