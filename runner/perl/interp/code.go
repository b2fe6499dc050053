package interp

// Code is a sub.
type Code struct {
	pkg, name string
	native    func(*Call) (List, error)
	body      *subBody
	caps      []any       // the variables of outer subs that it uses: *Scalar, *Array, *Hash
	states    map[int]any // its state variables by slot
	proto     string
	hasProto  bool
	blessed   *Package
	asked     string // of a native AUTOLOAD: the sub that was wanted
	value     *Value // of a constant sub
}

// Name returns the full name of the sub, with __ANON__ for one that has none.
func (c *Code) Name() string {
	if c.name == "" {
		return c.pkg + "::__ANON__"
	}
	return c.pkg + "::" + c.name
}

// isEmpty reports whether the sub is one without statements.
func (c *Code) isEmpty() bool {
	return c.native == nil && c.body != nil && len(c.body.block.stmts) == 0
}

// Proto returns the sub's prototype; ok is false when it has none.
func (c *Code) Proto() (proto string, ok bool) { return c.proto, c.hasProto }

func (c *Code) defined() bool { return c.native != nil || c.body != nil }

// Call is a call of a native sub.
type Call struct {
	Interp *Interp
	Args   List // the arguments; items may be aliases of the caller's variables
	Want   Want

	// The caller.
	Package string
	File    string
	Line    int

	// Asked is, in an AUTOLOAD sub, the full name of the sub that was wanted; else the sub's own full name.
	Asked string
}

// Arg returns the value of argument i, undef when it is missing.
func (c *Call) Arg(i int) Value {
	if i >= len(c.Args) || c.Args[i] == nil {
		return nil
	}
	return c.Args[i].Get()
}

// Str returns argument i as a string.
func (c *Call) Str(i int) string { return Str(c.Arg(i)) }

// Code returns argument i if it refers to a sub, else nil.
func (c *Call) Code(i int) *Code {
	code, _ := c.Arg(i).(*Code)
	return code
}

// callFrame is an entry of the call stack, for caller and for goto.
type callFrame struct {
	from *cop // where the call stands
	code *Code
	args *Array
	want Want
	eval string // "block", "string" or "require" for an eval or a file, else empty
	text string // of a string eval, or the file that require loads
}

// frame is one activation of a compiled sub.
type frame struct {
	in    *Interp
	pad   []any // *Scalar, *Array or *Hash; nil until it is first used
	caps  []any
	args  *Array
	code  *Code
	want  Want
	label string // of the loop that a ctlNext, ctlLast or ctlRedo means; empty for the innermost

	rv Value // the result in scalar context
	rl List  // and in list context

	left      bool  // the loop that ended last was left by last
	loopValue Value // the condition that ended a while

	introduced map[int]bool // variables that named subs share: whether their my has run
	flip       map[any]int  // the states of flip-flop operators
	unit       *unit
}

const maxDepth = 20000 // calls within calls; Go's stack ends some way behind it

// call calls a sub. In scalar context the result is the first value, else the list.
func (in *Interp) call(c *Code, args List, want Want) (Value, List) {
	return in.enter(c, &Array{a: args}, want)
}

func (in *Interp) callScalar(c *Code, args List) Value {
	v, _ := in.enter(c, &Array{a: args}, ScalarContext)
	return v
}

func (in *Interp) callList(c *Code, args List) List {
	_, l := in.enter(c, &Array{a: args}, ListContext)
	return l
}

// enter calls a sub with args as its @_.
func (in *Interp) enter(c *Code, args *Array, want Want) (Value, List) {
	in.tick()
	if len(in.calls) >= maxDepth {
		throw(&Stopped{Reason: "subs call one another too deeply"})
	}
	cop, match, locals := in.cop, in.match, len(in.locals)
	in.calls = append(in.calls, callFrame{from: cop, code: c, args: args, want: want})
	var v Value
	var l List
	for {
		next := (*Code)(nil)
		v, l, next = in.activate(c, args, want)
		if next == nil {
			break
		}
		in.unwind(locals)
		in.cop = cop
		c = next
		in.calls[len(in.calls)-1].code = c
	}
	if len(in.locals) > locals {
		in.unwind(locals)
	}
	in.calls = in.calls[:len(in.calls)-1]
	in.cop, in.match = cop, match
	return v, l
}

// activate runs the sub's code. Next is the sub that `goto &sub` goes on with.
func (in *Interp) activate(c *Code, args *Array, want Want) (v Value, l List, next *Code) {
	switch {
	case c.native != nil:
		v, l = in.callNative(c, args, want)
		return v, l, nil
	case c.body == nil && c.pkg == "CORE":
		v = in.callBuiltin(c.name, args.Values())
		return v, NewList(v), nil
	case c.body == nil:
		in.lacks(c.pkg, c.name)
		throw(die("Undefined subroutine &%s called", c.Name()))
	}
	fr := c.body.newFrame(in, c, args, want)
	ctl := c.body.run(fr)
	if ctl == ctlGoto {
		return nil, nil, in.gotoSub
	}
	if ctl != ctlNone && ctl != ctlReturn {
		in.leaveLoop(ctl.op(), fr.label)
	}
	if want == ListContext {
		l = fr.rl
		if len(l) > 0 {
			l = l.copied()
		}
	}
	return fr.rv, l, nil
}

func (in *Interp) callNative(c *Code, args *Array, want Want) (Value, List) {
	cop := in.cop
	for i, s := range args.a {
		if s == nil {
			args.a[i] = &Scalar{}
		}
	}
	call := &Call{Interp: in, Args: args.a, Want: want, Package: cop.pkg, File: cop.file, Line: cop.line, Asked: c.asked}
	if call.Asked == "" {
		call.Asked = c.Name()
	}
	l, err := c.native(call)
	if err != nil {
		throw(nativeError(err))
	}
	if want == ListContext {
		return nil, l
	}
	return l.Last(), nil
}

func (b *subBody) newFrame(in *Interp, c *Code, args *Array, want Want) *frame {
	fr := &frame{in: in, caps: c.caps, args: args, code: c, want: want, unit: b.unit}
	fr.pad = make([]any, b.unit.slots)
	if p := b.unit.proto; p != nil && !b.unit.protoUsed {
		b.unit.protoUsed = true
		copy(fr.pad, p.pad)
		fr.introduced = map[int]bool{}
	}
	return fr
}

// run executes the body; a return from inside an expression ends here.
func (b *subBody) run(fr *frame) (ctl control) {
	if !b.unit.jumps {
		return b.block.execResult(fr, fr.want)
	}
	depth, loops := len(fr.in.calls), len(fr.in.loops)
	defer func() {
		if r := recover(); r != nil {
			if ret, ok := r.(returning); !ok || ret.fr != fr {
				panic(r)
			}
			fr.in.calls, fr.in.loops = fr.in.calls[:depth], fr.in.loops[:loops]
			ctl = ctlReturn
		}
	}()
	return b.block.execResult(fr, fr.want)
}
