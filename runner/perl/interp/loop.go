package interp

// loop is what the loops share.
type loop struct {
	at    cop
	label string
	info  *loopInfo
	body  *block
	cont  *block
}

// step runs the body once. Leave is set when the loop ends; ctl is then what the statement as a whole gives.
func (l *loop) step(fr *frame) (leave bool, ctl control) {
	for {
		ctl = l.runBody(fr)
		if ctl != ctlNone && ctl < ctlReturn {
			if fr.label != "" && fr.label != l.label {
				return true, ctl
			}
			fr.label = ""
		}
		switch ctl {
		case ctlNone, ctlNext:
			fr.left = false
			if l.cont != nil {
				if ctl := l.cont.exec(fr); ctl != ctlNone {
					return true, ctl
				}
			}
			return false, ctlNone
		case ctlLast:
			fr.left = true
			return true, ctlNone
		case ctlRedo:
			fr.in.tick()
			continue
		}
		return true, ctl
	}
}

// loopResult runs a loop as the last statement of a sub or eval. Perl leaves there what ended it: false for a list that
// is used up, the condition of a while, nothing where last did.
func loopResult(fr *frame, s stmt, want Want) control {
	noResult(fr)
	fr.left, fr.loopValue = false, no
	ctl := s.exec(fr)
	switch {
	case ctl != ctlNone || fr.left || want == Void:
	case want == ListContext:
		fr.rl = NewList(fr.loopValue)
	default:
		fr.rv = fr.loopValue
	}
	fr.left = false
	return ctl
}

// runBody runs the body; a next, last or redo that comes up from inside an expression, or from a sub that was called,
// counts as the body's own.
func (l *loop) runBody(fr *frame) (ctl control) {
	if !l.info.jumps && l.label == "" {
		return l.body.exec(fr)
	}
	in := fr.in
	cop, calls, loops, locals, match := in.cop, len(in.calls), len(in.loops), len(in.locals), in.match
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if t, ok := r.(thrown); ok {
			if e, ok := t.err.(*LoopExit); ok && (e.Label == l.label || e.Label == "" && l.info.jumps) {
				in.calls, in.loops = in.calls[:calls], in.loops[:loops]
				in.unwind(locals)
				in.cop, in.match = cop, match
				fr.label = ""
				ctl = controlOf(e.Op)
				return
			}
		}
		panic(r)
	}()
	return l.body.exec(fr)
}

// whileStmt is while, until and the for loop with three parts.
type whileStmt struct {
	loop
	init expr
	cond expr
	inc  expr
}

func (s *whileStmt) execResult(fr *frame, want Want) control { return loopResult(fr, s, want) }

func (s *whileStmt) exec(fr *frame) control {
	in := fr.in
	in.cop = &s.at
	locals, match := len(in.locals), in.match
	if s.init != nil {
		run(fr, s.init)
	}
	loops := in.enterLoop(s.label, s.info.jumps)
	ctl := s.rounds(fr)
	in.loops = in.loops[:loops]
	in.unwind(locals)
	in.match = match
	return ctl
}

func (s *whileStmt) rounds(fr *frame) control {
	for {
		fr.in.tick()
		if s.cond != nil {
			if v := s.cond.scalar(fr); !Truth(v) {
				fr.loopValue = v
				return ctlNone
			}
		}
		if leave, ctl := s.step(fr); leave {
			return ctl
		}
		if s.inc != nil {
			run(fr, s.inc)
		}
	}
}

// bareStmt is a block as a loop that runs once.
type bareStmt struct{ loop }

func (s *bareStmt) exec(fr *frame) control {
	in := fr.in
	in.cop = &s.at
	loops := in.enterLoop(s.label, s.info.jumps)
	_, ctl := s.step(fr)
	in.loops = in.loops[:loops]
	return ctl
}

func (s *bareStmt) execResult(fr *frame, want Want) control {
	if s.info.jumps || s.label != "" || s.cont != nil {
		noResult(fr)
		return s.exec(fr)
	}
	in := fr.in
	in.cop = &s.at
	loops := in.enterLoop("", false)
	ctl := s.body.innerResult(fr, want)
	in.loops = in.loops[:loops]
	switch ctl {
	case ctlNext, ctlLast:
		if fr.label == "" {
			return ctlNone
		}
	case ctlRedo:
		if fr.label == "" {
			return s.execResult(fr, want)
		}
	}
	return ctl
}

// foreachStmt runs its body with a variable aliased to each item of a list.
type foreachStmt struct {
	loop
	items expr
	ints  *rangeNode // items, where they are one range
	array arrayExpr  // items, where they are one array: it may change while the loop runs

	slot    int   // of a lexical variable in the pad, or -1
	capture int   // of a lexical variable in the captures, or -1
	g       *Glob // else
	scope   bool  // the loop is a block for next and last; not so for a modifier
}

func (s *foreachStmt) execResult(fr *frame, want Want) control { return loopResult(fr, s, want) }

func (s *foreachStmt) exec(fr *frame) control {
	in := fr.in
	in.cop = &s.at
	set, restore := s.binder(fr)
	loops := in.enterLoop(s.label, s.info.jumps)
	defer func() {
		in.loops = in.loops[:min(loops, len(in.loops))]
		restore()
	}()
	if s.ints != nil {
		a, b := s.ints.l.scalar(fr), s.ints.r.scalar(fr)
		if countsUp(a, b) {
			from, to := rangeEnd(a), rangeEnd(b)
			for i := from; i <= to; i++ {
				set(&Scalar{v: i})
				if leave, ctl := s.step(fr); leave {
					return ctl
				}
			}
			return ctlNone
		}
		return s.each(fr, in.stringRange(Str(a), Str(b), nil), set)
	}
	if s.array != nil {
		a := s.array.array(fr, true)
		for i := 0; i < len(a.a); i++ {
			set(a.At(i))
			if leave, ctl := s.step(fr); leave {
				return ctl
			}
		}
		return ctlNone
	}
	return s.each(fr, s.items.list(fr, nil), set)
}

func (s *foreachStmt) each(fr *frame, items List, set func(*Scalar)) control {
	for _, item := range items {
		set(item)
		if leave, ctl := s.step(fr); leave {
			return ctl
		}
	}
	return ctlNone
}

// binder returns how to alias the variable to an item, and how to put the old one back.
func (s *foreachStmt) binder(fr *frame) (set func(*Scalar), restore func()) {
	in := fr.in
	switch {
	case s.slot >= 0:
		old := fr.pad[s.slot]
		return func(v *Scalar) { in.tick(); fr.pad[s.slot] = v }, func() { fr.pad[s.slot] = old }
	case s.capture >= 0:
		old := fr.caps[s.capture]
		return func(v *Scalar) { in.tick(); fr.caps[s.capture] = v }, func() { fr.caps[s.capture] = old }
	}
	g, old := s.g, s.g.s
	return func(v *Scalar) { in.tick(); g.s = v }, func() { g.s = old }
}

// modWhile is X while C.
type modWhile struct {
	at       cop
	body     stmt
	cond     expr
	postTest bool
}

func (s *modWhile) exec(fr *frame) control {
	in := fr.in
	in.cop = &s.at
	first := s.postTest
	if !s.postTest {
		loops := in.enterLoop("", false)
		defer func() { in.loops = in.loops[:min(loops, len(in.loops))] }()
	}
	for {
		in.tick()
		if !first && !Truth(s.cond.scalar(fr)) {
			return ctlNone
		}
		first = false
		ctl := s.body.exec(fr)
		if s.postTest {
			if ctl != ctlNone {
				return ctl
			}
			continue
		}
		switch {
		case ctl == ctlNone:
		case ctl < ctlReturn && fr.label == "":
			if ctl == ctlLast {
				return ctlNone
			}
		default:
			return ctl
		}
	}
}
