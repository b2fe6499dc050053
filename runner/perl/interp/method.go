package interp

import (
	"slices"
	"strings"
)

// parents is the package's @ISA.
func (p *Package) parents() []string {
	g := p.syms["ISA"]
	if g == nil || g.a == nil {
		return nil
	}
	out := make([]string, 0, len(g.a.a))
	for _, s := range g.a.a {
		if s != nil {
			out = append(out, Str(s.Get()))
		}
	}
	return out
}

// linear is the order in which classes are searched: the package, then its parents, depth first.
func (p *Package) linear() []string {
	var out []string
	var walk func(name string, depth int)
	walk = func(name string, depth int) {
		if depth > 100 {
			throw(die("Recursive inheritance detected in package '%s'", p.name))
		}
		if slices.Contains(out, name) {
			return
		}
		out = append(out, name)
		if q := p.in.packages[name]; q != nil {
			for _, parent := range q.parents() {
				walk(parent, depth+1)
			}
		}
	}
	walk(p.name, 0)
	return out
}

// method finds a method in the package or its parents, then in UNIVERSAL; nil when there is none.
func (p *Package) method(name string) *Code {
	if g := p.syms[name]; g != nil && g.c != nil && g.c.defined() {
		return g.c
	}
	if p.syms["ISA"] != nil {
		for _, class := range p.linear()[1:] {
			if g := p.in.packages[class].symbol(name); g != nil && g.c != nil && g.c.defined() {
				return g.c
			}
		}
	}
	if g := p.in.packages["UNIVERSAL"].symbol(name); g != nil && g.c != nil && g.c.defined() {
		return g.c
	}
	return nil
}

// isa reports whether the package is, or inherits from, class.
func (p *Package) isa(class string) bool {
	return p.name == class || slices.Contains(p.linear(), class)
}

// FindMethod returns the method that class (a package's name) has of that name, itself or by inheritance; nil when it
// has none. AUTOLOAD does not count.
func (in *Interp) FindMethod(class, name string) *Code {
	return in.pkgOf(class).method(name)
}

// resolveMethod finds what inv->name calls. The name may be qualified, SUPER::x searches above package current.
func (in *Interp) resolveMethod(inv Value, name, current string) *Code {
	class := in.invocantClass(inv, name)
	start := class
	short := name
	var code *Code
	if i := strings.LastIndex(name, "::"); i >= 0 {
		qualifier := name[:i]
		short = name[i+2:]
		if qualifier == "SUPER" || strings.HasSuffix(qualifier, "::SUPER") {
			if qualifier != "SUPER" {
				current = strings.TrimSuffix(qualifier, "::SUPER")
			}
			code = in.superMethod(current, short)
			start = in.pkgOf(current)
			if code == nil {
				if auto := in.superMethod(current, "AUTOLOAD"); auto != nil {
					return in.autoload(auto, start.name, short)
				}
				throw(die("Can't locate object method \"%s\" via package \"%s\"", short, current))
			}
			return code
		}
		start = in.pkgOf(qualifier)
	}
	if code = start.method(short); code != nil {
		return code
	}
	if short != "import" && short != "unimport" && short != "DESTROY" {
		if auto := start.method("AUTOLOAD"); auto != nil {
			return in.autoload(auto, start.name, short)
		}
	}
	return in.noMethod(start, short, inv)
}

func (in *Interp) noMethod(p *Package, name string, inv Value) *Code {
	if name == "import" || name == "unimport" {
		return in.nothing
	}
	for _, class := range p.linear() {
		if class != "Exporter" { // all of whose methods there are
			in.lacks(class, name)
		}
	}
	if blessedInto(inv) == nil && len(p.syms) == 0 && !in.loaded(p.name) {
		throw(die("Can't locate object method \"%s\" via package \"%s\" (perhaps you forgot to load \"%s\"?)", name, p.name, p.name))
	}
	throw(die("Can't locate object method \"%s\" via package \"%s\"", name, p.name))
	return nil
}

func (in *Interp) superMethod(current, name string) *Code {
	for _, parent := range in.pkgOf(current).parents() {
		if code := in.pkgOf(parent).method(name); code != nil {
			return code
		}
	}
	if g := in.packages["UNIVERSAL"].symbol(name); g != nil && g.c != nil {
		return g.c
	}
	return nil
}

// invocantClass is the class in which a method of inv is searched.
func (in *Interp) invocantClass(inv Value, name string) *Package {
	if p := blessedInto(inv); p != nil {
		return p
	}
	switch v := inv.(type) {
	case nil:
		throw(die("Can't call method \"%s\" on an undefined value", name))
	case *Regexp:
		return in.pkgOf("Regexp")
	case *Glob, GlobValue:
		return in.pkgOf("IO::File")
	default:
		if IsRef(v) {
			throw(die("Can't call method \"%s\" on unblessed reference", name))
		}
	}
	s := Str(inv)
	if s == "" {
		throw(die("Can't call method \"%s\" without a package or object reference", name))
	}
	s = strings.TrimPrefix(strings.TrimSuffix(s, "::"), "::")
	if in.packages[s] == nil {
		if g := in.packages["main"].symbol(s); g != nil && g.io != nil {
			return in.pkgOf("IO::File")
		}
		return &Package{in: in, name: s, syms: map[string]*Glob{}}
	}
	return in.packages[s]
}

// autoload returns code that calls an AUTOLOAD sub for the missing sub pkg::name.
func (in *Interp) autoload(auto *Code, pkg, name string) *Code {
	in.globOf(auto.pkg + "::AUTOLOAD").scalar().Set(pkg + "::" + name)
	if auto.native == nil {
		return auto
	}
	c := *auto
	c.asked = pkg + "::" + name
	return &c
}

// findOverload returns the sub of an overloaded operator of the class, or nil.
func (p *Package) findOverload(op string) Value {
	if !p.in.overloading {
		return nil
	}
	if v := p.overload[op]; v != nil {
		return v
	}
	for _, class := range p.linear()[1:] {
		if q := p.in.packages[class]; q != nil {
			if v := q.overload[op]; v != nil {
				return v
			}
		}
	}
	return nil
}

// conversions are the overloaded conversions that stand in for one another, in the order in which Perl tries them.
var conversions = map[string][]string{
	`""`:   {`""`, "0+", "bool"},
	"0+":   {"0+", `""`, "bool"},
	"bool": {"bool", `""`, "0+"},
	"neg":  {"neg"},
	"<>":   {"<>"}, "${}": {"${}"}, "@{}": {"@{}"}, "%{}": {"%{}"}, "&{}": {"&{}"},
}

// overloaded calls the overloaded conversion op of v; ok is false when v has none.
func overloaded(v Value, op string) (Value, bool) {
	p := blessedInto(v)
	if p == nil || !p.in.overloading {
		return nil, false
	}
	for _, name := range conversions[op] {
		if f := p.findOverload(name); f != nil {
			r := p.in.callScalar(p.in.codeOf(f), NewList(v, nil, ""))
			if IsRef(r) && address(r) == address(v) {
				return nil, false
			}
			return r, true
		}
	}
	return nil, false
}

// derefOverload calls the overloaded dereference op of v, until the result has none; v itself when there is none.
func derefOverload(v Value, op string) Value {
	for range 100 {
		r, ok := overloaded(v, op)
		if !ok {
			return v
		}
		v = r
	}
	return v
}

// overloadedBinary calls the overloaded operator op of a or b; ok is false when neither has one.
func overloadedBinary(op string, a, b Value) (Value, bool) {
	for i, v := range [2]Value{a, b} {
		p := blessedInto(v)
		if p == nil || !p.in.overloading {
			continue
		}
		f := p.findOverload(op)
		if f == nil {
			f = p.findOverload("nomethod")
		}
		if f == nil {
			continue
		}
		other, swapped := b, no
		if i == 1 {
			other, swapped = a, one
		}
		return p.in.callScalar(p.in.codeOf(f), NewList(v, other, swapped)), true
	}
	return nil, false
}
