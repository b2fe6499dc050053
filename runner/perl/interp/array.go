package interp

// Array is a Perl array. Items that were never assigned are nil.
type Array struct {
	a   []*Scalar
	pkg *Package // blessed into
	it  int      // of each
}

// NewArray returns an array with new elements of these values.
func NewArray(values ...Value) *Array { return &Array{a: NewList(values...)} }

// Len returns the number of items.
func (a *Array) Len() int { return len(a.a) }

// Get returns the value of item i, counted from the end when negative; undef when there is none.
func (a *Array) Get(i int) Value {
	if i < 0 {
		i += len(a.a)
	}
	if i < 0 || i >= len(a.a) || a.a[i] == nil {
		return nil
	}
	return a.a[i].Get()
}

// At returns item i and makes it where it is missing; nil when i is before the first.
func (a *Array) At(i int) *Scalar {
	if i < 0 {
		if i += len(a.a); i < 0 {
			return nil
		}
	}
	if i >= len(a.a) {
		a.resize(i + 1)
	}
	if a.a[i] == nil {
		a.a[i] = &Scalar{}
	}
	return a.a[i]
}

// Push appends new items with these values.
func (a *Array) Push(values ...Value) {
	for _, v := range values {
		a.a = append(a.a, &Scalar{v: v})
	}
}

// Values returns the values of all items.
func (a *Array) Values() []Value { return List(a.a).Values() }

// Assign replaces all items by new ones with these values.
func (a *Array) Assign(values []Value) {
	fresh := make([]Scalar, len(values))
	a.a = make([]*Scalar, len(values))
	for i, v := range values {
		fresh[i].v = v
		a.a[i] = &fresh[i]
	}
}

const maxArray = 1 << 27 // items; a longer one is a mistake

func (a *Array) resize(n int) {
	if n > maxArray {
		throw(die("Out of memory in perl:extend"))
	}
	if n <= len(a.a) {
		for i := n; i < len(a.a); i++ {
			a.a[i] = nil
		}
		a.a = a.a[:n]
		return
	}
	a.a = append(a.a, make([]*Scalar, n-len(a.a))...)
}

func (a *Array) shift() Value {
	if len(a.a) == 0 {
		return nil
	}
	s := a.a[0]
	a.a[0] = nil
	a.a = a.a[1:]
	if s == nil {
		return nil
	}
	return s.Get()
}

func (a *Array) pop() Value {
	n := len(a.a)
	if n == 0 {
		return nil
	}
	s := a.a[n-1]
	a.a[n-1] = nil
	a.a = a.a[:n-1]
	if s == nil {
		return nil
	}
	return s.Get()
}

func (a *Array) unshift(values []Value) {
	fresh := make([]*Scalar, len(values), len(values)+len(a.a))
	for i, v := range values {
		fresh[i] = &Scalar{v: v}
	}
	a.a = append(fresh, a.a...)
}

// items appends the elements themselves to out, so that whoever gets them may write to them.
func (a *Array) items(out List) List {
	for i, s := range a.a {
		if s == nil {
			s = magical(&missingItem{a: a, i: i})
		}
		out = append(out, s)
	}
	return out
}

// missingItem is an element that does not exist until it is assigned to.
type missingItem struct {
	a *Array
	i int
	s *Scalar
}

func (m *missingItem) get() Value { return m.a.Get(m.i) }

func (m *missingItem) set(v Value) {
	if m.s = m.a.At(m.i); m.s != nil {
		m.s.Set(v)
	}
}

// exists reports whether item i was ever assigned.
func (a *Array) exists(i int) bool {
	if i < 0 {
		i += len(a.a)
	}
	return i >= 0 && i < len(a.a) && a.a[i] != nil
}

func (a *Array) remove(i int) Value {
	if i < 0 {
		i += len(a.a)
	}
	if i < 0 || i >= len(a.a) {
		return nil
	}
	v := a.Get(i)
	a.a[i] = nil
	if i == len(a.a)-1 {
		n := i
		for n > 0 && a.a[n-1] == nil {
			n--
		}
		a.a = a.a[:n]
	}
	return v
}
