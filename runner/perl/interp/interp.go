package interp

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// Options say in what surroundings a program runs. The zero value is usable.
type Options struct {
	Script string            // $0
	Args   []string          // @ARGV
	Env    map[string]string // %ENV: read and written; what child processes get
	Dir    string            // the working directory; empty: that of the process
	Inc    []string          // @INC

	Stdin          io.Reader // nil: empty
	Stdout, Stderr io.Writer // nil: what is written is lost

	Context context.Context // its end stops the program; nil: none

	// Limits; 0 is the usual one. Steps are statements, calls and rounds of loops.
	MaxSteps  int64
	MaxMemory uint64 // bytes that the process may have in use while the program runs
}

// What a program may use unless its Options say otherwise.
const (
	UsualSteps  = 100_000_000
	UsualMemory = 1 << 30
)

// cop is where the program is: the statement that runs.
type cop struct {
	file string
	line int
	pkg  string
}

// Interp is an interpreter with its packages and variables. It must not be used from two goroutines at once.
type Interp struct {
	opts     Options
	packages map[string]*Package
	modules  map[string]*module // those that are served from here or by the host
	dir      string

	cop     *cop
	calls   []callFrame
	loops   []activeLoop
	locals  []func()
	match   *matched
	comp    *compiler // the innermost compilation that is going on
	ends    []*Code   // END blocks, the last first
	inits   []*Code   // CHECK and INIT blocks of the program that is being read
	evals   int
	steps   int64 // left until tick looks at the limits again
	spent   int64
	started time.Time

	overloading bool // some package overloads something
	gotoSub     *Code
	nothing     *Code // a sub that does nothing

	// The variables that the interpreter itself looks at.
	underscore, sortA, sortB                                *Glob
	evalError, childError, inputSep, listSep                *Glob
	outputSep, outputRecord, subscriptSep, stdoutG, stderrG *Glob
	env, inc, incHash, sig                                  *Glob

	selected     *Handle
	selectedGlob *Glob
	lastRead     *Handle
	errno        osErrno
	patterns     map[patternKey]*pattern
	inWarn       bool
	inDie        bool
	random       *randomState
	tempPaths    []string
	acted        bool
	lastStat     *statResult
}

// act notes that the program is about to change something outside of itself.
func (in *Interp) act() { in.acted = true }

// Acted reports whether the program has started a process, or has written, made, moved or removed a file, or has tried to.
func (in *Interp) Acted() bool { return in.acted }

const stepsBetweenLooks = 1 << 12

// New returns an interpreter with the built-in modules.
func New(o Options) *Interp {
	if o.MaxSteps == 0 {
		o.MaxSteps = UsualSteps
	}
	if o.MaxMemory == 0 {
		o.MaxMemory = UsualMemory
	}
	if o.Env == nil {
		o.Env = map[string]string{}
	}
	if o.Dir == "" {
		o.Dir, _ = os.Getwd()
	}
	heapBefore()
	in := &Interp{
		opts: o, dir: filepath.Clean(o.Dir), packages: map[string]*Package{}, modules: map[string]*module{},
		cop: &cop{file: o.Script, line: 0, pkg: "main"}, patterns: map[patternKey]*pattern{}, started: time.Now(),
	}
	in.nothing = &Code{pkg: "main", name: "nothing", native: func(*Call) (List, error) { return nil, nil }}
	in.defineGlobals()
	in.defineHandles()
	in.defineUniversal()
	in.defineModules()
	in.steps = stepsBetweenLooks
	heapLimit.Store(max(heapLimit.Load(), o.MaxMemory))
	return in
}

// tick counts a step and now and then looks whether the program has to stop.
func (in *Interp) tick() {
	if in.steps--; in.steps <= 0 {
		in.look()
	}
}

func (in *Interp) look() {
	in.steps = stepsBetweenLooks
	in.spent += stepsBetweenLooks
	if c := in.opts.Context; c != nil && c.Err() != nil {
		throw(&Stopped{Reason: "stopped: " + context.Cause(c).Error(), Err: c.Err()})
	}
	if in.spent > in.opts.MaxSteps {
		throw(&Stopped{Reason: "stopped: more steps than the limit allows (an endless loop? --perl-limit allows more)"})
	}
	if in.spent%(stepsBetweenLooks<<4) == 0 {
		checkHeap(in.opts.MaxMemory)
	}
}

// heapLimit is the largest MaxMemory so far: what single large strings are held against.
var heapLimit atomic.Uint64

// checkHeap ends the program when more memory is in use than limit.
func checkHeap(limit uint64) {
	if heapInUse() > limit {
		runtime.GC() // what is not used any more does not count
		if heapInUse() > limit {
			throw(&Stopped{Reason: "stopped: more memory in use than the limit allows (--perl-limit allows more)"})
		}
	}
}

// heapBefore is what was in use before the first program of Perl: what libraries need for themselves is not its doing.
var heapBefore = sync.OnceValue(heapObjects)

// heapInUse is the memory that Perl programs use, in bytes.
func heapInUse() uint64 {
	now, before := heapObjects(), heapBefore()
	return now - min(now, before)
}

func heapObjects() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

const (
	maxString   = 1 << 28 // bytes
	largeString = 1 << 22
)

// checkLength ends the program when a string or list gets longer than anything sensible, or when there is no room for
// another long one.
func checkLength(n int) {
	if n > maxString || n < 0 {
		throw(&Stopped{Reason: "stopped: a string of more than 256 MB"})
	}
	if n > largeString {
		checkHeap(heapLimit.Load())
	}
}

// unwind undoes what local did since there were n entries.
func (in *Interp) unwind(n int) {
	for len(in.locals) > n {
		undo := in.locals[len(in.locals)-1]
		in.locals = in.locals[:len(in.locals)-1]
		undo()
	}
}

// protect runs f and returns what was thrown, with the interpreter's state put back.
func (in *Interp) protect(f func()) (err error) {
	cop, calls, loops, locals, match, comp := in.cop, len(in.calls), len(in.loops), len(in.locals), in.match, in.comp
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if ret, ok := r.(returning); ok && ret.fr != nil && calls > 0 {
			panic(r)
		}
		err = in.caught(r)
		if d, ok := err.(*Die); ok {
			err = in.signalDie(d)
		}
		in.calls, in.loops = in.calls[:calls], in.loops[:loops]
		in.unwind(locals)
		in.cop, in.match, in.comp = cop, match, comp
	}()
	f()
	return nil
}

// abs is a path from the program as the process has to see it.
func (in *Interp) abs(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return in.dir + "/" + path
}
