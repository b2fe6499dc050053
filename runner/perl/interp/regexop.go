package interp

import (
	"errors"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
	"github.com/ngxtest/ngxtest/runner/regex"
)

// Regexp is a compiled pattern, what qr// gives.
type Regexp struct {
	*pattern
	pkg *Package // reblessed into
}

// pattern is a pattern with its flags, as Perl shows them: m s i x n, in this order.
type pattern struct {
	re     *regex.Regexp
	source string
	flags  string
	names  []string // of its groups by number
}

type patternKey struct{ source, flags string }

// Source returns the pattern without its flags.
func (r *Regexp) Source() string { return r.source }

// Flags returns the flags, in the order m s i x n.
func (r *Regexp) Flags() string { return r.flags }

// text is the pattern as a string: (?^i:...).
func (p *pattern) text() string {
	closing := ")"
	if strings.Contains(p.flags, "x") && strings.LastIndexByte(p.source, '#') > strings.LastIndexByte(p.source, '\n') {
		closing = "\n)"
	}
	return "(?^" + p.flags + ":" + p.source + closing
}

// matched is the last successful match, where $1 and the like look.
type matched struct {
	subject string
	idx     []int
	pat     *pattern
}

// group is what group n matched; ok is false when it took no part.
func (m *matched) group(n int) (string, bool) {
	if m == nil || 2*n+1 >= len(m.idx) || m.idx[2*n] < 0 {
		return "", false
	}
	return m.subject[m.idx[2*n]:m.idx[2*n+1]], true
}

func (m *matched) value(n int) Value {
	if s, ok := m.group(n); ok {
		return s
	}
	return nil
}

// compilePattern compiles a pattern; the same text is compiled once.
func (in *Interp) compilePattern(source, flags string) *pattern {
	key := patternKey{source, flags}
	if p := in.patterns[key]; p != nil {
		return p
	}
	re, err := regex.Compile(source, flags)
	if err != nil {
		throw(patternError(err))
	}
	p := &pattern{re: re, source: source, flags: flags, names: re.GroupNames()}
	in.patterns[key] = p
	return p
}

// patternError is a fault in a pattern as Perl reports it, or an Unsupported for what the engine lacks.
func patternError(err error) error {
	var e *regex.SyntaxError
	if errors.As(err, &e) && e.Construct != "" {
		return unsupported("regular expression: %s", e.Construct)
	}
	return die("%s", err.Error())
}

// NewRegexp compiles a pattern, as qr// does.
func (in *Interp) NewRegexp(source, flags string) (*Regexp, error) {
	var r *Regexp
	err := in.protect(func() { r = &Regexp{pattern: in.compilePattern(source, canonicalFlags(flags))} })
	return r, err
}

// canonicalFlags are the flags that belong to a pattern, in the order in which Perl shows them.
func canonicalFlags(flags string) string {
	var b strings.Builder
	for _, f := range "msixn" {
		for n := strings.Count(flags, string(f)); n > 0; n-- {
			b.WriteRune(f)
			if f != 'x' {
				break
			}
		}
	}
	for _, f := range "aul" {
		if f == 'a' && strings.ContainsRune(flags, f) {
			return strings.Repeat("a", strings.Count(flags, "a")) + b.String()
		}
	}
	return b.String()
}

// find runs a pattern from a byte offset on.
func (in *Interp) find(p *pattern, s string, at int, nonEmpty bool) []int {
	in.tick()
	f := p.re.Find
	if nonEmpty {
		f = p.re.FindNonEmpty
	}
	idx, err := f(s, at)
	if err != nil {
		throw(&Stopped{Reason: err.Error()})
	}
	return idx
}

// patternNode gives a pattern when it runs.
type patternNode struct {
	parts []expr
	flags string
	empty bool
	once  bool     // o: compiled when it is first used
	fixed *pattern // of a pattern without variables
}

func (c *compiler) pattern(x *syntax.Regex) *patternNode {
	n := &patternNode{flags: canonicalFlags(x.Flags), empty: x.Empty, once: strings.Contains(x.Flags, "o")}
	if strings.ContainsAny(x.Flags, "l") {
		c.unsupported(x.Line, "the modifier /l of regular expressions")
	}
	text, constant := "", true
	for _, p := range x.Parts {
		s, ok := p.(*syntax.Str)
		if !ok || s.Wide {
			constant = false
			break
		}
		text += s.Value
	}
	if constant {
		// A fault in the pattern is one of the program, and found before it runs.
		err := c.in.protect(func() { n.fixed = c.in.compilePattern(text, n.flags) })
		switch e := err.(type) {
		case *Die:
			e.bare = false
			msg := Str(e.Value)
			if i := strings.LastIndex(msg, " at "); i >= 0 && strings.HasSuffix(msg, ".\n") {
				msg = msg[:i]
			}
			c.errorf(x.Line, "%s", msg)
			throw(&Die{Value: joinErrors(c.errors), File: c.file, Line: x.Line})
		case *Unsupported:
			// It matters only when it is reached.
			n.parts = []expr{newLiteral(text)}
		}
		return n
	}
	n.parts = c.exprs(x.Parts)
	return n
}

func (n *patternNode) get(fr *frame) *pattern {
	if n.fixed != nil {
		return n.fixed
	}
	p := n.build(fr)
	if n.once {
		n.fixed = p
	}
	return p
}

func (n *patternNode) build(fr *frame) *pattern {
	if len(n.parts) == 1 {
		if r, ok := regexpOf(n.parts[0].scalar(fr)); ok && (n.flags == "" || n.flags == r.flags) {
			return r.pattern
		}
	}
	var b strings.Builder
	for _, p := range n.parts {
		v := p.scalar(fr)
		if w, ok := v.(Wide); ok {
			throw(unsupported("characters above 255 in a regular expression: %s", string(w)))
		}
		b.WriteString(Str(v))
	}
	return fr.in.compilePattern(b.String(), n.flags)
}

// regexpOf is the pattern that v refers to, directly or as a blessed reference.
func regexpOf(v Value) (*Regexp, bool) {
	if s, ok := v.(*Scalar); ok {
		v = s.Get()
	}
	r, ok := v.(*Regexp)
	return r, ok
}

// effective is the pattern to use: an empty one means the last that matched.
func (n *patternNode) effective(fr *frame) *pattern {
	p := n.get(fr)
	if n.empty && fr.in.match != nil {
		return fr.in.match.pat
	}
	return p
}

func (c *compiler) qr(x *syntax.Qr) expr {
	n := c.pattern(x.Pat)
	return value(func(fr *frame) Value { return &Regexp{pattern: n.get(fr)} })
}

// regexAlone compiles a pattern that stands for itself.
func (c *compiler) regexAlone(x *syntax.Regex) expr { return c.qr(&syntax.Qr{Pos: x.Pos, Pat: x}) }

func (c *compiler) target(x syntax.Expr) expr {
	c.usesMatch = true
	if x != nil {
		return c.expr(x)
	}
	if v := c.find("$_"); v != nil {
		return c.lexical(v)
	}
	return &scalarVar{where: inGlob, g: c.in.underscore}
}

// matchNode is m//.
type matchNode struct {
	target expr
	pat    *patternNode
	neg    bool
	global bool
	keep   bool // c: a failed match leaves pos alone
	once   bool
	done   bool
}

func (c *compiler) match(x *syntax.Match) expr {
	n := &matchNode{target: c.target(x.Target), pat: c.pattern(x.Pat), neg: x.Neg, once: x.Once}
	n.global = strings.Contains(x.Pat.Flags, "g")
	n.keep = strings.Contains(x.Pat.Flags, "c")
	return n
}

func (n *matchNode) scalar(fr *frame) Value {
	if n.once && n.done {
		return boolean(n.neg)
	}
	ok := false
	if n.global {
		ok = n.next(fr)
	} else {
		v := n.target.scalar(fr)
		p := n.pat.effective(fr)
		s := Str(v)
		if idx := fr.in.find(p, s, 0, false); idx != nil {
			fr.in.match = &matched{s, idx, p}
			ok = true
		}
	}
	n.done = n.done || ok
	return boolean(ok != n.neg)
}

// next is one step of a global match in scalar context.
func (n *matchNode) next(fr *frame) bool {
	t := lvalueOf(fr, n.target)
	p := n.pat.effective(fr)
	s := Str(t.Get())
	at, nonEmpty := 0, false
	if t.x != nil && t.x.hasPos && t.x.pos <= len(s) {
		at, nonEmpty = t.x.pos, t.x.minMatch
	}
	idx := fr.in.find(p, s, at, nonEmpty)
	if idx == nil {
		if t.x != nil && !n.keep {
			t.x.hasPos = false
		}
		return false
	}
	fr.in.match = &matched{s, idx, p}
	t.setPos(idx)
	return true
}

// setPos remembers where a match ended.
func (s *Scalar) setPos(idx []int) {
	x := s.extra()
	x.pos, x.hasPos, x.minMatch = idx[1], true, idx[0] == idx[1]
}

func (n *matchNode) list(fr *frame, out List) List {
	if n.neg || n.once {
		return append(out, &Scalar{v: n.scalar(fr)})
	}
	if n.global {
		return n.all(fr, out)
	}
	v := n.target.scalar(fr)
	p := n.pat.effective(fr)
	s := Str(v)
	idx := fr.in.find(p, s, 0, false)
	if idx == nil {
		return out
	}
	m := &matched{s, idx, p}
	fr.in.match = m
	if len(idx) == 2 {
		return append(out, &Scalar{v: one})
	}
	for g := 1; 2*g < len(idx); g++ {
		out = append(out, &Scalar{v: m.value(g)})
	}
	return out
}

// all is a global match in list context.
func (n *matchNode) all(fr *frame, out List) List {
	t := lvalueOf(fr, n.target)
	p := n.pat.effective(fr)
	s := Str(t.Get())
	at, nonEmpty := 0, false
	if t.x != nil && t.x.hasPos && t.x.pos <= len(s) {
		at, nonEmpty = t.x.pos, t.x.minMatch
	}
	var last []int
	for {
		idx := fr.in.find(p, s, at, nonEmpty)
		if idx == nil {
			break
		}
		last = idx
		m := &matched{s, idx, p}
		if len(idx) == 2 {
			out = append(out, &Scalar{v: m.value(0)})
		}
		for g := 1; 2*g < len(idx); g++ {
			out = append(out, &Scalar{v: m.value(g)})
		}
		at, nonEmpty = idx[1], idx[0] == idx[1]
	}
	if last != nil {
		fr.in.match = &matched{s, last, p}
	}
	switch {
	case n.keep && last != nil:
		t.setPos(last)
	case !n.keep && t.x != nil:
		t.x.hasPos = false
	}
	return out
}
