package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/thread"
)

// Service is a server that every lane starts for itself, so that files that talk to one can run side by side.
type Service struct {
	Name    string `json:"name"`
	Command string `json:"command"` // for a shell; its working directory is one of its own, that of ngxtest is $NGXTEST_DIR
	Port    int    `json:"port"`    // on which it accepts connections when it is ready
}

// known are the services that may be asked for by name, by program. The port is that of the variable, if it is set.
var known = map[string]struct {
	name, variable, command string
	port                    int
}{
	"memcached": {"memcached", "TEST_NGINX_MEMCACHED_PORT", "exec memcached%s -l 127.0.0.1 -p %d -U %[2]d", 11211},
	"redis":     {"redis-server", "TEST_NGINX_REDIS_PORT", "exec redis-server%s --bind 127.0.0.1 --port %d --save '' --appendonly no", 6379},
}

var (
	portOption = lazyregexp.New(`(?:^|\s)(?:-p|--?port)[ =]?(\d{1,5})\b`)
	portFirst  = lazyregexp.New(`^(\d{1,5}):\s*(\S.*)$`)
)

// ParseService reads a service as --service and ngxtest.yaml name it: memcached or redis; a command with -p PORT or --port PORT in
// it; or PORT:COMMAND.
func ParseService(text string, env map[string]string) (Service, error) {
	text = strings.TrimSpace(text)
	if k, ok := known[strings.TrimSuffix(text, "-server")]; ok {
		if _, err := exec.LookPath(k.name); err != nil {
			return Service{}, fmt.Errorf("service %s: there is no %s (to get it: apt-get install %s)", text, k.name, k.name)
		}
		port, err := strconv.Atoi(env[k.variable])
		if err != nil {
			port = k.port
		}
		user := ""
		if k.name == "memcached" && os.Geteuid() == 0 {
			user = " -u root"
		}
		return Service{Name: text, Command: fmt.Sprintf(k.command, user, port), Port: port}, nil
	}
	s := Service{Command: text}
	if m := portFirst.FindStringSubmatch(text); m != nil {
		s.Port, _ = strconv.Atoi(m[1])
		s.Command = m[2]
	} else if m := portOption.FindStringSubmatch(text); m != nil {
		s.Port, _ = strconv.Atoi(m[1])
	}
	if s.Port <= 0 || s.Port > 65535 {
		return s, fmt.Errorf("service %q: on which port it listens is not to be seen (want PORT:COMMAND, or a name: memcached, redis)", text)
	}
	s.Name = filepath.Base(cmp.Or(strings.Fields(s.Command)...))
	return s, nil
}

// service is a Service that runs.
type service struct {
	Service
	process *os.Process
	ended   chan struct{}
}

// startService starts a service in a directory of its own and waits until it accepts connections.
func startService(ctx context.Context, s Service, dir string, env []string, limit time.Duration) (*service, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	words, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		return nil, err
	}
	defer words.Close()
	cmd := exec.Command("/bin/sh", "-c", s.Command)
	project, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	env = append(slices.Clone(env), "NGXTEST_DIR="+project)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, words, words
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // what it starts can be told by its session
	back := thread.Usual()
	err = cmd.Start()
	back()
	if err != nil {
		return nil, fmt.Errorf("service %s: %w", s.Name, err)
	}
	running := &service{Service: s, process: cmd.Process, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(running.ended)
	}()
	if err := running.ready(ctx, limit); err != nil {
		running.stop()
		said, _ := os.ReadFile(words.Name())
		return nil, fmt.Errorf("service %s: %w: %s", s.Name, err, cmp.Or(strings.TrimSpace(string(said)), "it said nothing"))
	}
	return running, nil
}

// ready waits until the service accepts connections.
func (s *service) ready(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var d net.Dialer
		if c, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port))); err == nil {
			return c.Close()
		}
		select {
		case <-s.ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("nothing accepts connections on port %d after %s", s.Port, limit)
		case <-tick.C:
		}
	}
}

// stop ends the service and what it has started in its session.
func (s *service) stop() {
	const patience = 500 * time.Millisecond
	_ = syscall.Kill(-s.process.Pid, syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(patience):
	}
	_ = syscall.Kill(-s.process.Pid, syscall.SIGKILL)
	<-s.ended
}
