package outside

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/valgrind"
)

// window is what runs at a time, and to which belongs what happens then.
type window struct {
	file  string
	place *report.Place // nil where the command as a whole is meant
	test  bool          // it is a test, and not what runs between tests
	order int           // its place among windows
}

// step is what one window left.
type step struct {
	window
	records []valgrind.Record
}

// held is a finding that is told when the command is over: amidst what the command prints nobody would see it.
type held struct {
	order int
	event report.Event
}

// ending is what a process had lost when it ended, and what ran then.
type ending struct {
	window
	record valgrind.Record
}

// finding tells one.
func (r *run) finding(at window, verdict valgrind.Verdict, record valgrind.Record, notes ...string) {
	f := report.Finding{Verdict: verdict, Fails: verdict.Fails(r.StrictLeaks), Key: record.Key().Fingerprint(), Record: record}
	for i, frame := range record.Stack {
		if r.owner.Own(frame) {
			f.Own = append(f.Own, i)
		}
	}
	f.Quote()
	if record.PID != 0 && record.PID != r.pid {
		notes = append(notes, r.process(record.PID))
	}
	f.Note = strings.Join(slices.DeleteFunc(notes, func(s string) bool { return s == "" }), "; ")
	if f.Fails {
		r.failing[f.Key] = true
	}
	r.held = append(r.held, held{at.order, report.Event{Kind: report.Found, File: at.file, Place: at.place, Finding: &f}})
}

// release tells the findings, test by test.
func (r *run) release() {
	slices.SortStableFunc(r.held, func(a, b held) int { return cmp.Compare(a.order, b.order) })
	for _, h := range r.held {
		r.tell(h.event)
	}
}

// process says which process it was, where it is not the command's first.
func (r *run) process(pid int) string {
	text := fmt.Sprintf("in process %d", pid)
	for file, t := range r.tails {
		for _, p := range t.Processes() {
			own := filepath.Base(file) == fmt.Sprintf("%d.xml", pid) // what it was before exec stands in its parent's
			if p.PID == pid && len(p.Command) > 0 && (own || !strings.Contains(text, ":")) {
				text = fmt.Sprintf("in process %d: %s", pid, strings.Join(p.Command, " "))
			}
		}
	}
	return text
}

// poll reads what Valgrind has written since the last time. Errors are noted as findings, and returned; losses are kept for the end.
func (r *run) poll(read func(*valgrind.Tail) ([]valgrind.Record, error)) []valgrind.Record {
	files, _ := filepath.Glob(filepath.Join(r.dir, "*.xml"))
	var records []valgrind.Record
	for _, name := range files {
		t := r.tails[name]
		if t == nil {
			t = valgrind.NewTail(name)
			r.tails[name] = t
		}
		fresh, _ := read(t) // a file that cannot be read has no records
		records = append(records, fresh...)
	}
	return r.take(records)
}

// asked are signals by which others end a process: no crash, though nothing can be said of its memory.
var asked = []string{"SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGPIPE", "SIGALRM", "SIGKILL"}

// take notes errors as findings and keeps losses.
func (r *run) take(records []valgrind.Record) []valgrind.Record {
	var errs []valgrind.Record
	for i, record := range records {
		next := records[min(i+1, len(records)-1)]
		killed := next.Kind == valgrind.FatalSignal && next.PID == record.PID && next.Stack.Key() == record.Stack.Key()
		switch {
		case record.Kind == valgrind.FatalSignal:
			r.crashed[record.PID] = true
			if slices.Contains(asked, record.Signal) {
				continue
			}
			if before := records[max(i-1, 0)]; i > 0 && before.PID == record.PID && before.Stack.Key() == record.Stack.Key() {
				record.What, record.Extra, record.Suppression = record.What+": "+before.What, before.Extra, before.Suppression
			}
			r.finding(r.now, valgrind.Crash, record)
		case record.Kind.IsLoss() && r.plan.NoLeaks:
		case record.Kind.IsLoss():
			r.ended = append(r.ended, ending{r.now, record})
		case !killed: // the access that ends the process is part of the crash
			r.seen[record.Key()] = record
			errs = append(errs, record)
			r.finding(r.now, valgrind.Error, record)
		}
	}
	return errs
}

// finish tells what was found, the ends of processes included. tests says that busted has told of its tests.
func (r *run) finish(tests bool) {
	defer r.release()
	r.poll((*valgrind.Tail).Finish)
	r.readText(!tests)
	r.ended = slices.DeleteFunc(r.ended, func(e ending) bool { return r.crashed[e.record.PID] })
	if tests && len(r.steps) > 0 {
		r.left()
		return
	}
	for _, e := range r.ended {
		verdict, note := valgrind.AtExitOnly, ""
		if k := e.record.Kind; k == valgrind.DefinitelyLost || k == valgrind.IndirectlyLost {
			verdict, note = valgrind.Leak, "it was lost when the process ended; nothing follows that it could be compared with, so it counts as a leak"
		}
		r.finding(r.whole(), verdict, e.record, note)
	}
}

// whole stands for the command as a whole, behind all tests.
func (r *run) whole() window { return window{file: r.name, order: len(r.steps)} }

// readText reads reports that come as text, and passes on what Valgrind has to say besides if that is wanted.
func (r *run) readText(besides bool) {
	files, _ := filepath.Glob(filepath.Join(r.dir, "*.log"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		switch {
		case err != nil:
		case r.plan.Text:
			reader := valgrind.TextReader{Tool: r.plan.ToolName}
			records := append(reader.Feed(text), reader.Finish()...)
			valgrind.ApplyCounts(records, reader.Processes())
			r.take(records)
		case besides && len(text) > 0:
			r.tell(report.Event{Kind: report.Stderr, File: r.name, Text: report.Bytes(text)})
		}
	}
}

// share is what a window left of the blocks of one stack.
type share struct {
	step   int
	change valgrind.Change
}

// left tells what tests left.
func (r *run) left() {
	steps := make([]valgrind.Step, len(r.steps))
	alive := map[valgrind.Key]bool{}
	for i, s := range r.steps {
		steps[i] = valgrind.Step{Requests: 1, Records: s.records}
		for _, record := range s.records {
			alive[record.Key()] = true
		}
	}
	told := map[valgrind.Key]valgrind.Record{} // with the suppression in the words of the process's end
	for _, e := range r.ended {
		if e.record.PID == r.pid {
			told[e.record.Key()] = e.record
		}
	}
	known := map[valgrind.Key]bool{}
	for _, g := range valgrind.Grow(steps, nil) {
		if inLua(g.Record.Stack) {
			continue
		}
		known[g.Key] = true
		shares := remaining(g.Changes)
		record := g.Record
		lost, atEnd := told[g.Key]
		if atEnd {
			record = lost
		}
		lostIn, lostLater := r.lost(g.Key, shares)
		kept := 0 // by how many tests
		for i, s := range shares {
			if !lostIn[i] && r.steps[s.step].test {
				kept++
			}
		}
		for i, s := range shares {
			verdict, note := valgrind.Once, "it was in use still when the last test was over"
			switch {
			case lostIn[i] || lostLater:
				verdict, note = valgrind.Leak, ""
			case kept > 1:
				verdict = valgrind.Growing
				note = fmt.Sprintf("%d tests left such memory, and it was in use still when the last one was over", kept)
			case !atEnd:
				continue // made once, and in use to the end
			}
			record.PID = r.pid
			record.Bytes, record.Blocks, record.Indirect = s.change.Bytes, s.change.Blocks, 0
			r.finding(r.steps[s.step].window, verdict, record, note)
		}
	}
	for _, e := range r.ended {
		key := e.record.Key()
		switch {
		case known[key]:
		case e.record.PID != r.pid:
			r.finding(e.window, valgrind.Leak, e.record)
		case inLua(e.record.Stack):
		default:
			known[key] = true
			verdict := valgrind.Classify(valgrind.Evidence{Kind: e.record.Kind, Checked: true, Alive: alive[key]})
			r.finding(r.whole(), verdict, e.record, "no test left it")
		}
	}
}

// lost says of which shares of a stack nothing points at the blocks any more: of some that was plain when their windows
// ended. Of what got lost later it cannot be told whose it was.
func (r *run) lost(key valgrind.Key, shares []share) (in []bool, later bool) {
	blocks := make([]int64, len(r.steps))
	sum := int64(0)
	for i, s := range r.steps {
		for _, record := range s.records {
			if (record.Kind == valgrind.DefinitelyLost || record.Kind == valgrind.IndirectlyLost) && record.Key() == key {
				blocks[i] += record.MoreBlocks
			}
		}
		sum += blocks[i]
	}
	in = make([]bool, len(shares))
	for i, s := range shares {
		n := min(blocks[s.step], s.change.Blocks)
		in[i] = n > 0
		sum -= n
	}
	return in, sum > 0
}

// remaining is who left what is there in the end. What goes away again is taken from the one that left something last.
func remaining(changes []valgrind.Change) []share {
	var shares []share
	for i, c := range changes {
		if c.Blocks > 0 {
			shares = append(shares, share{i, c})
			continue
		}
		for c.Blocks < 0 && len(shares) > 0 {
			last := &shares[len(shares)-1].change
			if -c.Blocks < last.Blocks {
				last.Blocks, last.Bytes = last.Blocks+c.Blocks, max(0, last.Bytes+c.Bytes)
				break
			}
			c.Blocks, c.Bytes = c.Blocks+last.Blocks, c.Bytes+last.Bytes
			shares = shares[:len(shares)-1]
		}
	}
	slices.SortFunc(shares, func(a, b share) int { return cmp.Compare(a.step, b.step) })
	return shares
}

// inLua says whether the Lua of PUC itself allocated: its objects come from malloc, and they are not what is looked for.
// LuaJIT has its own from the system; what it gets from malloc, a script has asked for.
func inLua(s valgrind.Stack) bool {
	for _, f := range s {
		base := filepath.Base(f.Object)
		if strings.HasPrefix(base, "vgpreload_") {
			continue
		}
		base = strings.TrimPrefix(base, "lib")
		return f.Function == "l_alloc" || strings.HasPrefix(base, "lua") && !strings.HasPrefix(base, "luajit")
	}
	return false
}
