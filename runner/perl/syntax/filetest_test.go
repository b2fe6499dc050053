package syntax

import "testing"

func TestFiletest(t *testing.T) {
	checkTrees(t, []tree{
		{`-e $x`,
			`(FileTest e $x)`},
		{`-f "$d/x" && -d _`,
			`(Logical "&&" (FileTest f <$d "/x">) (FileTest d *_))`},
		{`-s $x > 10`,
			`(Binary ">" (FileTest s $x) 10)`},
		{`!-e $f`,
			`(Unary "!" (FileTest e $f))`},
		{`-r -w $f`,
			`(FileTest r (FileTest w $f))`},
		{`-e`,
			`(FileTest e $_)`},
		{`-t STDIN`,
			`(FileTest t *STDIN)`},
		{`-x => 1`,
			`("-x" 1)`},
	})
}
