package interp

import "strings"

// declare makes a lexical variable; key is its sigil and name.
func (c *compiler) declare(key string) *variable {
	v := &variable{sigil: key[0], unit: c.unit, slot: c.unit.slots}
	c.unit.slots++
	c.enlist(key, v)
	return v
}

func (c *compiler) enlist(key string, v *variable) {
	*c.seq++
	v.seq = *c.seq
	v.hidden = c.scope.vars[key]
	c.scope.vars[key] = v
}

// find looks a name up in the scopes around; nil when it is no lexical one.
func (c *compiler) find(key string) *variable {
	for s := c.scope; s != nil; s = s.outer {
		for v := s.vars[key]; v != nil; v = v.hidden {
			if c.limit < 0 || v.seq <= c.limit || c.within(s.unit) {
				return v
			}
		}
	}
	return nil
}

// within reports whether u is part of the text that is being compiled, and not around the eval.
func (c *compiler) within(u *unit) bool {
	for w := c.unit; w != nil; w = w.outer {
		if w == u {
			return true
		}
		if w.live != nil {
			return false
		}
	}
	return false
}

// locate says where unit u finds the variable v, which may be one of an outer unit.
func locate(v *variable, u *unit) location {
	if v.unit == u || u == nil {
		return location{index: v.slot}
	}
	if i, ok := u.captured[v]; ok {
		return location{captured: true, index: i}
	}
	loc := locate(v, u.outer)
	u.captures = append(u.captures, capture{loc, v.sigil})
	u.captured[v] = len(u.captures) - 1
	return location{captured: true, index: len(u.captures) - 1}
}

// captureAll makes all variables in sight known to the current unit, for a string eval in it.
func (c *compiler) captureAll() {
	for s := c.scope; s != nil; s = s.outer {
		for _, v := range s.vars {
			for ; v != nil; v = v.hidden {
				if v.glob == nil && v.unit != c.unit {
					locate(v, c.unit)
				}
			}
		}
	}
}

// protoFrame returns the first frame of a unit.
func (c *compiler) protoFrame(u *unit) *frame { return u.protoFrame(c.in) }

func (u *unit) protoFrame(in *Interp) *frame {
	if u.proto == nil {
		u.proto = &frame{in: in, unit: u, introduced: map[int]bool{}}
	}
	u.proto.grow(u.slots)
	return u.proto
}

// outerContainer is what capture i refers to, at compile time or where the unit is a file or eval.
func (u *unit) outerContainer(i int) any {
	c := u.captures[i]
	switch {
	case u.live != nil:
		return u.live.container(c.at, c.sigil)
	case u.outer == nil:
		return newContainer(c.sigil)
	case c.at.captured:
		return u.outer.outerContainer(c.at.index)
	}
	return u.outer.protoFrame(nil).container(c.at, c.sigil)
}

// instantiate returns the captures of a sub that is made while fr runs.
func (fr *frame) instantiate(u *unit) []any {
	if len(u.captures) == 0 {
		return nil
	}
	caps := make([]any, len(u.captures))
	for i, c := range u.captures {
		caps[i] = fr.container(c.at, c.sigil)
	}
	return caps
}

// container is what is at a location; an empty slot is filled with a new variable of that kind.
func (fr *frame) container(loc location, sigil byte) any {
	if loc.captured {
		if loc.index >= len(fr.caps) {
			return newContainer(sigil)
		}
		return fr.caps[loc.index]
	}
	fr.grow(loc.index + 1)
	if fr.pad[loc.index] == nil {
		fr.pad[loc.index] = newContainer(sigil)
	}
	return fr.pad[loc.index]
}

func newContainer(sigil byte) any {
	switch sigil {
	case '@':
		return &Array{}
	case '%':
		return &Hash{}
	case '&':
		return &Code{}
	}
	return &Scalar{}
}

// known reports whether strict lets a package variable be used by its short name.
func (c *compiler) known(sigil byte, name string, g *Glob) bool {
	if strings.Contains(name, "::") || globalName(name) {
		return true
	}
	if sigil == '$' && (name == "a" || name == "b") {
		return true
	}
	switch sigil {
	case '$':
		return g.imported&importedScalar != 0
	case '@':
		return g.imported&importedArray != 0
	case '%':
		return g.imported&importedHash != 0
	}
	return true
}
