package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/load"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
	"github.com/ngxtest/ngxtest/runner/wire"
	"github.com/ngxtest/ngxtest/valgrind"
)

// The modes in which blocks are not tested but put under load.
const (
	checkLeak = "check-leak"
	benchmark = "benchmark"
)

// The variables that decide it.
const (
	checkLeakVar   = "TEST_NGINX_CHECK_LEAK"
	samplesVar     = "TEST_NGINX_CHECK_LEAK_COUNT"
	benchmarkVar   = "TEST_NGINX_BENCHMARK"
	warmupVar      = "TEST_NGINX_BENCHMARK_WARMUP"
	defaultSamples = 100
)

// underLoad reports whether the environment asks for one of these modes.
func underLoad(env map[string]string) bool {
	return spec.Text(env[checkLeakVar]).True() || spec.Text(env[benchmarkVar]).True()
}

var benchmarkForm = lazyregexp.New(`^\s*([0-9]{1,9})(?:\s+([0-9]{1,5}))?\s*$`)

// checkLoad returns what is wrong with the variables.
func checkLoad(env map[string]string) (problems []error) {
	count := func(name string) {
		if v, set := env[name]; set && v != "" {
			if n, err := strconv.Atoi(v); err != nil || n < 0 {
				problems = append(problems, fmt.Errorf("%s=%s: no number (want how many)", name, v))
			}
		}
	}
	count(samplesVar)
	count(warmupVar)
	if v := env[benchmarkVar]; spec.Text(v).True() && !benchmarkForm.MatchString(v) {
		problems = append(problems, fmt.Errorf("%s=%s: want how many requests, and over how many connections: 1000 10", benchmarkVar, v))
	}
	return problems
}

// load is the mode in which the file's blocks are put under load; "" where they are tested.
func (f *fileRun) load() string {
	switch {
	case f.Suite == nil:
		return ""
	case f.Settings.Benchmark != "":
		return benchmark
	case f.Settings.CheckLeak:
		return checkLeak
	}
	return ""
}

// underLoad puts nginx under load with the block's requests. All tests of the block are skips then: dryRun is why.
func (r *blockRun) underLoad(before string, options wire.Options) (dryRun string, err error) {
	mode := r.load()
	dryRun = map[string]string{benchmark: `the "benchmark" testing mode`, checkLeak: `the "check leak" testing mode`}[mode]
	if before != "" || !r.check.Loadable() || r.server == nil && !r.Settings.NoNginxManager {
		return cmp.Or(before, dryRun), nil
	}
	r.warn(r.name)
	o := load.Options{Addr: options.Addr, Timeout: options.Timeout, Concurrency: 2}
	for _, request := range r.single() {
		o.Requests = append(o.Requests, load.Prepare(request.Bytes()))
	}
	if mode == benchmark {
		return dryRun, r.benchmark(o)
	}
	return dryRun, r.checkLeak(o)
}

// benchmark measures how fast answers come.
func (r *blockRun) benchmark(o load.Options) error {
	m := benchmarkForm.FindStringSubmatch(r.Settings.Benchmark)
	if m == nil {
		return fmt.Errorf("%s=%s: want how many requests, and over how many connections: 1000 10", benchmarkVar, r.Settings.Benchmark)
	}
	number := func(text string) int { n, _ := strconv.Atoi(text); return n }
	requests := number(m[1])
	o.Concurrency = cmp.Or(number(m[2]), o.Concurrency)
	warmup := number(r.Settings.BenchmarkWarmup)
	if warmup > 0 {
		r.warn(fmt.Sprintf("Warming up with %d requests...", warmup))
		o.Count = warmup
		if _, err := r.send(o); err != nil {
			return err
		}
	}
	o.Count = requests
	result, err := r.send(o)
	if err != nil {
		return err
	}
	told := told(benchmark, o, result)
	told.Warmup = warmup
	for line := range strings.Lines(told.Text()) {
		r.warn(line)
	}
	r.tell(report.Event{Kind: report.Loaded, Place: r.at(), Load: &told})
	return nil
}

// send sends all requests, unless nginx ends before.
func (r *blockRun) send(o load.Options) (load.Result, error) {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	l := load.Start(ctx, o)
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-l.Done():
			return l.Wait(), context.Cause(r.ctx)
		case <-ticker.C:
			if r.server != nil && r.server.Exited() {
				cancel()
				l.Wait()
				return load.Result{}, errGone
			}
		}
	}
}

var errGone = errors.New("nginx is gone (its error log may say why)")

// checkLeak watches the memory of nginx under load, as often and for as long as Test::Nginx.
func (r *blockRun) checkLeak(o load.Options) error {
	const warmup, pause = time.Second, 20 * time.Millisecond
	if r.server == nil {
		return fmt.Errorf("%s: nginx is not ngxtest's own, so its memory cannot be watched (unset TEST_NGINX_NO_NGINX_MANAGER)", checkLeakVar)
	}
	samples := defaultSamples
	if v, set := r.env[samplesVar]; set {
		samples, _ = strconv.Atoi(v)
	}
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	l := load.Start(ctx, o)
	var seen load.Samples
	gone := false
	wait := warmup
	for range samples {
		if err := wire.Sleep(r.ctx, wait); err != nil {
			break
		}
		wait = pause
		resident, ok := r.server.Resident(r.Settings.MasterProcess == "on")
		if gone = !ok; gone {
			break
		}
		seen.Add(resident, l.Answered())
	}
	cancel()
	result := l.Wait()
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	if gone {
		r.test(r.at(), tap.Test{Name: fmt.Sprintf("%s - the nginx process %d is gone", r.name, r.server.Pid)}, r.block.Line)
	}
	r.warn("LeakTest: " + fmt.Sprint(seen.Resident))
	r.warn("LeakTest: k=" + seen.K())
	t := told(checkLeak, o, result)
	t.Memory = &report.LoadMemory{
		Resident: seen.Resident, Answered: seen.Answered, Slope: seen.K(), PerRequest: seen.BytesPerRequest(),
		Verdict: seen.Growth().String(),
	}
	if result.Answered == 0 && !gone {
		r.warn(fmt.Sprintf("WARNING: %s - no request was answered, so this says nothing: %v", r.name, result.Err))
	}
	r.tell(report.Event{Kind: report.Loaded, Place: r.at(), Load: &t})
	r.growth(seen)
	return nil
}

// told is a result as the event has it.
func told(mode string, o load.Options, result load.Result) report.Load {
	at := func(percent float64) float64 { return result.Percentile(percent).Seconds() }
	t := report.Load{
		Mode: mode, Connections: o.Concurrency, Answered: result.Answered, Failed: result.Failed, Bytes: result.Bytes,
		Seconds: result.Elapsed.Seconds(), Rate: result.Rate(), Statuses: map[string]int{},
		Latency: report.Latency{
			Mean: result.Mean().Seconds(), P50: at(50), P75: at(75), P90: at(90), P99: at(99), P999: at(99.9), Max: at(100),
		},
	}
	if o.Count > 0 {
		t.Connections = min(o.Concurrency, o.Count)
	}
	for _, status := range slices.Sorted(maps.Keys(result.Statuses)) {
		t.Statuses[strconv.Itoa(status)] = result.Statuses[status]
	}
	if result.Err != nil {
		t.Error = result.Err.Error()
	}
	return t
}

// growth tells what samples mean as a memory finding: one that fails the run where memory grows as long as it is looked at.
func (r *blockRun) growth(s load.Samples) {
	f := report.Finding{Key: valgrind.Key("resident\n" + r.name).Fingerprint()}
	f.Kind = "Resident"
	switch s.Growth() {
	case load.Steady:
		return
	case load.Growing:
		f.Verdict = valgrind.Growing
		f.What = "resident memory grows under load"
	case load.Levels:
		f.Verdict = valgrind.Suspect
		f.What = "resident memory grew under load, but no more towards the end"
		f.Note = "a higher " + samplesVar + " looks at it for longer"
	}
	n := len(s.Resident)
	f.What += fmt.Sprintf(": from %d to %d KB in %d samples, k=%s", s.Resident[0], s.Resident[n-1], n, s.K())
	if requests := s.Answered[n-1] - s.Answered[0]; requests > 0 {
		f.What += fmt.Sprintf(", about %.0f bytes with each of %d requests", s.BytesPerRequest(), requests)
	}
	f.Fails = f.Verdict.Fails(r.setup.StrictLeaks)
	if requests := r.single(); len(requests) == 1 {
		f.RequestLine = requestLine(requests[0])
	}
	place := r.at()
	place.Repeat, place.Repeats, place.Request, place.Requests = 0, 0, 0, 0
	r.tell(report.Event{Kind: report.Found, Place: place, Finding: &f})
}
