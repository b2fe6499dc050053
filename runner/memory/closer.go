package memory

import (
	"context"
	"slices"

	"github.com/ngxtest/ngxtest/valgrind"
)

// Closer is what a closer look at a block has shown: the block's nginx started anew, and a leak check before its first
// request and after each one.
type Closer struct {
	Rounds   int // how often the requests were sent
	Requests int // how many there are

	stacks map[valgrind.Key]*history
	errs   map[valgrind.Key][]int
}

// history is what became of the blocks of one stack.
type history struct {
	record valgrind.Record
	start  valgrind.Change // what was there before the first request
	pids   []int           // the processes that had it then
	grown  []growth        // in order
	lost   bool            // some of it got lost
	full   bool            // it grew no more in the end
}

type growth struct {
	round, request int
	change         valgrind.Change
}

// How often the requests are sent in a closer look: a few times to see where something happens once, more often to see
// whether something that happened once in five times happens again. Beyond mostChecks one check has to do for all requests.
const (
	fewRounds  = 3
	manyRounds = 10
	mostChecks = 60
)

// Look takes a closer look at an nginx that has not had a request yet. many is for a stack that grew now and then.
func (w *Watch) Look(ctx context.Context, p Probe, many bool) (*Closer, error) {
	c := &Closer{Rounds: fewRounds, Requests: p.Requests, stacks: map[valgrind.Key]*history{}, errs: map[valgrind.Key][]int{}}
	if many {
		c.Rounds = manyRounds
	}
	if err := w.note(ctx, p, c, -1, -1); err != nil {
		return c, err
	}
	each := c.Rounds*p.Requests <= mostChecks
	for round := range c.Rounds {
		for i := range p.Requests {
			if err := p.Send(ctx, i); err != nil {
				return c, err
			}
			for _, r := range append(w.Errors(), w.Repeated(ctx)...) {
				if key := r.Key(); !slices.Contains(c.errs[key], i) {
					c.errs[key] = append(c.errs[key], i)
				}
			}
			if len(w.crashed) > 0 {
				return c, nil
			}
			if each {
				if err := w.note(ctx, p, c, round, i); err != nil {
					return c, err
				}
			}
		}
		if !each {
			if err := w.note(ctx, p, c, round, -1); err != nil {
				return c, err
			}
		}
	}
	return c, w.fill(ctx, p, c)
}

// note does a leak check and notes what has grown since the one before; in round -1, what is there.
func (w *Watch) note(ctx context.Context, p Probe, c *Closer, round, request int) error {
	if !w.plan.LeakChecks {
		return nil
	}
	found, err := w.collected(ctx, p)
	if err != nil {
		return err
	}
	for _, r := range found.fresh {
		if round >= 0 && r.Kind != valgrind.DefinitelyLost {
			continue // a new process: that is what it starts from
		}
		h := c.of(r)
		h.start.Bytes, h.start.Blocks = h.start.Bytes+r.Bytes, h.start.Blocks+r.Blocks
		if !slices.Contains(h.pids, r.PID) {
			h.pids = append(h.pids, r.PID)
		}
	}
	sums := map[valgrind.Key]valgrind.Change{} // what changes its kind does not grow
	for _, r := range found.records {
		if !r.Kind.IsLoss() {
			continue
		}
		key := r.Key()
		s := sums[key]
		sums[key] = valgrind.Change{Requests: 1, Bytes: s.Bytes + r.MoreBytes, Blocks: s.Blocks + r.MoreBlocks}
		h := c.of(r)
		h.lost = h.lost || r.Kind == valgrind.DefinitelyLost && r.MoreBlocks > 0
	}
	for key, s := range sums {
		if s.Blocks != 0 {
			h := c.stacks[key]
			h.grown = append(h.grown, growth{round: round, request: request, change: s})
		}
	}
	return nil
}

// fill sends the requests so often that a cache gets full that has a bound, where something in use has grown.
func (w *Watch) fill(ctx context.Context, p Probe, c *Closer) error {
	open := func(key valgrind.Key) bool {
		h := c.stacks[key]
		return h.again() && !h.lost && w.owner.Place(h.record.Stack).Last > 0
	}
	if !w.plan.LeakChecks || !anyKey(c.stacks, open) {
		return nil
	}
	all := make([]int, p.Requests)
	for i := range all {
		all[i] = i
	}
	if _, err := w.step(ctx, p, filling, all); err != nil || len(w.crashed) > 0 {
		return err
	}
	records, err := w.step(ctx, p, beyond, all)
	if err != nil {
		return err
	}
	more := map[valgrind.Key]int64{}
	for _, r := range records {
		more[r.Key()] += r.MoreBlocks
	}
	for key, h := range c.stacks {
		h.full = open(key) && more[key] <= 0
	}
	return nil
}

func anyKey(stacks map[valgrind.Key]*history, is func(valgrind.Key) bool) bool {
	for key := range stacks {
		if is(key) {
			return true
		}
	}
	return false
}

func (c *Closer) of(r valgrind.Record) *history {
	key := r.Key()
	h := c.stacks[key]
	if h == nil {
		h = &history{record: r}
		c.stacks[key] = h
	}
	return h
}

// again reports whether it has grown in more than one round.
func (h *history) again() bool {
	if h == nil {
		return false
	}
	rounds, sum := map[int]int64{}, int64(0)
	for _, g := range h.grown {
		rounds[g.round] += g.change.Blocks
		sum += g.change.Blocks
	}
	up := 0
	for _, n := range rounds {
		if n > 0 {
			up++
		}
	}
	return up > 1 && sum > 1 && !h.full
}

// Erred returns the requests with which the error came, counted from 0.
func (c *Closer) Erred(r valgrind.Record) []int {
	if c == nil {
		return nil
	}
	return c.errs[r.Key()]
}

// Decide settles what was unclear, and leaves out what turns out to be in use and does not grow. c may be nil: then there
// was no closer look. all is for blocks whose requests the first look could not tell apart.
func (c *Closer) Decide(losses []Loss, o valgrind.Owner, all bool) []Loss {
	var out []Loss
	known := map[valgrind.Key]bool{}
	for _, l := range losses {
		key := l.Record.Key()
		again := known[key] // told for another request
		known[key] = true
		switch {
		case c == nil || !l.Unclear && !(all && l.Growth.Blocks > 0):
			if !l.inUse {
				out = append(out, l)
			}
		case !again:
			out = append(out, c.settle(l, c.stacks[key])...)
		}
	}
	if c == nil {
		return out
	}
	for key, h := range c.stacks {
		if known[key] || !h.again() || !h.lost && o.Place(h.record.Stack).Last == 0 {
			continue
		}
		verdict := valgrind.Growing
		if h.lost {
			verdict = valgrind.Leak
		}
		out = append(out, c.settle(Loss{Verdict: verdict, Record: h.record, Request: -1}, h)...)
	}
	sortLosses(out)
	return out
}

// settle is one stack as the closer look has it.
func (c *Closer) settle(l Loss, h *history) []Loss {
	l.Unclear, l.Rounds = false, c.Rounds
	switch {
	case h == nil || len(h.grown) == 0 && h.start.Blocks == 0:
		l.Unseen = true
		if l.inUse {
			return nil
		}
		return []Loss{l}
	case h.again():
		if l.Verdict != valgrind.Leak {
			l.Verdict = valgrind.Growing
		}
		if h.lost {
			l.Verdict = valgrind.Leak
		}
		return c.share(l, h)
	case l.inUse:
		return nil
	}
	l.Verdict, l.Growth, l.Request = valgrind.Once, valgrind.Change{}, -1
	if h.start.Blocks > 0 {
		l.Start, l.Processes = true, len(h.pids)
		return []Loss{l}
	}
	for _, g := range h.grown {
		if g.change.Blocks > 0 {
			l.Request, l.Round = g.request, g.round
			break
		}
	}
	return []Loss{l}
}

// share gives a loss to the requests that it grows with.
func (c *Closer) share(l Loss, h *history) []Loss {
	sums := map[int]valgrind.Change{}
	var requests []int
	l.Steps = make([]valgrind.Change, c.Rounds)
	for i := range l.Steps {
		l.Steps[i].Requests = c.Requests
	}
	for _, g := range h.grown {
		step := &l.Steps[g.round]
		step.Bytes, step.Blocks = step.Bytes+g.change.Bytes, step.Blocks+g.change.Blocks
		if !slices.Contains(requests, g.request) {
			requests = append(requests, g.request)
		}
		s := sums[g.request]
		sums[g.request] = valgrind.Change{Requests: c.Rounds, Bytes: s.Bytes + g.change.Bytes, Blocks: s.Blocks + g.change.Blocks}
	}
	for i := range c.Requests {
		if s := sums[i]; c.Requests > 1 {
			s.Requests = c.Rounds
			l.Alone = append(l.Alone, s)
		}
	}
	slices.Sort(requests)
	var out []Loss
	for _, i := range requests {
		if s := sums[i]; s.Blocks > 0 {
			l.Request, l.Growth = i, s
			out = append(out, l)
		}
	}
	return out
}
