package system

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// native answers a call of a sub of this side.
func (s *Session) native(d *decoder) error {
	name := d.text()
	want := interp.Want(interp.Int(d.value()))
	pkg, file, line := d.text(), d.text(), int(interp.Int(d.value()))
	todo := d.value()
	args := d.list()
	if d.err != nil {
		return d.err
	}
	s.at = place{file, line}
	var out interp.List
	var err error
	switch {
	case name == "ngxtest::module":
		out, err = s.module(text(args[0]))
	case strings.HasPrefix(name, "ngxtest::code "):
		var id int
		if _, scanned := fmt.Sscanf(name, "ngxtest::code %d", &id); scanned != nil || id >= len(s.codes) {
			return errGarbage
		}
		out, err = s.in.CallFrom(file, line, pkg, s.codes[id], want, interp.NewList(args...))
	default:
		code := s.in.Sub(name)
		if code == nil {
			return fmt.Errorf("%s:%d: there is no sub %s here", file, line, name)
		}
		s.in.ScalarVar(pkg + "::TODO").Set(todo)
		out, err = s.in.CallFrom(file, line, pkg, code, want, interp.NewList(args...))
	}
	if s.failed != nil { // perl has ended below
		return s.failed
	}
	return s.answer(out, err, args)
}

// answer sends what a native sub has come to. Objects among the arguments may have changed.
func (s *Session) answer(out interp.List, err error, args []interp.Value) error {
	var die *interp.Die
	var exit *interp.Exit
	var leave *interp.LoopExit
	meet := func(e *encoder) {
		for _, v := range args {
			if id, ok := s.objIDs[v]; ok && interp.IsRef(v) && !e.hasMet[id] {
				e.hasMet[id] = true
				e.met = append(e.met, id)
			}
		}
	}
	switch {
	case err == nil:
		return s.say('R', func(e *encoder) { e.values(out.Values()); meet(e) })
	case errors.As(err, &exit):
		return s.say('X', func(e *encoder) { e.value(int64(exit.Code)) })
	case errors.As(err, &leave):
		return s.say('L', func(e *encoder) { e.value(leave.Label) })
	case errors.As(err, &die):
		return s.say('D', func(e *encoder) { e.value(die.Value); meet(e) })
	}
	return s.say('D', func(e *encoder) { e.value(err.Error() + "\n") })
}

// module loads a module of the interpreter for perl: undef when there is none of that name.
func (s *Session) module(name string) (interp.List, error) {
	if !s.in.HasModule(name) {
		return interp.NewList(nil), nil
	}
	if err := s.in.Require(name); err != nil {
		return nil, err
	}
	return interp.NewList(s.describe([]string{name})), nil
}

// callBack calls a sub of perl's.
func (s *Session) callBack(code uint32, c *interp.Call) (interp.List, error) {
	args := c.Args.Values()
	return s.ask('I', func(e *encoder) {
		e.tag('n', len(fmt.Sprint(code)))
		e.buf = append(e.buf, fmt.Sprint(code)...)
		e.value(int64(c.Want))
		e.values(args)
	})
}

// Eval evaluates a text in perl, as interp.Interp.Eval does here.
func (s *Session) Eval(text string, o interp.EvalOptions) (interp.List, error) {
	return s.ask('S', func(e *encoder) {
		e.value(text)
		e.value(o.Package)
		e.value(o.File)
		e.value(int64(max(o.Line, 1)))
		e.value(boolean(o.Strict))
		e.value(int64(o.Want))
	})
}

// Pid is the process of perl.
func (s *Session) Pid() int { return s.proc.pid }

func boolean(b bool) interp.Value {
	if b {
		return int64(1)
	}
	return nil
}

func (s *Session) ask(kind byte, rest func(*encoder)) (interp.List, error) {
	if err := s.say(kind, rest); err != nil {
		return nil, s.fail(err)
	}
	return s.listen()
}
