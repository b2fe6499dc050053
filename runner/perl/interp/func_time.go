package interp

import (
	"math/rand/v2"
	"os"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// randomState is the generator behind rand; without srand its seed is random, as in Perl.
type randomState struct{ *rand.Rand }

func (in *Interp) generator() *rand.Rand {
	if in.random == nil {
		in.seed(rand.Uint64())
	}
	return in.random.Rand
}

func (in *Interp) seed(n uint64) {
	in.random = &randomState{rand.New(rand.NewPCG(n, n^0x9e3779b97f4a7c15))}
}

// pause waits so many seconds, or until the program is stopped.
func (in *Interp) pause(seconds float64) {
	if seconds <= 0 {
		return
	}
	t := time.NewTimer(time.Duration(seconds * float64(time.Second)))
	defer t.Stop()
	var done <-chan struct{}
	if c := in.opts.Context; c != nil {
		done = c.Done()
	}
	select {
	case <-t.C:
	case <-done:
		in.look()
	}
}

func init() {
	for name, f := range map[string]func(in *Interp, a []Value) Value{
		"time": func(_ *Interp, _ []Value) Value { return time.Now().Unix() },
		"sleep": func(in *Interp, a []Value) Value {
			begin := time.Now()
			if len(a) == 0 {
				throw(unsupported("sleep without an argument"))
			}
			in.pause(float64(Int(a[0])))
			return int64(time.Since(begin).Round(time.Second) / time.Second)
		},
		"rand": func(in *Interp, a []Value) Value {
			top := 1.0
			if len(a) > 0 {
				if n := Num(a[0]); n != 0 {
					top = n
				}
			}
			return in.generator().Float64() * top
		},
		"srand": func(in *Interp, a []Value) Value {
			n := int64(rand.Uint32())
			if len(a) > 0 && a[0] != nil {
				n = Int(a[0])
			}
			in.seed(uint64(n))
			if n == 0 {
				return "0 but true"
			}
			return n
		},
		"alarm": func(_ *Interp, a []Value) Value {
			if Num(argOf(a, 0)) != 0 {
				throw(unsupported("alarm"))
			}
			return int64(0)
		},
	} {
		scalarFunctions[name] = f
	}
	for name, utc := range map[string]bool{"localtime": false, "gmtime": true} {
		fileFunctions[name] = func(c *compiler, x *syntax.Func) expr { return c.brokenDown(x, utc) }
	}
	fileFunctions["times"] = func(_ *compiler, _ *syntax.Func) expr {
		get := func() []Value {
			var u syscall.Rusage
			_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
			sec := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
			return []Value{sec(u.Utime), sec(u.Stime), 0.0, 0.0}
		}
		return &either{
			one:  func(*frame) Value { return get()[0] },
			many: func(_ *frame, out List) List { return append(out, NewList(get()...)...) },
		}
	}
}

// location is the time zone of %ENV, or that of the machine.
func (in *Interp) location() *time.Location {
	tz, ok := in.opts.Env["TZ"]
	if !ok {
		return time.Local
	}
	if loc, err := time.LoadLocation(tz); err == nil {
		return loc
	}
	return time.UTC
}

// brokenDown compiles localtime and gmtime.
func (c *compiler) brokenDown(x *syntax.Func, utc bool) expr {
	arg := c.arg(x, 0)
	when := func(fr *frame) time.Time {
		t := time.Now()
		if arg != nil {
			if v := arg.scalar(fr); v != nil {
				t = time.Unix(Int(v), 0)
			}
		}
		if utc {
			return t.UTC()
		}
		return t.In(fr.in.location())
	}
	return &either{
		one:  func(fr *frame) Value { return when(fr).Format("Mon Jan _2 15:04:05 2006") },
		many: func(fr *frame, out List) List { return append(out, NewList(timeFields(when(fr))...)...) },
	}
}

// timeFields are the nine fields of localtime.
func timeFields(t time.Time) []Value {
	return []Value{
		int64(t.Second()), int64(t.Minute()), int64(t.Hour()), int64(t.Day()), int64(t.Month()) - 1,
		int64(t.Year()) - 1900, int64(t.Weekday()), int64(t.YearDay()) - 1, Int(boolean(t.IsDST())),
	}
}

// pid is $$.
func (in *Interp) pid() Value { return int64(os.Getpid()) }
