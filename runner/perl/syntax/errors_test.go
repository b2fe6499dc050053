package syntax

import (
	"errors"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"1;\n\"abc\n\n", `f:2: the string that begins here is never closed ("\"" is missing)`},
		{"$x = 'a", `f:1: the string that begins here is never closed ("'" is missing)`},
		{"1;\nqw(a\nb", `f:2: qw that begins here is never closed (")" is missing)`},
		{"m", `f:1: m has no delimiter`},
		{"s/a/b", `f:1: s that begins here is never closed ("/" is missing)`},
		{"\n$x = <<EOT;\nabc\n", `f:2: the here-document that begins here is never closed (no line is just "EOT")`},
		{"<<~A;\n  a\n b\n  A\n", `f:3: this line of a here-document is indented less than the tag that closes it`},
		{"if (1) {\n f(\n", `f:2: the bracket opened here is never closed`},
		{"if (1) {\n f();\n", `f:1: the block opened here is never closed ("}" is missing)`},
		{"f(1,\nsub {\n 1 +\n", `f:2: the bracket opened here is never closed`},
		{"f(1, [2, 3)", `f:1: syntax error near ")", expected "]" for the bracket opened on line 1`},
		{"1; }", `f:1: unmatched "}"`},
		{"$x = 1 2;", `f:1: syntax error near "2;", expected an operator or ";"`},
		{"f()\n\ng();", `f:3: syntax error near "g();", expected an operator or ";"`},
		{"my $x = ;", `f:1: syntax error near ";", expected a term`},
		{"$x = ", `f:1: syntax error at the end of the text, expected a term`},
		{"$x ? 1;", `f:1: syntax error near ";", expected ":" of the ? on line 1`},
		{"my x;", `f:1: syntax error near ";", expected a variable`},
		{"else { }", `f:1: syntax error near "else { }", expected a term`},
		{"if $x { }", `f:1: syntax error near "$x { }", expected "("`},
		{"$h{}", `f:1: syntax error: an empty hash subscript, {}`},
		{"\"a\n$\"", `f:2: a "$" at the end of a string (write \$ for the character)`},
		{"\"a\n$x->{b 1 2}\"", `f:2: syntax error near "2}", expected "}" for the bracket opened on line 2`},
		{"\"\\x{41\"", `f:1: \x{ without its closing brace`},
		{"\"\\x{110000}\"", `f:1: character number 110000 is too large`},
		{"089", `f:1: illegal number "089" (a digit that base 8 does not have, or too large)`},
		{"/a/q", `f:1: unknown modifier "q" behind a pattern`},
		{"tr/z-a//", `f:1: invalid range "z-a" in tr`},
		{"sub f($x", `f:1: the bracket opened here is never closed`},
		{"package;", `f:1: syntax error near ";", expected the name of a package`},
		{"use;", `f:1: syntax error near ";", expected the name of a module`},
		{"CORE::nothing()", `f:1: CORE::nothing is not a function of Perl`},
		{"$x->;", `f:1: syntax error near ";", expected a method or subscript`},
		{strings.Repeat("[", 5000), `f:1: nested too deeply (more than 2000 levels)`},
		{strings.Repeat("{", 5000), `f:1: nested too deeply (more than 2000 levels)`},
		{strings.Repeat("- ", 5000), `f:1: nested too deeply (more than 2000 levels)`},
		{strings.Repeat("$", 5000) + "x", `f:1: nested too deeply (more than 2000 levels)`},
	} {
		_, err := Parse(tt.src, Options{File: "f"})
		var e *Error
		if !errors.As(err, &e) || err.Error() != tt.want {
			t.Errorf("%.40q\n  got  %v\n  want %s", tt.src, err, tt.want)
		}
	}
}

func TestErrorAsPerlPutsIt(t *testing.T) {
	_, err := Parse("\n}", Options{File: "(eval 7)"})
	var e *Error
	if want := "unmatched \"}\" at (eval 7) line 2.\n"; !errors.As(err, &e) || e.Perl() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestUnsupported(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"\nformat STDOUT =\n@<<\n.\n", "f:2: unsupported Perl: format"},
		{"format =\n@<<\n.\n", "f:1: unsupported Perl: format"},
		{"goto L;", "f:1: unsupported Perl: goto with a label or an expression"},
		{"try { 1 } catch ($e) { 2 }", "f:1: unsupported Perl: try"},
		{"given ($x) { when (1) { } }", "f:1: unsupported Perl: given"},
		{"$a < $b < $c", "f:1: unsupported Perl: chained comparison or range (<)"},
		{"sub f : lvalue { }", "f:1: unsupported Perl: attribute lvalue"},
		{"for my ($k, $v) (%h) { }", "f:1: unsupported Perl: foreach with several variables"},
		{"/(?{ 1 })/", "f:1: unsupported Perl: code in a regular expression, (?{...})"},
		{`"\N{GREEK SMALL LETTER ALPHA}"`, `f:1: unsupported Perl: named characters, \N{...}`},
		{"system { $x } @y", "f:1: unsupported Perl: system with a block"},
		{"last $x", "f:1: unsupported Perl: last with an expression for its label"},
	} {
		_, err := Parse(tt.src, Options{File: "f"})
		var u *Unsupported
		if !errors.As(err, &u) || err.Error() != tt.want {
			t.Errorf("%q\n  got  %v\n  want %s", tt.src, err, tt.want)
		}
	}
}

// TestPerlWords: a section that is no Perl has Perl's own message for its value.
func TestPerlWords(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"qr/a b/\n[crit]\n", "syntax error at (eval 1) line 2, near \"qr/a b/\n[\"\n"},
		{"qr/a/\n\"[crit]\"\n", "syntax error at (eval 1) line 2, near \"qr/a/\n\"[crit]\"\"\n"},
		{"qw(a\nb", "qw that begins here is never closed (\")\" is missing) at (eval 1) line 1.\n"},
	} {
		_, err := Parse(tt.src, Options{File: "(eval 1)"})
		var e *Error
		if !errors.As(err, &e) || e.Perl() != tt.want {
			t.Errorf("%q: %v, want %q", tt.src, err, tt.want)
		}
	}
}
