package memory

import (
	"context"
	"slices"

	"github.com/ngxtest/ngxtest/valgrind"
)

// Probe is how a block's requests are sent again.
type Probe struct {
	Requests int // of the block
	Before   int // how often they were sent before
	// Send sends request i (counted from 0), and returns when nginx has come to rest. What it answers does not matter.
	Send func(ctx context.Context, i int) error
	// Collect makes Lua collect its garbage in all processes; nil where there is no Lua.
	Collect func(ctx context.Context) error
}

// The number of steps, of one leak check each, and how often the requests are sent in one. Two steps tell growth from what
// happens once; two rounds a step show what only every other request does.
const (
	steps  = 2
	rounds = 2
)

// What grows and is still in use may be a cache with a bound: OpenSSL keeps a thread's last 16 errors with their places. filling
// is how often the requests are sent to fill such a cache, and beyond how often then to see whether it still grows.
const (
	filling = 24
	beyond  = 8
)

// Probe watches the live processes while the block's requests are served again. It needs a tool that can be asked for leaks.
// The block's own requests were served before: they have warmed nginx up.
func (w *Watch) Probe(ctx context.Context, p Probe) error {
	switch {
	case len(w.crashed) > 0:
		return nil
	case w.san != nil && p.Collect == nil:
		return w.load(ctx, p)
	case w.san == nil && !w.plan.LeakChecks:
		return nil
	}
	if _, err := w.step(ctx, p, 0, nil); err != nil {
		return err
	}
	all := make([]int, p.Requests)
	for i := range all {
		all[i] = i
	}
	for range steps {
		if err := w.grow(ctx, p, all, []int{rounds}); err != nil {
			return err
		}
		if w.clean(p) {
			return nil
		}
	}
	if w.growing(valgrind.Growing) {
		if err := w.grow(ctx, p, all, []int{filling, beyond}); err != nil {
			return err
		}
	}
	if p.Requests > 1 && w.growing(valgrind.Leak, valgrind.Growing) {
		return w.attribute(ctx, p)
	}
	return nil
}

// grow takes steps, in each of which all requests are sent so many times. A crash ends them.
func (w *Watch) grow(ctx context.Context, p Probe, all, times []int) error {
	for _, n := range times {
		records, err := w.step(ctx, p, n, all)
		if err != nil || len(w.crashed) > 0 {
			return err
		}
		w.steps = append(w.steps, valgrind.Step{Requests: n * p.Requests, Records: records})
	}
	return nil
}

// clean reports whether one step is enough, so that a block which waits does not wait once more: the requests were served at
// least four times by then, no memory has grown, none is lost, and none of the code that serves them is the user's. Only that
// could lose something so seldom that it takes a second step to see.
func (w *Watch) clean(p Probe) bool {
	return w.san == nil && p.Before+rounds >= 4 && len(w.alive) == 0 && len(valgrind.Grow(w.steps, nil)) == 0 &&
		!slices.ContainsFunc(w.serving(), w.ownCode)
}

// growing reports whether the steps so far make one of these verdicts.
func (w *Watch) growing(verdicts ...valgrind.Verdict) bool {
	return slices.ContainsFunc(valgrind.Grow(w.steps, nil), func(g valgrind.Growth) bool {
		return slices.Contains(verdicts, valgrind.Classify(valgrind.Evidence{Kind: g.Record.Kind, Checked: true, Growth: &g}))
	})
}

// attribute finds out which of several requests make a stack grow: each is sent alone.
func (w *Watch) attribute(ctx context.Context, p Probe) error {
	for i := range p.Requests {
		records, err := w.step(ctx, p, rounds, []int{i})
		if err != nil || len(w.crashed) > 0 {
			return err
		}
		for _, r := range records {
			key := r.Key()
			if w.alone[key] == nil {
				w.alone[key] = map[int]valgrind.Change{}
			}
			c := w.alone[key][i]
			w.alone[key][i] = valgrind.Change{Requests: rounds, Bytes: c.Bytes + r.MoreBytes, Blocks: c.Blocks + r.MoreBlocks}
		}
	}
	return nil
}

// step sends the requests, has Lua collect its garbage, and asks for what changed in the processes that were there before.
func (w *Watch) step(ctx context.Context, p Probe, rounds int, requests []int) ([]valgrind.Record, error) {
	for range rounds {
		for _, i := range requests {
			if err := p.Send(ctx, i); err != nil {
				return nil, err
			}
		}
	}
	if len(w.crashed) > 0 {
		return nil, nil
	}
	c, err := w.collected(ctx, p)
	for _, r := range c.fresh {
		if r.Kind == valgrind.DefinitelyLost {
			w.alive[r.Key()] = r
		}
	}
	w.moved = w.moved || c.moved
	return c.records, err
}

// collected has Lua collect its garbage, and asks for what changed.
func (w *Watch) collected(ctx context.Context, p Probe) (checked, error) {
	if p.Collect != nil {
		if err := p.Collect(ctx); err != nil {
			return checked{}, err
		}
	}
	return w.check(ctx)
}
