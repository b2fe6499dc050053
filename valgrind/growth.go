package valgrind

import (
	"cmp"
	"slices"
)

// Step is one leak check of a live process, the first of a series excepted, which is the baseline: what its records say
// changed while the requests since the check before were served. Records of a check that tells changes (Changed) are
// taken as they are; for whole checks, Between makes the changes.
type Step struct {
	Requests int
	Records  []Record
}

// Between turns two whole checks of a process into the records that changed: MoreBytes and MoreBlocks are set.
func Between(before, after []Record) []Record {
	type id struct {
		kind Kind
		key  Key
	}
	old := map[id]Record{}
	for _, r := range before {
		k := id{r.Kind, r.Key()}
		sum := old[k]
		if sum.Stack == nil {
			sum = r
			sum.Bytes, sum.Blocks = 0, 0
		}
		sum.Bytes, sum.Blocks = sum.Bytes+r.Bytes, sum.Blocks+r.Blocks
		old[k] = sum
	}
	var out []Record
	at := map[id]int{}
	for _, r := range after {
		k := id{r.Kind, r.Key()}
		if i, ok := at[k]; ok {
			out[i].Bytes, out[i].Blocks = out[i].Bytes+r.Bytes, out[i].Blocks+r.Blocks
			continue
		}
		at[k] = len(out)
		out = append(out, r)
	}
	for i := range out {
		k := id{out[i].Kind, out[i].Key()}
		out[i].MoreBytes, out[i].MoreBlocks = out[i].Bytes-old[k].Bytes, out[i].Blocks-old[k].Blocks
		delete(old, k)
	}
	for _, r := range old {
		r.MoreBytes, r.MoreBlocks = -r.Bytes, -r.Blocks
		r.Bytes, r.Blocks = 0, 0
		out = append(out, r)
	}
	return slices.DeleteFunc(out, func(r Record) bool { return r.MoreBytes == 0 && r.MoreBlocks == 0 })
}

// Pattern is how the blocks of one stack behave over a series of steps.
type Pattern string

// The patterns of growth.
const (
	NoGrowth     Pattern = ""          // no more blocks at the end than at the baseline
	EveryRequest Pattern = "every"     // at least one block more for every request, in every step; or one byte in the same blocks
	EveryStep    Pattern = "steps"     // more in every step, but fewer blocks than requests
	Sometimes    Pattern = "sometimes" // more in some steps, two at least
	OnceOnly     Pattern = "once"      // more in one step of several
	Bounded      Pattern = "bounded"   // more in several steps, and no more in the last one: what was to be filled is full
	Undecided    Pattern = "undecided" // more, but there was one step only: ask again with more requests
)

// Change is what one step did to the blocks of one stack.
type Change struct {
	Requests int   `json:"requests"`
	Bytes    int64 `json:"bytes"`
	Blocks   int64 `json:"blocks"`
}

// Growth is what became of the blocks that one stack allocated, all leak kinds together.
type Growth struct {
	Key Key
	// Record is the one that shows it best: of the worst kind that grew, the one with most bytes.
	Record  Record
	Pattern Pattern
	Changes []Change // one for each step
	// Requests, Bytes and Blocks are the sums of Changes.
	Requests      int
	Bytes, Blocks int64
	// Lost says that blocks became definitely or indirectly lost in the live process: nothing points at them any more.
	Lost bool
	// Longer says that it is bytes in the same blocks, or hardly any more blocks.
	Longer bool
}

// PerRequest is the growth per request, in bytes and blocks.
func (g Growth) PerRequest() (bytes, blocks float64) {
	if g.Requests == 0 {
		return 0, 0
	}
	return float64(g.Bytes) / float64(g.Requests), float64(g.Blocks) / float64(g.Requests)
}

// Grow judges a series of steps by stack. key says what counts as one stack; nil is Record.Key. Stacks that did not
// grow are left out. The order is by bytes, most first.
//
// The leak kinds of a stack are summed: a block that nothing but a stale copy in LuaJIT's heap points at is "still
// reachable" now and "definitely lost" some requests later, which is one leak and not one more.
func Grow(steps []Step, key func(Record) Key) []Growth {
	if key == nil {
		key = Record.Key
	}
	all := map[Key]*Growth{}
	for i, step := range steps {
		for _, r := range step.Records {
			if !r.Kind.IsLoss() {
				continue
			}
			k := key(r)
			g := all[k]
			if g == nil {
				g = &Growth{Key: k, Record: r, Changes: make([]Change, len(steps))}
				for j := range steps {
					g.Changes[j].Requests = steps[j].Requests
					g.Requests += steps[j].Requests
				}
				all[k] = g
			}
			g.Changes[i].Bytes += r.MoreBytes
			g.Changes[i].Blocks += r.MoreBlocks
			if (r.Kind == DefinitelyLost || r.Kind == IndirectlyLost) && r.MoreBlocks > 0 {
				g.Lost = true
			}
			if better(r, g.Record) {
				g.Record = r
			}
		}
	}
	var out []Growth
	for _, g := range all {
		for _, c := range g.Changes {
			g.Bytes, g.Blocks = g.Bytes+c.Bytes, g.Blocks+c.Blocks
		}
		g.Longer = len(steps) > 1 && longer(g.Changes)
		if g.Pattern = pattern(g.Changes); g.Pattern != NoGrowth {
			out = append(out, *g)
		}
	}
	slices.SortFunc(out, func(a, b Growth) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Key, b.Key))
	})
	return out
}

var kindOrder = []Kind{StillReachable, PossiblyLost, IndirectlyLost, DefinitelyLost}

func better(a, b Record) bool {
	return cmp.Or(cmp.Compare(min(a.MoreBlocks, 1), min(b.MoreBlocks, 1)),
		cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)), cmp.Compare(a.Bytes, b.Bytes)) > 0
}

// longer reports whether the same blocks have become longer with every request, in every step: realloc does that. The first step
// may be the one in which they came.
func longer(changes []Change) bool {
	for i, c := range changes {
		if c.Blocks < 0 || c.Blocks > 0 && i > 0 || c.Bytes < int64(c.Requests) {
			return false
		}
	}
	return true
}

func pattern(changes []Change) Pattern {
	var sum int64
	up, full, steps, last := 0, 0, 0, Change{}
	for _, c := range changes {
		sum += c.Blocks
		if c.Requests == 0 && c.Blocks == 0 {
			continue
		}
		steps++
		last = c
		if c.Blocks > 0 {
			up++
			if c.Blocks >= int64(c.Requests) {
				full++
			}
		}
	}
	switch {
	case steps > 1 && longer(changes):
		return EveryRequest
	case sum <= 0:
		return NoGrowth
	case steps == 1:
		return Undecided
	case full == steps:
		return EveryRequest
	case up == steps:
		return EveryStep
	case up > 1 && steps > 3 && last.Blocks <= 0:
		return Bounded
	case up > 1:
		return Sometimes
	}
	return OnceOnly
}
