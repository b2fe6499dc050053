package runner

import (
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/report"
)

// laneProcess is a lane as the run sees it.
type laneProcess struct {
	*isolate.Lane
	to     *sender
	setup  laneSetup
	host   bool      // on the host's network
	work   *assembly // nil: idle
	joined time.Time // when it began to work on that
	used   report.Times
}

// laneMessage is what a lane has said, or that it has ended.
type laneMessage struct {
	lane *laneProcess
	fromLane
	first     []report.Event // those of Plain
	firstSlot int
	err       error
}

// startLane starts a lane, whose messages go to out.
func startLane(s *isolate.Starter, setup laneSetup, onHost bool, out chan<- laneMessage) (*laneProcess, error) {
	process, err := s.Start(onHost)
	if err != nil {
		return nil, err
	}
	l := &laneProcess{Lane: process, to: newSender(process.In), setup: setup, host: onHost}
	if err := l.to.send(setup); err != nil {
		l.Kill()
		return nil, fmt.Errorf("cannot talk to a lane: %w", err)
	}
	go l.listen(out)
	return l, nil
}

// clear removes what is left of a lane that has died and could not do so itself. The pids are those of the lanes that live.
func (l *laneProcess) clear(others []int) {
	isolate.KillOrphans(others)
	p := l.setup.premises()
	p.Root = p.Usual
	if l.setup.Port > 0 {
		p.Root = l.setup.ownRoot()
	}
	p.vacate()
	p.remove()
}

// listen hands on what the lane says.
func (l *laneProcess) listen(out chan<- laneMessage) {
	if err := l.Ready(); err != nil {
		out <- laneMessage{lane: l, err: err}
		return
	}
	in := newReceiver(l.Out)
	for {
		m := laneMessage{lane: l}
		m.read(in)
		out <- m
		if m.err != nil {
			return
		}
	}
}

// read takes the next message. What is wrong with it is its err.
func (m *laneMessage) read(in *cbor.Decoder) {
	if m.err = in.Decode(&m.fromLane); m.err == nil {
		m.firstSlot, m.first, m.err = readPlain(m.Plain)
	}
}
