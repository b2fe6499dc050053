package interp

import (
	"maps"
	"slices"
	"strconv"
	"syscall"
)

// variableMagic is a special variable: what reading and writing it does.
type variableMagic struct {
	read  func() Value
	write func(Value) // nil: read-only
}

func (m *variableMagic) get() Value { return m.read() }

func (m *variableMagic) set(v Value) {
	if m.write == nil {
		throw(die("Modification of a read-only value attempted"))
	}
	m.write(v)
}

func (in *Interp) defineGlobals() {
	main := in.pkgOf("main")
	in.underscore, in.sortA, in.sortB = main.glob("_"), main.glob("a"), main.glob("b")
	in.evalError, in.childError = main.glob("@"), main.glob("?")
	in.inputSep, in.listSep = main.glob("/"), main.glob("\"")
	in.outputSep, in.outputRecord, in.subscriptSep = main.glob(","), main.glob("\\"), main.glob(";")
	in.env, in.inc, in.incHash, in.sig = main.glob("ENV"), main.glob("INC"), main.glob("INC"), main.glob("SIG")
	in.evalError.s = &Scalar{v: ""}
	in.childError.s = &Scalar{v: int64(0)}
	in.inputSep.s = &Scalar{v: "\n"}
	in.listSep.s = &Scalar{v: " "}
	in.subscriptSep.s = &Scalar{v: "\x1c"}
	main.glob("0").s = &Scalar{v: in.opts.Script}
	in.env.h = &Hash{env: in.opts.Env}
	in.sig.h = &Hash{}
	for _, dir := range in.opts.Inc {
		in.inc.array().Push(dir)
	}
	for _, a := range in.opts.Args {
		main.glob("ARGV").array().Push(a)
	}
	special := func(name string, read func() Value, write func(Value)) {
		main.glob(name).s = magical(&variableMagic{read, write})
	}
	special("!", func() Value { return Dual{int64(in.errno), errnoText(in.errno)} },
		func(v Value) { in.errno = syscall.Errno(Int(v)) })
	special("$", in.pid, func(Value) {})
	flush := int64(0)
	special("|", func() Value { return flush }, func(v Value) { flush = Int(boolean(Truth(v))) })
	special(".", func() Value {
		if in.lastRead == nil {
			return nil
		}
		return int64(in.lastRead.lines)
	}, func(v Value) {
		if in.lastRead != nil {
			in.lastRead.lines = toIndex(v)
		}
	})
	special("&", func() Value { return in.match.value(0) }, nil)
	special("`", func() Value { return in.match.around(false) }, nil)
	special("'", func() Value { return in.match.around(true) }, nil)
	special("+", func() Value { return in.match.lastGroup() }, nil)
	main.glob("]").s = &Scalar{v: 5.036}
	special("^V", in.perlVersion, nil)
	special("^O", func() Value { return "linux" }, nil)
	special("^X", func() Value { return "/usr/bin/perl" }, nil)
	special("^T", func() Value { return in.started.Unix() }, func(Value) {})
	special("^W", func() Value { return int64(0) }, func(Value) {})
	special("^N", func() Value { return in.match.lastGroup() }, nil)
	special("<", func() Value { return int64(syscall.Getuid()) }, nil)
	special(">", func() Value { return int64(syscall.Geteuid()) }, nil)
	special("(", func() Value { return strconv.Itoa(syscall.Getgid()) }, nil)
	special(")", func() Value { return strconv.Itoa(syscall.Getegid()) }, nil)
	main.glob("-").a = &Array{}
	main.glob("+").h = &Hash{shadow: namedGroups{in}}
	main.glob("-").h = &Hash{shadow: groupsOfNames{in}}
	main.glob("!").h = &Hash{shadow: errnoNames{in}}
	in.selectedGlob = main.glob("STDOUT")
}

// perlVersion is $^V, an object that is a string to those who use it as one.
func (in *Interp) perlVersion() Value {
	p := in.pkgOf("version")
	if p.overload == nil {
		in.overloading = true
		p.overload = map[string]Value{`""`: in.NewCode("version", func(*Call) (List, error) { return NewList("v5.36.0"), nil })}
	}
	return in.Bless(&Scalar{v: "5.36.0"}, "version")
}

// specialScalar is the scalar of a name that has a meaning of its own when it is first used, or nil.
func (in *Interp) specialScalar(name string) *Scalar {
	if name == "" || !isDigit(name[0]) || name == "0" {
		return nil
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		return nil
	}
	return magical(&variableMagic{read: func() Value { return in.match.value(n) }})
}

// around is the text before or behind the last match.
func (m *matched) around(behind bool) Value {
	switch {
	case m == nil:
		return nil
	case behind:
		return m.subject[m.idx[1]:]
	}
	return m.subject[:m.idx[0]]
}

// lastGroup is what the last group that took part matched.
func (m *matched) lastGroup() Value {
	if m == nil {
		return nil
	}
	for g := len(m.idx)/2 - 1; g > 0; g-- {
		if s, ok := m.group(g); ok {
			return s
		}
	}
	return nil
}

// namedGroups is %+.
type namedGroups struct{ in *Interp }

func (n namedGroups) entries() (keys []string, values []Value) {
	m := n.in.match
	if m == nil {
		return nil, nil
	}
	seen := map[string]bool{}
	for g, name := range m.pat.names {
		if name == "" || seen[name] {
			continue
		}
		if s, ok := m.group(g); ok {
			seen[name] = true
			keys, values = append(keys, name), append(values, s)
		}
	}
	return keys, values
}

// groupsOfNames is %-: for each name what all groups of that name matched.
type groupsOfNames struct{ in *Interp }

func (n groupsOfNames) entries() (keys []string, values []Value) {
	m := n.in.match
	if m == nil {
		return nil, nil
	}
	lists := map[string]*Array{}
	for g, name := range m.pat.names {
		if name == "" {
			continue
		}
		if lists[name] == nil {
			lists[name] = &Array{}
			keys, values = append(keys, name), append(values, lists[name])
		}
		lists[name].a = append(lists[name].a, NewScalar(m.value(g)))
	}
	return keys, values
}

// errnoNames is %!: which error is the current one.
type errnoNames struct{ in *Interp }

func (e errnoNames) entries() (keys []string, values []Value) {
	for _, name := range slices.Sorted(maps.Keys(errnoConstants)) {
		v := int64(0)
		if errnoConstants[name] == int64(e.in.errno) {
			v = errnoConstants[name]
		}
		keys, values = append(keys, name), append(values, v)
	}
	return keys, values
}

// offsets is @- (which 0) and @+ (which 1).
func (m *matched) offsets(which int) *Array {
	a := &Array{}
	if m == nil {
		return a
	}
	last := len(m.idx)/2 - 1
	if which == 0 {
		for last > 0 && m.idx[2*last] < 0 {
			last--
		}
	}
	for g := 0; g <= last; g++ {
		if m.idx[2*g] < 0 {
			a.Push(nil)
			continue
		}
		a.Push(int64(m.idx[2*g+which]))
	}
	return a
}
