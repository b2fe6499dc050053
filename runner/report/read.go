package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// errCut is in the error of ReadJSON where a report ends in the middle of an event.
var errCut = errors.New("the report breaks off here")

// ReadJSON reads events as JSON writes them, and hands them to the listener. An error names the line of the file called
// name.
func ReadJSON(r io.Reader, name string, l Listener) error {
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: %w", name, err)
		}
		var e Event
		switch err := json.Unmarshal(line, &e); {
		case err != nil && line[len(line)-1] != '\n' && n > 1:
			return fmt.Errorf("%s:%d: %w (its writer was killed; run it again)", name, n, errCut)
		case err != nil || e.Kind == "" || e.torn():
			return fmt.Errorf("%s:%d: no event of a run (want what ngxtest --format=json has written)", name, n)
		}
		if e.Kind == RunStart && e.Run.Stream != StreamVersion {
			return fmt.Errorf("%s:%d: a report of version %d (this ngxtest reads version %d)", name, n, e.Run.Stream, StreamVersion)
		}
		l.Handle(e)
	}
}

// torn reports whether the event lacks what its kind promises.
func (e Event) torn() bool {
	switch e.Kind {
	case RunStart:
		return e.Run == nil || e.Run.Shard != nil && !e.Run.Shard.valid()
	case PlanMade:
		return e.Plan == nil
	case BlockStart, BlockEnd:
		return e.Place == nil
	case TestDone:
		return e.Test == nil
	case Exchanged:
		return e.Exchange == nil
	case Found:
		return e.Finding == nil
	case Loaded:
		return e.Load == nil
	case FileEnd:
		return e.Result == nil
	case RunEnd:
		return e.Summary == nil
	}
	return false
}
