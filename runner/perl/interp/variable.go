package interp

// where says in which way a variable's node finds it.
type where uint8

const (
	inPad where = iota
	inCaptures
	inGlob
)

// scalarVar is a scalar variable.
type scalarVar struct {
	where where
	index int
	g     *Glob
}

func (n *scalarVar) lv(fr *frame) *Scalar {
	switch n.where {
	case inPad:
		if s, ok := fr.pad[n.index].(*Scalar); ok {
			return s
		}
		s := &Scalar{}
		fr.pad[n.index] = s
		return s
	case inCaptures:
		return fr.caps[n.index].(*Scalar)
	}
	if n.g.s == nil {
		n.g.s = &Scalar{}
	}
	return n.g.s
}

func (n *scalarVar) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *scalarVar) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

// arrayVar is an array variable.
type arrayVar struct {
	where where
	index int
	g     *Glob
	args  bool // @_
}

func (n *arrayVar) array(fr *frame, _ bool) *Array {
	if n.args {
		return fr.args
	}
	switch n.where {
	case inPad:
		if a, ok := fr.pad[n.index].(*Array); ok {
			return a
		}
		a := &Array{}
		fr.pad[n.index] = a
		return a
	case inCaptures:
		return fr.caps[n.index].(*Array)
	}
	return n.g.array()
}

func (n *arrayVar) scalar(fr *frame) Value { return int64(len(n.array(fr, true).a)) }

func (n *arrayVar) list(fr *frame, out List) List { return n.array(fr, true).items(out) }

func (n *arrayVar) assign(fr *frame, values []Value) []Value {
	n.array(fr, true).Assign(values)
	return nil
}

// hashVar is a hash variable.
type hashVar struct {
	where where
	index int
	g     *Glob
}

func (n *hashVar) hash(fr *frame, _ bool) *Hash {
	switch n.where {
	case inPad:
		if h, ok := fr.pad[n.index].(*Hash); ok {
			return h
		}
		h := &Hash{}
		fr.pad[n.index] = h
		return h
	case inCaptures:
		return fr.caps[n.index].(*Hash)
	}
	return n.g.hash()
}

func (n *hashVar) scalar(fr *frame) Value { return int64(n.hash(fr, true).Len()) }

func (n *hashVar) list(fr *frame, out List) List { return n.hash(fr, true).items(out) }

func (n *hashVar) assign(fr *frame, values []Value) []Value {
	n.hash(fr, true).Assign(values)
	return nil
}

// fresh makes the variable of a my anew and returns it. In a first frame, what named subs have captured already
// stays the first time.
func fresh[T any](fr *frame, slot int) *T {
	if fr.introduced != nil && !fr.introduced[slot] {
		fr.introduced[slot] = true
		if v, ok := fr.pad[slot].(*T); ok {
			return v
		}
	}
	v := new(T)
	fr.pad[slot] = v
	return v
}

// myScalar is my $x.
type myScalar struct{ slot int }

func (n *myScalar) lv(fr *frame) *Scalar { return fresh[Scalar](fr, n.slot) }

func (n *myScalar) scalar(fr *frame) Value { return n.lv(fr).Get() }

func (n *myScalar) list(fr *frame, out List) List { return append(out, n.lv(fr)) }

// myArray is my @x.
type myArray struct{ slot int }

func (n *myArray) array(fr *frame, _ bool) *Array { return fresh[Array](fr, n.slot) }

func (n *myArray) scalar(fr *frame) Value { return int64(len(n.array(fr, true).a)) }

func (n *myArray) list(fr *frame, out List) List { return n.array(fr, true).items(out) }

func (n *myArray) assign(fr *frame, values []Value) []Value {
	n.array(fr, true).Assign(values)
	return nil
}

// myHash is my %x.
type myHash struct{ slot int }

func (n *myHash) hash(fr *frame, _ bool) *Hash { return fresh[Hash](fr, n.slot) }

func (n *myHash) scalar(fr *frame) Value { return int64(n.hash(fr, true).Len()) }

func (n *myHash) list(fr *frame, out List) List { return n.hash(fr, true).items(out) }

func (n *myHash) assign(fr *frame, values []Value) []Value {
	n.hash(fr, true).Assign(values)
	return nil
}

// stateVar is state $x, @x or %x, with the value that it is given the first time.
type stateVar struct {
	slot  int
	sigil byte
	init  expr // or nil
}

// container puts the variable into the frame, where the ordinary nodes find it.
func (n *stateVar) container(fr *frame) any {
	states := &fr.unit.states
	if fr.code != nil {
		states = &fr.code.states
	}
	if v, ok := (*states)[n.slot]; ok {
		fr.pad[n.slot] = v
		return v
	}
	v := newContainer(n.sigil)
	if *states == nil {
		*states = map[int]any{}
	}
	(*states)[n.slot] = v
	fr.pad[n.slot] = v
	if n.init != nil {
		switch v := v.(type) {
		case *Scalar:
			v.Set(n.init.scalar(fr))
		case *Array:
			v.Assign(listValues(fr, n.init))
		case *Hash:
			v.Assign(listValues(fr, n.init))
		}
	}
	return v
}

func (n *stateVar) lv(fr *frame) *Scalar {
	if s, ok := n.container(fr).(*Scalar); ok {
		return s
	}
	return &Scalar{}
}

func (n *stateVar) scalar(fr *frame) Value {
	switch v := n.container(fr).(type) {
	case *Scalar:
		return v.Get()
	case *Array:
		return int64(v.Len())
	case *Hash:
		return int64(v.Len())
	}
	return nil
}

func (n *stateVar) list(fr *frame, out List) List {
	switch v := n.container(fr).(type) {
	case *Scalar:
		return append(out, v)
	case *Array:
		return v.items(out)
	case *Hash:
		return v.items(out)
	}
	return out
}
