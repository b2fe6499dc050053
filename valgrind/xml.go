package valgrind

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
)

// Process is what Valgrind's XML says of one process beside its records.
type Process struct {
	PID     int      `json:"pid"`
	PPID    int      `json:"ppid,omitempty"`
	Tool    string   `json:"tool,omitempty"`
	Version string   `json:"version,omitempty"` // "3.19.0"
	Command []string `json:"command,omitempty"` // the program under Valgrind and its arguments
	// Ended says that Valgrind's last words are there: without them the process still runs, or was killed.
	Ended bool `json:"ended"`
	// Counts says how often each error happened, by Record.Unique. Valgrind tells at the end only.
	Counts map[string]int `json:"counts,omitempty"`
	// Suppressed says how many records each suppression hid, by its name. Valgrind tells at the end only.
	Suppressed map[string]int `json:"suppressed,omitempty"`
}

// Tail reads the XML that Valgrind writes for one process while it is being written. It takes whole elements only and
// keeps the rest for later, so a file that stops anywhere gives all records up to its last whole one.
type Tail struct {
	path      string
	offset    int64
	pending   []byte
	processes []Process
	open      []int // of processes: a forked one may write its whole output into that of its parent
	damaged   int
}

// NewTail follows the file of the name, which need not exist yet.
func NewTail(path string) *Tail { return &Tail{path: path} }

// Poll returns the records that are whole in the file since the last call. No file yet is no error.
func (t *Tail) Poll() ([]Record, error) { return t.read(false) }

// Finish is Poll for a file that grows no more: what is torn is stepped over, and records behind it are still found.
func (t *Tail) Finish() ([]Record, error) { return t.read(true) }

// Processes are the processes that wrote to the file, mostly one. The maps are copies.
func (t *Tail) Processes() []Process {
	out := make([]Process, len(t.processes))
	for i, p := range t.processes {
		p.Counts, p.Suppressed = maps.Clone(p.Counts), maps.Clone(p.Suppressed)
		out[i] = p
	}
	return out
}

// Damaged is the number of elements that were stepped over because they are no XML or were cut off.
func (t *Tail) Damaged() int { return t.damaged }

func (t *Tail) read(last bool) ([]Record, error) {
	file, err := os.Open(t.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	fresh, err := io.ReadAll(io.NewSectionReader(file, t.offset, 1<<62))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.path, err)
	}
	t.offset += int64(len(fresh))
	return t.feed(fresh, last), nil
}

// ReadXML reads a whole stream of Valgrind's XML, torn or not. Counts of the process are filled into its records.
func ReadXML(r io.Reader) ([]Process, []Record, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	t := &Tail{}
	records := t.feed(data, true)
	ApplyCounts(records, t.processes)
	return t.processes, records, nil
}

// ApplyCounts sets Record.Count from what the processes told at their ends.
func ApplyCounts(records []Record, processes []Process) {
	for i := range records {
		for _, p := range processes {
			if n := p.Counts[records[i].Unique]; p.PID == records[i].PID && n > 0 {
				records[i].Count = n
			}
		}
	}
}

// topLevel finds the elements right below the root. Nothing in Valgrind's text can look like one: it is escaped, and the
// raw text of a suppression stands inside an element that is read as a whole.
var topLevel = expression(`<(/?valgrindoutput|preamble|pid|ppid|tool|args|status|error|fatal_signal|` +
	`announcethread|suppression|errorcounts|suppcounts|clientmsg)>`)

// node is an element with its children in order, which matters: a stack belongs to the words before it.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Kids    []node `xml:",any"`
}

func (t *Tail) feed(fresh []byte, last bool) []Record {
	t.pending = append(t.pending, fresh...)
	data := printable(t.pending)
	var out []Record
	at := 0
	for {
		tag := topLevel().FindSubmatchIndex(data[at:])
		if tag == nil {
			// The end of the root may be cut in two; keep what could be the start of a tag.
			if i := bytes.LastIndexByte(data[at:], '<'); i >= 0 {
				at += i
			} else {
				at = len(data)
			}
			break
		}
		name, from := string(data[at+tag[2]:at+tag[3]]), at+tag[0]
		switch name {
		case "valgrindoutput":
			t.open = append(t.open, len(t.processes))
			t.processes = append(t.processes, Process{})
			at += tag[1]
			continue
		case "/valgrindoutput":
			if n := len(t.open); n > 1 {
				t.open = t.open[:n-1]
			}
			at += tag[1]
			continue
		}
		var n node
		dec := xml.NewDecoder(bytes.NewReader(data[from:]))
		if err := dec.Decode(&n); err != nil {
			// An error at the very end is one of text that is still to come.
			if !last && from+int(dec.InputOffset()) == len(data) {
				at = from
				break
			}
			t.damaged++
			at += tag[1]
			continue
		}
		at = from + int(dec.InputOffset())
		if r, ok := t.take(n); ok {
			out = append(out, r)
		}
	}
	t.pending = append([]byte(nil), t.pending[at:]...)
	return out
}

// printable replaces, byte for byte, what XML does not allow: an argument of a command may hold any byte.
func printable(data []byte) []byte {
	clean := func(c byte) byte {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f {
			return '?'
		}
		return c
	}
	out := make([]byte, len(data))
	for i, c := range data {
		out[i] = clean(c)
	}
	return out
}
