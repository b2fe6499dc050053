package runner

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/fxamacker/cbor/v2"

	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
)

// A run and its lanes exchange messages over pipes, as CBOR (RFC 8949), one value after the other. It takes a third of the
// time of JSON, and strings arrive as they are, whatever bytes they hold. Names of fields are those of their JSON.

// laneSetup is the first message to a lane: all that it needs beside its jobs. The environment is that of its process.
type laneSetup struct {
	Setup   Setup       `json:"setup"`
	Build   nginx.Build `json:"build"`
	NoBin   string      `json:"no_bin,omitempty"` // why there is no nginx
	Modules []string    `json:"modules,omitempty"`

	// Sanitizers is Worker.sanitizers: a lane need not look into nginx and all modules again.
	Sanitizers map[string]bool `json:"sanitizers,omitempty"`

	Base   string         `json:"base"` // directory for what lanes need, removed with the last of them
	Number int            `json:"number"`
	Root   nginx.Servroot `json:"root,omitempty"` // the usual server root
	Made   []string       `json:"made,omitempty"` // directories around it that were not there before the run
	Runner int            `json:"runner"`         // pid of who started the lane
	Bare   bool           `json:"bare,omitempty"` // without namespaces
	Port   int            `json:"port,omitempty"` // of a bare lane: the first of those that its files use; 0: the usual one
}

// ownRoot is the server root of a bare lane.
func (s laneSetup) ownRoot() nginx.Servroot {
	return nginx.Servroot(fmt.Sprintf("%s_%d", s.Root, s.Port))
}

func (s laneSetup) premises() premises {
	return premises{
		Base: s.Base, Dir: filepath.Join(s.Base, strconv.Itoa(s.Number)), Usual: s.Root, Made: s.Made, Runner: s.Runner, Bare: s.Bare,
	}
}

// toLane is a message to a lane. One field is set.
type toLane struct {
	Job   *Job `json:"job,omitempty"`
	Block *int `json:"block,omitempty"` // the answer to Next; -1: no more
	Stop  bool `json:"stop,omitempty"`  // end what runs
}

// fromLane is a message from a lane. One field is set at most, and Slot with Event. Before that come the plain events.
type fromLane struct {
	Plain  []byte        `json:"plain,omitempty"` // see plainEvents
	Event  *report.Event `json:"event,omitempty"`
	Slot   int           `json:"slot,omitempty"` // see fileRun.slot
	Loaded *loaded       `json:"loaded,omitempty"`
	Next   bool          `json:"next,omitempty"` // which block is next?
	Done   *outcome      `json:"done,omitempty"` // of the job
	Used   report.Times  `json:"used,omitzero"`  // with Done: by the lane, since it was started
}

// loaded is what a lane says when it has evaluated a file.
type loaded struct {
	Blocks  int    `json:"blocks"`
	Leaning string `json:"leaning,omitempty"` // why the blocks have to run one after the other
	// Waits is about how many seconds each block waits: those that wait longest start first, so that the run does not end
	// with one of them alone. nil: they start in order.
	Waits []float64 `json:"waits,omitempty"`
}

// sender writes messages. It is for any number of goroutines.
type sender struct {
	mu      sync.Mutex
	out     io.Writer
	held    bytes.Buffer
	encoder *cbor.Encoder // into held
}

func newSender(w io.Writer) *sender {
	s := &sender{out: w}
	s.encoder = writing.NewEncoder(&s.held)
	return s
}

// newReceiver reads what a sender writes.
func newReceiver(r io.Reader) *cbor.Decoder { return reading.NewDecoder(r) }

var writing, reading = func() (cbor.EncMode, cbor.DecMode) {
	e, err := cbor.EncOptions{Time: cbor.TimeRFC3339Nano}.EncMode()
	d, bad := cbor.DecOptions{
		UTF8: cbor.UTF8DecodeInvalid, FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		MaxArrayElements: math.MaxInt32, MaxMapPairs: math.MaxInt32,
	}.DecMode()
	if err = cmp.Or(err, bad); err != nil {
		panic(err) // constant options
	}
	return e, d
}()

func (s *sender) send(message any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.encoder.Encode(message); err != nil {
		return err
	}
	return s.flush()
}

// mostHeld is about how many bytes wait for what follows them.
const mostHeld = 32 << 10

// hold is send for a message that can wait for the next one: each that is written wakes the other side.
func (s *sender) hold(message any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.encoder.Encode(message); err != nil || s.held.Len() < mostHeld {
		return err
	}
	return s.flush()
}

func (s *sender) flush() error {
	defer s.held.Reset()
	_, err := s.out.Write(s.held.Bytes())
	return err
}
