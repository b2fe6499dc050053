package interp

import (
	"slices"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// aggregateFunctions work on arrays and hashes themselves.
var aggregateFunctions = map[string]func(c *compiler, x *syntax.Func) expr{
	"push": func(c *compiler, x *syntax.Func) expr {
		a, items := c.arrayArg(x), c.listExpr(x.Args[1:])
		return value(func(fr *frame) Value {
			values := listValues(fr, items)
			arr := a.array(fr, true)
			arr.Push(values...)
			return int64(len(arr.a))
		})
	},
	"unshift": func(c *compiler, x *syntax.Func) expr {
		a, items := c.arrayArg(x), c.listExpr(x.Args[1:])
		return value(func(fr *frame) Value {
			values := listValues(fr, items)
			arr := a.array(fr, true)
			arr.unshift(values)
			return int64(len(arr.a))
		})
	},
	"shift": func(c *compiler, x *syntax.Func) expr {
		a := c.arrayArg(x)
		return value(func(fr *frame) Value { return a.array(fr, true).shift() })
	},
	"pop": func(c *compiler, x *syntax.Func) expr {
		a := c.arrayArg(x)
		return value(func(fr *frame) Value { return a.array(fr, true).pop() })
	},
	"splice":  (*compiler).splice,
	"keys":    (*compiler).keys,
	"values":  (*compiler).values,
	"each":    (*compiler).each,
	"delete":  (*compiler).deleteFunc,
	"exists":  (*compiler).exists,
	"defined": (*compiler).definedFunc,
	"undef":   (*compiler).undef,
	"scalar": func(c *compiler, x *syntax.Func) expr {
		a := c.expr(x.Args[0])
		return value(a.scalar)
	},
	"reverse": (*compiler).reverse,
	"wantarray": func(c *compiler, x *syntax.Func) expr {
		return value(func(fr *frame) Value {
			for i := len(fr.in.calls) - 1; i >= 0; i-- {
				if f := fr.in.calls[i]; f.eval != "" || f.code != nil {
					switch f.want {
					case ListContext:
						return one
					case ScalarContext:
						return int64(0)
					}
					return nil
				}
			}
			return nil
		})
	},
}

func (c *compiler) splice(x *syntax.Func) expr {
	a := c.arrayArg(x)
	offset, length := c.arg(x, 1), c.arg(x, 2)
	var items expr = &sequence{}
	if len(x.Args) > 3 {
		items = c.listExpr(x.Args[3:])
	}
	do := func(fr *frame) List {
		arr := a.array(fr, true)
		n := len(arr.a)
		from, count := 0, n
		if offset != nil {
			if from = toIndex(offset.scalar(fr)); from < 0 {
				if from += n; from < 0 {
					throw(die("Modification of non-creatable array value attempted, subscript %d", from-n))
				}
			}
			from = min(from, n)
		}
		count = n - from
		if length != nil {
			if v := length.scalar(fr); v != nil {
				if k := toIndex(v); k >= 0 {
					count = min(k, n-from)
				} else {
					count = max(0, n-from+k)
				}
			}
		}
		values := listValues(fr, items)
		removed := List(slices.Clone(arr.a[from : from+count]))
		for i, s := range removed {
			if s == nil {
				removed[i] = &Scalar{}
			}
		}
		arr.a = slices.Replace(slices.Clone(arr.a), from, from+count, NewList(values...)...)
		return removed
	}
	return &either{
		one:  func(fr *frame) Value { return do(fr).Last() },
		many: func(fr *frame, out List) List { return append(out, do(fr)...) },
	}
}

// aggregate compiles the argument of keys, values and each: a hash or an array.
func (c *compiler) aggregate(x *syntax.Func) (hashExpr, arrayExpr) {
	a := c.expr(x.Args[0])
	if s, ok := a.(*sequence); ok && len(s.items) == 1 {
		a = s.items[0]
	}
	switch n := a.(type) {
	case hashExpr:
		if _, both := a.(*assignList); !both {
			return n, nil
		}
		return n, nil
	case arrayExpr:
		return nil, n
	}
	c.errorf(x.Line, "Experimental %s on scalar is now forbidden", x.Name)
	return &hashVar{where: inGlob, g: &Glob{}}, nil
}

func (c *compiler) keys(x *syntax.Func) expr {
	h, a := c.aggregate(x)
	if a != nil {
		return &either{
			one: func(fr *frame) Value {
				arr := a.array(fr, true)
				arr.it = 0
				return int64(arr.Len())
			},
			many: func(fr *frame, out List) List {
				arr := a.array(fr, true)
				arr.it = 0
				for i := range arr.a {
					out = append(out, &Scalar{v: int64(i)})
				}
				return out
			},
		}
	}
	return &keysNode{either{
		one: func(fr *frame) Value {
			hash := h.hash(fr, true)
			hash.it = 0
			return int64(hash.Len())
		},
		many: func(fr *frame, out List) List {
			hash := h.hash(fr, true)
			hash.it = 0
			for _, k := range hash.Keys() {
				out = append(out, &Scalar{v: keyValue(k)})
			}
			return out
		},
	}}
}

// keysNode is keys %h. Assigning to it makes room for so many keys, which changes nothing that can be seen.
type keysNode struct{ either }

func (n *keysNode) lv(fr *frame) *Scalar { return &Scalar{v: n.scalar(fr)} }

func (c *compiler) values(x *syntax.Func) expr {
	h, a := c.aggregate(x)
	if a != nil {
		return &either{
			one:  func(fr *frame) Value { return int64(a.array(fr, true).Len()) },
			many: func(fr *frame, out List) List { return a.array(fr, true).items(out) },
		}
	}
	return &either{
		one: func(fr *frame) Value {
			hash := h.hash(fr, true)
			hash.it = 0
			return int64(hash.Len())
		},
		many: func(fr *frame, out List) List {
			hash := h.hash(fr, true)
			hash.it = 0
			return hash.values(out)
		},
	}
}

func (c *compiler) each(x *syntax.Func) expr {
	h, a := c.aggregate(x)
	if a != nil {
		next := func(fr *frame) (Value, *Scalar, bool) {
			arr := a.array(fr, true)
			if arr.it >= len(arr.a) {
				arr.it = 0
				return nil, nil, false
			}
			arr.it++
			return int64(arr.it - 1), arr.At(arr.it - 1), true
		}
		return eachNode(next)
	}
	return eachNode(func(fr *frame) (Value, *Scalar, bool) {
		k, v, ok := h.hash(fr, true).each()
		return keyValue(k), v, ok
	})
}

func eachNode(next func(fr *frame) (Value, *Scalar, bool)) expr {
	return &either{
		one: func(fr *frame) Value {
			k, _, ok := next(fr)
			if !ok {
				return nil
			}
			return k
		},
		many: func(fr *frame, out List) List {
			k, v, ok := next(fr)
			if !ok {
				return out
			}
			return append(out, &Scalar{v: k}, v)
		},
	}
}

func (c *compiler) deleteFunc(x *syntax.Func) expr {
	arg := x.Args[0]
	local := false
	if l, ok := arg.(*syntax.Local); ok {
		arg, local = l.X, true
		c.usesLocal = true
	}
	return &deleteNode{x: c.expr(arg), local: local}
}

func (c *compiler) exists(x *syntax.Func) expr {
	if call, ok := x.Args[0].(*syntax.Call); ok && call.Amp {
		name := qualify(call.Name, c.pkg)
		return value(func(fr *frame) Value { g := fr.in.globOf(name); return boolean(g.c != nil) })
	}
	switch n := c.expr(x.Args[0]).(type) {
	case *keyNode:
		return value(func(fr *frame) Value { return boolean(n.h.hash(fr, true).Lookup(n.name(fr)) != nil) })
	case *indexNode:
		return value(func(fr *frame) Value {
			return boolean(n.arr.array(fr, true).exists(toIndex(n.idx.scalar(fr))))
		})
	case *subNode:
		return value(func(fr *frame) Value {
			if n.find == nil {
				return boolean(n.g.c != nil)
			}
			return boolean(n.code(fr) != nil)
		})
	}
	c.errorf(x.Line, "exists argument is not a HASH or ARRAY element or a subroutine")
	return newLiteral(nil)
}

func (c *compiler) definedFunc(x *syntax.Func) expr {
	if call, ok := x.Args[0].(*syntax.Call); ok && call.Amp && call.PassArgs {
		name := qualify(call.Name, c.pkg)
		return value(func(fr *frame) Value { return boolean(fr.in.findSub(name) != nil) })
	}
	switch n := c.expr(x.Args[0]).(type) {
	case *subNode:
		return value(func(fr *frame) Value {
			if n.find == nil {
				return boolean(n.g.c != nil && n.g.c.defined())
			}
			return boolean(n.code(fr).defined())
		})
	case *arrayVar, *derefArray:
		a := n.(arrayExpr)
		return value(func(fr *frame) Value { return boolean(a.array(fr, true).Len() > 0) })
	case *hashVar, *derefHash:
		h := n.(hashExpr)
		return value(func(fr *frame) Value { return boolean(h.hash(fr, true).Len() > 0) })
	case expr:
		return value(func(fr *frame) Value { return boolean(n.scalar(fr) != nil) })
	}
	return newLiteral(no)
}

// undef compiles undef: the value, or what makes a variable undefined.
func (c *compiler) undef(x *syntax.Func) expr {
	if len(x.Args) == 0 {
		return undefNode{}
	}
	switch n := c.expr(x.Args[0]).(type) {
	case *subNode:
		return value(func(fr *frame) Value {
			code := n.code(fr)
			code.body, code.native, code.value = nil, nil, nil
			return nil
		})
	case globExpr:
		return value(func(fr *frame) Value {
			g := n.glob(fr)
			*g = Glob{pkg: g.pkg, name: g.name}
			return nil
		})
	case *assignScalar:
		return value(func(fr *frame) Value { n.lv(fr).Set(nil); return nil })
	case arrayExpr:
		return value(func(fr *frame) Value { n.array(fr, true).a = nil; return nil })
	case hashExpr:
		return value(func(fr *frame) Value { n.hash(fr, true).Clear(); return nil })
	case place:
		return value(func(fr *frame) Value { n.lv(fr).Set(nil); return nil })
	}
	c.errorf(x.Line, "Can't modify non-lvalue in undef operator")
	return newLiteral(nil)
}

// undefNode is undef without an argument.
type undefNode struct{ skipped }

func (undefNode) list(_ *frame, out List) List { return append(out, &Scalar{}) }

func (c *compiler) reverse(x *syntax.Func) expr {
	items := c.listExpr(x.Args)
	topic := c.in.underscore
	if len(x.Args) == 0 {
		items = &sequence{}
	}
	return &either{
		one: func(fr *frame) Value {
			var s Value
			if len(x.Args) == 0 {
				s = stringValue(topic.scalar().Get())
			} else {
				s = joinValues("", items.list(fr, nil))
			}
			if w, ok := s.(Wide); ok {
				r := []rune(string(w))
				slices.Reverse(r)
				return Wide(string(r))
			}
			b := []byte(Str(s))
			slices.Reverse(b)
			return string(b)
		},
		many: func(fr *frame, out List) List {
			n := len(out)
			out = items.list(fr, out)
			slices.Reverse(out[n:])
			return out
		},
	}
}

// joinValues is join.
func joinValues(sep Value, items List) Value {
	if len(items) == 0 {
		return ""
	}
	parts := make([]Value, len(items))
	for i, s := range items {
		parts[i] = stringValue(s.Get())
	}
	return joinStrings(stringValue(sep), parts)
}
