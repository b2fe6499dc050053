package perl

import (
	"fmt"
	"os"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// base is the state of Test::Base's default object.
type base struct {
	class   string       // of the object: the class that was used first
	object  *interp.Hash // nil until somebody asks for it
	delims  spec.Delims
	source  *spec.File // spec_file, spec_string; nil: the program's own data
	filters []string   // for every section
	byName  map[string][]string
	delay   bool // filters_delay
	quiet   bool // no_diag_on_only

	read   bool
	blocks []*block
	next   []*block // of next_block; nil stands for the end of a round
}

func newBase() base {
	return base{filters: []string{"norm", "trim"}, byName: map[string][]string{}}
}

var moreNames = []string{"ok", "isnt", "like", "unlike", "is_deeply", "cmp_ok", "skip", "todo_skip", "pass", "fail",
	"eq_array", "eq_hash", "eq_set", "plan", "can_ok", "isa_ok", "diag", "use_ok", "$TODO"}

var baseNames = []string{"is", "no_diff", "blocks", "next_block", "first_block", "delimiters", "spec_file", "spec_string",
	"filters", "filters_delay", "filter_arguments", "run", "run_compare", "run_is", "run_is_deeply", "run_like",
	"run_unlike", "skip_all_unless_require", "is_deep", "run_is_deep", "WWW", "XXX", "YYY", "ZZZ", "tie_output",
	"no_diag_on_only", "find_my_self", "default_object", "croak", "carp", "cluck", "confess"}

// defineBase defines Test::Base, its block and filter classes, and Spiffy.
func (h *host) defineBase() {
	for _, module := range []string{"Spiffy", "Test::Base", "Test::Base::Block", "Test::Base::Filter"} {
		h.in.DefineModule(module, nil, nil)
	}
	h.exports("Test::Base", append(append([]string{}, moreNames...), baseNames...)...)
	h.isa("Test::Base", "Spiffy")
	h.isa("Test::Base::Block", "Spiffy")
	h.isa("Test::Base::Filter", "Spiffy")
	_ = h.in.Import("Test::More", "Test::Base", append([]string{"is"}, moreNames...)...)
	h.define("Test::Base", map[string]native{
		"import": h.importBase,

		"blocks": h.method(h.blocksCall), "next_block": h.method(h.nextBlock), "first_block": h.method(h.firstBlock),
		"delimiters": h.method(h.delimiters), "spec_file": h.method(h.specFile), "spec_string": h.method(h.specString),
		"filters": h.method(h.addFilters), "filters_delay": h.method(h.setFlag(&h.base.delay)),
		"no_diag_on_only": h.method(h.setFlag(&h.base.quiet)),
		"no_diff":         func(c *interp.Call) (interp.List, error) { h.in.Env()["TEST_SHOW_NO_DIFFS"] = "1"; return nil, nil },
		"filter_arguments": func(c *interp.Call) (interp.List, error) {
			return list(h.in.ScalarVar("Test::Base::Filter::arguments").Get()), nil
		},
		"default_object": func(c *interp.Call) (interp.List, error) { return list(h.baseObject()), nil },
		"find_my_self": func(c *interp.Call) (interp.List, error) {
			return append(list(h.baseObject()), h.withoutSelf(c.Args)...), nil
		},
		"block_list": func(c *interp.Call) (interp.List, error) {
			blocks, err := h.readBlocks()
			return list(interp.NewArray(objects(blocks)...)), err
		},
		"run(&;$)": h.method(h.runBlocks),
		"run_is":   h.method(h.runCompare(h.is, false)), "run_is_deeply": h.method(h.runCompare(h.isDeeply, false)),
		"run_like": h.method(h.runCompare(h.like, true)), "run_unlike": h.method(h.runCompare(h.unlike, true)),
		"run_compare":             h.method(h.runCompare(nil, false)),
		"skip_all_unless_require": h.method(h.skipUnlessRequire),
		"tie_output": func(*interp.Call) (interp.List, error) {
			return nil, &interp.Unsupported{Construct: "tie_output"}
		},
		"is_deep": h.isDeeply, "run_is_deep": h.method(h.runCompare(h.isDeeply, false)),
	})
	h.defineSpiffy()
	h.defineBlocks()
	h.defineFilters()
}

// method is a function of Test::Base that can be called as a method too: an object in front is dropped.
func (h *host) method(f native) native {
	return func(c *interp.Call) (interp.List, error) {
		c.Args = h.withoutSelf(c.Args)
		return f(c)
	}
}

func (h *host) withoutSelf(args interp.List) interp.List {
	if len(args) > 0 && h.base.class != "" && interp.ClassOf(args[0].Get()) == h.base.class {
		return args[1:]
	}
	return args
}

// baseObject is what default_object returns.
func (h *host) baseObject() *interp.Hash {
	if h.base.object == nil {
		class := h.base.class
		if class == "" {
			class = "Test::Base"
		}
		h.base.object = interp.NewHash()
		h.in.Bless(h.base.object, class)
	}
	return h.base.object
}

// tooLate refuses what has to be said before the blocks are read.
func (h *host) tooLate(name string) error {
	if h.base.read {
		return croak("Too late to call %s()", name)
	}
	return nil
}

func (h *host) delimiters(c *interp.Call) (interp.List, error) {
	h.base.delims = spec.Delims{}
	if v := c.Arg(0); interp.Truth(v) {
		h.base.delims.Block = interp.Str(v)
	}
	if v := c.Arg(1); interp.Truth(v) {
		h.base.delims.Section = interp.Str(v)
	}
	return list(h.baseObject()), h.tooLate("delimiters")
}

func (h *host) specFile(c *interp.Call) (interp.List, error) {
	name := c.Str(0)
	data, err := os.ReadFile(h.abs(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %s", name, osError(err))
	}
	h.base.source = &spec.File{Path: name, Data: string(data)}
	return list(h.baseObject()), h.tooLate("spec_file")
}

func (h *host) specString(c *interp.Call) (interp.List, error) {
	h.base.source = &spec.File{Path: h.path, Data: c.Str(0), DataLine: max(c.Line-1, 0)}
	return list(h.baseObject()), h.tooLate("spec_string")
}

// addFilters is filters(): a hash says what goes with a section's name, a list goes with all of them.
func (h *host) addFilters(c *interp.Call) (interp.List, error) {
	if m, ok := c.Arg(0).(*interp.Hash); ok {
		h.base.byName = map[string][]string{}
		for _, name := range m.Keys() {
			switch v := m.Get(name).(type) {
			case *interp.Array:
				for _, f := range v.Values() {
					h.base.byName[name] = append(h.base.byName[name], interp.Str(f))
				}
			default:
				if interp.Truth(v) {
					h.base.byName[name] = []string{interp.Str(v)}
				}
			}
		}
		return list(h.baseObject()), nil
	}
	for _, v := range c.Args.Values() {
		h.base.filters = append(h.base.filters, interp.Str(v))
	}
	return list(h.baseObject()), nil
}

func (h *host) setFlag(flag *bool) native {
	return func(c *interp.Call) (interp.List, error) {
		*flag = c.Arg(0) == nil || interp.Truth(c.Arg(0))
		return list(truthValue(*flag)), nil
	}
}

var sectionName = lazyregexp.New(`^[a-zA-Z]\w*\n?$`)

// blocksCall is blocks(): the number of blocks, or the filtered blocks themselves; with a section's name those that
// have it.
func (h *host) blocksCall(c *interp.Call) (interp.List, error) {
	if len(c.Args) > 1 {
		return nil, croak("Invalid arguments passed to 'blocks'")
	}
	name := c.Str(0)
	if len(c.Args) > 0 && !sectionName.MatchString(name) {
		return nil, fmt.Errorf("'%s' is invalid argument to blocks()", name)
	}
	blocks, err := h.readBlocks()
	if err != nil {
		return nil, err
	}
	var chosen []*block
	for _, b := range blocks {
		if !truth(name) || b.object.Lookup(name) != nil {
			chosen = append(chosen, b)
		}
	}
	if c.Want != interp.ListContext {
		return list(int64(len(chosen))), nil
	}
	if !h.base.delay {
		for _, b := range chosen {
			if err := h.filter(b); err != nil {
				return nil, err
			}
		}
	}
	return list(objects(chosen)...), nil
}

func objects(blocks []*block) []interp.Value {
	out := make([]interp.Value, len(blocks))
	for i, b := range blocks {
		out[i] = b.object
	}
	return out
}

func (h *host) nextBlock(c *interp.Call) (interp.List, error) {
	if len(h.base.next) == 0 {
		blocks, err := h.readBlocks()
		if err != nil {
			return nil, err
		}
		h.base.next = append(append([]*block{}, blocks...), nil)
	}
	b := h.base.next[0]
	h.base.next = h.base.next[1:]
	if b == nil {
		return list(nil), nil
	}
	return list(b.object), h.filter(b)
}

func (h *host) firstBlock(c *interp.Call) (interp.List, error) {
	h.base.next = nil
	return h.nextBlock(c)
}

// readBlocks reads the blocks, once.
func (h *host) readBlocks() ([]*block, error) {
	if h.base.read {
		return h.base.blocks, nil
	}
	if h.yaml != nil {
		h.base.read = true
		if err := h.yamlBlocks(); err != nil {
			return nil, h.stop(err)
		}
		return h.base.blocks, nil
	}
	file := h.base.source
	if file == nil {
		file = h.file
	}
	if code, line, ok := file.PreEval(); ok {
		if _, err := h.eval(code, interp.EvalOptions{Package: "main", File: file.Path, Line: line}); err != nil {
			return nil, err
		}
	}
	parsed, err := spec.ParseBlocks(file, h.base.delims)
	if err != nil {
		return nil, h.stop(err)
	}
	if len(parsed) == 1 && parsed[0].Section("ONLY") != nil && !h.base.quiet {
		h.diag("I found ONLY: maybe you're debugging?")
	}
	h.base.read = true
	for i, b := range parsed {
		h.base.blocks = append(h.base.blocks, h.newBlock(b, file, i+1))
	}
	return h.base.blocks, nil
}

// runBlocks is run {...}: the code is called with each block.
func (h *host) runBlocks(c *interp.Call) (interp.List, error) {
	code := c.Code(0)
	if code == nil {
		return nil, fmt.Errorf("run() needs a block of code")
	}
	blocks, err := h.readBlocks()
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if err := h.filter(b); err != nil {
			return nil, err
		}
		if _, err := h.in.CallSub(code, interp.Void, b.object); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// runCompare compares two sections of every block that has both; without their names, those of the first block. Without
// a check it takes the one that fits the values. With pattern, the second may also be a pattern itself, and blocks
// that lack it count too.
func (h *host) runCompare(check native, pattern bool) native {
	return func(c *interp.Call) (interp.List, error) {
		if h.plan.Kind == spec.PlanNone {
			if err := h.makePlan(spec.Plan{Kind: spec.PlanNo}); err != nil {
				return nil, err
			}
		}
		blocks, err := h.readBlocks()
		if err != nil {
			return nil, err
		}
		x, y := c.Str(0), c.Str(1)
		if len(c.Args) != 2 {
			if x, y, err = twoSections(blocks); err != nil {
				return nil, err
			}
		}
		for _, b := range blocks {
			if b.object.Lookup(x) == nil || b.object.Lookup(y) == nil && !pattern {
				continue
			}
			if err := h.filter(b); err != nil {
				return nil, err
			}
			got, want := b.first(x), b.first(y)
			if pattern && interp.IsRef(c.Arg(1)) {
				want = c.Arg(1)
			}
			f := check
			switch {
			case f != nil:
			case interp.IsRef(got):
				f = h.isDeeply
			case interp.Ref(want) == "Regexp":
				f = h.like
			default:
				f = h.is
			}
			call := *c
			call.Args = list(got, want, b.first("name"))
			if _, err := f(&call); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}

func twoSections(blocks []*block) (x, y string, err error) {
	var names []string
	if len(blocks) > 0 {
		for _, s := range blocks[0].spec.Sections {
			if s.Name != "ONLY" && s.Name != "LAST" && s.Name != "SKIP" {
				names = append(names, s.Name)
			}
		}
	}
	if len(names) != 2 {
		return "", "", croak("Can't determine section names. Need two sections in first block")
	}
	return names[0], names[1], nil
}

func (h *host) skipUnlessRequire(c *interp.Call) (interp.List, error) {
	module := c.Str(0)
	if _, err := h.eval("require "+module+"; 1", interp.EvalOptions{Package: "main", Want: interp.ScalarContext}); err != nil {
		if _, ok := err.(*interp.Die); !ok {
			return nil, err
		}
		return nil, h.makePlan(spec.Plan{Kind: spec.PlanSkipAll, Reason: module + " failed to load"})
	}
	return nil, nil
}
