package runner

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/blame"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// found is a finding that is told when it is known who is to blame.
type found struct {
	event    report.Event
	function string // that Lua called through FFI; "": none
	together bool   // it came while several requests were on one connection
}

// hold keeps a finding until the block is over, where Lua may be to blame for it: then the block runs once more. The order
// of findings stays.
func (r *blockRun) hold(e report.Event, together bool) {
	function := ""
	if !r.setup.NoBlame && r.hasLua {
		function = r.watch.Owner().FFI(e.Finding.Stack)
	}
	if function != "" && r.byReload() {
		e.Finding.Unblamed, function = "a block that reloads nginx does not run once more to see", ""
	}
	if function == "" && !together && len(r.held) == 0 {
		r.tell(e)
		return
	}
	r.held = append(r.held, found{event: e, function: function, together: together})
}

// release tells the findings that were held back, with the lines of Lua that called the C functions.
func (r *blockRun) release() {
	var functions []string
	for _, h := range r.held {
		if h.function != "" && !slices.Contains(functions, h.function) {
			functions = append(functions, h.function)
		}
	}
	if len(functions) > 0 && r.ctx.Err() == nil {
		r.blame(functions)
	}
	for _, h := range r.held {
		h.event.Finding.Named()
		r.tell(h.event)
	}
	r.held = nil
}

// blame runs the block once more, alone and without Valgrind, and notes who calls the functions.
func (r *blockRun) blame(functions []string) {
	// The logs of the nginx that has just ended are still there.
	r.shutdownLogs(r.Settings.UseHup)
	r.previous = nil
	trace, err := blame.New(functions)
	if err != nil {
		r.unblamed(err.Error())
		return
	}
	defer trace.Close()
	again, changed := r.again(trace)
	defer again.stop()
	if r.ctx.Err() != nil {
		return
	}
	if changed != "" {
		r.unblamed("the block ends in another way when its calls are watched: " + changed)
		return
	}
	source := again.source()
	for _, h := range r.held {
		f := h.event.Finding
		if h.function == "" {
			continue
		}
		f.Blame = again.callers(trace, source, h.function, h.event.Place.Request-1)
		switch own := len(f.Own) > 0; {
		case trace.Full():
			f.Unblamed = "more calls than can be noted; the figures are too low"
		case len(f.Blame) == 0 && own:
			f.Unblamed = "nothing called " + h.function + " by its name when the block ran once more"
		}
	}
	again.stop()
	r.blameAny(functions)
}

// blameAny is for memory that is lost below a C function that Lua does not call by its name: a compiler makes a jump of a
// call at the end of a function, so that the stack lacks the one that Lua called. All C functions are watched then; those
// whose pointers were not given back are shown.
func (r *blockRun) blameAny(known []string) {
	open := func(h found) bool {
		f := h.event.Finding
		return h.function != "" && len(f.Blame) == 0 && f.Fails && f.Kind.IsLoss()
	}
	if !slices.ContainsFunc(r.held, open) || r.ctx.Err() != nil {
		return
	}
	trace, err := blame.New([]string{blame.Any})
	if err != nil {
		return
	}
	defer trace.Close()
	again, changed := r.again(trace)
	defer again.stop()
	if changed != "" || trace.Full() {
		return
	}
	source := again.source()
	for _, h := range r.held {
		if !open(h) {
			continue
		}
		f := h.event.Finding
		for _, c := range again.callers(trace, source, blame.Any, h.event.Place.Request-1) {
			if c.Kept() > 0 && !slices.Contains(known, c.Function) {
				f.Blame = append(f.Blame, c)
			}
		}
		if len(f.Blame) > 0 {
			f.Unblamed = ""
			f.Note = "Lua does not call " + h.function + " by its name; what it called instead and did not free is shown"
		}
	}
}

// unblamed says of all findings that are held why it is not known who is to blame.
func (r *blockRun) unblamed(why string) {
	for _, h := range r.held {
		if h.function != "" {
			h.event.Finding.Unblamed = why
		}
	}
}

// again runs the block once more with its calls noted, and tells nothing of it but the first thing that is not as it was: a
// test that passed and now fails, an error. Its nginx is left running.
func (r *blockRun) again(trace *blame.Trace) (again *blockRun, changed string) {
	worker := *r.Worker
	worker.setup.Valgrind, worker.memory, worker.measured = "", nil, 0
	again = r.anew(&worker, func(_ int, e report.Event) {
		switch {
		case changed != "":
		case e.Kind == report.TestDone && !e.Test.OK && !report.Todo(e.Test.Test) && r.passed[e.Test.Name]:
			changed = "not ok " + e.Test.Name
		case e.Kind == report.Abort:
			changed = string(e.Text)
		}
	})
	again.trace = trace
	r.setAside(true) // what Perl code of the block tells, it has told before
	defer r.setAside(false)
	if err := again.run(); err != nil && changed == "" {
		changed = err.Error()
	}
	return again, changed
}

// noted reads what was noted during a request; -1: before any. Garbage is collected, since finalizers release things.
func (r *blockRun) noted(request int) {
	if r.trace == nil || r.server == nil {
		return
	}
	r.settle(r.ctx)
	if r.hasLua && !r.server.Exited() {
		// What a worker that has crashed noted is there all the same.
		_ = r.collect(r.ctx, socketName(r.trace.Socket()))
	}
	_ = r.trace.Poll(request)
}

// moreRounds is how often the requests are sent once more when calls are noted: what happens at every other request, or at
// the first alone, shows only then.
const moreRounds = 3

// repeatNoted sends the block's requests some more times. Nobody judges the answers.
func (r *blockRun) repeatNoted(options wire.Options) error {
	options.Abort = true
	for range moreRounds {
		for i, request := range r.requests {
			if r.ctx.Err() != nil || r.server == nil || r.server.Exited() {
				return nil
			}
			ctx, cancel := context.WithTimeout(r.ctx, r.stretch(3*time.Second))
			err := r.served(func() { r.transfer(ctx, request, options); r.noted(i) })
			cancel()
			if err != nil {
				return err
			}
		}
		r.rounds++
	}
	return nil
}

// source is where the lines of this block's Lua come from.
func (r *blockRun) source() blame.Source {
	s := blame.Source{File: r.job.File, First: r.block.Line, Last: r.block.Line, ConfName: filepath.Base(r.root.ConfFile()), Root: string(r.root)}
	text, _ := os.ReadFile(r.job.File)
	s.Text = string(text)
	s.Last = blame.BlockEnd(s.Text, r.block.Line, r.lines())
	if r.lastConf != nil {
		conf := *r.lastConf
		conf.Prelude = "" // the test file does not have it, on the same lines
		s.Conf = nginxconf.Render(conf)
	}
	s.Dir, _ = os.Getwd()
	return s
}

// lines are the lines on which the blocks of the file begin.
func (r *blockRun) lines() []int {
	var lines []int
	for _, b := range r.Blocks {
		lines = append(lines, b.Line)
	}
	return lines
}

// callers returns who called a C function in request i; at any time when i is -1, or when nobody did in that request: work
// that a request has started may be done later.
func (r *blockRun) callers(trace *blame.Trace, source blame.Source, function string, i int) []report.Caller {
	requests := r.rounds
	calls := trace.Calls(function, i)
	if i < 0 || len(calls) == 0 {
		calls, requests = trace.Calls(function, -1), r.rounds*len(r.requests)
	}
	var list []report.Caller
	for _, c := range calls {
		caller := report.Caller{
			Where: source.Where(c.Site), Function: c.Function, Calls: c.Calls, Requests: requests, Returned: c.Pointers, Freed: c.Freed, By: c.By,
		}
		if c.Phase == "init" || c.Phase == "init_worker" {
			caller.Requests = 0
		}
		n := slices.IndexFunc(list, func(l report.Caller) bool {
			return l.Where == caller.Where && l.Function == caller.Function && (l.Requests == 0) == (caller.Requests == 0)
		})
		if n < 0 {
			list = append(list, caller)
			continue
		}
		list[n].Calls, list[n].Returned, list[n].Freed = list[n].Calls+c.Calls, list[n].Returned+c.Pointers, list[n].Freed+c.Freed
		list[n].By = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(list[n].By), c.By...))))
	}
	slices.SortStableFunc(list, func(a, b report.Caller) int { return b.Kept() - a.Kept() })
	return list
}
