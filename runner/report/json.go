package report

import (
	"encoding/json"
	"io"
)

// JSON writes the event stream, one event a line. Its version is in run-start.
type JSON struct {
	encoder *json.Encoder
	err     error
}

// NewJSON returns the listener for --format=json.
func NewJSON(w io.Writer) *JSON {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &JSON{encoder: encoder}
}

// Handle implements Listener.
func (j *JSON) Handle(e Event) {
	if err := j.encoder.Encode(e); err != nil && j.err == nil {
		j.err = err
	}
}

// Err returns the first error that writing met.
func (j *JSON) Err() error { return j.err }
