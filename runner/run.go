package runner

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Run runs the files and tells the listeners what happens, one event at a time. When ctx ends, nginx is stopped, what
// the run made is removed, and the summary says that it was interrupted.
func Run(ctx context.Context, o Options, listeners ...report.Listener) report.Summary {
	r := &run{Options: o, listeners: listeners, started: time.Now(), found: map[string]bool{}}
	r.summary.LeaksOnly = o.LeaksOnly
	r.Setup = o.Setup.withDefaults()
	if r.Seed == 0 && o.Shard.Of > 0 {
		r.Seed = sharedSeed(o.Files, r.Setup.Env)
	}
	if r.Jobs == 0 && underLoad(r.Setup.Env) {
		r.Jobs = 1 // what runs beside it would be measured, too
	}
	if spec.Text(r.Setup.Env["TEST_NGINX_USE_STAP"]).True() && r.Setup.Env["TEST_NGINX_STAP_OUT"] != "" {
		r.Jobs = 1 // there is one file for the output of all
	}
	if r.Seed == 0 {
		r.Seed = rand.Int64N(1<<31-1) + 1
	}
	files := slices.Clone(o.Files)
	if o.Shuffle {
		shuffle(r.Seed, "", files)
		r.summary.Shuffled = true
	}
	files, shard := r.shard(files)
	worker := NewWorker(ctx, r.Setup)
	r.tell(report.Event{Kind: report.RunStart, Run: &report.Run{
		Stream: report.StreamVersion, Version: o.Version, Nginx: worker.build.Path, NginxVersion: worker.build.Version,
		Valgrind: r.Setup.valgrindVersion(ctx), Sanitized: worker.sanitized(), Seed: r.Seed, Jobs: max(r.Jobs, 1), Files: files, Shard: shard, Started: r.started.UTC().Truncate(time.Millisecond),
	}})
	before := processorTimes()
	if err := r.inLanes(ctx, worker, files); err != nil {
		if !errors.Is(err, errNotAsked) {
			r.tell(report.Event{Kind: report.Info, Text: report.Bytes(err.Error() + ": files run one after the other, on the host's network")})
		}
		if !r.onHost() {
			worker.sweep()
		}
		for _, file := range files {
			if ctx.Err() != nil || r.summary.Stopped {
				break
			}
			if r.Retries > 0 && !r.List {
				worker.insist(ctx, r.job(file), r.Retries, r.tell)
				continue
			}
			worker.Do(ctx, r.job(file), r.tell)
		}
	}
	worker.Close() // what it has used counts
	r.summary.Result = r.summary.Verdict()
	r.summary.Interrupted = ctx.Err() != nil
	r.summary.Seconds = time.Since(r.started).Seconds()
	r.summary.Times = r.used(since(before))
	r.tell(report.Event{Kind: report.RunEnd, Summary: &r.summary})
	return r.summary
}

type run struct {
	Options
	listeners []report.Listener
	started   time.Time
	summary   report.Summary
	found     map[string]bool // keys of the findings that fail the run
	lanesUsed report.Times    // by the processes of lanes, and what they have waited for
}

func (r *run) job(file string) Job {
	return Job{
		File: file, Seed: r.Seed, Title: r.Select.Title, Lines: r.Select.Lines[file],
		FailFast: r.FailFast, LeaksOnly: r.LeaksOnly, List: r.List,
	}
}

func (r *run) tell(e report.Event) {
	switch e.Kind {
	case report.FileStart, report.BlockStart:
		e.At = time.Since(r.started).Round(time.Millisecond).Seconds()
	case report.BlockEnd:
		if e.Flaky {
			r.summary.Flaky++
		}
	case report.Stderr:
		if e.Stray != "" {
			r.summary.Strays++
		}
	case report.Found:
		if f := e.Finding; f.Fails && !r.found[f.Key] {
			r.found[f.Key] = true
			r.summary.Findings++
		}
	case report.Suppressed:
		if r.summary.Suppressed == nil {
			r.summary.Suppressed = map[string]int{}
		}
		for name, n := range e.Suppressed {
			r.summary.Suppressed[name] += n
		}
	case report.FileEnd:
		if r.IgnoreExit {
			e.Result.IgnoreExit()
		}
		r.summary.Add(*e.Result)
		r.summary.Shuffled = r.summary.Shuffled || e.Result.Shuffled
		r.summary.Stopped = r.summary.Stopped || r.FailFast && (r.fails(*e.Result) || r.summary.Findings > 0)
	}
	for _, l := range r.listeners {
		l.Handle(e)
	}
}

// fails reports whether a file that ends so makes the run fail.
func (r *run) fails(f report.FileResult) bool { return !f.OK() && !r.LeaksOnly || f.Cut }

// shuffle puts list in an order that depends on the seed and the name alone.
func shuffle[T any](seed int64, name string, list []T) {
	hash := fnv.New64a()
	hash.Write([]byte(name))
	rand.New(rand.NewPCG(uint64(seed), hash.Sum64())).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// processorTimes returns what this process and the children that it has waited for have used so far.
func processorTimes() report.Times {
	var self, children syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &self) != nil || syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children) != nil {
		return report.Times{}
	}
	return report.Times{
		User: seconds(self.Utime), System: seconds(self.Stime),
		ChildUser: seconds(children.Utime), ChildSystem: seconds(children.Stime),
	}
}

// used moves what lanes themselves have used from the children to ngxtest.
func (r *run) used(t report.Times) report.Times {
	t.User += r.lanesUsed.User
	t.System += r.lanesUsed.System
	t.ChildUser = max(0, t.ChildUser-r.lanesUsed.User)
	t.ChildSystem = max(0, t.ChildSystem-r.lanesUsed.System)
	return t
}

func since(before report.Times) report.Times {
	now := processorTimes()
	return report.Times{
		User: now.User - before.User, System: now.System - before.System,
		ChildUser: now.ChildUser - before.ChildUser, ChildSystem: now.ChildSystem - before.ChildSystem,
	}
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
