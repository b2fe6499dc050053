package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner"
	"github.com/ngxtest/ngxtest/runner/nginx"
)

// result is what was measured.
type result struct {
	bench
	bare bare
	rows []row
}

// bare is what nginx needs alone for each of the blocks, one after another.
type bare struct{ wall, processor time.Duration }

// row is a run of the suite.
type row struct {
	name      string
	lanes     int // of ngxtest, or auto; 0: it is prove
	wall      time.Duration
	nginx     time.Duration // processor time, with prove that of everything
	itself    time.Duration // processor time of ngxtest and its lanes
	processor time.Duration
}

func (b bench) measure() (*result, error) {
	if err := writeSuite(b.dir, b.blocks); err != nil {
		return nil, err
	}
	r := &result{bench: b}
	build, err := runner.FindNginx(context.Background(), runner.Environ())
	if err != nil {
		return nil, err
	}
	modules := nginx.DefaultModules(build)
	if r.bare, err = b.nginxAlone(build, modules); err != nil {
		return nil, err
	}
	env := append(os.Environ(), "TEST_NGINX_LOAD_MODULES="+strings.Join(modules, " "))
	for _, n := range b.lanes {
		row, err := b.ngxtestRun(n, env)
		if err != nil {
			return nil, err
		}
		r.rows = append(r.rows, row)
	}
	if b.perl == "" {
		return r, nil
	}
	env = append(env, "PERL5LIB="+b.perl)
	one, err := b.proveRun("prove", nil, env)
	if err != nil {
		return nil, err
	}
	jobs := 4 * b.cores
	many, err := b.proveRun(fmt.Sprintf("prove -j%d", jobs), []string{"-j" + strconv.Itoa(jobs)}, append(env, "TEST_NGINX_RANDOMIZE=1"))
	r.rows = append(r.rows, one, many)
	return r, err
}

// nginxAlone starts nginx for each block with the block's configuration, asks it as often as the block does, and has it quit.
func (b bench) nginxAlone(build nginx.Build, modules []string) (total bare, err error) {
	root := nginx.Servroot(filepath.Join(b.dir, "bare"))
	port, err := nginx.FreePort("127.0.0.1", func(p int) bool { return p >= 32768 }) // clients get those
	if err != nil {
		return bare{}, err
	}
	for i := range b.blocks {
		if err := root.Prepare(); err != nil {
			return bare{}, err
		}
		config, _, body := block(i)
		text := nginxconf.Render(nginxconf.Conf{
			ServRoot: string(root), ServerPort: strconv.Itoa(port), Config: config, LoadModules: modules, Daemon: "off", User: "root",
		})
		if err := os.WriteFile(root.ConfFile(), []byte(text), 0o666); err != nil {
			return bare{}, err
		}
		c := exec.Command(build.Path, "-e", root.ErrorLog(), "-p", string(root), "-c", root.ConfFile())
		started := time.Now()
		if err := c.Start(); err != nil {
			return bare{}, err
		}
		for range repeats {
			err = errors.Join(err, ask(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), body))
		}
		if err = errors.Join(err, quit(c)); err != nil {
			return bare{}, fmt.Errorf("nginx alone, %s: %w", config, err)
		}
		total.wall += time.Since(started)
		total.processor += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	return total, nil
}

// quit has nginx quit. A signal that comes just before it waits for events is seen at the next event only, so it has to come again.
func quit(c *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		_ = c.Process.Signal(syscall.SIGQUIT)
		select {
		case err := <-ended:
			return err
		case <-tick.C:
		}
	}
}

// ask sends a request as soon as somebody listens.
func ask(address, body string) error {
	const patience = 10 * time.Second
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		c, err := net.Dial("tcp", address)
		if err != nil {
			if time.Now().After(end) {
				return err
			}
			continue
		}
		defer c.Close()
		fmt.Fprint(c, "GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		var answer bytes.Buffer
		if _, err := bufio.NewReader(c).WriteTo(&answer); err != nil {
			return err
		}
		if !strings.Contains(answer.String(), body) {
			return fmt.Errorf("it answered %q", answer.String())
		}
		return nil
	}
}

// times are those in the last line but one of prove.
var times = regexp.MustCompile(`Files=\d+, Tests=(\d+),.*\( *([\d.]+) usr +([\d.]+) sys \+ +([\d.]+) cusr +([\d.]+) csys`)

func (b bench) ngxtestRun(lanes int, env []string) (row, error) {
	c := exec.Command(b.ngxtest, "-r", "-j", strconv.Itoa(lanes), "t")
	if lanes == auto {
		c = exec.Command(b.ngxtest, "-r", "t")
	}
	r, said, err := b.timed(c, env)
	r.name, r.lanes = "ngxtest", lanes
	if err == nil {
		r.itself = seconds(said[2]) + seconds(said[3])
		r.nginx = seconds(said[4]) + seconds(said[5])
	}
	return r, err
}

// proveRun runs prove, below tini where that is there: nginx makes itself a daemon, and a machine's first process may not wait
// for those that end, which Test::Nginx takes for running ones.
func (b bench) proveRun(name string, flags, env []string) (row, error) {
	args := append(append([]string{"prove"}, flags...), "-r", "t")
	if tini, err := exec.LookPath("tini"); err == nil {
		args = append([]string{tini, "-s", "--"}, args...)
	}
	r, _, err := b.timed(exec.Command(args[0], args[1:]...), env)
	r.name = name
	return r, err
}

// timed runs the suite, all of whose tests have to pass.
func (b bench) timed(c *exec.Cmd, env []string) (row, []string, error) {
	var out, complaints bytes.Buffer
	c.Dir, c.Env, c.Stdout, c.Stderr = b.dir, env, &out, &complaints
	fmt.Fprintf(os.Stderr, "bench: %s ...", strings.Join(c.Args, " "))
	_ = os.Remove(filepath.Join(b.dir, ".ngxtest-state")) // each run is the first
	started := time.Now()
	err := c.Run()
	r := row{wall: time.Since(started)}
	fmt.Fprintf(os.Stderr, " %.2f s\n", r.wall.Seconds())
	said := times.FindStringSubmatch(out.String())
	if want := strconv.Itoa(b.blocks * repeats * 3); err != nil || said == nil || said[1] != want {
		return r, nil, fmt.Errorf("%s: %w; want %s tests that pass\n%s%s", strings.Join(c.Args, " "), cmpErr(err), want, tail(complaints.String()), tail(out.String()))
	}
	r.processor = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	return r, said, nil
}

func cmpErr(err error) error {
	if err == nil {
		return errors.New("other tests than were asked for")
	}
	return err
}

// tail is the end of a text.
func tail(text string) string {
	const most = 2000
	return text[max(0, len(text)-most):]
}

func seconds(text string) time.Duration {
	n, _ := strconv.ParseFloat(text, 64)
	return time.Duration(n * float64(time.Second))
}
