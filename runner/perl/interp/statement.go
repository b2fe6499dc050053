package interp

// control says how a statement ended.
type control uint8

const (
	ctlNone control = iota
	ctlNext
	ctlLast
	ctlRedo
	ctlReturn
	ctlGoto
)

func (c control) op() string {
	switch c {
	case ctlNext:
		return "next"
	case ctlLast:
		return "last"
	case ctlRedo:
		return "redo"
	case ctlReturn:
		return "return"
	}
	return "goto"
}

func controlOf(op string) control {
	switch op {
	case "next":
		return ctlNext
	case "last":
		return ctlLast
	}
	return ctlRedo
}

// stmt is a compiled statement.
type stmt interface{ exec(fr *frame) control }

// resultStmt is a statement that has a value where it is the last of a sub or block; it leaves it in fr.rv or fr.rl.
type resultStmt interface {
	stmt
	execResult(fr *frame, want Want) control
}

// setResult evaluates x as the result of a block.
func setResult(fr *frame, x expr, want Want) {
	switch want {
	case ListContext:
		fr.rl = x.list(fr, nil)
	case ScalarContext:
		fr.rv = x.scalar(fr)
	default:
		run(fr, x)
	}
}

// noResult leaves an empty result.
func noResult(fr *frame) { fr.rv, fr.rl = nil, nil }

// block is statements with a scope.
type block struct {
	stmts    []stmt
	unlocal  bool // it has a local in it: undone at its end
	barrier  bool // captures of regular expressions end with it
	lastStmt resultStmt
}

func (c *compiler) newBlock(stmts []stmt) *block {
	b := &block{stmts: stmts}
	if n := len(stmts); n > 0 {
		b.lastStmt, _ = stmts[n-1].(resultStmt)
	}
	return b
}

func (b *block) exec(fr *frame) control {
	if b.unlocal || b.barrier {
		match, locals := fr.in.match, len(fr.in.locals)
		ctl := b.run(fr)
		if b.unlocal {
			fr.in.unwind(locals)
		}
		fr.in.match = match
		return ctl
	}
	return b.run(fr)
}

func (b *block) run(fr *frame) control {
	for _, s := range b.stmts {
		if ctl := s.exec(fr); ctl != ctlNone {
			return ctl
		}
	}
	return ctlNone
}

// execResult runs the block as the body of a sub, do or eval. A local in it is undone by whoever called it, after the
// result was looked at; for blocks within the sub, here, after the result has been copied.
func (b *block) execResult(fr *frame, want Want) control {
	n := len(b.stmts)
	if n == 0 {
		noResult(fr)
		return ctlNone
	}
	for _, s := range b.stmts[:n-1] {
		if ctl := s.exec(fr); ctl != ctlNone {
			return ctl
		}
	}
	if b.lastStmt != nil {
		return b.lastStmt.execResult(fr, want)
	}
	noResult(fr)
	return b.stmts[n-1].exec(fr)
}

// innerResult is execResult for a block inside of the sub.
func (b *block) innerResult(fr *frame, want Want) control {
	match, locals := fr.in.match, len(fr.in.locals)
	ctl := b.execResult(fr, want)
	if want == ListContext && (b.unlocal || b.barrier) {
		fr.rl = fr.rl.copied()
	}
	if b.unlocal {
		fr.in.unwind(locals)
	}
	if b.barrier {
		fr.in.match = match
	}
	return ctl
}

// exprStmt is an expression as a statement.
type exprStmt struct {
	at cop
	x  expr
}

func (s *exprStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	fr.in.tick()
	if v, ok := s.x.(voider); ok {
		v.void(fr)
	} else {
		s.x.scalar(fr)
	}
	return ctlNone
}

func (s *exprStmt) execResult(fr *frame, want Want) control {
	fr.in.cop = &s.at
	fr.in.tick()
	setResult(fr, s.x, want)
	return ctlNone
}

// returnStmt is return.
type returnStmt struct {
	at cop
	x  expr // or nil
}

func (s *returnStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	fr.in.tick()
	return s.give(fr)
}

func (s *returnStmt) give(fr *frame) control {
	noResult(fr)
	if s.x != nil {
		want := fr.want
		setResult(fr, s.x, want)
		if want == ListContext {
			fr.rl = fr.rl.copied()
		}
	}
	return ctlReturn
}

func (s *returnStmt) execResult(fr *frame, _ Want) control { return s.exec(fr) }

// exitStmt is next, last or redo.
type exitStmt struct {
	at    cop
	ctl   control
	label string
}

func (s *exitStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	fr.in.tick()
	fr.label = s.label
	return s.ctl
}

// gotoStmt is goto &sub.
type gotoStmt struct {
	at cop
	x  *subNode
}

func (s *gotoStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	code := s.x.code(fr)
	if !code.defined() {
		if c := fr.in.findSub(code.Name()); c != nil {
			code = c
		} else {
			throw(die("Goto undefined subroutine &%s", code.Name()))
		}
	}
	fr.in.gotoSub = code
	return ctlGoto
}

// whenStmt is a statement with `if` or another logical operator before it, where the statement leaves the block:
// `return X if C`, `C or next`.
type whenStmt struct {
	at   cop
	cond expr
	op   byte
	then stmt
}

func (s *whenStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	fr.in.tick()
	if settled(s.cond.scalar(fr), s.op) {
		return ctlNone
	}
	return s.then.exec(fr)
}

func (s *whenStmt) execResult(fr *frame, want Want) control {
	fr.in.cop = &s.at
	fr.in.tick()
	v := s.cond.scalar(fr)
	if settled(v, s.op) {
		fr.rv, fr.rl = v, List{{v: v}}
		return ctlNone
	}
	if r, ok := s.then.(resultStmt); ok {
		return r.execResult(fr, want)
	}
	noResult(fr)
	return s.then.exec(fr)
}

// blockStmt is a do block whose value is not used, run so that return, next and last work in it.
type blockStmt struct {
	at cop
	b  *block
}

func (s *blockStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	return s.b.exec(fr)
}

func (s *blockStmt) execResult(fr *frame, want Want) control {
	fr.in.cop = &s.at
	return s.b.innerResult(fr, want)
}

// ifStmt is if / elsif / else.
type ifStmt struct {
	at    cop
	conds []expr
	then  []*block
	other *block
}

func (s *ifStmt) exec(fr *frame) control {
	fr.in.cop = &s.at
	fr.in.tick()
	for i, c := range s.conds {
		if Truth(c.scalar(fr)) {
			return s.then[i].exec(fr)
		}
	}
	if s.other != nil {
		return s.other.exec(fr)
	}
	return ctlNone
}

func (s *ifStmt) execResult(fr *frame, want Want) control {
	fr.in.cop = &s.at
	fr.in.tick()
	var v Value
	for i, c := range s.conds {
		// The value of `unless (X)` that does not run is X.
		if not, ok := c.(*notNode); ok {
			if v = not.x.scalar(fr); !Truth(v) {
				return s.then[i].innerResult(fr, want)
			}
			continue
		}
		if v = c.scalar(fr); Truth(v) {
			return s.then[i].innerResult(fr, want)
		}
	}
	if s.other != nil {
		return s.other.innerResult(fr, want)
	}
	fr.rv, fr.rl = v, List{{v: v}}
	return ctlNone
}
