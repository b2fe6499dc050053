package interp

import "strings"

// Package is a namespace.
type Package struct {
	in       *Interp
	name     string
	syms     map[string]*Glob
	order    []string         // the names in syms, in the order of their making
	overload map[string]Value // use overload: the operators, and "fallback"
}

// Glob is the entry of a name in a package: its scalar, array, hash, sub and handle.
type Glob struct {
	pkg  *Package
	name string
	s    *Scalar
	a    *Array
	h    *Hash
	c    *Code
	io   *Handle

	blessed  *Package
	imported uint8 // which of s, a, h came from another package: strict lets these be
}

const (
	importedScalar = 1 << iota
	importedArray
	importedHash
)

func (g *Glob) scalar() *Scalar {
	if g.s == nil {
		g.s = &Scalar{}
	}
	return g.s
}

func (g *Glob) array() *Array {
	if g.a == nil {
		g.a = &Array{}
	}
	return g.a
}

func (g *Glob) hash() *Hash {
	if g.h == nil {
		g.h = &Hash{}
	}
	return g.h
}

// pkgOf returns the package of that name and makes it where it is missing.
func (in *Interp) pkgOf(name string) *Package {
	p := in.packages[name]
	if p == nil {
		p = &Package{in: in, name: name, syms: map[string]*Glob{}}
		in.packages[name] = p
	}
	return p
}

func (p *Package) glob(name string) *Glob {
	g := p.syms[name]
	if g == nil {
		g = &Glob{pkg: p, name: name}
		if p.name == "main" {
			g.s = p.in.specialScalar(name)
		}
		p.syms[name] = g
		p.order = append(p.order, name)
	}
	return g
}

// globOf returns the glob of a fully qualified name.
func (in *Interp) globOf(full string) *Glob {
	pkg, name := splitName(full)
	return in.pkgOf(pkg).glob(name)
}

// splitName splits a fully qualified name; main where there is no package.
func splitName(full string) (pkg, name string) {
	if i := strings.LastIndexByte(full, '\''); i > 0 && !strings.Contains(full, "::") {
		return full[:i], full[i+1:]
	}
	i := strings.LastIndex(full, "::")
	if i < 0 {
		return "main", full
	}
	pkg, name = full[:i], full[i+2:]
	for strings.HasPrefix(pkg, "main::") && pkg != "main::" {
		pkg = pkg[len("main::"):]
	}
	pkg = strings.TrimPrefix(pkg, "::")
	if pkg == "" {
		pkg = "main"
	}
	return pkg, name
}

// qualify is the full name of a name as it is written in package pkg.
func qualify(name, pkg string) string {
	name = strings.TrimPrefix(name, "*")
	if strings.HasPrefix(name, "::") {
		return "main" + name
	}
	if strings.Contains(name, "::") {
		return name
	}
	if strings.IndexByte(name, '\'') > 0 {
		return strings.ReplaceAll(name, "'", "::")
	}
	if globalName(name) {
		return "main::" + name
	}
	return pkg + "::" + name
}

// globalName reports whether a name belongs to package main wherever it is used.
func globalName(name string) bool {
	if name == "" {
		return true
	}
	if c := name[0]; c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c < 0x80 {
		return true
	}
	switch name {
	case "_", "ENV", "ARGV", "INC", "SIG", "STDIN", "STDOUT", "STDERR", "ARGVOUT":
		return true
	}
	return false
}

// findSub finds a sub by its full name; nil when it is not defined.
func (in *Interp) findSub(full string) *Code {
	pkg, name := splitName(full)
	if p := in.packages[pkg]; p != nil {
		if g := p.syms[name]; g != nil && g.c != nil && g.c.defined() {
			return g.c
		}
	}
	return nil
}

// assignGlob is *g = v.
func (in *Interp) assignGlob(g *Glob, v Value) {
	foreign := in.cop.pkg != g.pkg.name
	switch v := v.(type) {
	case GlobValue:
		o := v.Glob
		g.s, g.a, g.h, g.io = o.scalar(), o.array(), o.hash(), o.io
		if o.c != nil {
			g.c = o.c
		}
		if foreign {
			g.imported = importedScalar | importedArray | importedHash
		}
		g.alias(o)
	case *Code:
		g.c = v
	case *Scalar:
		g.s = v
		if foreign {
			g.imported |= importedScalar
		}
	case *Array:
		g.a = v
		if foreign {
			g.imported |= importedArray
		}
	case *Hash:
		g.h = v
		if foreign {
			g.imported |= importedHash
		}
	case *Glob:
		in.assignGlob(g, GlobValue{v})
	case nil:
		throw(die("Undefined value assigned to typeglob"))
	default:
		if IsRef(v) {
			g.s = &Scalar{v: v}
			return
		}
		in.assignGlob(g, GlobValue{in.globOf(qualify(Str(v), in.cop.pkg))})
	}
}

// alias lets the two globs share a handle from now on, when one of them has none yet.
func (g *Glob) alias(o *Glob) {
	if o.io == nil {
		o.io = &Handle{name: o.name}
	}
	g.io = o.io
}

// symbol returns the glob of name in the package's tables, or nil.
func (p *Package) symbol(name string) *Glob {
	if p == nil {
		return nil
	}
	return p.syms[name]
}

// blessedInto returns the package that the thing v refers to is blessed into, or nil.
func blessedInto(v Value) *Package {
	switch v := v.(type) {
	case *Hash:
		return v.pkg
	case *Array:
		return v.pkg
	case *Scalar:
		if v.x != nil {
			return v.x.pkg
		}
	case *Code:
		return v.blessed
	case *Glob:
		return v.blessed
	case *Regexp:
		return v.pkg
	}
	return nil
}

// bless blesses what v refers to.
func bless(v Value, p *Package) {
	if d := p.method("DESTROY"); d != nil && !d.isEmpty() {
		throw(unsupported("objects of %s, which has a DESTROY that does something", p.name))
	}
	switch v := v.(type) {
	case *Hash:
		v.pkg = p
	case *Array:
		v.pkg = p
	case *Scalar:
		v.extra().pkg = p
	case *Code:
		v.blessed = p
	case *Glob:
		v.blessed = p
	case *Regexp:
		v.pkg = p
		if p.name == "Regexp" {
			v.pkg = nil
		}
	default:
		throw(die("Can't bless non-reference value"))
	}
}
