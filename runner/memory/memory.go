// Package memory runs nginx under Valgrind, or with a sanitizer built in, and finds out which requests lost memory.
//
// # Errors
//
// Valgrind writes an error as it happens, into a file of the process. Watch.Errors returns what is new, so that the caller
// can ask after each request.
//
// # Losses
//
// What is lost when nginx ends says little: lua_close unloads libraries, and what their variables pointed at is then lost,
// too. What is lost while nginx lives says when, but not by whom: a stale copy of a pointer in LuaJIT's heap keeps a block
// reachable for some requests. So a block's requests are sent again, a few times, between leak checks of the live process
// with Lua collections forced: a stack that has more blocks after more requests, whatever Valgrind calls them, is what
// these requests lose. See Watch.Probe.
//
// LeakSanitizer is asked for the same checks by the request that has Lua collect its garbage. It does not look into Lua's own
// memory, so that a C object that only Lua holds looks lost to it: what grows is lost if it is so in the end, and what does
// not grow counts only if it is there in the end.
// Without Lua nobody can ask; the number of blocks that are lost in the end has to tell then.
package memory

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/ngxtest/ngxtest/valgrind"
)

// Options say how to check.
type Options struct {
	Valgrind     string   // the user's own options; "" or digits: Memcheck with what finds leaks
	Suppressions []string // files
	WorkDir      string   // where nginx runs: its valgrind.suppress counts
	Owner        valgrind.Owner
	Label        string        // of the block, see valgrind.Setup
	Timeout      time.Duration // of one leak check; 0: a default
}

// Checker is a Valgrind ready for use.
type Checker struct {
	Options
	Tool valgrind.Tool
}

// New finds Valgrind.
func New(ctx context.Context, o Options) (*Checker, error) {
	tool, err := valgrind.Find(ctx, "")
	if err != nil {
		return nil, err
	}
	return &Checker{Options: o, Tool: tool}, nil
}

// Watch is one nginx under Valgrind, from its start to what is found in the end.
type Watch struct {
	owner  valgrind.Owner
	dir    string
	plan   valgrind.Plan
	vgdb   valgrind.Vgdb
	master bool
	pid    int
	tails  map[string]*valgrind.Tail
	of     *generations
	inbox  []valgrind.Record // errors that another watch of the same nginx has come across
	losses []valgrind.Record // as Valgrind has told them, at the ends of processes

	asked   []int // the processes of the last leak check
	moved   bool  // processes came or went between leak checks
	steps   []valgrind.Step
	alone   map[valgrind.Key]map[int]valgrind.Change // by request: what it adds when it alone is sent
	alive   map[valgrind.Key]valgrind.Record         // lost at a check of the live process
	seen    map[valgrind.Key]valgrind.Record         // errors so far
	counted map[int]int                              // by process: how many errors it had when it was asked last
	crashed map[int]bool                             // processes that a signal ended

	patience time.Duration // how long a process may take to end

	san    *sanitizerLogs // nil under Valgrind
	spoken *spoken        // nil where Valgrind writes XML
}

func newWatch(owner valgrind.Owner, dir string) *Watch {
	w := &Watch{owner: owner, dir: dir, tails: map[string]*valgrind.Tail{}, of: &generations{replaced: map[int]*Watch{}}}
	w.of.last = w
	w.clear()
	return w
}

// Watch prepares the start of an nginx. master says that it has worker processes.
func (c *Checker) Watch(master bool) (*Watch, error) {
	dir, err := os.MkdirTemp("", "ngx-vg-") // short: sockets in it may have 107 bytes
	if err != nil {
		return nil, err
	}
	w := newWatch(c.Owner, dir)
	w.master, w.patience = master, cmp.Or(c.Timeout, valgrind.DefaultVgdbTimeout)
	w.plan, err = c.Setup(dir, master).Plan()
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if w.plan.Text {
		w.spoken = &spoken{reader: valgrind.TextReader{Tool: w.plan.ToolName}}
	}
	w.vgdb = valgrind.Vgdb{Program: c.Tool.Vgdb, Prefix: w.plan.VgdbPrefix, Timeout: c.Timeout}
	return w, nil
}

// Setup is how an nginx runs under Valgrind, with its files in dir.
func (c *Checker) Setup(dir string, master bool) valgrind.Setup {
	return valgrind.Setup{
		Tool: c.Tool, Options: c.Valgrind, Dir: dir, WorkDir: c.WorkDir, Suppressions: c.Suppressions,
		Builtin: valgrind.Builtin, Label: c.Label, TraceChildren: master, // vgdb reaches a worker only so
	}
}

// Dir is where the process's files are.
func (w *Watch) Dir() string { return w.dir }

// Owner tells which frames of stacks are the user's own.
func (w *Watch) Owner() valgrind.Owner { return w.owner }

// Args are the program and arguments to run nginx under; none where a sanitizer is in nginx.
func (w *Watch) Args() []string { return w.plan.Args }

// Notes say what of the user's options was changed, one line each.
func (w *Watch) Notes() []string { return w.plan.Notes }

// Socket is where nginx has to listen for the request that makes Lua collect its garbage.
func (w *Watch) Socket() string { return filepath.Join(w.dir, "collect.sock") }

// Started tells the pid of the nginx that was started.
func (w *Watch) Started(pid int) { w.pid = pid }

// Errors returns the errors since the last call, of all processes. A loss that the end of a process has shown is kept for Findings.
func (w *Watch) Errors() []valgrind.Record {
	if w.san != nil {
		return w.pollLogs(false)
	}
	return w.poll((*valgrind.Tail).Poll, false)
}

func (w *Watch) poll(read func(*valgrind.Tail) ([]valgrind.Record, error), last bool) []valgrind.Record {
	for _, r := range w.spoken.take(last) {
		w.of.owner(r.PID).take(r)
	}
	files, _ := filepath.Glob(filepath.Join(w.dir, "*.xml"))
	for _, f := range files {
		t := w.tails[f]
		if t == nil {
			t = valgrind.NewTail(f)
			w.tails[f] = t
		}
		records, _ := read(t) // a file that cannot be read has no records
		for _, r := range records {
			w.of.owner(r.PID).take(r)
		}
	}
	errs := w.inbox
	w.inbox = nil
	return errs
}

// take notes a record of one of the watch's processes.
func (w *Watch) take(r valgrind.Record) {
	switch {
	case r.Kind == valgrind.FatalSignal:
		w.crashed[r.PID] = true
		if n := len(w.inbox); n > 0 && w.inbox[n-1].PID == r.PID && w.inbox[n-1].Stack.Key() == r.Stack.Key() {
			// The access that killed it, which is the same thing in Valgrind's other words.
			r.What, r.Extra, r.Suppression = r.What+": "+w.inbox[n-1].What, w.inbox[n-1].Extra, w.inbox[n-1].Suppression
			w.inbox = w.inbox[:n-1]
		}
		w.inbox = append(w.inbox, r)
	case r.Kind.IsLoss() && w.plan.NoLeaks:
	case r.Kind.IsLoss():
		w.losses = append(w.losses, r)
	default:
		w.seen[r.Key()] = r
		w.inbox = append(w.inbox, r)
	}
}

// Repeated returns the error that the last request has brought once more: one for each process, its last. Valgrind writes an
// error only the first time it happens and counts it from then on, so the process has to be asked.
func (w *Watch) Repeated(ctx context.Context) []valgrind.Record {
	if len(w.seen) == 0 || len(w.crashed) > 0 || w.plan.VgdbPrefix == "" {
		return nil
	}
	var again []valgrind.Record
	for _, pid := range w.serving() {
		answer, err := w.vgdb.LastError(ctx, pid, "ngxtest")
		if err != nil || answer.Errors < 0 {
			continue
		}
		if before, known := w.counted[pid]; known && answer.Errors > before {
			for _, r := range answer.Records {
				if seen, ok := w.seen[r.Key()]; ok {
					r = seen // as it was written, with its suppression
				}
				again = append(again, r)
			}
		}
		w.counted[pid] = answer.Errors
	}
	return again
}

// Ended returns the errors that came with the end of nginx, which has to be over.
func (w *Watch) Ended() []valgrind.Record {
	if w.san != nil {
		return w.pollLogs(true)
	}
	return w.poll((*valgrind.Tail).Finish, true)
}

// Close removes what the watch has on disk.
func (w *Watch) Close() error { return os.RemoveAll(w.dir) }
