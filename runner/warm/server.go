package warm

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/thread"
	"github.com/ngxtest/ngxtest/valgrind"
)

// token is the first argument of an nginx that takes orders; preload/fork.c knows it.
const token = "ngxtest-warm"

// Options say which nginx to warm up, and how.
type Options struct {
	Library string         // to preload, see Library
	Setup   valgrind.Setup // of all processes; Dir is the server's affair
	Binary  string
	Root    string   // server root of the processes to come: the command line names it, as theirs would
	Env     []string // NAME=value
	Modules []string // absolute paths of what load_module loads, in order

	WarmRoot string // server root of the warm-up; its conf/nginx.conf says `daemon off` and `master_process off`
	PidFile  string // where the warm-up writes its pid
	// Exercise sends the warm-up its requests. What is answered does not matter.
	Exercise func(ctx context.Context)
}

// Server is a warm nginx.
type Server struct {
	dir     string
	plan    valgrind.Plan
	program string // vgdb
	process *os.Process
	ended   chan struct{}
	orders  *net.UnixConn
	answers chan string // closed when there will be no more
	started time.Time
	took    time.Duration
	closing sync.Once
}

// questionTimeout is how long the warm nginx may take to say whether it has lost memory; a tenth of a second is usual.
const questionTimeout = 10 * time.Second

// Start starts an nginx, warms it up, and returns when it is ready to fork. An error says why it cannot be used. It has been
// seen on a busy machine that vgdb waited in vain for a process, so another one is tried.
func Start(ctx context.Context, o Options) (*Server, error) {
	const tries = 3
	for try := 1; ; try++ {
		s, err := start(ctx, o)
		if try == tries || ctx.Err() != nil || !errors.Is(err, valgrind.ErrNoAnswer) {
			return s, err
		}
	}
}

func start(ctx context.Context, o Options) (s *Server, err error) {
	dir, err := os.MkdirTemp("", "ngxtest-warm-")
	if err != nil {
		return nil, err
	}
	s = &Server{dir: dir, ended: make(chan struct{}), answers: make(chan string)}
	defer func() {
		if err != nil {
			s.Close()
			s = nil
		}
	}()
	// Valgrind is told where its files go when it starts. They go to a directory of each process's own all the same.
	if err := os.Mkdir(s.own(), 0o755); err != nil {
		return s, err
	}
	if err := s.direct(s.own()); err != nil {
		return s, err
	}
	o.Setup.Dir, o.Setup.Forks, s.program = s.current(), true, o.Setup.Tool.Vgdb
	if s.plan, err = o.Setup.Plan(); err != nil {
		return s, err
	}
	if s.plan.ToolName != "memcheck" || s.plan.VgdbPrefix == "" || s.plan.XML == "" {
		return s, errors.New("valgrind's options leave no way to look at it")
	}
	if err := s.launch(o); err != nil {
		return s, err
	}
	return s, s.warmUp(ctx, o)
}

// words is the file of what nginx prints while it is warmed up.
func (s *Server) words() string { return filepath.Join(s.dir, "stderr") }

// own is the directory of Valgrind's files of the server itself.
func (s *Server) own() string { return filepath.Join(s.dir, "warm") }

func (s *Server) current() string { return filepath.Join(s.dir, "current") }

// direct has Valgrind's files of the next process go to a directory.
func (s *Server) direct(dir string) error {
	// The server opens its pipes of vgdb again after a question, and whatever it forks closes them, all by name.
	if s.process != nil {
		pipes, _ := filepath.Glob(filepath.Join(s.own(), fmt.Sprintf("vgdb-*-%d-by-*", s.process.Pid)))
		for _, pipe := range pipes {
			if err := os.Symlink(pipe, filepath.Join(dir, filepath.Base(pipe))); err != nil && !errors.Is(err, os.ErrExist) {
				return err
			}
		}
	}
	next := filepath.Join(s.dir, "next")
	_ = os.Remove(next)
	if err := os.Symlink(dir, next); err != nil {
		return err
	}
	return os.Rename(next, s.current())
}

// launch starts the process.
func (s *Server) launch(o Options) error {
	orders, theirs, err := pair()
	if err != nil {
		return err
	}
	defer theirs.Close()
	s.orders = orders
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	words, err := os.Create(s.words())
	if err != nil {
		return err
	}
	defer words.Close()
	s.started = time.Now()
	const fd = 3 // the first one behind standard error
	args := append(s.plan.Args[:len(s.plan.Args):len(s.plan.Args)], o.Binary, token, strconv.Itoa(fd), "-p", o.Root+"/")
	defer thread.Usual()()
	s.process, err = os.StartProcess(args[0], args, &os.ProcAttr{
		Env: append(o.Env[:len(o.Env):len(o.Env)], "LD_PRELOAD="+o.Library), Files: []*os.File{null, null, words, theirs},
		// In the warm-up it would not see that nobody gives orders any more.
		Sys: &syscall.SysProcAttr{Setsid: true, Pdeathsig: unix.SIGKILL},
	})
	if err != nil {
		return err
	}
	go func() {
		_, _ = s.process.Wait()
		close(s.ended)
	}()
	go func() {
		defer close(s.answers)
		in := bufio.NewReader(orders)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			s.answers <- strings.TrimSuffix(line, "\n")
		}
	}()
	return nil
}

// warmUp has nginx live once, and looks at what it leaves.
func (s *Server) warmUp(ctx context.Context, o Options) error {
	life := order{args: []string{o.Binary, "-p", o.WarmRoot + "/", "-c", filepath.Join(o.WarmRoot, "conf/nginx.conf")},
		env: o.Env, modules: o.Modules}
	if err := life.send(s.orders); err != nil {
		return err
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !written(o.PidFile) {
		select {
		case answer, ok := <-s.answers:
			return s.refusal(answer, ok)
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	s.took = time.Since(s.started)
	o.Exercise(ctx)
	for pause := time.NewTicker(50 * time.Millisecond); ; {
		_ = s.process.Signal(unix.SIGQUIT) // again and again: see nginx.Process.Stop
		select {
		case answer, ok := <-s.answers:
			pause.Stop()
			if answer != "warm 0" {
				return s.refusal(answer, ok)
			}
			return s.inspect(ctx)
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-pause.C:
		}
	}
}

func written(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Size() > 0
}

// refusal is what an answer means that was not hoped for. ok is false when there was none: the process is gone.
func (s *Server) refusal(answer string, ok bool) error {
	if why, found := strings.CutPrefix(answer, "error "); found {
		return errors.New(why)
	}
	text, _ := os.ReadFile(s.words())
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if said := lines[len(lines)-1]; said != "" {
		return fmt.Errorf("nginx gave up while it was warmed up: %s", said)
	}
	return errors.New("nginx gave up while it was warmed up")
}

// inspect returns an error if a process to come would have anything to show that is of the warm-up.
func (s *Server) inspect(ctx context.Context) error {
	if tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", s.process.Pid)); err != nil || len(tasks) != 1 {
		return errors.New("nginx has threads, which a fork would lose")
	}
	found, err := valgrind.NewTail(s.plan.XMLFile(s.process.Pid)).Poll()
	if err != nil {
		return err
	}
	lost, err := s.vgdb().LeakCheck(ctx, s.process.Pid, valgrind.Lost, "ngxtest")
	if err != nil {
		return err
	}
	if found = append(found, lost.Records...); len(found) > 0 {
		return fmt.Errorf("the warm-up itself has findings: %s", found[0].What)
	}
	return nil
}

func (s *Server) vgdb() valgrind.Vgdb {
	return valgrind.Vgdb{Program: s.program, Prefix: s.plan.VgdbPrefix, Timeout: questionTimeout}
}

// Session is the session of the server alone. Whoever ends all processes that a test has left behind has to spare it.
func (s *Server) Session() int { return s.process.Pid }

// Took is how long nginx took to start for the warm-up, which was a start like any other.
func (s *Server) Took() time.Duration { return s.took }

// Fork starts an nginx with these arguments (the program's name is the first one), environment and working directory. Valgrind's
// files go to dir. The process has a session of its own; as an orphan, it has the nearest subreaper for its parent.
func (s *Server) Fork(dir string, args, env []string, cwd string, stderr *os.File) (pid int, err error) {
	if err := s.direct(dir); err != nil {
		return 0, err
	}
	if err := (order{args: args, env: env, dir: cwd, stderr: stderr}).send(s.orders); err != nil {
		return 0, err
	}
	limit := time.NewTimer(answerTimeout)
	defer limit.Stop()
	select { // an interrupt does not end it: nobody would know of the process then
	case answer, ok := <-s.answers:
		text, found := strings.CutPrefix(answer, "pid ")
		if !found {
			return 0, s.refusal(answer, ok)
		}
		return strconv.Atoi(text)
	case <-limit.C:
		return 0, fmt.Errorf("nginx did not fork within %s", answerTimeout)
	}
}

// answerTimeout is far more than a fork takes.
const answerTimeout = 20 * time.Second

// Close ends the server. Processes that it has forked live on.
func (s *Server) Close() {
	s.closing.Do(func() {
		if s.orders != nil {
			s.orders.Close()
		}
		if s.process != nil {
			_ = unix.Kill(-s.process.Pid, unix.SIGKILL)
			_ = s.process.Kill()
			<-s.ended
			for range s.answers { // until its reader is done
			}
		}
		os.RemoveAll(s.dir)
	})
}
