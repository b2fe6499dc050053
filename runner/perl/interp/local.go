package interp

import "slices"

// localScalar is local $x.
type localScalar struct{ g *Glob }

func (n *localScalar) lv(fr *frame) *Scalar {
	g := n.g
	old := g.scalar()
	if m, special := magicOf(old); special && m.write != nil {
		v := old.Get()
		fr.in.locals = append(fr.in.locals, func() { old.Set(v) })
		return old
	}
	g.s = &Scalar{}
	fr.in.locals = append(fr.in.locals, func() { g.s = old })
	return g.s
}

func (n *localScalar) scalar(fr *frame) Value { n.lv(fr); return nil }

func (n *localScalar) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

// magicOf is what a special variable does.
func magicOf(s *Scalar) (m *variableMagic, ok bool) {
	if s.x == nil {
		return nil, false
	}
	m, ok = s.x.magic.(*variableMagic)
	return m, ok
}

// localArray is local @x.
type localArray struct{ g *Glob }

func (n *localArray) array(fr *frame, _ bool) *Array {
	g, old := n.g, n.g.a
	g.a = &Array{}
	fr.in.locals = append(fr.in.locals, func() { g.a = old })
	return g.a
}

func (n *localArray) scalar(fr *frame) Value { n.array(fr, true); return int64(0) }

func (n *localArray) list(fr *frame, out List) List { n.array(fr, true); return out }

func (n *localArray) assign(fr *frame, values []Value) []Value {
	n.array(fr, true).Assign(values)
	return nil
}

// localHash is local %x.
type localHash struct{ g *Glob }

func (n *localHash) hash(fr *frame, _ bool) *Hash {
	g, old := n.g, n.g.hash()
	if old.special() {
		keys, values := old.Keys(), old.values(nil).Values()
		old.Clear()
		fr.in.locals = append(fr.in.locals, func() {
			old.Clear()
			for i, k := range keys {
				old.Put(k, values[i])
			}
		})
		return old
	}
	g.h = &Hash{}
	fr.in.locals = append(fr.in.locals, func() { g.h = old })
	return g.h
}

func (n *localHash) scalar(fr *frame) Value { n.hash(fr, true); return int64(0) }

func (n *localHash) list(fr *frame, out List) List { n.hash(fr, true); return out }

func (n *localHash) assign(fr *frame, values []Value) []Value {
	n.hash(fr, true).Assign(values)
	return nil
}

// localKey is local $h{x}.
type localKey struct{ n *keyNode }

func (n *localKey) lv(fr *frame) *Scalar {
	return fr.in.localizeKey(n.n.h.hash(fr, true), n.n.name(fr))
}

func (n *localKey) scalar(fr *frame) Value { n.lv(fr); return nil }

func (n *localKey) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (in *Interp) localizeKey(h *Hash, key string) *Scalar {
	old := h.Lookup(key)
	if h.special() {
		var v Value
		if old != nil {
			v = old.Get()
		}
		in.locals = append(in.locals, func() {
			if old == nil {
				h.Delete(key)
			} else {
				h.Put(key, v)
			}
		})
		return h.At(key)
	}
	s := &Scalar{}
	h.replace(key, s)
	in.locals = append(in.locals, func() {
		if old == nil {
			h.Delete(key)
		} else {
			h.replace(key, old)
		}
	})
	return s
}

// replace puts another scalar in the place of an element.
func (h *Hash) replace(key string, s *Scalar) {
	if i := h.find(key); i >= 0 {
		h.ents[i].val = s
		return
	}
	h.insert(key, s)
}

// localItem is local $a[0].
type localItem struct{ n *indexNode }

func (n *localItem) lv(fr *frame) *Scalar {
	return fr.in.localizeItem(n.n.arr.array(fr, true), toIndex(n.n.idx.scalar(fr)))
}

func (n *localItem) scalar(fr *frame) Value { n.lv(fr); return nil }

func (n *localItem) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (in *Interp) localizeItem(a *Array, i int) *Scalar {
	if i < 0 {
		i += len(a.a)
	}
	if i < 0 {
		throw(die("Modification of non-creatable array value attempted, subscript %d", i-len(a.a)))
	}
	var old *Scalar
	if i < len(a.a) {
		old = a.a[i]
	} else {
		a.resize(i + 1)
	}
	s := &Scalar{}
	a.a[i] = s
	in.locals = append(in.locals, func() {
		if i < len(a.a) {
			a.a[i] = old
		}
	})
	return s
}

// localSlice is local @h{...} and local @a[...].
type localSlice struct {
	h *hashSliceNode
	a *sliceNode
}

func (n *localSlice) list(fr *frame, out List) List {
	if n.h != nil {
		h := n.h.h.hash(fr, true)
		for _, k := range n.h.keys.list(fr, nil) {
			out = append(out, fr.in.localizeKey(h, keyString(k.Get())))
		}
		return out
	}
	a := n.a.arr.array(fr, true)
	for _, k := range n.a.idx.list(fr, nil) {
		out = append(out, fr.in.localizeItem(a, toIndex(k.Get())))
	}
	return out
}

func (n *localSlice) scalar(fr *frame) Value { return n.list(fr, nil).Last() }

func (n *localSlice) assign(fr *frame, values []Value) []Value {
	for _, s := range n.list(fr, nil) {
		var v Value
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		s.Set(v)
	}
	return values
}

// localGlob is local *x.
type localGlob struct{ x globExpr }

func (n *localGlob) lv(fr *frame) *Scalar {
	g := n.x.glob(fr)
	old := *g
	*g = Glob{pkg: old.pkg, name: old.name}
	fr.in.locals = append(fr.in.locals, func() { *g = old })
	return magical(&globPlace{fr.in, g})
}

func (n *localGlob) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *localGlob) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

// localDeref is local ${"name"} and the like: the glob is known only when it runs.
type localDeref struct {
	sigil byte
	x     *derefNode
}

func (n *localDeref) glob(fr *frame) *Glob {
	v := n.x.x.scalar(fr)
	if r, ok := v.(*Glob); ok {
		return r
	}
	if IsRef(v) {
		throw(die("Can't localize through a reference"))
	}
	return n.x.symbol(fr, v, "a symbol")
}

func (n *localDeref) node(fr *frame) expr {
	switch g := n.glob(fr); n.sigil {
	case '@':
		return &localArray{g}
	case '%':
		return &localHash{g}
	default:
		return &localScalar{g}
	}
}

func (n *localDeref) scalar(fr *frame) Value { return n.node(fr).scalar(fr) }

func (n *localDeref) list(fr *frame, out List) List { return n.node(fr).list(fr, out) }

func (n *localDeref) lv(fr *frame) *Scalar { return lvalueOf(fr, n.node(fr)) }

func (n *localDeref) assign(fr *frame, values []Value) []Value {
	return assignPart(fr, n.node(fr), values)
}

// deleteNode is delete of an element or slice; local restores it at the end of the block.
type deleteNode struct {
	x     expr
	local bool
}

func (n *deleteNode) list(fr *frame, out List) List {
	switch x := n.x.(type) {
	case *keyNode:
		h := x.h.hash(fr, true)
		return append(out, &Scalar{v: n.key(fr, h, x.name(fr))})
	case *indexNode:
		return append(out, &Scalar{v: x.arr.array(fr, true).remove(toIndex(x.idx.scalar(fr)))})
	case *hashSliceNode:
		h := x.h.hash(fr, true)
		for _, k := range x.keys.list(fr, nil) {
			if x.pairs {
				out = append(out, &Scalar{v: k.Get()})
			}
			out = append(out, &Scalar{v: n.key(fr, h, keyString(k.Get()))})
		}
		return out
	case *sliceNode:
		a := x.arr.array(fr, true)
		for _, k := range x.idx.list(fr, nil) {
			if x.pairs {
				out = append(out, &Scalar{v: k.Get()})
			}
			out = append(out, &Scalar{v: a.remove(toIndex(k.Get()))})
		}
		return out
	}
	throw(die("delete argument is not a HASH or ARRAY element or slice"))
	return nil
}

func (n *deleteNode) key(fr *frame, h *Hash, key string) Value {
	if n.local {
		v := h.Get(key)
		if s := h.Lookup(key); s != nil {
			fr.in.locals = append(fr.in.locals, func() { h.replace(key, s) })
		}
		h.Delete(key)
		return v
	}
	if p, ok := h.shadow.(stashView); ok {
		if g := p.p.syms[key]; g != nil {
			delete(p.p.syms, key)
			p.p.order = slices.DeleteFunc(p.p.order, func(s string) bool { return s == key })
			return GlobValue{g}
		}
		return nil
	}
	return h.Delete(key)
}

func (n *deleteNode) scalar(fr *frame) Value { return n.list(fr, nil).Last() }
