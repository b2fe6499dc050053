package perl

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// importBase is the import method of Test::Base and of all classes made from it: what Spiffy's and Test::Base's own do
// together. -Base makes the caller such a class.
func (h *host) importBase(c *interp.Call) (interp.List, error) {
	if h.fatal != nil {
		return nil, h.stop(h.fatal)
	}
	class, caller := c.Str(0), c.Package
	isBase, rewrite := false, false
	var rest []interp.Value
	for i := 1; i < len(c.Args); i++ {
		switch arg := c.Str(i); {
		case strings.EqualFold(arg, "-base"):
			isBase = true
			rewrite = rewrite || arg == "-Base"
		case arg == "-package":
			i++
			caller = c.Str(i)
		default:
			rest = append(rest, c.Arg(i))
		}
	}
	if h.base.class == "" {
		if h.base.class = class; isBase {
			h.base.class = caller
		}
	}
	if !isBase && len(rest) > 0 {
		if err := h.planFrom(rest, c); err != nil {
			return nil, err
		}
	}
	h.in.UseStrict()
	if isBase {
		h.in.ArrayVar(caller + "::ISA").Push(class)
	}
	if rewrite {
		h.in.SourceFilter(spiffyText)
	}
	return nil, h.exportAll(class, caller, isBase)
}

// defineSpiffy defines what -Base gives a module to make accessors with.
func (h *host) defineSpiffy() {
	h.define("Spiffy", map[string]native{
		"field": func(c *interp.Call) (interp.List, error) {
			name, preset := c.Package+"::"+c.Str(0), c.Arg(1)
			if strings.HasPrefix(c.Str(0), "-") || len(c.Args) > 2 {
				return nil, &interp.Unsupported{Construct: "field with options"}
			}
			key := c.Str(0)
			if h.in.Sub(name) == nil {
				h.in.DefineSub(name, func(c *interp.Call) (interp.List, error) { return access(c, key, preset) })
			}
			return nil, nil
		},
		"const": func(c *interp.Call) (interp.List, error) {
			value := c.Arg(1)
			if name := c.Package + "::" + c.Str(0); h.in.Sub(name) == nil {
				h.in.DefineSub(name, func(*interp.Call) (interp.List, error) { return list(value), nil })
			}
			return nil, nil
		},
		"stub": func(c *interp.Call) (interp.List, error) {
			field, class := c.Str(0), c.Package
			if name := class + "::" + field; h.in.Sub(name) == nil {
				h.in.DefineSub(name, func(*interp.Call) (interp.List, error) {
					return nil, croak("Method %s in package %s must be subclassed", field, class)
				})
			}
			return nil, nil
		},
		"super": func(*interp.Call) (interp.List, error) { return nil, &interp.Unsupported{Construct: "Spiffy's super"} },
	})
}

// access reads or sets an attribute of an object. One that was never set has a copy of the preset.
func access(c *interp.Call, key string, preset interp.Value) (interp.List, error) {
	self, ok := c.Arg(0).(*interp.Hash)
	if !ok {
		return nil, croak("%s is a method of an object", key)
	}
	if len(c.Args) > 1 {
		self.Put(key, c.Arg(1))
	} else if preset != nil && self.Lookup(key) == nil {
		switch p := preset.(type) {
		case *interp.Array:
			self.Put(key, interp.NewArray(p.Values()...))
		case *interp.Hash:
			fresh := interp.NewHash()
			for _, k := range p.Keys() {
				fresh.Put(k, p.Get(k))
			}
			self.Put(key, fresh)
		default:
			self.Put(key, preset)
		}
	}
	return list(self.Get(key)), nil
}

// exportAll gives package `into` what class and all the classes below it export, as far as it has no such sub yet.
func (h *host) exportAll(class, into string, isBase bool) error {
	for _, from := range h.allBases(class, nil) {
		names := h.in.ArrayVar(from + "::EXPORT").Values()
		if isBase && from == "Spiffy" {
			names = append(names, texts([]string{"field", "const", "stub", "super"})...)
		}
		for _, v := range names {
			name := strings.TrimPrefix(interp.Str(v), "&")
			if !strings.ContainsAny(name[:min(1, len(name))], "$@%") {
				if h.in.Sub(into+"::"+name) != nil || h.in.Sub(from+"::"+name) == nil {
					continue
				}
			}
			if err := h.in.Import(from, into, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// allBases is a class and all those it is made from, depth first.
func (h *host) allBases(class string, seen []string) []string {
	for _, s := range seen {
		if s == class {
			return seen
		}
	}
	seen = append(seen, class)
	for _, parent := range h.in.ArrayVar(class + "::ISA").Values() {
		seen = h.allBases(interp.Str(parent), seen)
	}
	return seen
}

// subHead is the beginning of a named sub, up to its brace; an empty prototype is a group.
var subHead = lazyregexp.New(`^sub\s+\w+(\s*\(\s*\))?\s+\{`)

// spiffyText is what -Base does to the text of a module: a sub that begins in the first column has its object in $self,
// unless an empty prototype says that it is none; that goes.
func spiffyText(src string) string {
	var b strings.Builder
	for at := 0; ; {
		if strings.HasPrefix(src[at:], "sub") {
			m := subHead.FindStringSubmatchIndex(src[at:])
			switch {
			case m == nil || !strings.Contains(src[at+m[1]:], "\n"):
			case m[2] >= 0:
				b.WriteString(src[:at+m[2]])
				src, at = src[at+m[3]:], 0
			default:
				b.WriteString(src[:at+m[1]])
				b.WriteString("my $self = shift;")
				src, at = src[at+m[1]:], 0
			}
		}
		end := strings.IndexByte(src[at:], '\n')
		if end < 0 {
			b.WriteString(src)
			return b.String()
		}
		at += end + 1
	}
}
