package runner

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/memory"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/wire"
	"github.com/ngxtest/ngxtest/valgrind"
)

// checker finds Valgrind for the worker, once; nil where no run under Valgrind is asked for.
func (w *Worker) checker(ctx context.Context) (*memory.Checker, error) {
	if w.setup.Valgrind == "" || w.memory != nil {
		return w.memory, nil
	}
	owner, err := w.owner()
	if err != nil {
		return nil, err
	}
	w.memory, err = memory.New(ctx, memory.Options{
		Valgrind: w.setup.Valgrind, Suppressions: w.setup.Suppressions, WorkDir: owner.Roots[0], Owner: owner,
	})
	return w.memory, err
}

// owner tells the user's code from that of the system: what lies below the working directory is theirs.
func (w *Worker) owner() (valgrind.Owner, error) {
	dir, err := os.Getwd()
	return valgrind.Owner{Roots: []string{dir}, Programs: []string{w.build.Path}}, err
}

// watched says whether memory is checked, be it by Valgrind or by a sanitizer in nginx. Each block has an nginx of its own
// then: its end is part of what is looked at.
func (r *blockRun) watched() bool { return r.setup.Valgrind != "" || r.sanitized() }

// sanitized says whether nginx has a sanitizer in it. Valgrind does not go together with one.
func (r *blockRun) sanitized() bool {
	return r.setup.Valgrind == "" && r.load() == "" && (nginx.AsksForSanitizer(r.env) || r.builtSanitized(r.loadModules("")))
}

// builtSanitized says whether nginx with these modules was built with a sanitizer. It is asked twice for each block.
func (w *Worker) builtSanitized(modules []string) bool {
	key := strings.Join(modules, "\n")
	built, known := w.sanitizers[key]
	if !known {
		built = nginx.Sanitized(append([]string{w.build.Path}, modules...)...)
		if w.sanitizers == nil {
			w.sanitizers = map[string]bool{}
		}
		w.sanitizers[key] = built
	}
	return built
}

// sanitized says the same of a run, as far as that can be known before a file is evaluated.
func (w *Worker) sanitized() bool {
	modules := w.defaultModules
	if asked, ok := w.setup.Env["TEST_NGINX_LOAD_MODULES"]; ok {
		modules = nginxconf.ParseLoadModules(asked)
	}
	return w.noBin == nil && !w.setup.UnderValgrind() && !underLoad(w.setup.Env) &&
		(nginx.AsksForSanitizer(w.setup.Env) || w.builtSanitized(modules))
}

// watchMemory prepares the start of the block's nginx under Valgrind, or where a sanitizer is in it. A block whose nginx must
// die runs without, as with Test::Nginx.
func (r *blockRun) watchMemory() error {
	checker, err := r.checker(r.ctx)
	if err != nil || r.block.Has("must_die") {
		return err
	}
	if checker == nil {
		if r.trace == nil && r.sanitized() {
			owner, err := r.owner()
			if err != nil {
				return err
			}
			r.watch, err = memory.Sanitized(owner, r.root.ErrorLog())
			return err
		}
		return nil
	}
	checker.Timeout = r.stretch(3 * time.Second)
	checker.Label = fmt.Sprintf("%s-%d", strings.ReplaceAll(r.job.File, "/", "_"), r.block.Line)
	if n := len(r.unfinished); n > 0 && r.reloads() {
		r.watch = r.unfinished[n-1].watch.Next()
		return nil
	}
	if r.watch, err = checker.Watch(r.Settings.MasterProcess == "on"); err != nil {
		return err
	}
	for _, note := range r.watch.Notes() {
		r.tell(report.Event{Kind: report.Info, Text: report.Bytes(note)})
	}
	return nil
}

// measure sets the factor for guarding limits at the first start under Valgrind. What takes a second there takes some tens
// of milliseconds otherwise.
func (r *blockRun) measure(start time.Duration) {
	if r.watch == nil || r.watch.Sanitized() || r.measured > 0 {
		return
	}
	const native = 25 * time.Millisecond
	r.measured = min(max(float64(start)/float64(native), 10), 100)
	r.tell(report.Event{Kind: report.Info, Text: report.Bytes(fmt.Sprintf(
		"under Valgrind, limits that guard against a hang are stretched %.0f times (nginx took %s to start)", r.measured, start.Round(time.Millisecond)))})
}

// memoryErrors tells the errors that Valgrind has written since the last look. They belong to the request of the moment.
func (r *blockRun) memoryErrors(records []valgrind.Record) {
	for _, record := range records {
		verdict := valgrind.Error
		if record.Kind == valgrind.FatalSignal {
			verdict = valgrind.Crash
		}
		if r.erred == nil {
			r.erred = map[erred]bool{}
		}
		r.erred[erred{record.Key(), r.request}] = true
		r.finding(r.at(), memory.Loss{Verdict: verdict, Record: record, Request: r.request}, nil)
	}
}

// erred is an error and the request that it came with.
type erred struct {
	key     valgrind.Key
	request int
}

// requestDone looks for errors after a request. A process that still works on it has not written all of them.
func (r *blockRun) requestDone() {
	r.noted(r.request)
	if r.watch != nil {
		r.settle(r.ctx)
		if r.server != nil {
			r.server.Heard() // Valgrind's text, where the user wants that
		}
		fresh := r.watch.Errors()
		again := r.watch.Repeated(r.ctx)
		r.memoryErrors(fresh)
		if len(fresh) == 0 {
			r.memoryErrors(again)
		}
	}
}

// settle waits until nginx has come to rest: as long as one of its processes works, starts or ends, and for a moment where
// something may wake them later, since a test may leave a timer running. A process that never rests is waited for once.
func (r *blockRun) settle(ctx context.Context) {
	const moment = 200 * time.Millisecond
	start := time.Now()
	for r.server != nil && !r.server.Exited() {
		passed := time.Since(start)
		switch r.server.Rest() {
		case nginx.AtRest:
			return
		case nginx.Waiting:
			if passed > moment {
				return
			}
		case nginx.AtWork:
			if passed > moment && r.restless {
				return
			}
			r.restless = passed > r.stretch(time.Second)
		}
		if wire.Sleep(ctx, 2*time.Millisecond) != nil {
			return
		}
	}
}

// probe sends the block's requests again and watches what grows.
func (r *blockRun) probe() error {
	if r.trace != nil {
		return r.repeatNoted(r.options())
	}
	if r.watch == nil || r.server == nil || r.server.Exited() || len(r.requests) == 0 {
		return nil
	}
	r.requestDone()
	p := r.sender(r.requests, func() {
		r.memoryErrors(slices.DeleteFunc(r.watch.Errors(), func(e valgrind.Record) bool {
			return r.erred[erred{e.Key(), r.request}] // by another process
		}))
	})
	p.Before = r.rounds
	err := r.watch.Probe(r.ctx, p)
	r.request = -1
	return err
}

// collect has the Lua of every process collect its garbage.
func (r *blockRun) collect(ctx context.Context, socket string) error {
	workers := 1
	if r.Settings.MasterProcess == "on" {
		workers = max(r.Settings.Workers, 1)
	}
	seen := map[string]bool{}
	for range 20 * workers {
		dialer := net.Dialer{Timeout: r.stretch(time.Second)}
		c, err := dialer.DialContext(ctx, "unix", socket)
		if err != nil {
			return fmt.Errorf("cannot ask nginx to collect Lua's garbage: %w", err)
		}
		_ = c.SetDeadline(time.Now().Add(r.stretch(time.Second)))
		fmt.Fprint(c, "GET / HTTP/1.0\r\n\r\n")
		answer, _ := io.ReadAll(c)
		c.Close()
		_, pid, _ := strings.Cut(string(answer), "\r\n\r\n")
		if seen[pid] = true; len(seen) == workers {
			break
		}
	}
	r.settle(ctx)
	return ctx.Err()
}

// endWatch stops nginx, whose end has things to say, and tells what was lost. Where the next block takes over nginx by a
// reload, that has to wait until the workers of this block are gone.
func (r *blockRun) endWatch() {
	switch {
	case r.watch == nil:
	case r.byReload() && r.server != nil:
		r.unfinished = append(r.unfinished, r)
		if r.server.Exited() {
			r.stop()
		}
	default:
		started := r.server != nil
		r.stop()
		r.tellLosses(started, r.watch.Ended)
		r.closeWatch()
	}
}

// tellLosses tells what the block's nginx, if it was started, has lost. last returns the errors that came with its end.
func (r *blockRun) tellLosses(started bool, last func() []valgrind.Record) {
	defer r.release()
	if !started && !r.watch.Sanitized() { // a sanitizer may be why
		return
	}
	r.place.Repeat, r.place.Repeats, r.request = 0, 0, -1
	r.memoryErrors(last())
	for _, words := range r.watch.Words() {
		r.warn(fmt.Sprintf("WARNING: %s - the sanitizer in nginx says: %s", r.name, words))
	}
	if hidden := r.watch.Suppressed(); len(hidden) > 0 {
		r.tell(report.Event{Kind: report.Suppressed, Place: r.at(), Suppressed: hidden})
	}
	losses := r.watch.Losses(len(r.requests), r.setup.StrictLeaks)
	look, err := r.closer(losses)
	r.assign(look)
	for _, loss := range look.Decide(losses, r.watch.Owner(), r.pipelined()) {
		r.loss(loss, err)
	}
}

func (r *blockRun) closeWatch() {
	if err := r.watch.Close(); err != nil {
		r.warn(fmt.Sprintf("WARNING: %s - %v", r.name, err))
	}
	r.watch = nil
}

// finishReloaded tells of the blocks whose workers are gone since the last reload.
func (f *fileRun) finishReloaded() {
	f.unfinished = slices.DeleteFunc(f.unfinished, func(u *blockRun) bool {
		if !u.watch.Over(u.stretch(100 * time.Millisecond)) {
			return false // it is busy with a request
		}
		u.tellLosses(true, u.watch.Errors)
		return true
	})
}

// finishStopped tells of all blocks that wait for the end of nginx, which is there.
func (f *fileRun) finishStopped() {
	waiting := f.unfinished
	f.unfinished = nil
	for _, u := range waiting {
		u.tellLosses(true, u.watch.Ended)
	}
	if n := len(waiting); n > 0 {
		waiting[n-1].closeWatch()
	}
}

// luaLoaded reports whether nginx has the Lua module: loaded, or built in.
func (r *blockRun) luaLoaded(modules []string, mainConfig string) bool {
	const module = "ngx_http_lua_module"
	for _, m := range modules {
		if strings.HasPrefix(filepath.Base(m), module) {
			return true
		}
	}
	return strings.Contains(mainConfig, module) || r.build.OpenResty || strings.Contains(r.build.Output, "lua-nginx-module") ||
		strings.Contains(r.build.Output, "/ngx_lua")
}
