package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/thread"
)

// Ways to keep files apart, for Options.Isolate.
const (
	IsolateAuto  = "auto"  // the best that works here
	IsolateNetns = "netns" // lanes, each in a network namespace, or nothing runs
	IsolatePorts = "ports" // lanes without namespaces, for files that have no port of their own
	IsolateNone  = "none"  // one file after the other, in this process and on the host's network
)

var errNotAsked = errors.New("lanes are not asked for")

// inLanes runs the files in lanes. The error, before anything was run, is that there are none to be had here.
func (r *run) inLanes(ctx context.Context, worker *Worker, files []string) error {
	if r.Isolate == "" || r.Isolate == IsolateNone || r.List || r.onHost() {
		return errNotAsked
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // what lanes say is little work; to hand it from thread to thread is more
	thread.Relax()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // the memory is small; to collect what lanes have said takes a tenth of the time
	base := newBase()
	defer os.RemoveAll(base) // what a lane leaves that was killed
	s := &schedule{
		run: r, capacity: newCapacity(r.Jobs, r.Setup.Valgrind != ""), messages: make(chan laneMessage, 64),
		starter: &isolate.Starter{Env: environ(r.Setup.Env)},
		setup: laneSetup{
			Setup: r.Setup, Build: worker.build, Modules: worker.defaultModules, Base: base, Runner: os.Getpid(),
			Sanitizers: worker.sanitizers,
		},
	}
	s.setup.Setup.Env = nil
	if worker.noBin != nil {
		s.setup.NoBin = worker.noBin.Error()
	}
	s.setup.Root, s.setup.Made = usualRoot(r.Setup.Env)
	how, err := s.settle()
	if err != nil {
		return err
	}
	s.tell(report.Event{Kind: report.Info, Text: report.Bytes(fmt.Sprintf("lanes: up to %d side by side, %s", s.capacity.most, how))})
	around := lookAround(r.Setup.Env, r.Setup.Services)
	around.bare = s.setup.Bare
	if r.FailFast {
		s.order = r.newInOrder(len(files))
	}
	for i, file := range files {
		a := newAssembly(r.job(file), around.surveyFile(file), r.tell)
		if a.position = i; r.FailFast {
			a.tell = func(e report.Event) { s.order.take(i, e) }
		}
		a.doubts.retries = r.Retries
		a.doubts.allowed = r.Retries > 0 || s.mistrusts()
		if r.onHostLane(file) {
			a.plan.Host = "--host-lane names it"
		}
		a.job.Disk = a.plan.Disk
		where := "in any lane"
		switch {
		case a.plan.Host != "":
			a.job.Together = a.plan.Host
			where = "on the host's network, one file at a time: " + a.plan.Host
		case len(a.plan.Needs) > 0:
			a.job.Services, a.job.Together = a.plan.Needs, "it uses "+strings.Join(a.plan.Needs, ", ")
			where = "in any lane, which starts its own " + strings.Join(a.plan.Needs, ", ")
		case len(a.plan.Shared) > 0:
			a.job.Together = fmt.Sprintf("it uses %s", a.plan.Shared[0])
		}
		if len(a.plan.Shared) > 0 {
			where += "; not beside others that use " + strings.Join(a.plan.Shared, ", ")
		}
		s.tell(report.Event{Kind: report.Info, Text: report.Bytes(file + ": " + where)})
		s.waiting = append(s.waiting, a)
	}
	slices.SortStableFunc(s.waiting, func(a, b *assembly) int { return cmp.Compare(s.expected(b), s.expected(a)) })
	s.work(ctx)
	s.dismiss()
	return nil
}

// mistrusts reports whether a failure beside other blocks is not to be believed. Valgrind is too slow for a clock by itself.
func (r *run) mistrusts() bool { return r.Jobs != 1 && !r.LeaksOnly && r.Setup.Valgrind == "" }

// settle starts the first lane, which shows what kind of lanes this machine allows, and says which that is.
func (s *schedule) settle() (how string, err error) {
	if s.Isolate != IsolatePorts {
		_, err := s.start(false)
		switch {
		case err == nil:
			return fmt.Sprintf("each with namespaces of its own (%s)", s.starter.Kind()), nil
		case s.Isolate == IsolateNetns || !errors.Is(err, isolate.ErrNone):
			return "", err
		}
		s.tell(report.Event{Kind: report.Info, Text: report.Bytes(strings.ReplaceAll(err.Error(), "\n", "; "))})
	}
	s.starter, s.setup.Bare = &isolate.Starter{Env: s.starter.Env, Bare: true}, true
	s.Setup.Services = nil // each lane would want the same port
	return "each with ports and a server root of its own; files that name ports of their own run one at a time", nil
}

// onHost reports whether the run is about an nginx that is there before it, or that stays behind it, or whose server root does: the
// last block is to have that, and there is a last one where blocks run one after the other.
func (r *run) onHost() bool {
	return r.Setup.Keep || spec.Text(r.Setup.Env["TEST_NGINX_NO_NGINX_MANAGER"]).True() || spec.Text(r.Setup.Env["TEST_NGINX_NO_CLEAN"]).True()
}

// onHostLane reports whether the user wants the file on the host's network. A pattern without a slash is one of names.
func (r *run) onHostLane(file string) bool {
	return slices.ContainsFunc(r.HostLane, func(pattern string) bool {
		name := file
		if !strings.Contains(pattern, "/") {
			name = filepath.Base(file)
		}
		match, _ := filepath.Match(pattern, name)
		return match
	})
}

// usualRoot is where the server root of a file is that does not name another, and which directories around it are not there.
func usualRoot(env map[string]string) (nginx.Servroot, []string) {
	root, made, err := servrootPath(cmp.Or(env["TEST_NGINX_SERVROOT"], "t/servroot"))
	if err != nil {
		return "", nil
	}
	return root, made
}
