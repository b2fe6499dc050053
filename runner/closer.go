package runner

import (
	"context"
	"fmt"
	"slices"

	"github.com/ngxtest/ngxtest/runner/memory"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/wire"
	"github.com/ngxtest/ngxtest/valgrind"
)

// single are the block's requests one by one, those of a pipeline apart.
func (r *blockRun) single() []wire.Request {
	if r.pipelined() {
		return r.requests[0].Pipeline
	}
	return r.requests
}

// pipelined reports whether several requests go over one connection, so that only a closer look tells them apart.
func (r *blockRun) pipelined() bool {
	return len(r.requests) == 1 && len(r.requests[0].Pipeline) > 1
}

// closer has the block run once more, alone, where the first look at its memory leaves something open: whether it grows at
// all, or with which request. It returns nil where nothing is open, or nginx goes on with the next block; err says why a look that was needed told nothing.
func (r *blockRun) closer(losses []memory.Loss) (look *memory.Closer, err error) {
	grew := func(l memory.Loss) bool { return l.Growth.Blocks > 0 || l.Verdict == valgrind.Suspect }
	unclear := func(l memory.Loss) bool { return l.Unclear || r.pipelined() && grew(l) }
	together := func(h found) bool { return h.together }
	if r.ctx.Err() != nil || r.byReload() || r.watch.Sanitized() || !slices.ContainsFunc(losses, unclear) && !slices.ContainsFunc(r.held, together) && !r.watch.Moved() {
		return nil, nil
	}
	r.shutdownLogs(r.Settings.UseHup) // those of the nginx that has just ended are still there
	r.previous = nil
	r.tell(report.Event{Kind: report.Info, Text: report.Bytes(r.name + " runs once more, alone, for a closer look at its memory")})
	worker := *r.Worker
	again := r.anew(&worker, func(int, report.Event) {})
	r.setAside(true)
	defer r.setAside(false)
	again.prepare()
	defer func() {
		again.stop()
		if again.watch != nil {
			_ = again.watch.Close()
		}
	}()
	config, _, err := again.restart()
	if err != nil {
		return nil, err
	}
	if _, err = again.start(config); err != nil {
		return nil, err
	}
	if err = again.initialise(); err != nil {
		return nil, err
	}
	if again.requests, err = again.check.Requests(); err != nil || again.watch == nil {
		return nil, err
	}
	again.settle(r.ctx)
	many := slices.ContainsFunc(losses, func(l memory.Loss) bool { return l.Unclear && grew(l) })
	return again.watch.Look(r.ctx, again.sender(again.single(), func() {}), many)
}

// anew is the block once more, with a worker and listener of its own. Nothing of it has run.
func (r *blockRun) anew(worker *Worker, say func(int, report.Event)) *blockRun {
	suite := *r.Suite
	suite.Preprocess = nil // that was done
	f := &fileRun{
		Worker: worker, ctx: r.ctx, job: r.job, say: say, slowdown: worker.slowdown(), Suite: &suite, env: r.env, root: r.root,
		lastConf: r.lastConf,
	}
	if !r.block.Has("config") {
		f.config = r.config
	}
	return &blockRun{fileRun: f, block: r.block, name: r.name, place: report.Place{Block: r.block.Name, Line: r.block.Line}, request: -1}
}

// assign gives what was found while several requests were on one connection to those that do it alone.
func (r *blockRun) assign(look *memory.Closer) {
	var held []found
	done := map[string]bool{}
	for _, h := range r.held {
		if !h.together {
			held = append(held, h)
			continue
		}
		f := *h.event.Finding
		if done[f.Key] {
			continue
		}
		done[f.Key] = true
		requests := look.Erred(f.Record)
		if len(requests) == 0 {
			f.Note = r.inseparable(look != nil)
			h.event.Finding = &f
			held = append(held, h)
		}
		for _, i := range requests {
			place, one := *h.event.Place, f
			place.Request, place.Requests = i+1, len(r.single())
			one.RequestLine = requestLine(r.single()[i])
			one.Note = "each of the pipelined requests was sent alone to tell which it is"
			held = append(held, found{event: report.Event{Kind: report.Found, Place: &place, Finding: &one}, function: h.function})
		}
	}
	r.held = held
}

// inseparable says that the requests of a connection could not be told apart.
func (r *blockRun) inseparable(looked bool) string {
	text := fmt.Sprintf("which of the %d pipelined requests it is could not be told", len(r.single()))
	if looked {
		text += ": none of them does it when it is sent alone"
	}
	return text
}

// loss tells a loss, with the words that a closer look has for it; failed is why there was none.
func (r *blockRun) loss(l memory.Loss, failed error) {
	place := r.at()
	var notes []string
	switch {
	case failed != nil && l.Unclear:
		notes = append(notes, "the block ran once more for a closer look, which failed: "+failed.Error())
	case l.Rounds == 0 && r.pipelined() && l.Growth.Blocks > 0:
		notes = append(notes, r.inseparable(false))
	case l.Rounds == 0:
	case l.Unseen && r.pipelined():
		notes = append(notes, r.inseparable(true))
	case l.Unseen:
		notes = append(notes, fmt.Sprintf("when the block ran once more, alone, and its requests were sent %d times, it did not come up", l.Rounds))
	case l.Start && l.Processes > 1:
		notes = append(notes, fmt.Sprintf("it is there before the first request, in each of %d processes", l.Processes))
	case l.Start:
		notes = append(notes, "it is there before the first request")
	case l.Verdict == valgrind.Once:
		if l.Round < r.Settings.RepeatEach && r.Settings.RepeatEach > 1 {
			place.Repeat, place.Repeats = l.Round+1, r.Settings.RepeatEach
		}
		notes = append(notes, fmt.Sprintf("it came when the request was sent for the %s time, and no more when it was sent %d times",
			ordinal(l.Round+1), l.Rounds))
	default:
		notes = append(notes, fmt.Sprintf("the block ran once more, alone, and sent its requests %d times, to decide", l.Rounds))
	}
	if r.pipelined() && (l.Rounds == 0 || l.Unseen) {
		l.Request = -1
	}
	r.finding(place, l, notes)
}

func ordinal(n int) string {
	switch {
	case n%10 == 1 && n%100 != 11:
		return fmt.Sprintf("%dst", n)
	case n%10 == 2 && n%100 != 12:
		return fmt.Sprintf("%dnd", n)
	case n%10 == 3 && n%100 != 13:
		return fmt.Sprintf("%drd", n)
	}
	return fmt.Sprintf("%dth", n)
}

// sender sends the requests for the sake of the memory that they need. Nobody judges the answers. after is called behind each.
func (r *blockRun) sender(requests []wire.Request, after func()) memory.Probe {
	options := r.options()
	options.Abort = true
	p := memory.Probe{
		Requests: len(requests),
		Send: func(ctx context.Context, i int) error {
			r.request = i
			if err := r.served(func() { r.transfer(ctx, requests[i], options); r.settle(ctx) }); err != nil {
				return err
			}
			after()
			return ctx.Err()
		},
	}
	if r.hasLua {
		p.Collect = func(ctx context.Context) error { return r.collect(ctx, socketName(r.watch.Socket())) }
	}
	return p
}
