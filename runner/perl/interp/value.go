package interp

// Value is a Perl value. The dynamic type says what it is:
//
//	nil                    undef
//	string                 a string of bytes
//	Wide                   a string with characters above 255, as UTF-8
//	int64, float64         numbers; uint64 for integers above math.MaxInt64 only
//	*Scalar, *Array, *Hash, *Code, *Glob, *Regexp   a reference to such a thing
//	GlobValue              a glob itself, *main::STDOUT
//	Dual                   a number and a string at once, $!
type Value any

// Wide is a string with at least one character above 255, in UTF-8. Few operations know it; the others refuse it.
type Wide string

// GlobValue is a glob as a value, as opposed to a reference to it.
type GlobValue struct{ *Glob }

// List is a list of scalars. Its items may be aliases of variables: whoever keeps one copies its value.
type List []*Scalar

// Want is the context of a call.
type Want uint8

// The contexts: wantarray is undef, false and true in them.
const (
	Void Want = iota
	ScalarContext
	ListContext
)

// Scalar is a scalar variable, an element or a temporary.
type Scalar struct {
	v Value
	x *extra
}

// extra is what few scalars have.
type extra struct {
	pkg      *Package // blessed into
	magic    magic
	readonly bool
	weak     bool // weaken was called on it, and nothing was assigned since
	pos      int  // of m//g, when hasPos
	hasPos   bool
	minMatch bool   // the last match at pos was empty
	buf      []byte // the scalar's string, with room to grow: see appendString
}

// magic is a scalar whose value lives elsewhere.
type magic interface {
	get() Value
	set(Value)
}

// constantExtra marks the scalars of constants.
var constantExtra = &extra{readonly: true}

// NewScalar returns a new scalar with the value v.
func NewScalar(v Value) *Scalar { return &Scalar{v: v} }

func constant(v Value) *Scalar { return &Scalar{v: v, x: constantExtra} }

func magical(m magic) *Scalar { return &Scalar{x: &extra{magic: m}} }

// Get returns the value of s.
func (s *Scalar) Get() Value {
	if s.x != nil && s.x.magic != nil {
		return s.x.magic.get()
	}
	return s.v
}

// Set assigns v to s.
func (s *Scalar) Set(v Value) {
	if s.x != nil {
		s.setSlow(v)
		return
	}
	s.v = v
}

func (s *Scalar) setSlow(v Value) {
	if s.x.readonly {
		throw(die("Modification of a read-only value attempted"))
	}
	s.x.hasPos, s.x.weak = false, false
	s.x.buf = nil
	if s.x.magic != nil {
		s.x.magic.set(v)
		return
	}
	s.v = v
}

func (s *Scalar) extra() *extra {
	if s.x == nil {
		s.x = &extra{}
	} else if s.x == constantExtra {
		s.x = &extra{readonly: true}
	}
	return s.x
}

// SetLater assigns to s what f returns, but calls f only when the value is first asked for.
func SetLater(s *Scalar, f func() Value) {
	s.Set(nil)
	s.extra().magic = &later{s, f}
}

// later is the magic of SetLater: it goes with the first look at the scalar, and when that is assigned to.
type later struct {
	s *Scalar
	f func() Value
}

func (l *later) get() Value {
	l.set(l.f())
	return l.s.v
}

func (l *later) set(v Value) {
	l.s.x.magic = nil
	l.s.Set(v)
}

// NewList returns a list of new scalars with these values.
func NewList(values ...Value) List {
	l := make(List, len(values))
	for i, v := range values {
		l[i] = &Scalar{v: v}
	}
	return l
}

// Strings returns a list of new scalars with these strings.
func Strings(items ...string) List {
	l := make(List, len(items))
	for i, s := range items {
		l[i] = &Scalar{v: s}
	}
	return l
}

// Values returns the values of the list.
func (l List) Values() []Value {
	out := make([]Value, len(l))
	for i, s := range l {
		if s != nil {
			out[i] = s.Get()
		}
	}
	return out
}

// Last returns the last value of the list, undef when it is empty: what a list is in scalar context.
func (l List) Last() Value {
	if len(l) == 0 || l[len(l)-1] == nil {
		return nil
	}
	return l[len(l)-1].Get()
}

// copied returns new scalars with the values of l, so that nobody writes to the originals.
func (l List) copied() List {
	fresh := make([]Scalar, len(l))
	out := make(List, len(l))
	for i, s := range l {
		if s != nil {
			fresh[i].v = s.Get()
		}
		out[i] = &fresh[i]
	}
	return out
}

// IsRef reports whether v is a reference.
func IsRef(v Value) bool {
	switch v.(type) {
	case *Scalar, *Array, *Hash, *Code, *Glob, *Regexp:
		return true
	}
	return false
}
