package valgrind

// Verdict is what a finding is, in the word that a user reads.
type Verdict string

// The verdicts.
const (
	Leak       Verdict = "leak"         // lost while the process lives, or grows with requests and gets lost
	Growing    Verdict = "growing"      // reachable, but more with the requests: a leak or a cache without a bound
	Once       Verdict = "once"         // there, and does not grow
	AtExitOnly Verdict = "at exit only" // seen when the process ended and never while it lived
	Error      Verdict = "error"        // invalid access, uninitialised use, bad free, race...
	Crash      Verdict = "crash"        // a signal ended the process
	Suspect    Verdict = "suspect"      // grew in the only step there was: to be decided with more requests
)

// Fails says whether a finding of the verdict fails a run. strict is for users that want no record at all.
func (v Verdict) Fails(strict bool) bool {
	switch v {
	case Leak, Growing, Error, Crash:
		return true
	}
	return strict
}

// Evidence is what is known of one stack.
type Evidence struct {
	Kind Kind
	// Checked says that the process was asked for leaks while it lived, so that growth can be told.
	Checked bool
	// Alive says that the stack had blocks at a leak check of the live process, the baseline included.
	Alive bool
	// Growth is what Grow said of the stack; nil when it did not grow.
	Growth *Growth
}

// Classify gives the verdict.
//
// Blocks that got lost for good after the baseline are a leak, however few. What grows and is still reachable may be a
// cache. A record that the end of the process alone shows proves nothing: lua_close unloads FFI libraries, and what their
// static variables pointed at is then "definitely lost".
func Classify(e Evidence) Verdict {
	switch {
	case e.Kind == FatalSignal:
		return Crash
	case !e.Kind.IsLoss():
		return Error
	case e.Growth == nil || e.Growth.Pattern == NoGrowth:
		if e.Alive {
			return Once
		}
		return AtExitOnly
	case e.Growth.Pattern == Undecided:
		return Suspect
	case e.Growth.Lost:
		return Leak
	case e.Growth.Pattern == OnceOnly, e.Growth.Pattern == Bounded:
		return Once
	}
	return Growing
}
