package perl

import (
	"slices"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// deepest is how far nested data is followed. What lies deeper, as all that contains itself does, becomes undef.
const deepest = 50

// specValue is a Perl value as the rest of the runner sees it: the same data, in Go. What an object is blessed into is
// left out.
func (h *host) specValue(v interp.Value) spec.Value { return h.toSpec(v, 0) }

func (h *host) toSpec(v interp.Value, depth int) spec.Value {
	if depth > deepest {
		return spec.Value{}
	}
	switch v := v.(type) {
	case nil:
		return spec.Value{}
	case string:
		return spec.Text(v)
	case interp.Wide:
		return spec.Value{Kind: spec.Bytes, Str: string(v), Wide: true}
	case *interp.Array:
		list := make([]spec.Value, v.Len())
		for i := range list {
			list[i] = h.toSpec(v.Get(i), depth+1)
		}
		return spec.Value{Kind: spec.List, List: list}
	case *interp.Hash:
		if b := h.blockOf[v]; b != nil {
			return spec.Value{Kind: spec.Object, Block: b.spec}
		}
		m := make(map[string]spec.Value, v.Len())
		for _, k := range v.Keys() {
			m[k] = h.toSpec(v.Get(k), depth+1)
		}
		return spec.Value{Kind: spec.Map, Map: m}
	case *interp.Regexp:
		return spec.Pattern(v.Source(), v.Flags())
	case *interp.Code:
		return spec.Value{Kind: spec.Code, Code: h.specFunc(v)}
	case *interp.Scalar:
		return spec.Value{Kind: spec.Ref, List: []spec.Value{h.toSpec(v.Get(), depth+1)}}
	case *interp.Glob, interp.GlobValue:
		return spec.Text(interp.Str(v))
	}
	return spec.Value{Kind: spec.Number, Str: interp.Str(v)}
}

// specValues are several values.
func (h *host) specValues(in []interp.Value) []spec.Value {
	out := make([]spec.Value, len(in))
	for i, v := range in {
		out[i] = h.specValue(v)
	}
	return out
}

// perlValue is the way back.
func (h *host) perlValue(v spec.Value) interp.Value {
	switch v.Kind {
	case spec.Bytes:
		if v.Wide {
			return interp.Wide(v.Str)
		}
		return v.Str
	case spec.Number:
		return numberValue(v.Str)
	case spec.List:
		a := interp.NewArray()
		for _, item := range v.List {
			a.Push(h.perlValue(item))
		}
		return a
	case spec.Map:
		keys := make([]string, 0, len(v.Map))
		for k := range v.Map {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		m := interp.NewHash()
		for _, k := range keys {
			m.Put(k, h.perlValue(v.Map[k]))
		}
		return m
	case spec.Regexp:
		re, err := h.in.NewRegexp(v.Str, v.Flags)
		if err != nil { // the pattern has been compiled before, where it came from
			return v.String()
		}
		return re
	case spec.Ref:
		return interp.NewScalar(h.perlValue(v.List[0]))
	case spec.Object:
		if b := h.objectOf[v.Block]; b != nil {
			return b.object
		}
		return nil
	case spec.Code:
		f := v.Code
		return h.in.NewCode("main", func(c *interp.Call) (interp.List, error) {
			out, err := f(h.specValues(c.Args.Values())...)
			if err != nil {
				return nil, err
			}
			return interp.NewList(h.perlValues(out)...), nil
		})
	}
	return nil
}

// numberValue is the number that Perl prints as s.
func numberValue(s string) interp.Value {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return s
}

func (h *host) perlValues(in []spec.Value) []interp.Value {
	out := make([]interp.Value, len(in))
	for i, v := range in {
		out[i] = h.perlValue(v)
	}
	return out
}

// specFunc is a Perl sub as a Go function.
func (h *host) specFunc(code *interp.Code) spec.Func {
	return func(args ...spec.Value) ([]spec.Value, error) {
		out, err := h.in.CallSub(code, interp.ListContext, h.perlValues(args)...)
		switch {
		case h.fatal != nil:
			return nil, h.fatal
		case err != nil:
			return nil, h.oneLine(err)
		}
		return h.specValues(out.Values()), nil
	}
}
