package runner

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/report"
)

// schedule gives the files of a run to lanes.
type schedule struct {
	*run
	starter  *isolate.Starter
	setup    laneSetup
	capacity *capacity
	messages chan laneMessage

	lanes   []*laneProcess
	waiting []*assembly // files that nobody works on, in the order in which they are to start
	running []*assembly
	doubted []*assembly // files with blocks that are to run again when nothing else does
	alone   *assembly   // the one of them that does
	begun   time.Time
	spent   time.Duration // on running blocks again
	started int           // lanes

	interrupted bool
	order       *inOrder // with --fail-fast
}

// Limits of waiting for a lane.
const (
	patience = 5 * time.Second // for the end of what it runs, after an interrupt
	farewell = 3 * time.Second // for its own end
	mostRuns = 2               // of a file whose lanes die
)

// expected is about how many seconds a file takes.
func (s *schedule) expected(a *assembly) float64 {
	if seconds, known := s.Times[a.job.File]; known {
		return seconds
	}
	const wait = 0.1
	return float64(a.plan.Blocks)*s.usual().Seconds() + float64(a.plan.Waits)*wait
}

// usual is what a block takes that nothing is known of.
func (s *schedule) usual() time.Duration {
	if s.Setup.Valgrind != "" {
		return 2 * time.Second
	}
	return 60 * time.Millisecond
}

func (s *schedule) start(onHost bool) (*laneProcess, error) {
	setup := s.setup
	s.started++
	setup.Number = s.started
	if setup.Bare && !onHost {
		port, err := freePorts()
		if err != nil {
			return nil, err
		}
		setup.Port = port
	}
	l, err := startLane(s.starter, setup, onHost, s.messages)
	if err == nil {
		s.lanes = append(s.lanes, l)
	}
	return l, err
}

// work runs all files.
func (s *schedule) work(ctx context.Context) {
	s.begun = time.Now()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	interrupt := ctx.Done()
	var giveUp <-chan time.Time
	for {
		if !s.interrupted {
			s.assign()
		}
		if len(s.running) == 0 && (len(s.waiting)+len(s.doubted) == 0 || s.interrupted) || s.summary.Stopped {
			if s.interrupted {
				for _, a := range s.doubted {
					a.believe()
					a.end()
				}
			}
			return
		}
		select {
		case m := <-s.messages:
			s.handle(m)
		case <-tick.C:
			s.capacity.look()
		case <-interrupt:
			interrupt, s.interrupted = nil, true
			for _, l := range s.lanes {
				_ = l.to.send(toLane{Stop: true})
			}
			giveUp = time.After(patience)
		case <-giveUp:
			for _, l := range s.lanes {
				_ = l.Signal(os.Kill)
			}
			giveUp = nil
		}
	}
}

// assign gives work to idle lanes, and starts lanes while there is work for them.
func (s *schedule) assign() {
	for !s.summary.Stopped {
		a, onHost := s.choose()
		if a == nil && len(s.doubted) > 0 && len(s.running) == 0 && (len(s.waiting) == 0 || s.FailFast) {
			a = slices.MinFunc(s.doubted, func(a, b *assembly) int { return a.position - b.position })
			onHost, s.alone = a.plan.Host != "", a
			s.doubted = slices.DeleteFunc(s.doubted, func(b *assembly) bool { return a == b })
			s.running = append(s.running, a)
			a.again()
		}
		if a == nil {
			return
		}
		l := s.idle(onHost)
		if l == nil && s.busy() < s.capacity.limit && len(s.lanes) < s.capacity.limit+1 {
			var err error
			if l, err = s.start(onHost); err != nil {
				s.capacity.limit, s.capacity.asked = len(s.lanes), true
				if len(s.lanes) == 0 {
					s.giveUp(err)
				}
				return
			}
		}
		if l == nil {
			return
		}
		s.give(l, a)
	}
}

func (s *schedule) give(l *laneProcess, a *assembly) {
	l.work = a
	if i := slices.Index(s.waiting, a); i >= 0 {
		s.waiting = slices.Delete(s.waiting, i, i+1)
		s.running = append(s.running, a)
	}
	a.join(l)
	_ = l.to.send(toLane{Job: &a.job}) // that it is gone its end says
}

// choose returns the file that the next lane is to work on, nil when there is none, and whether that has to be on the
// host's network.
func (s *schedule) choose() (a *assembly, onHost bool) {
	if s.busy() >= s.capacity.limit || s.alone != nil || s.FailFast && len(s.doubted) > 0 {
		return nil, false
	}
	for _, a := range s.waiting {
		if s.free(a) && (s.order == nil || a.position < s.order.cut) {
			return a, a.plan.Host != ""
		}
	}
	var best *assembly
	var most time.Duration
	for _, a := range s.running {
		left := time.Duration(a.waiting()) * a.perBlock(s.usual())
		n := time.Duration(len(a.lanes))
		if n > 0 && a.waiting() > 0 && left/(n*(n+1)) > a.loadFor && left/n > most {
			best, most = a, left/n
		}
	}
	return best, false
}

// free reports whether nothing that runs keeps the file from running.
func (s *schedule) free(a *assembly) bool {
	return !slices.ContainsFunc(s.running, func(b *assembly) bool {
		return a.plan.Host != "" && b.plan.Host != "" ||
			slices.ContainsFunc(a.plan.Shared, func(path string) bool { return slices.Contains(b.plan.Shared, path) })
	})
}

func (s *schedule) idle(onHost bool) *laneProcess {
	for _, l := range s.lanes {
		if l.work == nil && l.host == onHost {
			return l
		}
	}
	return nil
}

func (s *schedule) busy() int {
	n := 0
	for _, l := range s.lanes {
		if l.work != nil {
			n++
		}
	}
	return n
}

// handle takes in what a lane says.
func (s *schedule) handle(m laneMessage) {
	l, a := m.lane, m.lane.work
	if m.err != nil {
		s.lost(l, m.err)
		return
	}
	if a == nil {
		return // nothing is expected
	}
	for _, e := range m.first {
		a.event(l, m.firstSlot, e)
	}
	switch {
	case m.Event != nil:
		a.event(l, m.Slot, *m.Event)
	case m.Loaded != nil:
		a.evaluated(l, *m.Loaded)
	case m.Next:
		n := a.next(l)
		if s.interrupted {
			n = -1
		}
		_ = l.to.send(toLane{Block: &n})
	case m.Done != nil:
		l.work, l.used = nil, m.Used
		if a.leave(l, *m.Done) {
			s.close(a)
		}
	}
}

// close ends a file, unless blocks of it are left that a lane was to run which has died.
func (s *schedule) close(a *assembly) {
	s.running = slices.DeleteFunc(s.running, func(b *assembly) bool { return a == b })
	if s.alone == a {
		s.alone = nil
	}
	if !s.interrupted && a.deaths > 0 && a.deaths < mostRuns && (a.first == nil || a.waiting() > 0) {
		s.waiting = slices.Insert(s.waiting, 0, a)
		return
	}
	if s.doubts(a) {
		s.doubted = append(s.doubted, a)
		return
	}
	a.believe()
	a.end()
}

// doubts reports whether the file has failed blocks that are to run again, alone. There is an end to it where many fail: the time
// that the run has taken so far, half of it for those that have failed alone, too, or some seconds.
func (s *schedule) doubts(a *assembly) bool {
	const atLeast = 5 * time.Second
	takes := a.doubtfulTime()
	if s.Retries > 0 {
		return takes > 0 && !s.interrupted && a.doubts.tries < s.Retries
	}
	bearable := time.Since(s.begun)
	if a.doubts.tries > 0 {
		bearable /= 2
	}
	if takes == 0 || s.interrupted || a.doubts.tries >= mostTries(takes) || s.spent+takes > max(atLeast, bearable) {
		return false
	}
	s.spent += takes
	return true
}

// lost takes leave of a lane that has died.
func (s *schedule) lost(l *laneProcess, err error) {
	s.lanes = slices.DeleteFunc(s.lanes, func(other *laneProcess) bool { return l == other })
	l.Signal(os.Kill)
	how := l.Wait()
	var others []int
	for _, other := range s.lanes {
		others = append(others, other.Pid())
	}
	l.clear(others)
	a := l.work
	if a == nil {
		return
	}
	l.work = nil
	a.lost(l)
	why := fmt.Sprintf("%s: the process that ran it has died (%v)", a.job.File, cmp.Or(how, err))
	if !s.interrupted && a.deaths >= mostRuns {
		a.outcome = outcome{Exit: 255, Died: why}
		a.tail = append(a.tail, report.Event{Kind: report.Abort, Text: report.Bytes(why)})
	} else if !s.interrupted {
		s.tell(report.Event{Kind: report.Stderr, File: a.job.File, Text: report.Bytes("WARNING: " + why + "; what it had not ended runs once more\n")})
	} else {
		a.outcome = outcome{Exit: 255, Died: "interrupted"}
	}
	if len(a.lanes) == 0 {
		s.close(a)
	}
}

// giveUp ends all files that wait: no lane can be had any more.
func (s *schedule) giveUp(err error) {
	for _, a := range s.waiting {
		a.say(report.Event{Kind: report.FileStart})
		a.outcome = outcome{Exit: 255, Died: fmt.Sprintf("%s: %v", a.job.File, err)}
		a.tail = []report.Event{{Kind: report.Abort, Text: report.Bytes(a.outcome.Died)}}
		a.end()
	}
	s.waiting = nil
}

// dismiss ends the lanes and counts what they have used. Where --fail-fast has ended the run some still work; nobody wants
// to hear of that.
func (s *schedule) dismiss() {
	go func() {
		for range s.messages { // what they may still have to say
		}
	}()
	var all sync.WaitGroup
	for _, l := range s.lanes {
		all.Go(func() {
			if l.work != nil {
				_ = l.to.send(toLane{Stop: true})
			}
			_ = l.to.send(toLane{})
			l.End(farewell)
		})
	}
	all.Wait()
	for _, l := range s.lanes {
		s.lanesUsed.User += l.used.User
		s.lanesUsed.System += l.used.System
	}
}
