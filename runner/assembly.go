package runner

import (
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
)

// assembly puts together the events of one file whose blocks may run in several lanes: what is told is what one worker
// would tell that runs them one after the other. A block is told when it has ended and all before it have been told.
type assembly struct {
	job      Job
	position int // of the file in the run
	plan     survey
	tell     func(report.Event)
	lanes    map[*laneProcess]bool // that work on it
	first    *laneProcess          // whose events outside of blocks count
	rerun    bool                  // a lane has died: some of it runs again
	deaths   int

	begun   time.Time
	loadFor time.Duration  // how long the evaluation took
	head    []report.Event // before the blocks, until it is known that the file was evaluated
	loaded  bool
	leaning string
	waits   []float64 // see loaded
	slots   []slot
	told    int // of slots
	tail    []report.Event

	tally    report.Tally
	outcome  outcome // of the first lane
	times    report.Times
	found    bool // a finding that fails the run
	stopped  bool // no more blocks of it count
	doubts   doubts
	spent    time.Duration
	finished int // blocks
}

// slot is a block of a run, in the order of the run.
type slot struct {
	lane   *laneProcess // that runs it, or has run it
	events []report.Event
	done   bool
	failed bool   // a test of it has, or it could not be run to its end
	name   string // of the block, once it has ended
	begun  time.Time
	took   time.Duration
}

func newAssembly(job Job, plan survey, tell func(report.Event)) *assembly {
	return &assembly{job: job, plan: plan, tell: tell, lanes: map[*laneProcess]bool{}}
}

// join says that a lane begins to work on the file.
func (a *assembly) join(l *laneProcess) {
	if a.first == nil {
		a.first = l
	}
	if a.begun.IsZero() {
		a.begun = time.Now()
		a.say(report.Event{Kind: report.FileStart})
	}
	a.lanes[l] = true
	l.joined = time.Now()
}

// say tells an event of the file, and counts it.
func (a *assembly) say(e report.Event) {
	e.File = a.job.File
	switch e.Kind {
	case report.TestDone:
		t := *e.Test
		t.Number = a.tally.Test(t.Test)
		e.Test = &t
	case report.Found:
		a.found = a.found || e.Finding.Fails
	case report.PlanMade:
		a.tally.Plan(*e.Plan)
	case report.Abort:
		if e.Place != nil {
			a.tally.Cut()
		}
	}
	a.tell(e)
}

// evaluated says that a lane has evaluated the file.
func (a *assembly) evaluated(l *laneProcess, m loaded) {
	if a.loaded {
		return
	}
	a.loaded, a.leaning, a.waits, a.loadFor = true, m.Leaning, m.Waits, time.Since(l.joined)
	a.slots = make([]slot, m.Blocks)
	for _, e := range a.head {
		a.say(e)
	}
	a.head = nil
}

// event takes an event from a lane.
func (a *assembly) event(l *laneProcess, at int, e report.Event) {
	switch {
	case at == 0 && l != a.first:
	case at == 0 && !a.loaded:
		a.head = append(a.head, e)
	case at == 0:
		if !a.rerun {
			a.say(e)
		}
	case at > len(a.slots):
		if l == a.first {
			a.tail = append(a.tail, e)
		}
	default:
		a.inBlock(l, at-1, e)
	}
}

func (a *assembly) inBlock(l *laneProcess, i int, e report.Event) {
	s := &a.slots[i]
	switch {
	case i < a.told && s.lane == l: // what nginx still says behind the block's end
		a.say(e)
		return
	case i < a.told: // it runs again because blocks behind it do
		return
	case s.lane != l:
		s.take(l)
	}
	s.events = append(s.events, e)
	if e.Kind == report.BlockEnd {
		s.done, s.failed, s.took = true, firstFailure(s.events) != "", time.Since(s.begun)
		a.spent += s.took
		if e.Place != nil {
			s.name = e.Place.Block
		}
		a.finished++
		a.flush()
	}
}

func (s *slot) take(l *laneProcess) { *s = slot{lane: l, begun: time.Now()} }

// flush tells the blocks whose turn it is.
func (a *assembly) flush() {
	for a.told < len(a.slots) && a.slots[a.told].done && !a.stopped && !a.doubtful(a.told) {
		a.sayBlock(a.told)
		a.told++
		a.stopped = a.job.FailFast && (a.found || a.tally.Failed() > 0 && !a.job.LeaksOnly)
	}
}

// sayBlock tells all of a block.
func (a *assembly) sayBlock(i int) {
	s := &a.slots[i]
	s.events = a.doubts.retold(i, s.events, s.failed)
	a.sayAll(&s.events)
	a.reassure(i)
}

func (a *assembly) sayAll(events *[]report.Event) {
	for _, e := range *events {
		a.say(e)
	}
	*events = nil
}

// next hands out a block to a lane; -1: there is none left.
func (a *assembly) next(l *laneProcess) int {
	if a.stopped {
		return -1
	}
	best := -1
	for i := range a.slots {
		if a.slots[i].lane == nil && (best < 0 || a.wait(i) > a.wait(best)) {
			best = i
		}
	}
	if best >= 0 {
		a.slots[best].take(l)
	}
	return best
}

// wait is about how many seconds a block waits, 0 where that does not matter.
func (a *assembly) wait(i int) float64 {
	if i < len(a.waits) {
		return a.waits[i]
	}
	return 0
}

// waiting is the number of blocks that no lane has yet, where any lane could take them.
func (a *assembly) waiting() int {
	n := 0
	if a.loaded && a.leaning == "" && !a.stopped {
		for i := range a.slots {
			if a.slots[i].lane == nil {
				n++
			}
		}
	}
	return n
}

// perBlock is what a block of the file takes, as far as that is known.
func (a *assembly) perBlock(usual time.Duration) time.Duration {
	if a.finished == 0 {
		return usual
	}
	return a.spent / time.Duration(a.finished)
}

// leave says that a lane has done what it could. It reports whether the file has ended.
func (a *assembly) leave(l *laneProcess, o outcome) bool {
	delete(a.lanes, l)
	a.times.User += o.Times.User
	a.times.System += o.Times.System
	a.times.ChildUser += o.Times.ChildUser
	a.times.ChildSystem += o.Times.ChildSystem
	if l == a.first {
		a.outcome = o
		if o.Died != "" || o.Exit != 0 {
			a.stopped = a.stopped || a.told == len(a.slots)
		}
	}
	return len(a.lanes) == 0
}

// lost says that a lane has died. What it had not ended nobody has.
func (a *assembly) lost(l *laneProcess) {
	delete(a.lanes, l)
	a.deaths++
	a.rerun = a.loaded
	if !a.loaded {
		a.head = nil
	}
	for i := range a.slots {
		if s := &a.slots[i]; s.lane == l && !s.done {
			*s = slot{}
		}
	}
	if a.first == l {
		a.first, a.tail = nil, nil
	}
}

// end tells what is left to tell, and how the file ended.
func (a *assembly) end() {
	for _, e := range a.head {
		a.say(e)
	}
	for i := a.told; i < len(a.slots) && !(a.stopped && a.job.FailFast); i++ {
		a.sayBlock(i)
	}
	a.sayAll(&a.tail)
	result := a.tally.End(a.outcome.Exit, a.outcome.Died)
	result.Shuffled, result.Perl, result.Times = a.outcome.Shuffled, a.outcome.Perl, a.times
	result.Seconds = time.Since(a.begun).Seconds()
	a.tell(report.Event{Kind: report.FileEnd, File: a.job.File, Result: &result})
}
