package memory

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/valgrind"
)

// sanitizerLogs is what there is in place of Valgrind where a sanitizer is built into the code: the logs of its processes.
type sanitizerLogs struct {
	logs   map[string]*valgrind.SanitizerLog
	lost   map[string][]valgrind.Record // by log: what the last leak check said
	errors []valgrind.Record            // that a leak check found on its way
	words  []string
	begun  string // a line on standard error that goes on

	checked bool // there was a leak check
	times   int  // how often the requests were sent where no leak check could be asked for
}

// logName is what a sanitizer appends the process id to.
const logName = "sanitizer"

// Sanitized prepares the start of an nginx that a sanitizer is built into, or into a library that it loads.
//
// The runtime that gcc has for undefined behaviour writes to standard error where AddressSanitizer is there, too, whatever
// log_path says: what nginx says there has to go to Said, and errorLog, which nginx makes its standard error, is read as well.
func Sanitized(owner valgrind.Owner, errorLog string) (*Watch, error) {
	dir, err := os.MkdirTemp("", "ngxtest-sanitizer-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o777); err != nil { // a worker that runs as somebody else writes its log, too
		os.RemoveAll(dir)
		return nil, err
	}
	w := newWatch(owner, dir)
	w.san = &sanitizerLogs{logs: map[string]*valgrind.SanitizerLog{}, lost: map[string][]valgrind.Record{}}
	for _, f := range []string{errorLog, w.said()} {
		w.san.logs[f] = &valgrind.SanitizerLog{File: f, Mixed: true}
	}
	return w, nil
}

func (w *Watch) said() string { return filepath.Join(w.dir, "stderr") }

// Said takes what nginx has written to its standard error and returns what of it is not a sanitizer's, whole lines. nginx
// itself writes whole lines; what a sanitizer has begun stays until it goes on. What Valgrind says there is read and returned.
func (w *Watch) Said(text string) string {
	if w.spoken != nil {
		w.spoken.hear(text)
	}
	if w.san == nil {
		return text
	}
	text = w.san.begun + text
	end := strings.LastIndexByte(text, '\n') + 1
	text, w.san.begun = text[:end], text[end:]
	var own, others strings.Builder
	report := false
	for line := range strings.Lines(text) {
		report = valgrind.SanitizerSays(line) || report && line == "\n" // which ends it
		if report {
			own.WriteString(line)
		} else {
			others.WriteString(line)
		}
	}
	if f, err := os.OpenFile(w.said(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil && own.Len() > 0 {
		_, _ = f.WriteString(own.String())
		f.Close()
	}
	return others.String()
}

// Sanitized says that the watch is not Valgrind's.
func (w *Watch) Sanitized() bool { return w.san != nil }

// Words are what sanitizers said that is no finding, such as why a process could not start: call it after Ended.
func (w *Watch) Words() []string {
	if w.san == nil {
		return nil
	}
	return w.san.words
}

// Env returns env (NAME=value) with options for sanitizers: those that are there, and where the logs go.
func (w *Watch) Env(env []string) []string {
	if w.san == nil {
		return env
	}
	env = slices.Clone(env)
	log := "log_path=" + filepath.Join(w.dir, logName)
	for name, options := range map[string]string{"ASAN_OPTIONS": log, "LSAN_OPTIONS": log, "UBSAN_OPTIONS": "print_stacktrace=1:" + log} {
		env = slices.DeleteFunc(env, func(v string) bool {
			users, found := strings.CutPrefix(v, name+"=")
			if found && users != "" {
				options = strings.TrimSuffix(options, log) + users + ":" + log // the last word counts
			}
			return found
		})
		env = append(env, name+"="+options)
	}
	slices.Sort(env)
	return env
}

// news reads the logs.
func (w *Watch) news(ended bool) map[string]valgrind.SanitizerNews {
	files, _ := filepath.Glob(filepath.Join(w.dir, logName+".*"))
	for _, f := range files {
		if w.san.logs[f] == nil {
			w.san.logs[f] = &valgrind.SanitizerLog{File: f}
		}
	}
	all := map[string]valgrind.SanitizerNews{}
	for f, l := range w.san.logs {
		if news, err := l.Poll(ended); err == nil {
			all[f] = news
		}
	}
	return all
}

// pollLogs returns the errors since the last call. The losses that it comes upon are told by processes that have ended.
func (w *Watch) pollLogs(ended bool) []valgrind.Record {
	errs := w.san.errors
	w.san.errors = nil
	all := w.news(ended)
	for _, f := range slices.Sorted(maps.Keys(all)) {
		errs = append(errs, all[f].Errors...)
		w.losses = append(w.losses, known(all[f].Leaks)...)
		if words := all[f].Words; words != "" {
			w.san.words = append(w.san.words, words)
		}
	}
	for _, r := range errs {
		if r.Kind == valgrind.FatalSignal {
			w.crashed[r.PID] = true
		}
	}
	return errs
}

// known leaves out the one-time records of nginx itself, as under Valgrind.
func known(lost []valgrind.Record) []valgrind.Record {
	builtin, _ := valgrind.ParseSuppressions("", []byte(valgrind.Builtin))
	return slices.DeleteFunc(lost, func(r valgrind.Record) bool {
		r.Tool = "memcheck"
		_, silenced := builtin.Match(r)
		return silenced
	})
}

// allocators are functions of nginx's that do no more than call malloc.
var allocators = []string{"ngx_alloc", "ngx_calloc", "ngx_memalign"}

// nameless says that the stack of a sanitizer's names nothing below the allocators: what has allocated it has no frame
// pointers and no names.
func (w *Watch) nameless(s valgrind.Stack) bool {
	return w.san != nil && !slices.ContainsFunc(s[min(1, len(s)):], func(f valgrind.Frame) bool {
		return f.Function != "" && !slices.Contains(allocators, f.Function)
	})
}

// checkLogs is a look at what the live processes lost, which Probe.Collect has just had them tell. One that says nothing has
// lost nothing more.
func (w *Watch) checkLogs() checked {
	var c checked
	var before, after []valgrind.Record
	for f, news := range w.news(false) {
		w.san.errors = append(w.san.errors, news.Errors...)
		if news.Leaks != nil {
			before, after = append(before, w.san.lost[f]...), append(after, news.Leaks...)
			w.san.lost[f] = news.Leaks
		}
	}
	if w.san.checked {
		c.records = valgrind.Between(before, after)
		for i := range c.records {
			c.records[i].Kind = valgrind.PossiblyLost // or Lua holds it
		}
	} else {
		c.fresh = after
	}
	w.san.checked = true
	return c
}

// manyTimes is how often requests are sent where nobody can be asked what they lose until nginx ends. What a start loses
// with one stack is hardly ever that many blocks.
const manyTimes = 20

// load sends the requests so often that what they lose shows by its number.
func (w *Watch) load(ctx context.Context, p Probe) error {
	for range manyTimes {
		for i := range p.Requests {
			if err := p.Send(ctx, i); err != nil {
				return err
			}
		}
	}
	w.san.times = manyTimes + p.Before
	return nil
}

// grownAtExit is the growth of what was lost at least once for each time that the requests were sent.
func (w *Watch) grownAtExit(r valgrind.Record, requests int) *valgrind.Growth {
	times := w.san.times
	if times == 0 || r.Blocks < int64(times) {
		return nil
	}
	return &valgrind.Growth{
		Key: r.Key(), Record: r, Pattern: valgrind.EveryStep, Requests: times * requests, Bytes: r.Bytes, Blocks: r.Blocks, Lost: true,
	}
}
