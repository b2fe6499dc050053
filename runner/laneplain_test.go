package runner

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// slotEvent is an event and where it belongs.
type slotEvent struct {
	slot int
	report.Event
}

// tellAll says events as a lane does.
func tellAll(t testing.TB, to *teller, events []slotEvent) {
	for _, e := range events {
		var err error
		if e.Kind == report.BlockStart || e.Kind == report.TestDone || e.Kind == report.BlockEnd {
			err = to.hold(e.slot, &e.Event)
		} else {
			err = to.say(fromLane{Event: &e.Event, Slot: e.slot})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.say(fromLane{Next: true}); err != nil {
		t.Fatal(err)
	}
}

// hearAll takes messages up to the next question, and counts them.
func hearAll(t testing.TB, from io.Reader) (events []slotEvent, messages int) {
	in := newReceiver(from)
	for {
		var m laneMessage
		if m.read(in); m.err != nil {
			t.Fatal(m.err)
		}
		messages++
		for _, e := range m.first {
			events = append(events, slotEvent{m.firstSlot, e})
		}
		switch {
		case m.Event != nil:
			events = append(events, slotEvent{m.Slot, *m.Event})
		case m.Next:
			return events, messages
		}
	}
}

// arriveWhole sends events through a pipe and compares.
func arriveWhole(t *testing.T, events []slotEvent) (messages int) {
	t.Helper()
	var pipe bytes.Buffer
	tellAll(t, &teller{to: newSender(&pipe)}, events)
	heard, messages := hearAll(t, &pipe)
	if len(heard) != len(events) {
		t.Fatalf("%d events were sent, %d have arrived", len(events), len(heard))
	}
	for i := range heard {
		if !reflect.DeepEqual(heard[i], events[i]) {
			t.Errorf("event %d in slot %d\n%s\nhas arrived in slot %d as\n%s", i, events[i].slot, dumped(events[i].Event), heard[i].slot, dumped(heard[i].Event))
		}
	}
	return messages
}

// TestEventsArriveWhole sends events that are plain but for one field, for each field that there is, and events with fields by
// chance. A field that is new and that nobody has thought of here is among them.
func TestEventsArriveWhole(t *testing.T) {
	kinds := append([]report.Kind{report.Diag, report.Exchanged}, plainKinds...)
	var events []slotEvent
	basic := func(kind report.Kind) report.Event {
		e := report.Event{Kind: kind, File: "t/a.t", Place: &report.Place{Block: "TEST 1: a", Line: 7}}
		if kind == report.TestDone {
			e.Test = &report.Test{Number: 1, Test: tap.Test{OK: true}}
		}
		return e
	}
	for _, kind := range kinds {
		e := basic(kind)
		paths := [][]int{}
		for _, part := range []reflect.Type{reflect.TypeFor[report.Event](), reflect.TypeFor[report.Place](), reflect.TypeFor[report.Test]()} {
			for _, field := range reflect.VisibleFields(part) {
				switch {
				case part == reflect.TypeFor[report.Event]() && field.Name == "Kind":
				case part == reflect.TypeFor[report.Event]():
					paths = append(paths, field.Index)
				case part == reflect.TypeFor[report.Place]():
					paths = append(paths, append([]int{indexOf(t, "Place")}, field.Index...))
				case e.Test != nil:
					paths = append(paths, append([]int{indexOf(t, "Test")}, field.Index...))
				}
			}
		}
		events = append(events, slotEvent{1, e}, slotEvent{1, report.Event{Kind: kind}})
		for n, path := range paths {
			for _, set := range []bool{true, false} {
				e := basic(kind)
				if v := reflect.ValueOf(&e).Elem().FieldByIndex(path); set {
					fillValue(v, n)
				} else {
					v.SetZero()
				}
				events = append(events, slotEvent{1 + n%3/2, e}, slotEvent{1, basic(kind)})
			}
		}
		var all report.Event
		fillValue(reflect.ValueOf(&all).Elem(), 1)
		all.Kind = kind
		events = append(events, slotEvent{1, all})
	}
	arriveWhole(t, events)

	random := rand.New(rand.NewPCG(1, 2))
	events = nil
	for range 3000 {
		e := basic(kinds[random.IntN(len(kinds))])
		for _, of := range []any{&e, e.Place, e.Test} {
			v := reflect.ValueOf(of).Elem()
			for i := 0; v.IsValid() && i < v.NumField(); i++ {
				if random.IntN(20) == 0 && v.Type().Field(i).Name != "Kind" {
					fillValue(v.Field(i), random.IntN(3000))
				}
			}
		}
		events = append(events, slotEvent{1 + random.IntN(10)/9, e})
	}
	arriveWhole(t, events)
}

func indexOf(t *testing.T, name string) int {
	field, found := reflect.TypeFor[report.Event]().FieldByName(name)
	if !found {
		t.Fatalf("an event has no field %s", name)
	}
	return field.Index[0]
}

// TestBlockIsOneMessage, with the question for the next one; long texts and many events are several.
func TestBlockIsOneMessage(t *testing.T) {
	block := typicalBlock()
	if got := arriveWhole(t, block); got != 1 {
		t.Errorf("%d messages, want one for the block and the question for the next one", got)
	}
	long := typicalBlock()
	long[1].Test.Got = strings.Repeat("a", longText)
	if got := arriveWhole(t, long); got != 2 {
		t.Errorf("%d messages, want one for what comes before a long text, and for that, and another", got)
	}
	var many []slotEvent
	for range 40 {
		many = append(many, block...)
	}
	if got := arriveWhole(t, many); got < 3 || got > 6 {
		t.Errorf("%d messages: %d events are neither to wait for the last of them, nor to come one by one", got, len(many))
	}
}

// TestPlainEventsThatAreBroken are an error, and no panic.
func TestPlainEventsThatAreBroken(t *testing.T) {
	var p plainEvents
	for _, e := range typicalBlock()[:3] {
		if !p.add(e.slot, &e.Event) {
			t.Fatal("an event is not plain")
		}
	}
	data := p.take()
	for cut := 1; cut < len(data); cut++ {
		if _, events, err := readPlain(data[:cut]); err == nil && len(events) >= 3 {
			t.Fatalf("%d of %d bytes were taken for all", cut, len(data))
		}
	}
	for _, broken := range []string{"\x02\x01", "\x02\x10a", "\x02\x00\x09", "\x02\x00\x01", "\x02\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
		if _, _, err := readPlain([]byte(broken)); err == nil {
			t.Errorf("%q was taken for events", broken)
		}
	}
}

// typicalBlock are the events of a block that passes, with 17 tests.
func typicalBlock() (events []slotEvent) {
	const file, title = "t/sample.t", "TEST 3: what a location of this kind answers"
	place := report.Place{Block: title, Line: 120}
	add := func(e report.Event, at report.Place) {
		e.File, e.Place = file, &at
		events = append(events, slotEvent{3, e})
	}
	test := func(at report.Place, section, name, compare, got, want string) {
		add(report.Event{Kind: report.TestDone, Test: &report.Test{Number: len(events) + 40, Line: 130, Test: tap.Test{
			OK: true, Name: file + " " + title + " - " + name, Section: section, Compare: compare, Got: got, Want: want,
		}}}, at)
	}
	add(report.Event{Kind: report.BlockStart}, place)
	for repeat := range 2 {
		at := place
		at.Repeat, at.Repeats, at.Request, at.Requests = repeat+1, 2, 1, 1
		const body = "hello from a location\nand a second line of it\n"
		test(at, "error_code", "status code ok", "is", "200", "200")
		test(at, "response_headers", "header Content-Type ok", "is", "text/plain", "text/plain")
		test(at, "response_body", fmt.Sprintf("response_body - response is expected (repeated req %d, req 0)", repeat), "is", body, body)
		for _, level := range []string{"[error]", "[crit]", "[alert]", "[emerg]", "[warn]"} {
			test(at, "no_error_log", fmt.Sprintf("pattern %q should not match any line in error.log (req %d)", level, repeat), "unlike", "", level)
		}
	}
	test(place, "error_log", `pattern "matched" matches a line in error.log`, "like", "2026/11/24 12:00:00 [notice] 1#1: matched", "matched")
	add(report.Event{Kind: report.BlockEnd, Seconds: 0.0123}, place)
	return events
}

// BenchmarkMessages is a block's way over the pipe: what the lane does for it, and what the run does.
func BenchmarkMessages(b *testing.B) {
	events := typicalBlock()
	var pipe bytes.Buffer
	to := &teller{to: newSender(&pipe)}
	b.Run("lane", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			pipe.Reset()
			for i := range events {
				_ = to.hold(events[i].slot, &events[i].Event)
			}
			_ = to.say(fromLane{Next: true})
		}
	})
	from := bytes.NewReader(nil)
	in := newReceiver(from)
	b.Run("run", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			from.Reset(pipe.Bytes())
			var m laneMessage
			if m.read(in); len(m.first) != len(events) {
				b.Fatal(m.err)
			}
		}
	})
}
