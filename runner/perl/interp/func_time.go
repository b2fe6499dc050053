package interp

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

// randomState is the generator behind rand. It is that of drand48, which gives the numbers that Perl gives after the
// same srand. Without srand the seed is random, as in Perl.
type randomState struct{ x uint64 }

// Uint64 returns 48 random bits, moved up.
func (r *randomState) Uint64() uint64 {
	r.x = (r.x*0x5deece66d + 0xb) & (1<<48 - 1)
	return r.x << 16
}

func (r *randomState) float() float64 { return float64(r.Uint64()>>16) / (1 << 48) }

func (in *Interp) randomness() *randomState {
	if in.random == nil {
		in.seed(rand.Uint32())
	}
	return in.random
}

// generator is the same source for those who need whole numbers.
func (in *Interp) generator() *rand.Rand { return rand.New(in.randomness()) }

func (in *Interp) seed(n uint32) { in.random = &randomState{uint64(n)<<16 + 0x330e} }

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
			return in.randomness().float() * top
		},
		"srand": func(in *Interp, a []Value) Value {
			n := int64(rand.Uint32())
			if len(a) > 0 && a[0] != nil {
				n = Int(a[0])
			}
			in.seed(uint32(n))
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
	return fixedZone(tz)
}

var posixZone = lazyregexp.New(`^([A-Za-z]{3,}|<[-+\w]+>)([-+]?)(\d{1,2})(?::(\d\d))?(.*)$`)

// fixedZone is a zone in POSIX's form, "GMT-5": the sign says what to add to get GMT. What cannot be read is GMT.
func fixedZone(tz string) *time.Location {
	m := posixZone.FindStringSubmatch(tz)
	if m == nil {
		return time.UTC
	}
	if m[5] != "" {
		throw(unsupported("the time zone %s", tz))
	}
	offset := toIndex(m[3])*3600 + toIndex(m[4])*60
	if m[2] != "-" {
		offset = -offset
	}
	return time.FixedZone(strings.Trim(m[1], "<>"), offset)
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
		one: func(fr *frame) Value {
			t := when(fr)
			return t.Format("Mon Jan _2 15:04:05 ") + strconv.Itoa(t.Year())
		},
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
