package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/ngxtest/ngxtest/runner/brief"
	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/thread"
)

// IsLane reports whether these arguments, without the program's name, are for Lane.
func IsLane(args []string) bool { return isolate.Called(args) }

// Lane is what a process does that a run has started as a lane. It returns the exit status.
func Lane(args []string) int {
	if state, given := isolate.Abandoned(args); given {
		var p premises
		if json.Unmarshal([]byte(state), &p) == nil {
			p.remove()
		}
		return 1
	}
	runtime.GOMAXPROCS(1) // it does one thing after the other, and waking threads costs more than they would save
	brief.Allow()
	thread.Settle()
	debug.SetGCPercent(400) // a lane's memory is small; to collect what a file has left takes a good part of its time
	inside, err := isolate.Enter(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ngxtest:", err)
		return 3
	}
	l := &lane{inside: inside, to: &teller{to: newSender(inside.Out)}, jobs: make(chan Job, 1), blocks: make(chan int, 1)}
	l.ctx, l.stop = context.WithCancel(context.Background())
	in := newReceiver(inside.In)
	var setup laneSetup
	if err := in.Decode(&setup); err != nil {
		return 0 // nobody wants it any more
	}
	thread.Pin(setup.Runner + setup.Number) // not all runs begin with the same one
	isolate.OnEnd(l.abandon)
	l.take(setup)
	go l.listen(in)
	for job := range l.jobs {
		l.do(job)
	}
	l.worker.Close()
	l.dismiss()
	l.making.Lock()
	l.premises.remove()
	return 0
}

// lane is a worker in a process of its own.
type lane struct {
	inside   *isolate.Inside
	to       *teller
	ctx      context.Context
	stop     context.CancelFunc
	jobs     chan Job
	blocks   chan int
	worker   *Worker
	services []*service
	disk     bool // the file wants its server root on a disk

	making   sync.Mutex // premises, or what it says
	premises premises
}

// take makes the worker.
func (l *lane) take(s laneSetup) {
	s.Setup.Env = Environ()
	l.making.Lock()
	l.premises = s.premises()
	// What is for ngxtest itself alone is removed with the lane, however that ends.
	if os.MkdirAll(l.premises.Dir, 0o755) == nil {
		os.Setenv("TMPDIR", l.premises.Dir)
	}
	l.making.Unlock()
	if s.Port > 0 {
		s.Setup.Env["TEST_NGINX_SERVER_PORT"] = strconv.Itoa(s.Port)
		s.Setup.Env["TEST_NGINX_SERVROOT"] = string(s.ownRoot())
	}
	l.worker = &Worker{
		setup: s.Setup.withDefaults(), build: s.Build, defaultModules: s.Modules, sanitizers: s.Sanitizers, claim: l.claim, sweeps: true, apart: l.inside.Apart(),
	}
	if s.NoBin != "" {
		l.worker.noBin = errors.New(s.NoBin)
	}
}

// listen takes what the run says. Its end is that of the lane.
func (l *lane) listen(in *cbor.Decoder) {
	for {
		var m toLane
		if in.Decode(&m) != nil {
			l.abandon()
		}
		switch {
		case m.Stop:
			l.stop()
		case m.Job != nil:
			l.jobs <- *m.Job
		case m.Block != nil:
			l.blocks <- *m.Block
		default:
			close(l.jobs)
			return
		}
	}
}

// abandon ends the lane with all that it has made.
func (l *lane) abandon() {
	l.making.Lock() // nothing is being made that premises does not tell of yet
	state, _ := json.Marshal(l.premises)
	l.inside.Abandon(string(state))
}

// do runs a file, or the part of it that the run asks for.
func (l *lane) do(job Job) {
	if job.Alone {
		defer isolate.First()()
	}
	l.disk = job.Disk
	f := &fileRun{Worker: l.worker, ctx: l.ctx, job: job, slowdown: l.worker.slowdown()}
	together := true // until it is known that the next block will be asked for at once
	f.say = func(slot int, e report.Event) {
		switch e.Kind {
		case report.BlockStart, report.TestDone, report.BlockEnd:
			l.check(l.to.hold(slot, &e)) // nobody hears of it before the block ends
			if e.Kind == report.BlockEnd && together {
				l.say(fromLane{})
			}
		default:
			other := e // here, so that most events stay off the heap
			l.say(fromLane{Event: &other, Slot: slot})
		}
	}
	f.conduct = &conductor{
		loaded: func(blocks int, leaning string, waits []float64) {
			together = leaning != ""
			l.say(fromLane{Loaded: &loaded{blocks, leaning, waits}})
		},
		next: func() int {
			l.say(fromLane{Next: true})
			l.inside.Soon(time.Second)
			select {
			case n := <-l.blocks:
				return n
			case <-l.ctx.Done():
				return -1
			}
		},
	}
	var o outcome
	if err := l.serve(job.Services, f.stretch(10*time.Second)); err != nil {
		o = outcome{Exit: 255, Died: fmt.Sprintf("%s: %v", job.File, err)}
		f.text(report.Abort, o.Died)
	} else {
		o = f.run()
	}
	f.sweep(l.standing)
	l.say(fromLane{Done: &o, Used: since(report.Times{})})
}

// say tells the run something. When that is gone, so is the lane.
func (l *lane) say(m fromLane) { l.check(l.to.say(m)) }

func (l *lane) check(failed error) {
	if failed != nil {
		l.abandon()
	}
}

// claim gives the worker a directory of its own at the server root's path. The one that it had is as good for a file with the same
// server root.
func (l *lane) claim(root nginx.Servroot, made []string) (release func(keep bool) error, err error) {
	l.making.Lock()
	defer l.making.Unlock()
	if l.worker.ground != nil && (root != l.premises.Root || l.disk) {
		if err := l.clear(); err != nil {
			return nil, err
		}
	}
	if l.worker.ground == nil {
		if err := l.premises.occupy(root, made, l.disk); err != nil {
			return nil, err
		}
		if l.premises.Memory {
			l.worker.ground, _ = nginx.NewGround(root)
		}
	}
	return func(bool) error {
		l.making.Lock()
		defer l.making.Unlock()
		if l.worker.ground != nil && l.worker.ground.Recover() {
			return nil
		}
		return l.clear()
	}, nil
}

// clear takes the worker's directory from it.
func (l *lane) clear() error {
	if l.worker.ground != nil {
		l.worker.ground.Close()
		l.worker.ground = nil
	}
	return l.premises.empty()
}
