package interp

import "fmt"

// derefNode follows a reference. Kind is SCALAR, ARRAY, HASH, CODE or a glob, by the node around it.
type derefNode struct {
	x      expr
	strict bool
	pkg    string
}

func (d *derefNode) symbol(fr *frame, v Value, what string) *Glob {
	if g, ok := v.(GlobValue); ok {
		return g.Glob
	}
	s := Str(v)
	if d.strict {
		show := s
		if len(show) > 32 {
			show = show[:32] + "\"..."
		} else {
			show += "\""
		}
		throw(die("Can't use string (\"%s) as %s ref while \"strict refs\" in use", show, what))
	}
	return fr.in.globOf(qualify(s, d.pkg))
}

// undefined is what following undef gives where nothing is made of it.
func (d *derefNode) undefined(what string) {
	if d.strict {
		throw(die("Can't use an undefined value as %s reference", what))
	}
}

// vivify is the value of d.x; where it is undef and may be written to, make puts a new thing there.
func (d *derefNode) vivify(fr *frame, create bool, fresh func() Value) Value {
	if create {
		if p, ok := d.x.(place); ok {
			s := p.lv(fr)
			v := s.Get()
			if v == nil {
				v = fresh()
				s.Set(v)
			}
			return v
		}
	}
	return d.x.scalar(fr)
}

// derefScalar is $$x.
type derefScalar struct{ derefNode }

func (d *derefScalar) lv(fr *frame) *Scalar {
	v := d.vivify(fr, true, func() Value { return &Scalar{} })
	return d.follow(fr, v)
}

func (d *derefScalar) follow(fr *frame, v Value) *Scalar {
	switch r := v.(type) {
	case *Scalar:
		if r.x == nil || r.x.pkg == nil {
			return r
		}
	case *Regexp:
		return &Scalar{v: r.text()}
	case *Glob:
		return &Scalar{v: GlobValue{r}}
	}
	if blessedInto(v) != nil {
		v = derefOverload(v, "${}")
	}
	if r, ok := v.(*Scalar); ok {
		return r
	}
	if IsRef(v) {
		throw(die("Not a SCALAR reference"))
	}
	if v == nil {
		throw(die("Can't use an undefined value as a SCALAR reference"))
	}
	return d.symbol(fr, v, "a SCALAR").scalar()
}

func (d *derefScalar) scalar(fr *frame) Value {
	v := d.x.scalar(fr)
	if r, ok := v.(*Scalar); ok && (r.x == nil || r.x.pkg == nil) {
		return r.Get()
	}
	if v == nil && !d.strict {
		return nil
	}
	return d.follow(fr, v).Get()
}

func (d *derefScalar) list(fr *frame, out List) List { return append(out, d.lv(fr)) }

// derefArray is @$x.
type derefArray struct{ derefNode }

func (d *derefArray) array(fr *frame, create bool) *Array {
	v := d.vivify(fr, create, func() Value { return &Array{} })
	switch r := v.(type) {
	case *Array:
		if r.pkg == nil {
			return r
		}
	case *Glob:
		return r.array()
	case nil:
		if create {
			throw(die("Can't use an undefined value as an ARRAY reference"))
		}
		d.undefined("an ARRAY")
		return nil
	}
	if blessedInto(v) != nil {
		v = derefOverload(v, "@{}")
	}
	if r, ok := v.(*Array); ok {
		return r
	}
	if IsRef(v) {
		throw(die("Not an ARRAY reference"))
	}
	return d.symbol(fr, v, "an ARRAY").array()
}

func (d *derefArray) scalar(fr *frame) Value {
	a := d.array(fr, false)
	if a == nil {
		return int64(0)
	}
	return int64(len(a.a))
}

func (d *derefArray) list(fr *frame, out List) List {
	a := d.array(fr, false)
	if a == nil {
		return out
	}
	return a.items(out)
}

func (d *derefArray) assign(fr *frame, values []Value) []Value {
	d.array(fr, true).Assign(values)
	return nil
}

// derefHash is %$x.
type derefHash struct{ derefNode }

func (d *derefHash) hash(fr *frame, create bool) *Hash {
	v := d.vivify(fr, create, func() Value { return &Hash{} })
	switch r := v.(type) {
	case *Hash:
		if r.pkg == nil || !fr.in.overloading {
			return r
		}
	case *Glob:
		return r.hash()
	case nil:
		if create {
			throw(die("Can't use an undefined value as a HASH reference"))
		}
		d.undefined("a HASH")
		return nil
	}
	if blessedInto(v) != nil {
		v = derefOverload(v, "%{}")
	}
	if r, ok := v.(*Hash); ok {
		return r
	}
	if IsRef(v) {
		throw(die("Not a HASH reference"))
	}
	if s := Str(v); len(s) > 2 && s[len(s)-2:] == "::" && !d.strict {
		return fr.in.stash(s[:len(s)-2])
	}
	return d.symbol(fr, v, "a HASH").hash()
}

func (d *derefHash) scalar(fr *frame) Value {
	h := d.hash(fr, false)
	if h == nil {
		return int64(0)
	}
	return int64(h.Len())
}

func (d *derefHash) list(fr *frame, out List) List {
	h := d.hash(fr, false)
	if h == nil {
		return out
	}
	return h.items(out)
}

func (d *derefHash) assign(fr *frame, values []Value) []Value {
	d.hash(fr, true).Assign(values)
	return nil
}

// codeNode is what a call through a reference calls: &$x, $x->().
type codeNode struct{ derefNode }

func (d *codeNode) code(fr *frame) *Code {
	v := d.x.scalar(fr)
	if c, ok := v.(*Code); ok {
		return c
	}
	if blessedInto(v) != nil {
		v = derefOverload(v, "&{}")
	}
	switch r := v.(type) {
	case *Code:
		return r
	case nil:
		throw(die("Can't use an undefined value as a subroutine reference"))
	case *Glob:
		if r.c != nil {
			return r.c
		}
	case GlobValue:
		if r.c != nil {
			return r.c
		}
	}
	if IsRef(v) {
		throw(die("Not a CODE reference"))
	}
	if d.strict {
		throw(die("Can't use string (\"%.32s\") as a subroutine ref while \"strict refs\" in use", Str(v)))
	}
	return fr.in.subOrDie(qualify(Str(v), d.pkg))
}

// codeOf is the sub that v refers to or names.
func (in *Interp) codeOf(v Value) *Code {
	switch r := v.(type) {
	case *Code:
		return r
	case nil:
		throw(die("Can't use an undefined value as a subroutine reference"))
	case GlobValue:
		if r.c != nil {
			return r.c
		}
	}
	if IsRef(v) {
		if r := derefOverload(v, "&{}"); r != v {
			return in.codeOf(r)
		}
		throw(die("Not a CODE reference"))
	}
	return in.subOrDie(qualify(Str(v), in.cop.pkg))
}

// subOrDie finds a sub by its full name, or the AUTOLOAD that stands in for it.
func (in *Interp) subOrDie(full string) *Code {
	if c := in.findSub(full); c != nil {
		return c
	}
	pkg, name := splitName(full)
	if g := in.packages[pkg].symbol("AUTOLOAD"); g != nil && g.c != nil && g.c.defined() {
		return in.autoload(g.c, pkg, name)
	}
	in.lacks(pkg, name)
	throw(die("Undefined subroutine &%s called", pkg+"::"+name))
	return nil
}

// derefGlob is *$x or *{"name"}.
type derefGlob struct{ derefNode }

func (d *derefGlob) glob(fr *frame) *Glob {
	v := d.x.scalar(fr)
	switch r := v.(type) {
	case *Glob:
		return r
	case GlobValue:
		return r.Glob
	case nil:
		throw(die("Can't use an undefined value as a symbol reference"))
	}
	if IsRef(v) {
		if h, ok := v.(*Hash); ok {
			if g, ok := h.Native.(*Glob); ok {
				return g
			}
		}
		throw(die("Not a GLOB reference"))
	}
	return d.symbol(fr, v, "a symbol")
}

func (d *derefGlob) scalar(fr *frame) Value { return GlobValue{d.glob(fr)} }

func (d *derefGlob) list(fr *frame, out List) List {
	return append(out, &Scalar{v: GlobValue{d.glob(fr)}})
}

func (d *derefGlob) lv(fr *frame) *Scalar { return magical(&globPlace{fr.in, d.glob(fr)}) }

// globVar is *x.
type globVar struct{ g *Glob }

func (n *globVar) glob(*frame) *Glob { return n.g }

func (n *globVar) scalar(*frame) Value { return GlobValue{n.g} }

func (n *globVar) list(_ *frame, out List) List { return append(out, &Scalar{v: GlobValue{n.g}}) }

func (n *globVar) lv(fr *frame) *Scalar { return magical(&globPlace{fr.in, n.g}) }

// globExpr is an expression that is a glob.
type globExpr interface{ glob(fr *frame) *Glob }

// globPlace is a glob that is assigned to.
type globPlace struct {
	in *Interp
	g  *Glob
}

func (p *globPlace) get() Value { return GlobValue{p.g} }

func (p *globPlace) set(v Value) { p.in.assignGlob(p.g, v) }

// stash is %Foo::, as a hash of its names: for reading only.
func (in *Interp) stash(pkg string) *Hash {
	return &Hash{shadow: stashView{in.pkgOf(pkg)}}
}

type stashView struct{ p *Package }

func (s stashView) entries() (keys []string, values []Value) {
	for _, name := range s.p.order {
		if g := s.p.syms[name]; g != nil {
			keys = append(keys, name)
			values = append(values, GlobValue{g})
		}
	}
	return keys, values
}

func (g GlobValue) String() string { return fmt.Sprintf("*%s::%s", g.pkg.name, g.name) }
