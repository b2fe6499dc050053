package interp

import (
	"math"
	"strings"
)

func init() {
	coreModules["List::Util"] = func(in *Interp) {
		in.exporting("List::Util", nil, strings.Fields(`all any first head max maxstr mesh min minstr none notall pairfirst
			pairgrep pairkeys pairmap pairs pairvalues product reduce reductions shuffle sum sum0 tail uniq uniqint
			uniqnum uniqstr unpairs zip`))
		in.defineFolds()
		in.defineTests()
		in.definePairs()
		in.defineUniq()
	}
}

// fold defines a function that goes through its arguments with a running value.
func (in *Interp) fold(name string, empty Value, step func(a, b Value) Value) {
	in.DefineSubProto("List::Util::"+name, "@", func(c *Call) (List, error) {
		if len(c.Args) == 0 {
			return NewList(empty), nil
		}
		acc := c.Args[0].Get()
		for _, s := range c.Args[1:] {
			acc = step(acc, s.Get())
		}
		return NewList(acc), nil
	})
}

func (in *Interp) defineFolds() {
	pick := func(better func(a, b Value) bool) func(a, b Value) Value {
		return func(a, b Value) Value {
			if better(b, a) {
				return b
			}
			return a
		}
	}
	less := func(a, b Value) bool { o, ok := compareNumbers(a, b); return ok && o < 0 }
	in.fold("sum", nil, add)
	in.fold("sum0", int64(0), add)
	in.fold("product", int64(1), multiply)
	in.fold("min", nil, pick(less))
	in.fold("max", nil, pick(func(a, b Value) bool { return less(b, a) }))
	in.fold("minstr", nil, pick(func(a, b Value) bool { return compareStrings(a, b) < 0 }))
	in.fold("maxstr", nil, pick(func(a, b Value) bool { return compareStrings(a, b) > 0 }))
	for name, all := range map[string]bool{"reduce": false, "reductions": true} {
		in.DefineSubProto("List::Util::"+name, "&@", func(c *Call) (List, error) {
			return in.reduce(c, all)
		})
	}
	in.DefineSubProto("List::Util::shuffle", "@", func(c *Call) (List, error) {
		out := c.Args.copied()
		in.generator().Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return countedList(c, out), nil
	})
	for name, tail := range map[string]bool{"head": false, "tail": true} {
		in.DefineSubProto("List::Util::"+name, "$@", func(c *Call) (List, error) {
			items := c.Args[min(1, len(c.Args)):]
			n := toIndex(c.Arg(0))
			if n < 0 {
				n = max(len(items)+n, 0)
			}
			n = min(n, len(items))
			if tail {
				return items[len(items)-n:], nil
			}
			return items[:n], nil
		})
	}
}

// countedList is a list that counts its items in scalar context.
func countedList(c *Call, l List) List {
	if c.Want == ListContext {
		return l
	}
	return NewList(int64(len(l)))
}

func (in *Interp) reduce(c *Call, all bool) (List, error) {
	code := in.codeOf(c.Arg(0))
	items := c.Args[1:]
	if len(items) == 0 {
		if all {
			return nil, nil
		}
		return NewList(nil), nil
	}
	a, b := in.globOf(c.Package+"::a"), in.globOf(c.Package+"::b")
	oldA, oldB := a.s, b.s
	defer func() { a.s, b.s = oldA, oldB }()
	acc := items[0].Get()
	steps := NewList(acc)
	for _, s := range items[1:] {
		a.s, b.s = &Scalar{v: acc}, s
		acc = in.callScalar(code, nil)
		steps = append(steps, &Scalar{v: acc})
	}
	if all {
		return countedList(c, steps), nil
	}
	return NewList(acc), nil
}

// withTopic calls f for each item with $_ aliased to it, until f returns false.
func (in *Interp) withTopic(items List, f func(s *Scalar) bool) {
	g, old := in.underscore, in.underscore.s
	defer func() { g.s = old }()
	for _, s := range items {
		g.s = s
		if !f(s) {
			return
		}
	}
}

func (in *Interp) defineTests() {
	for name, t := range map[string]struct{ stopOn, result bool }{
		"any": {true, true}, "all": {false, false}, "none": {true, false}, "notall": {false, true},
	} {
		in.DefineSubProto("List::Util::"+name, "&@", func(c *Call) (List, error) {
			code := in.codeOf(c.Arg(0))
			result := !t.result
			in.withTopic(c.Args[1:], func(*Scalar) bool {
				if Truth(in.callScalar(code, nil)) == t.stopOn {
					result = t.result
					return false
				}
				return true
			})
			return NewList(boolean(result)), nil
		})
	}
	in.DefineSubProto("List::Util::first", "&@", func(c *Call) (List, error) {
		code := in.codeOf(c.Arg(0))
		var found Value
		in.withTopic(c.Args[1:], func(s *Scalar) bool {
			if Truth(in.callScalar(code, nil)) {
				found = s.Get()
				return false
			}
			return true
		})
		return NewList(found), nil
	})
}

func (in *Interp) definePairs() {
	each := func(name, proto string, from int, f func(c *Call, k, v *Scalar) List) {
		in.DefineSubProto("List::Util::"+name, proto, func(c *Call) (List, error) {
			var out List
			for i := from; i < len(c.Args); i += 2 {
				v := &Scalar{}
				if i+1 < len(c.Args) {
					v = c.Args[i+1]
				}
				out = append(out, f(c, c.Args[i], v)...)
			}
			return countedList(c, out), nil
		})
	}
	each("pairkeys", "@", 0, func(_ *Call, k, _ *Scalar) List { return List{k} })
	each("pairvalues", "@", 0, func(_ *Call, _, v *Scalar) List { return List{v} })
	each("pairs", "@", 0, func(_ *Call, k, v *Scalar) List {
		return NewList(in.Bless(NewArray(k.Get(), v.Get()), "List::Util::_Pair"))
	})
	in.DefineSub("List::Util::_Pair::key", func(c *Call) (List, error) { return pairPart(c, 0), nil })
	in.DefineSub("List::Util::_Pair::value", func(c *Call) (List, error) { return pairPart(c, 1), nil })
	with := func(c *Call, k, v *Scalar, want Want) (Value, List) {
		a, b := in.globOf(c.Package+"::a"), in.globOf(c.Package+"::b")
		oldA, oldB := a.s, b.s
		defer func() { a.s, b.s = oldA, oldB }()
		a.s, b.s = k, v
		return in.call(in.codeOf(c.Arg(0)), nil, want)
	}
	each("pairmap", "&@", 1, func(c *Call, k, v *Scalar) List {
		_, l := with(c, k, v, ListContext)
		return l
	})
	each("pairgrep", "&@", 1, func(c *Call, k, v *Scalar) List {
		if r, _ := with(c, k, v, ScalarContext); Truth(r) {
			return List{k, v}
		}
		return nil
	})
	in.DefineSubProto("List::Util::unpairs", "@", func(c *Call) (List, error) {
		var out List
		for _, s := range c.Args {
			if a, ok := s.Get().(*Array); ok {
				out = append(out, NewList(a.Get(0), a.Get(1))...)
			}
		}
		return out, nil
	})
	for name, mesh := range map[string]bool{"zip": false, "mesh": true} {
		in.DefineSub("List::Util::"+name, func(c *Call) (List, error) { return zip(c, mesh) })
	}
}

func pairPart(c *Call, i int) List {
	if a, ok := c.Arg(0).(*Array); ok {
		return NewList(a.Get(i))
	}
	return NewList(nil)
}

func zip(c *Call, mesh bool) (List, error) {
	longest := 0
	var arrays []*Array
	for _, s := range c.Args {
		a, ok := s.Get().(*Array)
		if !ok {
			return nil, die("Expected an ARRAY reference to zip")
		}
		arrays = append(arrays, a)
		longest = max(longest, a.Len())
	}
	var out List
	for i := range longest {
		row := &Array{}
		for _, a := range arrays {
			row.Push(a.Get(i))
		}
		if mesh {
			out = append(out, row.a...)
		} else {
			out = append(out, &Scalar{v: row})
		}
	}
	return out, nil
}

func (in *Interp) defineUniq() {
	uniq := func(name string, key func(v Value) string) {
		in.DefineSubProto("List::Util::"+name, "@", func(c *Call) (List, error) {
			seen := map[string]bool{}
			var out List
			for _, s := range c.Args {
				if k := key(s.Get()); !seen[k] {
					seen[k] = true
					out = append(out, s)
				}
			}
			return countedList(c, out), nil
		})
	}
	uniq("uniq", func(v Value) string {
		if v == nil {
			return "undef"
		}
		return "=" + keyString(v)
	})
	uniq("uniqstr", keyString)
	uniq("uniqnum", func(v Value) string { return Str(number(v)) })
	uniq("uniqint", func(v Value) string { return Str(Int(v)) })
}

func init() {
	coreModules["Scalar::Util"] = func(in *Interp) {
		in.exporting("Scalar::Util", nil, strings.Fields(`blessed refaddr reftype readonly looks_like_number weaken unweaken
			isweak dualvar isdual isvstring tainted openhandle`))
		def := func(name string, f func(c *Call, v Value) Value) {
			in.DefineSubProto("Scalar::Util::"+name, "$", func(c *Call) (List, error) { return NewList(f(c, c.Arg(0))), nil })
		}
		def("blessed", func(_ *Call, v Value) Value {
			if p := blessedInto(v); p != nil {
				return p.name
			}
			if _, ok := v.(*Regexp); ok {
				return "Regexp"
			}
			return nil
		})
		def("refaddr", func(_ *Call, v Value) Value {
			if !IsRef(v) {
				return nil
			}
			return address(v)
		})
		def("reftype", func(_ *Call, v Value) Value {
			if !IsRef(v) {
				return nil
			}
			if t := refType(v); t != "Regexp" {
				return t
			}
			return "REGEXP"
		})
		def("looks_like_number", func(_ *Call, v Value) Value { return boolean(looksLikeNumber(v)) })
		def("readonly", func(c *Call, _ Value) Value {
			return boolean(len(c.Args) > 0 && c.Args[0].x != nil && c.Args[0].x.readonly)
		})
		def("weaken", func(c *Call, v Value) Value {
			if len(c.Args) > 0 && IsRef(v) {
				if !leadsTo(v, c.Args[0]) {
					throw(unsupported("weaken of a reference that is no way back in its own structure"))
				}
				c.Args[0].extra().weak = true
			}
			return nil
		})
		def("unweaken", func(c *Call, _ Value) Value {
			if isWeak(c) {
				c.Args[0].x.weak = false
			}
			return nil
		})
		def("isweak", func(c *Call, _ Value) Value { return boolean(isWeak(c)) })
		for _, name := range []string{"tainted", "isvstring"} {
			def(name, func(*Call, Value) Value { return no })
		}
		def("isdual", func(_ *Call, v Value) Value { _, ok := v.(Dual); return boolean(ok) })
		def("openhandle", func(_ *Call, v Value) Value {
			if h := in.handleOf(v, false); h != nil && h.open() {
				return v
			}
			return nil
		})
		in.DefineSubProto("Scalar::Util::dualvar", "$$", func(c *Call) (List, error) {
			return NewList(Dual{number(c.Arg(0)), c.Str(1)}), nil
		})
	}
	coreModules["Time::HiRes"] = func(in *Interp) {
		in.exporting("Time::HiRes", nil, strings.Fields("time sleep usleep nanosleep ualarm alarm gettimeofday tv_interval clock_gettime clock CLOCK_REALTIME CLOCK_MONOTONIC"))
		in.defineHiRes()
	}
}

func isWeak(c *Call) bool { return len(c.Args) > 0 && c.Args[0].x != nil && c.Args[0].x.weak }

// leadsTo reports whether the scalar is in the structure that v refers to. A weak reference there goes away with the
// structure, so that none can see it gone; things here live as long as anything refers to them.
func leadsTo(v Value, to *Scalar) bool {
	const most = 10000 // things that are looked at
	seen := map[Value]bool{}
	todo := []Value{v}
	for len(todo) > 0 && len(seen) < most {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !IsRef(v) || seen[v] {
			continue
		}
		seen[v] = true
		var items List
		switch v := v.(type) {
		case *Scalar:
			items = List{v}
		case *Array:
			items = v.items(nil)
		case *Hash:
			items = v.items(nil)
		}
		for _, s := range items {
			if s == to {
				return true
			}
			if s != nil {
				todo = append(todo, s.Get())
			}
		}
	}
	return false
}

// wholeSeconds splits a time into seconds and microseconds.
func wholeSeconds(t float64) (sec, usec int64) {
	whole := math.Floor(t)
	return int64(whole), int64(math.Round((t - whole) * 1e6))
}
