package syntax

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestPrototypesOfTheHost(t *testing.T) {
	o := Options{
		Prototypes: map[string]string{"add_block_preprocessor": "&", "repeat_each": NoPrototype, "no_shuffle": "", "Foo::one": "$"},
		Lookup: func(name string) (string, bool) {
			return "", name == "main::PI"
		},
	}
	for _, tt := range []tree{
		{"add_block_preprocessor(sub { 1 })", `[(Call "add_block_preprocessor" [(AnonSub (Sub [1]))])]`},
		{"add_block_preprocessor { 1 };", `[(Call "add_block_preprocessor" [(AnonSub (Sub [1]))])]`},
		{"repeat_each 2; no_shuffle; no_shuffle + 1", `[(Call "repeat_each" [2]) (Call "no_shuffle") (Binary "+" (Call "no_shuffle") 1)]`},
		{"PI / 2; E / 2", `[(Binary "/" (Call "PI") 2) (Binary "/" (Bareword "E") 2)]`},
		{"package Foo; one 1, 2", `[(Package "Foo") ((Call "one" [1]) 2)]`},
	} {
		prog, err := Parse(tt.src, o)
		if err != nil {
			t.Errorf("%s: %v", tt.src, err)
		} else if got := Dump(prog.Body); got != tt.want {
			t.Errorf("%s\n  got  %s\n  want %s", tt.src, got, tt.want)
		}
	}
}

func TestShiftInEval(t *testing.T) {
	prog, err := Parse("shift", Options{InSub: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Dump(prog.Body), `[(Func "shift" [@_])]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCompiledSeesStatementsInOrder(t *testing.T) {
	src := `my $x;
BEGIN { $x = 1; sub g { use Foo; } }
if (1) { use Bar; f() }
package P;
use Baz $x;
`
	var seen []string
	_, err := Parse(src, Options{Compiled: func(c *Compiling, s Stmt, depth int) error {
		seen = append(seen, fmt.Sprintf("%d %d %s %s", s.At(), depth, reflect.TypeOf(s).Elem().Name(), c.Package()))
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1 0 ExprStmt main", "2 2 Use main", "2 1 SubDecl main", "2 0 Phase main", "3 1 Use main", "3 0 If main",
		"4 0 Package P", "5 0 Use P",
	}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}

func TestCompiledChangesTheGrammar(t *testing.T) {
	prog, err := Parse("use Const; A / 2; # /\nB / 2; # /\n", Options{Compiled: func(c *Compiling, s Stmt, _ int) error {
		if u, ok := s.(*Use); ok && u.Module == "Const" {
			c.Declare("main::A", "")
			c.Declare("main::B", NoPrototype)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `[(Use "Const" nil) (Binary "/" (Call "A") 2) (Call "B" [(Match nil (Regex [" 2; # "]))])]`
	if got := Dump(prog.Body); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestCompiledFiltersTheSource(t *testing.T) {
	prog, err := Parse("use Base; sub f {1}\nsub g {\n2 }", Options{Compiled: func(c *Compiling, s Stmt, _ int) error {
		if _, ok := s.(*Use); ok {
			c.Filter(func(rest string) string { return strings.ReplaceAll(rest, "{", "{my $self = shift;") })
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `[(Use "Base" nil) (SubDecl "main::f" (Sub "main::f" [1])) ` +
		`(SubDecl "main::g" (Sub "main::g" [(Assign (My "my" [$self]) (Func "shift" [@_])) 2]))]`
	if got := Dump(prog.Body); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestCompiledStopsTheParser(t *testing.T) {
	stop := errors.New("no such module")
	_, err := Parse("use Foo;\n}", Options{Compiled: func(*Compiling, Stmt, int) error { return stop }})
	if err != stop {
		t.Errorf("got %v", err)
	}
}

func TestData(t *testing.T) {
	prog, err := Parse("package P;\n1;\n__DATA__\n=== a\n}", Options{Line: 10})
	if err != nil {
		t.Fatal(err)
	}
	if !prog.HasData || prog.Data != "=== a\n}" || prog.DataLine != 13 || prog.DataIn != "P" {
		t.Errorf("got %+v", prog)
	}
	if prog, _ = Parse("__END__", Options{}); !prog.HasData || prog.Data != "" {
		t.Errorf("got %+v", prog)
	}
}

func TestLines(t *testing.T) {
	src := "=pod\n\n\"\n\n=cut\n$a = <<A . # c\n${\\ __LINE__}\n${\\ __LINE__}\nA\n__LINE__ .\n \"\n${\\ __LINE__}\" . __LINE__;\n__LINE__"
	prog, err := Parse(src, Options{Line: 100})
	if err != nil {
		t.Fatal(err)
	}
	want := `[(Assign $a (Binary "." (Binary "." (Binary "." <(Deref $ (Unary "\\" 106)) "\n" (Deref $ (Unary "\\" 107)) "\n"> 109) ` +
		`<"\n" (Deref $ (Unary "\\" 111))>) 111)) 112]`
	if got := Dump(prog.Body); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := prog.Body[1].At(); got != 112 {
		t.Errorf("the last statement is on line %d", got)
	}
}

func TestLargeIntegers(t *testing.T) {
	for src, want := range map[string]uint64{"18446744073709551615": 1<<64 - 1, "0x8000000000000000": 1 << 63, "9223372036854775807": 0} {
		prog, err := Parse(src, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n := prog.Body[0].(*ExprStmt).X.(*Num); n.Uint != want || n.IsInt != (want == 0) {
			t.Errorf("%s: got %+v", src, n)
		}
	}
}
