package interp

// indexNode is an array's element.
type indexNode struct {
	arr arrayExpr
	idx expr
}

func (n *indexNode) scalar(fr *frame) Value {
	a := n.arr.array(fr, true)
	if i, ok := n.idx.(*literal); ok {
		if k, ok := i.s.v.(int64); ok {
			return a.Get(int(k))
		}
	}
	return a.Get(toIndex(n.idx.scalar(fr)))
}

func (n *indexNode) lv(fr *frame) *Scalar {
	a := n.arr.array(fr, true)
	i := toIndex(n.idx.scalar(fr))
	s := a.At(i)
	if s == nil {
		throw(die("Modification of non-creatable array value attempted, subscript %d", i))
	}
	return s
}

func (n *indexNode) list(fr *frame, out List) List {
	return append(out, elementOf(n.arr.array(fr, true), toIndex(n.idx.scalar(fr))))
}

// elementOf is item i, or where there is none a stand-in that makes it when it is assigned to.
func elementOf(a *Array, i int) *Scalar {
	if a.exists(i) {
		return a.At(i)
	}
	return magical(&missingItem{a: a, i: i})
}

// keyNode is a hash's element.
type keyNode struct {
	h   hashExpr
	key expr
}

func (n *keyNode) name(fr *frame) string {
	if l, ok := n.key.(*literal); ok {
		if s, ok := l.s.v.(string); ok {
			return s
		}
	}
	return keyString(n.key.scalar(fr))
}

func (n *keyNode) scalar(fr *frame) Value { return n.h.hash(fr, true).Get(n.name(fr)) }

func (n *keyNode) lv(fr *frame) *Scalar {
	h := n.h.hash(fr, true)
	return h.At(n.name(fr))
}

func (n *keyNode) list(fr *frame, out List) List {
	return append(out, entryOf(n.h.hash(fr, true), n.name(fr)))
}

// entryOf is the element of that key, or a stand-in that makes it when it is assigned to.
func entryOf(h *Hash, key string) *Scalar {
	if s := h.Lookup(key); s != nil {
		return s
	}
	return magical(&missingKey{h, key})
}

// sliceNode is @a[...] and %a[...].
type sliceNode struct {
	arr   arrayExpr
	idx   expr
	pairs bool
}

func (n *sliceNode) list(fr *frame, out List) List {
	a := n.arr.array(fr, true)
	for _, k := range n.idx.list(fr, nil) {
		if n.pairs {
			out = append(out, &Scalar{v: k.Get()})
		}
		out = append(out, elementOf(a, toIndex(k.Get())))
	}
	return out
}

func (n *sliceNode) scalar(fr *frame) Value { return n.list(fr, nil).Last() }

func (n *sliceNode) assign(fr *frame, values []Value) []Value {
	a := n.arr.array(fr, true)
	for _, k := range n.idx.list(fr, nil) {
		var v Value
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		if s := a.At(toIndex(k.Get())); s != nil {
			s.Set(v)
		}
	}
	return values
}

// hashSliceNode is @h{...} and %h{...}.
type hashSliceNode struct {
	h     hashExpr
	keys  expr
	pairs bool
}

func (n *hashSliceNode) list(fr *frame, out List) List {
	h := n.h.hash(fr, true)
	for _, k := range n.keys.list(fr, nil) {
		if n.pairs {
			out = append(out, &Scalar{v: k.Get()})
		}
		out = append(out, entryOf(h, keyString(k.Get())))
	}
	return out
}

func (n *hashSliceNode) scalar(fr *frame) Value { return n.list(fr, nil).Last() }

func (n *hashSliceNode) assign(fr *frame, values []Value) []Value {
	h := n.h.hash(fr, true)
	for _, k := range n.keys.list(fr, nil) {
		var v Value
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		h.Put(keyString(k.Get()), v)
	}
	return values
}

// listSliceNode is (LIST)[...].
type listSliceNode struct{ x, idx expr }

func (n *listSliceNode) list(fr *frame, out List) List {
	items := n.x.list(fr, nil)
	idx := n.idx.list(fr, nil)
	if len(items) == 0 {
		return out
	}
	for _, k := range idx {
		i := toIndex(k.Get())
		if i < 0 {
			i += len(items)
		}
		if i < 0 || i >= len(items) {
			out = append(out, &Scalar{})
			continue
		}
		out = append(out, items[i])
	}
	return out
}

func (n *listSliceNode) scalar(fr *frame) Value { return n.list(fr, nil).Last() }

// lastIndexNode is $#a.
type lastIndexNode struct{ arr arrayExpr }

func (n *lastIndexNode) scalar(fr *frame) Value {
	a := n.arr.array(fr, true)
	return int64(len(a.a) - 1)
}

func (n *lastIndexNode) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

func (n *lastIndexNode) lv(fr *frame) *Scalar {
	return magical(lastIndexPlace{n.arr.array(fr, true)})
}

type lastIndexPlace struct{ a *Array }

func (p lastIndexPlace) get() Value { return int64(len(p.a.a) - 1) }

func (p lastIndexPlace) set(v Value) { p.a.resize(max(toIndex(v)+1, 0)) }
