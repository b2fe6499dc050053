package interp

// What a list names, the code that gets it may write to: for, map and grep through $_, a sub through @_. So Perl makes
// what is named there and missing: an array or hash behind a reference that is still undefined, and, but for the
// arguments of a sub, elements.

// aliased is x as the list of for, map or grep.
func aliased(x expr) expr {
	switch n := x.(type) {
	case *sequence:
		return &sequence{eachAliased(n.items, aliased)}
	case *ternary:
		return &ternary{n.cond, aliased(n.then), aliased(n.other)}
	case *keyNode:
		return &madeElement{n}
	case *indexNode:
		return &madeElement{n}
	case *sliceNode:
		return &madeSlice{n}
	case *hashSliceNode:
		return &madeHashSlice{n}
	}
	return passed(x)
}

// passed is x as the arguments of a sub.
func passed(x expr) expr {
	switch n := x.(type) {
	case *sequence:
		return &sequence{eachAliased(n.items, passed)}
	case *derefArray:
		return &madeArray{n}
	case *derefHash:
		return &madeHash{n}
	}
	return x
}

func eachAliased(items []expr, f func(expr) expr) []expr {
	out := make([]expr, len(items))
	for i, x := range items {
		out[i] = f(x)
	}
	return out
}

type madeElement struct{ place }

func (n *madeElement) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

type madeArray struct{ *derefArray }

func (n *madeArray) list(fr *frame, out List) List { return n.array(fr, true).items(out) }

type madeHash struct{ *derefHash }

func (n *madeHash) list(fr *frame, out List) List { return n.hash(fr, true).items(out) }

type madeSlice struct{ *sliceNode }

func (n *madeSlice) list(fr *frame, out List) List {
	a := n.arr.array(fr, true)
	for _, k := range n.idx.list(fr, nil) {
		i := toIndex(k.Get())
		if a.At(i) == nil {
			throw(die("Modification of non-creatable array value attempted, subscript %d", i))
		}
		if n.pairs {
			out = append(out, &Scalar{v: k.Get()})
		}
		out = append(out, a.At(i))
	}
	return out
}

type madeHashSlice struct{ *hashSliceNode }

func (n *madeHashSlice) list(fr *frame, out List) List {
	h := n.h.hash(fr, true)
	for _, k := range n.keys.list(fr, nil) {
		if n.pairs {
			out = append(out, &Scalar{v: k.Get()})
		}
		out = append(out, h.At(keyString(k.Get())))
	}
	return out
}
