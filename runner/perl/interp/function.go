package interp

import (
	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// builders compile the functions of Perl by name.
var builders map[string]func(c *compiler, x *syntax.Func) expr

func init() {
	builders = map[string]func(c *compiler, x *syntax.Func) expr{}
	for _, table := range []map[string]func(c *compiler, x *syntax.Func) expr{
		aggregateFunctions, stringFunctions, controlFunctions, fileFunctions,
	} {
		for name, f := range table {
			builders[name] = f
		}
	}
	for name, f := range unaryFunctions {
		builders[name] = unaryBuilder(f)
	}
	for name, f := range scalarFunctions {
		builders[name] = scalarBuilder(f)
	}
	for name, f := range listFunctions {
		builders[name] = listBuilder(f)
	}
}

// replaceable are the functions in whose place a module may put a sub of its own, as Time::HiRes does.
var replaceable = map[string]bool{"time": true, "sleep": true, "alarm": true, "stat": true, "lstat": true, "die": true,
	"warn": true, "chdir": true, "exit": true, "hex": true, "oct": true, "rand": true, "gmtime": true, "localtime": true}

// leastArgs is how many arguments functions need, where that is more than none.
var leastArgs = map[string]int{"push": 1, "unshift": 1, "splice": 1, "keys": 1, "values": 1, "each": 1, "delete": 1, "exists": 1,
	"defined": 1, "scalar": 1, "substr": 2, "vec": 3, "split": 1, "unpack": 1, "pack": 1, "sprintf": 1, "bless": 1, "open": 1,
	"opendir": 2, "read": 3, "sysread": 3, "seek": 3, "truncate": 2, "sysopen": 3, "index": 2, "rindex": 2, "atan2": 2,
	"eval": 1, "do": 1, "require": 1, "prototype": 1, "readdir": 1, "stat": 1, "lstat": 1, "join": 1, "rename": 2, "link": 2,
	"symlink": 2, "binmode": 1, "syswrite": 2}

func (c *compiler) function(x *syntax.Func) expr {
	if len(x.Args) < leastArgs[x.Name] {
		c.errorf(x.Line, "Not enough arguments for %s", x.Name)
		return newLiteral(nil)
	}
	if replaceable[x.Name] {
		if g := c.in.packages[c.pkg].symbol(x.Name); g != nil && g.c != nil && g.c.defined() && g.c.pkg != c.pkg {
			return c.call(&syntax.Call{Pos: x.Pos, Name: x.Name, Args: x.Args})
		}
	}
	if x.Name == "length" && c.hints&byteSemantics != 0 {
		arg := c.expr(x.Args[0])
		return value(func(fr *frame) Value { return byteLength(arg.scalar(fr)) })
	}
	if b := builders[x.Name]; b != nil {
		return b(c, x)
	}
	// A call of what cannot be done is no error as long as it is not reached.
	args := c.exprs(x.Args)
	_ = args
	name := x.Name
	return value(func(*frame) Value {
		throw(unsupported("%s", name))
		return nil
	})
}

// unaryBuilder is for functions of one scalar.
func unaryBuilder(f func(in *Interp, v Value) Value) func(c *compiler, x *syntax.Func) expr {
	return func(c *compiler, x *syntax.Func) expr {
		if len(x.Args) == 0 {
			return value(func(fr *frame) Value { return f(fr.in, nil) })
		}
		arg := c.expr(x.Args[0])
		return value(func(fr *frame) Value { return f(fr.in, arg.scalar(fr)) })
	}
}

// scalarBuilder is for functions whose arguments are all in scalar context.
func scalarBuilder(f func(in *Interp, args []Value) Value) func(c *compiler, x *syntax.Func) expr {
	return func(c *compiler, x *syntax.Func) expr {
		args := c.exprs(x.Args)
		return value(func(fr *frame) Value {
			values := make([]Value, len(args))
			for i, a := range args {
				values[i] = a.scalar(fr)
			}
			return f(fr.in, values)
		})
	}
}

// listBuilder is for functions of a list that return a scalar.
func listBuilder(f func(in *Interp, args List) Value) func(c *compiler, x *syntax.Func) expr {
	return func(c *compiler, x *syntax.Func) expr {
		args := c.listExpr(x.Args)
		return value(func(fr *frame) Value { return f(fr.in, args.list(fr, nil)) })
	}
}

// arg is argument i of a function, or nil.
func (c *compiler) arg(x *syntax.Func, i int) expr {
	if i >= len(x.Args) {
		return nil
	}
	return c.expr(x.Args[i])
}

func argOf(args []Value, i int) Value {
	if i < len(args) {
		return args[i]
	}
	return nil
}

// arrayArg is the array that a function works on.
func (c *compiler) arrayArg(x *syntax.Func) arrayExpr {
	if len(x.Args) == 0 {
		if c.inSub {
			return &arrayVar{args: true}
		}
		return &arrayVar{where: inGlob, g: c.in.globOf("main::ARGV")}
	}
	a := c.expr(x.Args[0])
	if n, ok := a.(arrayExpr); ok {
		return n
	}
	if s, ok := a.(*sequence); ok && len(s.items) == 1 {
		if n, ok := s.items[0].(arrayExpr); ok {
			return n
		}
	}
	c.errorf(x.Line, "Type of arg 1 to %s must be array (not something else)", x.Name)
	return &arrayVar{where: inGlob, g: &Glob{}}
}
