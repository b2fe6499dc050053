package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/blame"
	"github.com/ngxtest/ngxtest/runner/brief"
	"github.com/ngxtest/ngxtest/runner/check"
	"github.com/ngxtest/ngxtest/runner/memory"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// blockRun is a test block while it runs.
type blockRun struct {
	*fileRun
	block    *spec.Block
	name     string // with the file in front, as every description has it
	place    report.Place
	expander nginxconf.Expander
	check    *check.Block
	log      *recorder
	watch    *memory.Watch  // nil where memory is not checked
	hasLua   bool           // nginx can be asked to collect Lua's garbage
	restless bool           // nginx under Valgrind is never seen at rest
	erred    map[erred]bool // errors that were told
	requests []wire.Request
	request  int              // the one that is being served, counted from 0; -1: none
	exchange *report.Exchange // of the request that is being checked
	failed   bool             // one of its tests has failed
	stap     *stapRun         // nil where no SystemTap script runs
	passed   map[string]bool  // names of the tests that did not fail
	peers    peers            // while they listen
	held     []found          // findings that are told at the end
	http     wire.Transfer    // its Version is 0 where requests go over HTTP/1
	trace    *blame.Trace     // not nil where the block runs once more to see who calls what, and
	rounds   int              // how often its requests were sent then
}

// block runs one block. What goes wrong with it ends the block, not the file.
func (f *fileRun) block(b *spec.Block) {
	f.crowd.look()
	started := time.Now()
	r := &blockRun{fileRun: f, block: b, place: report.Place{Block: b.Name, Line: b.Line}, request: -1, passed: map[string]bool{}}
	f.tell(report.Event{Kind: report.BlockStart, Place: r.at()})
	err := r.run()
	r.tellExchange()
	r.endWatch()
	r.endStap()
	r.closeLogs()
	if err != nil && f.ctx.Err() == nil {
		f.bail(r.at(), r.name, err)
	}
	r.place = report.Place{Block: r.place.Block, Line: b.Line}
	f.ran = f.slot
	f.tell(report.Event{Kind: report.BlockEnd, Place: r.at(), Seconds: time.Since(started).Seconds()})
}

// closeLogs lets go of the files of the block's logs. What still reads them opens them again.
func (r *blockRun) closeLogs() {
	if r.check == nil {
		return
	}
	r.log.log.Close()
	if l, ok := r.check.AccessLog.(*nginx.Log); ok {
		l.Close()
	}
}

// at is where in the file the block is, with the repeat and request of the moment.
func (r *blockRun) at() *report.Place {
	place := r.place
	return &place
}

// run is one block from its preprocessors to its cleanup handlers, in Test::Nginx's order. An error is what Test::Nginx
// bails out with.
func (r *blockRun) run() error {
	r.name = r.File + " " + r.block.Name
	if r.Preprocess != nil {
		if err := r.Preprocess(r.block); err != nil {
			return err
		}
	}
	r.place.Block = r.block.Name
	r.name = r.File + " " + r.block.Name
	r.prepare()
	defer func() { r.previous = r.check }()
	decision, err := r.check.Decide(check.Versions{
		Nginx: r.build.Canonical, OpenSSL: r.build.OpenSSL, BuildSlave: r.env["TEST_NGINX_BUILDSLAVE"], Load: r.load() != "",
	}, r.eval)
	if err != nil {
		return err
	}
	if !decision.Skip {
		if err := r.chooseHTTP(); err != nil {
			return err
		}
	}
	config, restart, err := r.restart()
	if err != nil {
		return err
	}
	dryRun := ""
	switch {
	case decision.Skip, !restart:
	case r.block.Has("must_die"):
		return r.mustDie(config)
	case r.reloads():
		if dryRun, err = r.reload(config); err != nil && !decision.Todo {
			return err
		}
	default:
		if dryRun, err = r.start(config); err != nil && !decision.Todo {
			return err
		}
	}
	if err := r.initialise(); err != nil {
		return err
	}
	if err := r.repeats(decision, dryRun); err != nil {
		return err
	}
	if err := r.collectLog(); err != nil {
		return err
	}
	for _, clean := range r.TestCleanupHandlers {
		if _, err := clean(r.check.Self); err != nil {
			return fmt.Errorf("cleanup handler: %w", err)
		}
	}
	return nil
}

// prepare connects the checks with this block's world.
func (r *blockRun) prepare() {
	r.expander = nginxconf.Expander{
		Name: r.name, ServerPort: r.Settings.ServerPort,
		Env: func(name string) (string, bool) { v, ok := r.env[name]; return v, ok },
		RandPort: func(taken func(int) bool) (int, error) {
			return nginx.FreePort(r.Settings.ServerAddr, taken)
		},
	}
	wait := r.logWait()
	r.log = &recorder{meanwhile: r.meanwhile, log: &nginx.Log{
		Path: r.root.ErrorLog(), Wait: wait, Accumulate: r.Settings.CheckAccumErrorLog, Idle: r.idle, Scratch: &r.scratch,
	}}
	r.check = &check.Block{
		Spec: r.block, Name: r.name, File: r.File, LWP: r.Settings.LWP,
		ServerName: r.Settings.ServerName, ServerPort: r.Settings.ServerPort, ServerPortForClient: r.Settings.ServerPortForClient,
		Expand: r.expander.Expand, Eval: r.eval, BodyChecks: r.ResponseBodyChecks, Self: r.self(),
		ErrorLog: r.log, AccessLog: &nginx.Log{Path: r.root.AccessLog(), Wait: wait, Accumulate: true, Idle: r.idle},
	}
}

// logWait is how long to wait for log lines: as long as Test::Nginx, three times TEST_NGINX_SLEEP. It guards against no hang,
// so a slow Valgrind does not stretch it by all of its factor: every block that nothing may be logged of would take seconds.
func (f *fileRun) logWait() time.Duration {
	const usual, most = 45 * time.Millisecond, 10
	return time.Duration(float64(usual) * max(f.slowdown, min(max(f.measured, float64(f.crowd)), most)))
}

func (r *blockRun) eval(code string) (spec.Value, error) {
	if r.Eval == nil {
		return spec.Value{}, errors.New("there is no Perl here that could evaluate code")
	}
	return r.Eval(r.block, code)
}

// restart decides whether nginx has to be started for the block, and on which config section. A block without one goes on
// with the nginx of the block before.
func (r *blockRun) restart() (config string, restart bool, err error) {
	section := r.block.Value("config")
	switch {
	case r.Settings.NoNginxManager:
		if section.Defined() {
			r.tell(report.Event{Kind: report.Diag, Text: report.Bytes("NO_NGINX_MANAGER activated: config for " + r.name + " ignored")})
		}
		return "", false, nil
	case !section.Defined() && r.config == nil:
		return "", false, fmt.Errorf("no --- config section, and no block before that has one (add one)")
	case !section.Defined():
		return *r.config, r.watched() || r.trace != nil || r.Settings.UseStap, nil
	}
	config, err = r.expander.Expand(section.String())
	if err != nil {
		return "", false, err
	}
	changed := r.config == nil || *r.config != config
	force, set := r.env["TEST_NGINX_FORCE_RESTART_ON_TEST"]
	// Under Valgrind and SystemTap nginx ends with each block, or tells at a reload what the block has lost.
	return config, changed || !set || spec.Text(force).True() || r.setup.Valgrind != "" || r.Settings.UseStap, nil
}

// initialise runs the block's init section.
func (r *blockRun) initialise() error {
	if init := r.block.Value("init"); init.True() {
		if _, err := r.eval(init.String()); err != nil {
			return fmt.Errorf("init failed: %w", err)
		}
	}
	return nil
}

// repeats does the block's requests as often as repeat_each says.
func (r *blockRun) repeats(decision check.Decision, dryRun string) error {
	r.log.reset()
	r.noted(-1)
	options := r.options()
	n := r.Settings.RepeatEach
	for i := range n {
		if i > 0 {
			if err := r.writeUserFiles(); err != nil {
				return err
			}
		}
		r.place.Repeat, r.place.Repeats = i+1, n
		if decision.Skip || decision.Todo {
			r.result(r.at(), r.block, check.Result{Tests: decision.Tests})
			continue
		}
		if err := r.round(i, dryRun, options); err != nil {
			return err
		}
	}
	r.place.Repeat, r.place.Repeats = 0, 0
	return r.probe()
}

// options say how the block's requests are sent.
func (r *blockRun) options() wire.Options {
	options := r.check.Options(r.Settings.ServerAddr, r.timeout())
	options.Alive = r.alive
	if r.watch == nil {
		options.Brief = brief.Wait
	}
	if !options.Abort && !r.expectsTimeout() {
		options.Timeout = r.stretch(options.Timeout)
	}
	return options
}

// round does the requests once.
func (r *blockRun) round(repeat int, dryRun string, options wire.Options) error {
	reqs, err := r.check.Requests()
	if err != nil {
		return err
	}
	if err := r.printCurl(reqs); err != nil {
		return err
	}
	defer r.tellExchange()
	r.requests = reqs
	r.rounds++
	switch {
	case r.load() != "":
		r.result(r.at(), r.block, r.check.NoPeers())
		if dryRun, err = r.underLoad(dryRun, options); err != nil {
			return err
		}
	case dryRun == "":
		if err := r.listen(); err != nil {
			return err
		}
		defer r.hangUp()
	}
	err = r.check.Round(r.ctx, reqs, check.Round{
		Repeat: repeat, DryRun: dryRun, Sleep: r.sleep,
		Do: func(i int, req wire.Request) wire.Exchange {
			r.tellExchange()
			r.place.Request, r.place.Requests = i+1, len(reqs)
			r.request = i
			var x wire.Exchange
			r.meanwhile(func() {
				x = r.transfer(r.ctx, req, options)
				r.requestDone()
			})
			r.exchange = &report.Exchange{
				Request: report.Bytes(req.Bytes()), Response: report.Bytes(x.Raw), TimedOut: x.TimedOut,
			}
			if x.Err != nil {
				r.exchange.Error = x.Err.Error()
			}
			return x
		},
		Emit: func(result check.Result) {
			for _, t := range result.Tests {
				r.failed = r.failed || !t.OK && !report.Todo(t)
				if t.OK && r.passed != nil {
					r.passed[t.Name] = true
				}
			}
			r.result(r.at(), r.block, result)
		},
	})
	if err == nil && r.load() == "" {
		r.queries()
	}
	return err
}

// tellExchange tells what went over the wire for a request of which a test has failed.
func (r *blockRun) tellExchange() {
	if x := r.exchange; x != nil && r.failed {
		log := r.log.andMore()
		x.Log = notable(log)
		x.Advice = cmp.Or(x.Advice, r.unreached(log))
		r.tell(report.Event{Kind: report.Exchanged, Place: r.at(), Exchange: x})
	}
	r.exchange, r.failed = nil, false
	if r.log != nil {
		r.log.forget()
	}
}

// bail tells that a block could not be run to its end: a failed test, so that it counts, and the reason. Test::Nginx would
// end the whole run here.
func (f *fileRun) bail(place *report.Place, name string, err error) {
	text, x := strings.TrimPrefix(err.Error(), name+" - "), refusal(err)
	if x != nil {
		text, _, _ = strings.Cut(text, ": ") // nginx's own words follow
	}
	if prefix := fmt.Sprintf("%s:", f.job.File); !strings.HasPrefix(text, prefix) {
		text = fmt.Sprintf("%s:%d: %s", f.job.File, place.Line, text)
	}
	f.tally.Cut()
	f.tell(report.Event{Kind: report.Abort, Place: place, Text: report.Bytes(text)})
	f.test(place, failedBlock(name), place.Line)
	if x != nil {
		f.tell(report.Event{Kind: report.Exchanged, Place: place, Exchange: x})
	}
}

// alive is asked while nginx does not accept connections.
func (r *blockRun) alive() error {
	if r.server != nil && r.server.Exited() {
		return errors.New("nginx is gone")
	}
	return nil
}

// idle reports that nginx is not going to log any more.
func (r *blockRun) idle() bool { return r.server != nil && (r.server.Idle() || r.server.Exited()) }

// timeout is the suite's client timeout.
func (f *fileRun) timeout() time.Duration { return wire.ParseTime(f.Settings.Timeout) }

var errInterrupted = fmt.Errorf("interrupted: %w", context.Canceled)
