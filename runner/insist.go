package runner

import (
	"context"
	"sync"

	"github.com/ngxtest/ngxtest/runner/report"
)

// insist runs one test file as Do does, and blocks that fail again, up to so many times. For each try the file is evaluated
// anew, so that the block is as it was written.
func (w *Worker) insist(ctx context.Context, job Job, retries int, tell func(report.Event)) {
	var m sync.Mutex // nginx's words come from a goroutine of their own
	a := newAssembly(job, survey{}, tell)
	a.doubts.allowed, a.doubts.retries = true, retries
	for {
		l := &laneProcess{}
		a.join(l)
		f := &fileRun{Worker: w, ctx: ctx, job: job, slowdown: w.slowdown()}
		f.say = func(slot int, e report.Event) {
			m.Lock()
			defer m.Unlock()
			a.event(l, slot, e)
		}
		f.conduct = &conductor{
			loaded: func(blocks int, leaning string, waits []float64) {
				m.Lock()
				defer m.Unlock()
				a.evaluated(l, loaded{blocks, leaning, waits})
			},
			next: func() int {
				m.Lock()
				defer m.Unlock()
				if ctx.Err() != nil {
					return -1
				}
				return a.next(l)
			},
		}
		o := f.run()
		f.sweep(w.Standing)
		m.Lock()
		a.leave(l, o)
		if ctx.Err() != nil || a.doubts.tries >= retries || a.doubtfulTime() == 0 {
			a.believe()
			a.end()
			m.Unlock()
			return
		}
		a.again()
		m.Unlock()
	}
}
