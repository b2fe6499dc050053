package interp

// expr is a compiled expression.
type expr interface {
	scalar(fr *frame) Value        // its value in scalar context
	list(fr *frame, out List) List // appends its values in list context; variables come as themselves
}

// place is an expression that may be assigned to.
type place interface {
	expr
	lv(fr *frame) *Scalar // the scalar itself, made where it is missing
}

// arrayExpr is an array. With create, one that is not there is made, or an error thrown; else it may be nil.
type arrayExpr interface {
	expr
	array(fr *frame, create bool) *Array
}

// hashExpr is a hash; create as in arrayExpr.
type hashExpr interface {
	expr
	hash(fr *frame, create bool) *Hash
}

// target takes its part of the values of a list assignment and returns the rest.
type target interface {
	expr
	assign(fr *frame, values []Value) []Value
}

// voider is an expression that does something else in void context.
type voider interface{ void(fr *frame) }

// value is an expression with one value.
type value func(fr *frame) Value

func (f value) scalar(fr *frame) Value { return f(fr) }

func (f value) list(fr *frame, out List) List { return append(out, &Scalar{v: f(fr)}) }

// either is an expression that depends on the context.
type either struct {
	one  func(fr *frame) Value
	many func(fr *frame, out List) List
}

func (e *either) scalar(fr *frame) Value { return e.one(fr) }

func (e *either) list(fr *frame, out List) List { return e.many(fr, out) }

// literal is a constant.
type literal struct{ s *Scalar }

func newLiteral(v Value) *literal { return &literal{constant(v)} }

func (l *literal) scalar(*frame) Value { return l.s.v }

func (l *literal) list(_ *frame, out List) List { return append(out, l.s) }

// run evaluates x for its effects.
func run(fr *frame, x expr) {
	if v, ok := x.(voider); ok {
		v.void(fr)
		return
	}
	x.scalar(fr)
}

// listValues evaluates x in list context and copies the values.
func listValues(fr *frame, x expr) []Value {
	return x.list(fr, nil).Values()
}

// sequence is several expressions as a list: (a, b, c).
type sequence struct{ items []expr }

func (s *sequence) scalar(fr *frame) Value {
	for i, x := range s.items {
		if i == len(s.items)-1 {
			return x.scalar(fr)
		}
		run(fr, x)
	}
	return nil
}

func (s *sequence) void(fr *frame) {
	for _, x := range s.items {
		run(fr, x)
	}
}

func (s *sequence) list(fr *frame, out List) List {
	for _, x := range s.items {
		out = x.list(fr, out)
	}
	return out
}

func (s *sequence) assign(fr *frame, values []Value) []Value {
	for _, x := range s.items {
		values = assignPart(fr, x, values)
	}
	return values
}

// lv is that of the only item: (my $x) =~ s///.
func (s *sequence) lv(fr *frame) *Scalar {
	for i, x := range s.items {
		if i == len(s.items)-1 {
			return lvalueOf(fr, x)
		}
		run(fr, x)
	}
	return &Scalar{}
}

// assignPart gives the expression x its part of a list assignment.
func assignPart(fr *frame, x expr, values []Value) []Value {
	switch x := x.(type) {
	case target:
		return x.assign(fr, values)
	case place:
		var v Value
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		x.lv(fr).Set(v)
		return values
	}
	throw(die("Can't modify non-lvalue in list assignment"))
	return nil
}

// lvalueOf is the scalar of x itself, or a temporary with its value when x cannot be assigned to.
func lvalueOf(fr *frame, x expr) *Scalar {
	switch x := x.(type) {
	case place:
		return x.lv(fr)
	case *literal:
		return x.s
	}
	return &Scalar{v: x.scalar(fr)}
}
