package interp

import "github.com/ngxtest/ngxtest/runner/perl/syntax"

func (c *compiler) cop(line int) cop { return cop{file: c.file, line: line, pkg: c.pkg} }

// block compiles a block with a scope of its own.
func (c *compiler) block(b *syntax.Block) *block {
	defer c.enterScope()()
	return c.blockHere(b)
}

// enterScope begins a scope; what it returns ends it.
func (c *compiler) enterScope() func() {
	old, pkg, h := c.scope, c.pkg, c.hints
	c.scope = &scope{outer: old, unit: c.unit, vars: map[string]*variable{}}
	return func() { c.scope, c.pkg, c.hints = old, pkg, h }
}

// blockHere compiles a block into the scope that is there already.
func (c *compiler) blockHere(b *syntax.Block) *block {
	local, match := c.usesLocal, c.usesMatch
	c.usesLocal, c.usesMatch = false, false
	var stmts []stmt
	if b != nil {
		for _, s := range b.Body {
			stmts = c.stmt(stmts, s)
		}
	}
	out := c.newBlock(stmts)
	out.unlocal, out.barrier = c.usesLocal, c.usesMatch
	c.usesLocal, c.usesMatch = local, match
	return out
}

// stmt compiles a statement and appends what is left of it to do at run time.
func (c *compiler) stmt(out []stmt, s syntax.Stmt) []stmt {
	c.line = s.At()
	switch s := s.(type) {
	case *syntax.ExprStmt:
		return append(out, c.exprStmt(s.X, s.Line))
	case *syntax.Block:
		return append(out, &bareStmt{c.loop(s.Line, "", s, nil)})
	case *syntax.BareBlock:
		l := c.loop(s.Line, s.Label, s.Body, s.Continue)
		l.info.plain = true
		return append(out, &bareStmt{l})
	case *syntax.If:
		return append(out, c.ifStmt(s))
	case *syntax.While:
		return append(out, c.whileStmt(s))
	case *syntax.For:
		return append(out, c.forStmt(s))
	case *syntax.Foreach:
		return append(out, c.foreachStmt(s))
	case *syntax.ModWhile:
		return append(out, c.modWhile(s))
	case *syntax.ModFor:
		return append(out, c.modFor(s))
	case *syntax.SubDecl:
		return c.subDecl(out, s)
	case *syntax.Package:
		return c.packageStmt(out, s)
	case *syntax.Use:
		c.use(s)
		return out
	case *syntax.Phase:
		c.phase(s)
		return out
	}
	c.unsupported(s.At(), "the statement %s", typeName(s))
	return out
}

// exprStmt compiles an expression as a statement. What leaves the block becomes a statement of its own kind.
func (c *compiler) exprStmt(x syntax.Expr, line int) stmt {
	at := c.cop(line)
	switch x := x.(type) {
	case *syntax.Return:
		if c.inExpr > 0 {
			c.unit.jumps = true
		}
		return &returnStmt{at: at, x: c.returned(x)}
	case *syntax.LoopCtl:
		c.markLoop(x)
		return &exitStmt{at: at, ctl: controlOf(x.Op), label: x.Label}
	case *syntax.Goto:
		n, ok := c.expr(x.X).(*subNode)
		if !ok {
			c.unsupported(line, "goto")
		}
		return &gotoStmt{at: at, x: n}
	case *syntax.DoBlock:
		return &blockStmt{at: at, b: c.block(x.Body)}
	case *syntax.Logical:
		if leaves(x.R) {
			cond := c.expr(x.L)
			return &whenStmt{at: at, cond: cond, op: x.Op[0], then: c.exprStmt(x.R, line)}
		}
	}
	return &exprStmt{at: at, x: c.expr(x)}
}

func (c *compiler) returned(x *syntax.Return) expr {
	if x.X == nil {
		return nil
	}
	return c.expr(x.X)
}

// leaves reports whether x as a statement may leave the block around it.
func leaves(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Return, *syntax.LoopCtl, *syntax.Goto, *syntax.DoBlock:
		return true
	case *syntax.Logical:
		return leaves(x.R)
	}
	return false
}

// markLoop notes that a loop is left from inside an expression, where that is so.
func (c *compiler) markLoop(x *syntax.LoopCtl) {
	for i := len(c.loops) - 1; i >= 0; i-- {
		l := c.loops[i]
		if l.unit != c.unit {
			return
		}
		if x.Label == "" || x.Label == l.label {
			if l.depth != c.inExpr {
				l.jumps = true
			}
			return
		}
	}
}

// loop compiles the body of a loop.
func (c *compiler) loop(line int, label string, body, cont *syntax.Block) loop {
	l := loop{at: c.cop(line), label: label, info: c.pushLoop(label)}
	defer c.enterScope()()
	l.body = c.blockHere(body)
	if cont != nil {
		l.cont = c.blockHere(cont)
	}
	c.loops = c.loops[:len(c.loops)-1]
	return l
}

func (c *compiler) pushLoop(label string) *loopInfo {
	info := &loopInfo{label: label, unit: c.unit, depth: c.inExpr}
	c.loops = append(c.loops, info)
	return info
}

func (c *compiler) ifStmt(s *syntax.If) stmt {
	defer c.enterScope()()
	out := &ifStmt{at: c.cop(s.Line)}
	for _, b := range s.Branches {
		out.conds = append(out.conds, c.expr(b.Cond))
		out.then = append(out.then, c.block(b.Body))
	}
	if s.Else != nil {
		out.other = c.block(s.Else)
	}
	return out
}

func (c *compiler) whileStmt(s *syntax.While) stmt {
	defer c.enterScope()()
	out := &whileStmt{}
	if s.Cond != nil {
		out.cond = c.expr(s.Cond)
	}
	out.loop = c.loop(s.Line, s.Label, s.Body, s.Continue)
	return out
}

func (c *compiler) forStmt(s *syntax.For) stmt {
	defer c.enterScope()()
	out := &whileStmt{}
	if s.Init != nil {
		out.init = c.expr(s.Init)
	}
	if s.Cond != nil {
		out.cond = c.expr(s.Cond)
	}
	if s.Step != nil {
		out.inc = c.expr(s.Step)
	}
	out.loop = c.loop(s.Line, s.Label, s.Body, nil)
	return out
}

func (c *compiler) foreachStmt(s *syntax.Foreach) stmt {
	out := &foreachStmt{slot: -1, capture: -1, scope: true}
	c.foreachItems(out, s.List)
	defer c.enterScope()()
	switch v := s.Var.(type) {
	case nil:
		out.g = c.in.underscore
	case *syntax.My:
		if n, ok := c.my(v).(*myScalar); ok {
			out.slot = n.slot
		} else if n, ok := c.my(v).(*scalarVar); ok {
			out.g = n.g
		}
	default:
		n, ok := c.expr(s.Var).(*scalarVar)
		if !ok {
			c.unsupported(s.Line, "foreach with this variable")
		}
		switch n.where {
		case inPad:
			out.slot = n.index
		case inCaptures:
			out.capture = n.index
		default:
			out.g = n.g
		}
	}
	out.loop = c.loop(s.Line, s.Label, s.Body, s.Continue)
	return out
}

// foreachItems compiles the list of a foreach; ranges and single arrays are walked without a copy.
func (c *compiler) foreachItems(out *foreachStmt, list syntax.Expr) {
	e := c.expr(list)
	for {
		s, ok := e.(*sequence)
		if !ok || len(s.items) != 1 {
			break
		}
		e = s.items[0]
	}
	switch n := e.(type) {
	case *rangeNode:
		out.ints = n
	case *arrayVar, *derefArray:
		out.array = n.(arrayExpr)
	default:
		out.items = aliased(e)
	}
}

func (c *compiler) modFor(s *syntax.ModFor) stmt {
	out := &foreachStmt{slot: -1, capture: -1, g: c.in.underscore}
	c.foreachItems(out, s.List)
	out.at = c.cop(s.Line)
	out.info = c.pushLoop("")
	out.body = c.newBlock([]stmt{c.exprStmt(s.X, s.Line)})
	c.loops = c.loops[:len(c.loops)-1]
	return out
}

func (c *compiler) modWhile(s *syntax.ModWhile) stmt {
	out := &modWhile{at: c.cop(s.Line), postTest: s.PostTest}
	if !s.PostTest {
		c.pushLoop("")
		defer func() { c.loops = c.loops[:len(c.loops)-1] }()
	}
	out.body = c.exprStmt(s.X, s.Line)
	out.cond = c.expr(s.Cond)
	return out
}

func (c *compiler) packageStmt(out []stmt, s *syntax.Package) []stmt {
	if s.Body == nil {
		c.pkg = s.Name
		c.in.pkgOf(s.Name)
		c.packageVersion(s)
		return out
	}
	defer c.enterScope()()
	c.pkg = s.Name
	c.in.pkgOf(s.Name)
	c.packageVersion(s)
	return append(out, &bareStmt{c.loop(s.Line, "", s.Body, nil)})
}

func (c *compiler) packageVersion(s *syntax.Package) {
	if s.Version != "" {
		c.in.globOf(s.Name + "::VERSION").scalar().Set(s.Version)
	}
}

// phase compiles BEGIN and the like. BEGIN runs at once, END is kept for the end of the program, the others for its start.
func (c *compiler) phase(s *syntax.Phase) {
	code := &Code{pkg: c.pkg, name: s.Name, body: c.subBody(s.Sub)}
	code.caps = code.body.unit.outerContainers()
	in := c.in
	switch s.Name {
	case "END":
		in.ends = append([]*Code{code}, in.ends...)
	case "BEGIN":
		c.atCompileTime(s.Line, func() { in.call(code, nil, Void) })
	case "INIT":
		in.inits = append(in.inits, code)
	default: // CHECK and UNITCHECK, the last first
		in.inits = append([]*Code{code}, in.inits...)
	}
}

// atCompileTime runs what takes effect while the text is compiled. An error ends the compilation.
func (c *compiler) atCompileTime(line int, f func()) {
	in := c.in
	if len(c.errors) > 0 {
		c.errorf(line, "BEGIN not safe after errors - compilation aborted")
		throw(&Die{Value: joinErrors(c.errors), File: c.file, Line: line})
	}
	at := c.cop(line)
	old, comp := in.cop, in.comp
	in.cop, in.comp = &at, c
	err := in.protect(f)
	in.cop, in.comp = old, comp
	if d, ok := err.(*Die); ok {
		if _, isText := d.Value.(string); isText {
			d.Value = concat(d.Value, "BEGIN failed--compilation aborted"+placeText(c.file, line))
		}
	}
	if err != nil {
		throw(err)
	}
}
