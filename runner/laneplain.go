package runner

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sync"

	"github.com/ngxtest/ngxtest/runner/report"
)

// Most of what a lane says is that a block starts, how its tests went and that it has ended: twenty events, each a map of maps
// in CBOR, took 0.3 ms of a block on both sides. So these are plain events: they cross the pipe as one byte string a block,
// which stands in the message behind them, where that is the question for the next block. Inside of it, numbers are varints,
// and a text follows its length.

// teller says what a lane has to say. It is for any number of goroutines.
type teller struct {
	mu    sync.Mutex
	to    *sender
	plain plainEvents // that wait for the next message
}

func (t *teller) say(m fromLane) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	m.Plain = t.plain.take()
	return t.to.send(m)
}

// hold is say for an event that can wait for the next message.
func (t *teller) hold(slot int, e *report.Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.plain.add(slot, e):
		other := *e // here, so that a plain one stays off the heap
		return t.to.hold(fromLane{Plain: t.plain.take(), Event: &other, Slot: slot})
	case len(t.plain.data) >= mostHeld:
		return t.to.send(fromLane{Plain: t.plain.take()})
	}
	return nil
}

// plainKinds are the kinds that plain events can have.
var plainKinds = []report.Kind{report.BlockStart, report.TestDone, report.BlockEnd}

// longText is the length from which on a text keeps an event from being plain: texts of plain events are parts of one string,
// and a listener that keeps the name of a test keeps all of it.
const longText = 4 << 10

// plainEvents are events of one slot and file.
type plainEvents struct {
	shorthand
	slot int
	file string
}

// take returns what was added, which is good until something else is, and begins anew.
func (p *plainEvents) take() []byte {
	data := p.data
	p.data = data[:0]
	return data
}

// plain reports whether nothing of an event is lost where only what shorthand.event writes is told.
func plain(e *report.Event) bool {
	switch t := e.Test; {
	case e.Place == nil, e.Seconds != 0 && e.Kind != report.BlockEnd:
		return false
	case e.Kind != report.TestDone && t != nil, e.Kind == report.TestDone && t == nil:
		return false
	case t != nil && len(t.Name)+len(t.Reason)+len(t.Got)+len(t.Want) >= longText:
		return false
	}
	return e.Run == nil && e.Plan == nil && e.Exchange == nil && e.Finding == nil && e.Load == nil && e.Text == "" && e.At == 0 &&
		e.Result == nil && e.Summary == nil && e.Earlier == nil && !e.Flaky && e.Stray == "" && e.Suppressed == nil
}

// add takes an event. It reports whether it could: it must be plain, and of the same slot and file as those before.
func (p *plainEvents) add(slot int, e *report.Event) bool {
	kind := slices.Index(plainKinds, e.Kind)
	if kind < 0 || !plain(e) || len(p.data) > 0 && (slot != p.slot || e.File != p.file) {
		return false
	}
	if len(p.data) == 0 {
		p.slot, p.file, p.place = slot, e.File, nil
		p.number(&p.slot)
		p.text(&p.file)
	}
	p.number(&kind)
	p.event(e)
	return true
}

// shortEvent is about how many bytes a short one of them takes.
const shortEvent = 128

// readPlain returns the events that were added, and their slot.
func readPlain(data []byte) (slot int, events []report.Event, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	s, file := shorthand{data: data, whole: string(data), reads: true}, ""
	s.number(&slot)
	s.text(&file)
	events = make([]report.Event, 0, len(data)/shortEvent+1)
	for len(s.data) > 0 && !s.bad {
		kind := 0
		if s.number(&kind); kind < 0 || kind >= len(plainKinds) {
			s.bad = true
			break
		}
		e := report.Event{Kind: plainKinds[kind], File: file}
		s.event(&e)
		events = append(events, e)
	}
	if s.bad {
		return 0, nil, errors.New("what a lane says of a block does not end where it should")
	}
	return slot, events, nil
}

// shorthand writes values, or reads them: what is said once of both cannot differ.
type shorthand struct {
	data  []byte // what was written, or is left to read
	whole string // what was to be read
	reads bool
	bad   bool          // what was read is not what was written
	place *report.Place // of the event before
}

// event is all of an event but its kind and file.
func (s *shorthand) event(e *report.Event) {
	same := s.place != nil && e.Place != nil && *s.place == *e.Place
	if s.flag(&same); !same {
		if s.reads {
			e.Place = new(report.Place)
		}
		s.at(e.Place)
	} else if s.reads {
		e.Place = s.place
	}
	s.place = e.Place
	switch e.Kind {
	case report.TestDone:
		if s.reads {
			e.Test = new(report.Test)
		}
		s.test(e.Test)
	case report.BlockEnd:
		s.float(&e.Seconds)
	}
}

func (s *shorthand) at(p *report.Place) {
	s.text(&p.Block)
	s.number(&p.Line)
	s.number(&p.Repeat)
	s.number(&p.Repeats)
	s.number(&p.Request)
	s.number(&p.Requests)
}

func (s *shorthand) test(t *report.Test) {
	s.number(&t.Number)
	s.number(&t.Line)
	s.flag(&t.OK)
	s.flag(&t.Explained)
	s.text(&t.Name)
	s.text(&t.Directive)
	s.text(&t.Reason)
	s.text(&t.Section)
	s.text(&t.Compare)
	s.text(&t.Got)
	same := t.Got == t.Want
	if s.flag(&same); !same {
		s.text(&t.Want)
	} else if s.reads {
		t.Want = t.Got
	}
}

func (s *shorthand) number(v *int) {
	if !s.reads {
		s.data = binary.AppendVarint(s.data, int64(*v))
		return
	}
	n, size := binary.Varint(s.data)
	if size <= 0 {
		s.bad, s.data = true, nil
		return
	}
	*v, s.data = int(n), s.data[size:]
}

func (s *shorthand) flag(v *bool) {
	n := 0
	if *v {
		n = 1
	}
	if s.number(&n); s.reads {
		*v = n == 1
	}
}

func (s *shorthand) float(v *float64) {
	const size = 8
	switch {
	case !s.reads:
		s.data = binary.LittleEndian.AppendUint64(s.data, math.Float64bits(*v))
	case len(s.data) < size:
		s.bad, s.data = true, nil
	default:
		*v, s.data = math.Float64frombits(binary.LittleEndian.Uint64(s.data)), s.data[size:]
	}
}

func (s *shorthand) text(v *string) {
	n := len(*v)
	s.number(&n)
	switch {
	case !s.reads:
		s.data = append(s.data, *v...)
	case n < 0 || n > len(s.data):
		s.bad, s.data = true, nil
	default:
		start := len(s.whole) - len(s.data)
		*v, s.data = s.whole[start:start+n], s.data[n:]
	}
}
