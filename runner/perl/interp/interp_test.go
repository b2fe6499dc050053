package interp

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

func TestFormatNumber(t *testing.T) {
	for _, c := range []struct {
		n    float64
		want string
	}{
		{0, "0"}, {1, "1"}, {-3, "-3"}, {0.1, "0.1"}, {1.0 / 3, "0.333333333333333"}, {1e15, "1e+15"}, {123456789012345, "123456789012345"},
		{1e16, "1e+16"}, {1.5e-7, "1.5e-07"}, {0.0001, "0.0001"}, {0.00001, "1e-05"}, {1e100, "1e+100"}, {2.50, "2.5"},
		{999999999999999.9, "1e+15"}, {100000.5, "100000.5"},
	} {
		if got := FormatNumber(c.n); got != c.want {
			t.Errorf("FormatNumber(%g) = %q, Perl prints %q", c.n, got, c.want)
		}
	}
}

func TestNumberOfString(t *testing.T) {
	for _, c := range []struct {
		s     string
		want  Value
		looks bool
	}{
		{"42", int64(42), true}, {"-7", int64(-7), true}, {"3.5", 3.5, true}, {"1e3", 1000.0, true}, {" 12 ", int64(12), true},
		{"12abc", int64(12), false}, {"abc", int64(0), false}, {"", int64(0), false}, {"0x1f", int64(0), false}, {".5", 0.5, true},
		{"5.", 5.0, true}, {"1e", int64(1), false}, {"+3", int64(3), true}, {"-", int64(0), false}, {".", int64(0), false},
		{"18446744073709551615", uint64(18446744073709551615), true}, {"1_000", int64(1), false},
	} {
		got, looks := parseNumber(c.s)
		if got != c.want || looks != c.looks {
			t.Errorf("parseNumber(%q) = %v (%T), %v; want %v (%T), %v", c.s, got, got, looks, c.want, c.want, c.looks)
		}
	}
}

// run1 runs a program and returns what it printed and how it ended.
func run1(t *testing.T, src string, o Options) (string, error) {
	t.Helper()
	var out strings.Builder
	o.Stdout = &out
	in := New(o)
	err := in.RunText("t.t", src, 1, "main")
	return out.String(), err
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"die", "\ndie 'x';", "x at t.t line 2."},
		{"die with a newline", `die "x\n";`, "x"},
		{"a builtin that is no sub here", "\n&CORE::push(1);", "t.t:2: unsupported Perl: &CORE::push"},
		{"undefined sub", "\n\nfoo(1);", "Undefined subroutine &main::foo called at t.t line 3."},
		{"strict", "use strict;\n$x = 1;", "Global symbol \"$x\" requires explicit package name (did you forget to declare \"my $x\"?) at t.t line 2.\nExecution of t.t aborted due to compilation errors."},
		{"fork", "print 1;\neval { fork() };", "t.t:2: unsupported Perl: fork"},
		{"fork in a string eval", "eval 'fork'; print 2;", "(eval 1):1: unsupported Perl: fork"},
		{"missing module", "eval { require Foo::Bar; };", "t.t:1: unsupported Perl: module Foo::Bar (neither built in nor found in @INC)"},
		{"last without a loop", "\nlast;", "Can't \"last\" outside a loop block at t.t line 2."},
		{"BEGIN", "BEGIN { die \"x\\n\" }", "x\nBEGIN failed--compilation aborted at t.t line 1."},
		{"exit", "exit 3; die", "exit 3"},
		{"error object", "die { a => 1 }", "HASH(0x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := run1(t, c.src, Options{})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%q ended with %v, want %s", c.src, err, c.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name, src, want string
		o               Options
	}{
		{"loop", "my $x;\nwhile (1) { $x++ }", "t.t:2: stopped: more steps", Options{MaxSteps: 10000}},
		{"loop without a body", "\n\n1 while 1;", "t.t:3: stopped: more steps", Options{MaxSteps: 10000}},
		{"an eval does not catch it", "eval { while (1) {} }; print 1", "t.t:1: stopped: more steps", Options{MaxSteps: 10000}},
		{"recursion", "sub f { f() } f()", "t.t:1: subs call one another too deeply", Options{}},
		{"string", "my $s = 'x' x 1e12;", "t.t:1: stopped: a string of more than", Options{}},
		{"list", "my @a = (1) x 1e12;", "t.t:1: stopped: a list of more than", Options{}},
		{"range", "my @a = 1 .. 1e12;", "t.t:1: stopped: a list of more than", Options{}},
		{"output of a command", "my $s = `yes`;", "t.t:1: stopped: a string of more than", Options{}},
		{"line of a device", "open my $f, '<', '/dev/zero' or die; my $s = <$f>;", "t.t:1: stopped: a string of more than", Options{}},
		{"all of a device", "open my $f, '<', '/dev/zero' or die; local $/; my $s = <$f>;", "t.t:1: stopped: a string of more than", Options{}},
		{"context", "1 while 1;", "t.t:1: stopped: context canceled", Options{Context: cancelled}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := run1(t, c.src, c.o)
			var stopped *Stopped
			if !errors.As(err, &stopped) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%q ended with %v, want %s", c.src, err, c.want)
			}
			if out != "" {
				t.Errorf("the program went on and printed %q", out)
			}
		})
	}
}

func TestHost(t *testing.T) {
	var out strings.Builder
	env := map[string]string{"A": "1"}
	in := New(Options{Stdout: &out, Env: env})
	in.DefineSub("main::twice", func(c *Call) (List, error) {
		c.Args[0].Set(Num(c.Arg(0)) * 2)
		if c.Want == ListContext {
			return Strings("list", c.Package), nil
		}
		return NewList("scalar"), nil
	})
	in.DefineModule("My::Module", func(in *Interp) {
		in.ScalarVar("My::Module::x").Set("exported")
		in.DefineSub("My::Module::AUTOLOAD", func(c *Call) (List, error) { return NewList(c.Asked), nil })
	}, func(c *Call) error {
		return c.Interp.Import("My::Module", c.Package, "$x")
	})
	err := in.RunText("t.t", `use strict;
use My::Module 'a';
my $n = 4;
my @l = twice($n);
print "@l $n ", scalar(twice(my $m = 1)), " $x ", My::Module->foo, "\n";
$ENV{B} = $ENV{A} + 1;
our $cb = sub { die "no\n" unless @_; "got @_" };
`, 1, "main")
	if err != nil {
		t.Fatal(err)
	}
	if want := "list main 8 scalar exported My::Module::foo\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	if env["B"] != "2" {
		t.Errorf("%%ENV has not reached the map: %v", env)
	}
	cb := in.ScalarVar("main::cb").Get().(*Code)
	if l, err := in.CallSub(cb, ScalarContext, "a", int64(1)); err != nil || Str(l[0].Get()) != "got a 1" {
		t.Errorf("the callback gave %v, %v", l, err)
	}
	var died *Die
	if _, err := in.CallSub(cb, ScalarContext); !errors.As(err, &died) || Str(died.Value) != "no\n" {
		t.Errorf("the callback ended with %v", err)
	}
	if l, err := in.EvalString("(1, $main::x, [2])", "Other", "", 1, ListContext); err != nil || len(l) != 3 || Ref(l[2].Get()) != "ARRAY" {
		t.Errorf("EvalString gave %v, %v", l, err)
	}
	if _, err := in.Eval("$y", EvalOptions{Strict: true}); !errors.As(err, &died) ||
		Str(died.Value) != "Global symbol \"$y\" requires explicit package name (did you forget to declare \"my $y\"?) at (eval 2) line 1.\n" {
		t.Errorf("a strict Eval ended with %v", err)
	}
}

func TestRunParsed(t *testing.T) {
	prog, err := syntax.ParseFile("p.t", "my $x = 1; sub f { $x + 1 } print f();", 1)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	in := New(Options{Stdout: &out})
	if err := in.Run(prog, "main"); err != nil || out.String() != "2" {
		t.Errorf("Run printed %q and ended with %v", out.String(), err)
	}
}

func TestHashOrder(t *testing.T) {
	h := NewHash("b", 1, "a", 2)
	for i := range 100 {
		h.Put(Str(int64(i)), int64(i))
	}
	h.Delete("a")
	for i := range 90 {
		h.Delete(Str(int64(i)))
	}
	h.Put("a", 3)
	if got, want := strings.Join(h.Keys(), " "), "b 90 91 92 93 94 95 96 97 98 99 a"; got != want {
		t.Errorf("keys are %q, want %q", got, want)
	}
}
