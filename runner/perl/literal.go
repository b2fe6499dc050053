package perl

import (
	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// Trimmed is what the filters norm and trim, which Test::Base gives to every section, leave of a section's text.
func Trimmed(text string) string { return trimText(normText(text)) }

// IsLiteral reports whether Perl text is one expression of literals: strings without variables, numbers, patterns, and arrays and
// hashes of them. Its value is then the same wherever it is evaluated.
func IsLiteral(text string) bool {
	program, err := syntax.Parse(Trimmed(text), syntax.Options{})
	if err != nil || len(program.Body) != 1 || program.HasData {
		return false
	}
	statement, ok := program.Body[0].(*syntax.ExprStmt)
	return ok && literal(statement.X)
}

func literal(list ...syntax.Expr) bool {
	for _, x := range list {
		ok := false
		switch x := x.(type) {
		case *syntax.Str, *syntax.Num:
			ok = true
		case *syntax.List:
			ok = literal(x.Items...)
		case *syntax.AnonArray:
			ok = literal(x.Items...)
		case *syntax.AnonHash:
			ok = literal(x.Items...)
		case *syntax.Qr:
			ok = literal(x.Pat.Parts...)
		case *syntax.Binary:
			ok = x.Op == "." && literal(x.L, x.R)
		}
		if !ok {
			return false
		}
	}
	return true
}
