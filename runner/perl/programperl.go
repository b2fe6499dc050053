package perl

import (
	"fmt"
	"os"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// What Go code asks of the program, wherever that runs.

// eval is EvalString and Eval of the interpreter, or the same in the system's perl.
func (h *host) eval(code string, o interp.EvalOptions) (interp.List, error) {
	if h.sys != nil {
		return h.sys.Eval(code, o)
	}
	return h.in.Eval(code, o)
}

// dir is the working directory of the program.
func (h *host) dir() string {
	if h.sys != nil {
		if dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", h.sys.Pid())); err == nil {
			return dir
		}
	}
	return h.in.Dir()
}

// mainSub is the sub of that name in package main, or nil.
func (h *host) mainSub(name string) (*interp.Code, error) {
	if h.sys == nil {
		return h.in.Sub("main::" + name), nil
	}
	return h.foundSub("ngxtest::function(" + quoteSingle("main::"+name) + ")")
}

// findMethod is what class->name would call, or nil.
func (h *host) findMethod(class, name string) (*interp.Code, error) {
	if h.sys == nil {
		return h.in.FindMethod(class, name), nil
	}
	return h.foundSub("ngxtest::method(" + quoteSingle(class) + ", " + quoteSingle(name) + ")")
}

func (h *host) hasMethod(class, name string) bool {
	code, err := h.findMethod(class, name)
	return code != nil && err == nil
}

// foundSub asks perl for a sub. One that only calls a native sub here comes back as that sub's name.
func (h *host) foundSub(question string) (*interp.Code, error) {
	if code, ok := h.found[question]; ok {
		return code, nil
	}
	out, err := h.sys.Eval(question, interp.EvalOptions{Package: "main", Want: interp.ScalarContext})
	if err != nil {
		return nil, err
	}
	code, ok := out.Last().(*interp.Code)
	if name := out.Last(); !ok && name != nil {
		code = h.in.Sub(str(name))
	}
	h.found[question] = code
	return code, nil
}

// callWithTopic calls a sub that may change $_.
func (h *host) callWithTopic(code *interp.Code, in []interp.Value) ([]interp.Value, error) {
	if h.sys == nil {
		out, err := h.in.CallSub(code, interp.ListContext, in...)
		return out.Values(), err
	}
	topic := h.in.ScalarVar("main::_")
	call, err := h.foundSub(`\&ngxtest::with_topic`)
	if err != nil {
		return nil, err
	}
	out, err := h.in.CallSub(call, interp.ListContext, append([]interp.Value{code, topic.Get()}, in...)...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	topic.Set(out[0].Get())
	return out[1:].Values(), nil
}
