package perl

import (
	"fmt"
	"slices"
	"sort"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// block is a test block in both of its shapes: what the runner sees, and the object that Perl code sees. The object is a
// hash in which every section has an array of its values.
type block struct {
	spec     *spec.Block
	object   *interp.Hash
	file     *spec.File
	filtered bool
}

// internalKeys are those of the object's hash that are no sections.
var internalKeys = map[string]bool{"_section_map": true, "_section_order": true, "blocks_object": true, "seq_num": true,
	"is_filtered": true, "original_values": true, "name": true, "description": true}

// newBlock makes the object of a block as it is before the filters.
func (h *host) newBlock(s *spec.Block, file *spec.File, number int) *block {
	b := &block{spec: s, object: interp.NewHash(), file: file}
	description := s.Description
	if description == "" {
		description = s.Name
	}
	b.set("description", description)
	sectionMap := interp.NewHash()
	for _, sec := range s.Sections {
		filters := ""
		for i, f := range sec.Filters {
			if i > 0 {
				filters += " "
			}
			filters += f
		}
		sectionMap.Put(sec.Name, interp.NewHash("filters", filters))
		b.set(sec.Name, sec.Text)
	}
	b.set("name", s.Name)
	b.set("_section_map", sectionMap)
	names := interp.NewArray()
	for _, sec := range order(s) {
		names.Push(sec.Name)
	}
	b.set("_section_order", names)
	b.object.Put("blocks_object", h.baseObject())
	b.object.Put("seq_num", int64(number))
	b.object.Put("is_filtered", nil)
	b.object.Put("original_values", interp.NewHash())
	h.in.Bless(b.object, h.helperClass("Block"))
	h.blockOf[b.object], h.objectOf[s] = b, b
	return b
}

// order is the sections in the order in which their filters run: one that stands in the block more than once is in it
// more than once.
func order(s *spec.Block) []*spec.Section {
	type at struct {
		line    int
		section *spec.Section
	}
	var all []at
	for _, sec := range s.Sections {
		all = append(all, at{sec.Line, sec})
		for _, line := range sec.Repeats {
			all = append(all, at{line, sec})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].line < all[j].line })
	out := make([]*spec.Section, len(all))
	for i, a := range all {
		out[i] = a.section
	}
	return out
}

// helperClass is the class of blocks or filters: the suite's own where it has made one.
func (h *host) helperClass(suffix string) string {
	if own := h.base.class + "::" + suffix; h.base.class != "" && h.hasMethod(own, "new") {
		return own
	}
	return "Test::Base::" + suffix
}

// set makes values the values of a section.
func (b *block) set(name string, values ...interp.Value) {
	b.object.Put(name, interp.NewArray(values...))
}

// values are the values of a section.
func (b *block) values(name string) []interp.Value {
	if a, ok := b.object.Get(name).(*interp.Array); ok {
		return a.Values()
	}
	return nil
}

// first is what code gets that asks for one value.
func (b *block) first(name string) interp.Value {
	if v := b.values(name); len(v) > 0 {
		return v[0]
	}
	return nil
}

// sync brings the block that the runner sees up to date with the object.
func (h *host) sync(b *block) {
	b.spec.Name = str(b.first("name"))
	b.spec.Sections = slices.DeleteFunc(b.spec.Sections, func(s *spec.Section) bool { return b.object.Lookup(s.Name) == nil })
	for _, name := range b.object.Keys() {
		if _, ok := b.object.Get(name).(*interp.Array); ok && !internalKeys[name] {
			b.spec.Set(name, h.specValues(b.values(name))...)
		}
	}
}

// defineBlocks defines the class of blocks. A section is a method of it, through AUTOLOAD.
func (h *host) defineBlocks() {
	field := func(name string) native {
		return func(c *interp.Call) (interp.List, error) {
			self, ok := c.Arg(0).(*interp.Hash)
			if !ok {
				return nil, fmt.Errorf("%s is a method of a block", name)
			}
			if len(c.Args) > 1 {
				self.Put(name, c.Arg(1))
			}
			return list(self.Get(name)), nil
		}
	}
	section := func(name string, c *interp.Call) (interp.List, error) {
		self, ok := c.Arg(0).(*interp.Hash)
		if !ok {
			return nil, nil
		}
		b := block{object: self}
		if len(c.Args) > 1 && self.Lookup(name) != nil {
			return nil, croak("Not allowed to set values for '%s'", name)
		}
		if c.Want == interp.ListContext {
			return list(b.values(name)...), nil
		}
		return list(b.first(name)), nil
	}
	h.define("Test::Base::Block", map[string]native{
		"seq_num": field("seq_num"), "is_filtered": field("is_filtered"), "blocks_object": field("blocks_object"),
		"original_values": field("original_values"),
		"name":            func(c *interp.Call) (interp.List, error) { return section("name", c) },
		"description":     func(c *interp.Call) (interp.List, error) { return section("description", c) },
		"AUTOLOAD": func(c *interp.Call) (interp.List, error) {
			name := c.Asked
			for i := len(name) - 1; i > 0; i-- {
				if name[i] == ':' {
					name = name[i+1:]
					break
				}
			}
			return section(name, c)
		},
		"new": func(c *interp.Call) (interp.List, error) {
			return list(h.in.Bless(interp.NewHash(), c.Str(0))), nil
		},
		"set_value": func(c *interp.Call) (interp.List, error) {
			self, ok := c.Arg(0).(*interp.Hash)
			if !ok || len(c.Args) < 2 {
				return nil, fmt.Errorf("set_value is a method of a block, and needs a name")
			}
			(&block{object: self}).set(c.Str(1), c.Args.Values()[2:]...)
			return list(self.Get(c.Str(1))), nil
		},
		"run_filters": func(c *interp.Call) (interp.List, error) {
			self, _ := c.Arg(0).(*interp.Hash)
			b := h.blockOf[self]
			if b == nil || b.filtered {
				return nil, croak("Attempt to filter a block twice")
			}
			return nil, h.filter(b)
		},
		"block_accessor": func(*interp.Call) (interp.List, error) { return nil, nil },
	})
}
