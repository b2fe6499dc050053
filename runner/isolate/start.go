package isolate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/thread"
)

// laneArgument is the first argument of a lane; the second names its namespaces.
const laneArgument = "__lane"

// Called reports whether these arguments, without the program's name, are those of a lane.
func Called(args []string) bool { return len(args) >= 2 && args[0] == laneArgument }

// Starter starts lanes of the best kind that works here.
type Starter struct {
	Env  []string // of the lanes, NAME=value
	Bare bool     // lanes have no namespaces: they are but processes that end with this one

	kinds   []kind // what is left to try; the first is used
	settled bool   // the first of kinds works
	refused []error
}

// Lane is a lane as its parent sees it.
type Lane struct {
	In  io.WriteCloser // what the lane reads
	Out *bufio.Reader  // what it writes, behind its first line, which Ready takes

	cmd   *exec.Cmd
	out   *os.File
	kind  kind
	ready bool
}

// ErrNone says that this machine allows no lane.
var ErrNone = errors.New("no network namespace can be had")

// Start starts a lane. Onhost leaves it on the host's network. The first call returns when the lane works, or tries
// less and less; where nothing works the error is ErrNone with what was tried. Of the lanes of later calls only Ready
// says whether they work.
func (s *Starter) Start(onHost bool) (*Lane, error) {
	if s.kinds == nil && !s.settled {
		s.kinds = kinds()
		if s.Bare {
			s.kinds = []kind{{}}
		}
	}
	for len(s.kinds) > 0 {
		k := s.kinds[0]
		if onHost {
			k = k.without(network)
		}
		l, err := s.start(k)
		if err == nil && s.settled {
			return l, nil
		}
		if err == nil {
			if err = l.Ready(); err == nil {
				s.settled = !onHost
				return l, nil
			}
			l.Kill()
		}
		s.refused = append(s.refused, fmt.Errorf("with namespaces %s: %w", k, err))
		s.kinds = s.kinds[1:]
	}
	s.settled = true
	return nil, fmt.Errorf("%w: %w", ErrNone, errors.Join(s.refused...))
}

// Kind names the namespaces of the lanes that Start starts: "net,mnt,pid".
func (s *Starter) Kind() string {
	if len(s.kinds) == 0 {
		return ""
	}
	return s.kinds[0].String()
}

// Refused returns why better kinds of lanes could not be had.
func (s *Starter) Refused() []error { return s.refused }

func (s *Starter) start(k kind) (*Lane, error) {
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		inRead.Close()
		inWrite.Close()
		return nil, err
	}
	cmd := exec.Command("/proc/self/exe", laneArgument, k.String())
	cmd.Args[0] = "ngxtest"
	env, was := oneProcessor(s.Env)
	cmd.Args = append(cmd.Args, was...)
	cmd.Env = env
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{inRead, outWrite}
	cmd.SysProcAttr = k.attributes()
	back := thread.Widen()
	err = cmd.Start()
	back()
	inRead.Close()
	outWrite.Close()
	if err != nil {
		inWrite.Close()
		outRead.Close()
		return nil, err
	}
	return &Lane{In: inWrite, Out: bufio.NewReaderSize(outRead, 1<<16), out: outRead, cmd: cmd, kind: k}, nil
}

const maxProcs = "GOMAXPROCS"

// oneProcessor returns an environment in which a Go program starts with one processor, for more than it needs would have to be
// made and taken away again, and what the variable was that says so: one argument, or none where it was not set. See restore.
func oneProcessor(env []string) (changed, was []string) {
	changed = make([]string, 0, len(env)+1)
	for _, kv := range env {
		if value, is := strings.CutPrefix(kv, maxProcs+"="); is {
			was = []string{value}
		} else {
			changed = append(changed, kv)
		}
	}
	return append(changed, maxProcs+"=1"), was
}

// restore gives this process, which was started by Start, the environment that it is to have.
func restore(was []string) {
	if len(was) == 0 {
		os.Unsetenv(maxProcs)
		return
	}
	os.Setenv(maxProcs, was[0])
}

// Ready waits until the lane is set up. The error is why it could not be.
func (l *Lane) Ready() error {
	if l.ready {
		return nil
	}
	line, err := l.Out.ReadString('\n')
	line = strings.TrimSpace(line)
	switch {
	case err != nil:
		return fmt.Errorf("it ended at once (%w)", err)
	case line != ready:
		return errors.New(line)
	}
	l.ready = true
	return nil
}

// Pid is the lane's process, as this process sees it.
func (l *Lane) Pid() int { return l.cmd.Process.Pid }

// Signal asks the lane to remove what it made and end.
func (l *Lane) Signal(sig os.Signal) error { return l.cmd.Process.Signal(sig) }

// Kill ends the lane at once and waits for its end. What it made is left.
func (l *Lane) Kill() {
	_ = l.cmd.Process.Kill()
	_ = l.Wait()
}

// End tells the lane to end and waits for that, but no longer than the time given; then it is killed.
func (l *Lane) End(limit time.Duration) {
	l.In.Close()
	timer := time.AfterFunc(limit, func() { _ = l.cmd.Process.Kill() })
	defer timer.Stop()
	_ = l.Wait()
}

// Wait waits for the lane's end and says how it came about: "signal: killed".
func (l *Lane) Wait() error {
	l.In.Close()
	err := l.cmd.Wait()
	l.out.Close()
	return err
}
