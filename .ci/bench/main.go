// Bench measures how long a generated suite takes, by the number of lanes, beside what nginx itself needs to start, to answer and to
// quit for each of its blocks. Where TEST_NGINX_LIB names the library of Perl's Test::Nginx (the directory that Test/Nginx/Socket.pm is
// in), prove runs the same files, one after another and side by side. There is a table on stdout and in a file, and a plot.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/ngxtest/ngxtest/runner/isolate"
)

// inside is set, by this program, in the environment of a copy of it that has a network of its own.
const inside = "NGXTEST_BENCH_INSIDE"

// auto is the number of lanes where ngxtest chooses it.
const auto = -1

// bench is what to measure.
type bench struct {
	ngxtest string // absolute path
	blocks  int
	lanes   []int  // auto: as many as ngxtest itself finds right
	perl    string // directory of Perl's Test::Nginx; "": none
	dir     string // that the suite is in
	cores   int
}

func main() {
	ngxtest := flag.String("ngxtest", "bin/ngxtest", "what to measure")
	blocks := flag.Int("blocks", 500, "blocks of the suite")
	lanes := flag.String("lanes", "auto,1,2,4,8,16,32", "numbers of lanes; auto: what ngxtest chooses")
	out := flag.String("out", "bin", "directory for bench.txt and bench.svg")
	flag.Parse()
	if err := run(*ngxtest, *blocks, *lanes, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ngxtest string, blocks int, lanes, out string) error {
	alone, err := withOwnNetwork()
	if err != nil || !alone {
		return err
	}
	b := bench{blocks: blocks, cores: runtime.GOMAXPROCS(0)}
	if b.ngxtest, err = filepath.Abs(ngxtest); err != nil {
		return err
	}
	for text := range strings.SplitSeq(lanes, ",") {
		n, err := strconv.Atoi(text)
		if text == "auto" {
			n, err = auto, nil
		} else if err != nil || n < 1 {
			return fmt.Errorf("-lanes=%s: %q is no number of lanes (want auto, or 1 and more)", lanes, text)
		}
		b.lanes = append(b.lanes, n)
	}
	if b.perl, err = perlLibrary(os.Getenv("TEST_NGINX_LIB")); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "ngxtest-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	_ = os.Chmod(b.dir, 0o755) // nginx's workers may be somebody else
	r, err := b.measure()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	text := r.table()
	fmt.Print(text)
	if err := os.WriteFile(filepath.Join(out, "bench.txt"), []byte(text), 0o666); err != nil {
		return err
	}
	return r.plot(filepath.Join(out, "bench.svg"))
}

// perlLibrary finds Test::Nginx in a directory or in the lib of a checkout. The error is that there is none.
func perlLibrary(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	for _, lib := range []string{dir, filepath.Join(dir, "lib")} {
		if _, err := os.Stat(filepath.Join(lib, "Test", "Nginx", "Socket.pm")); err == nil {
			return filepath.Abs(lib)
		}
	}
	return "", fmt.Errorf("TEST_NGINX_LIB=%s: no Test/Nginx/Socket.pm in it", dir)
}

// withOwnNetwork reports whether this process is the one that measures. Where that is possible it has a network of its own, so that
// port 1984 is free and nobody else's connections come in between; then this program has been run once more, and is done.
func withOwnNetwork() (measures bool, err error) {
	if os.Getenv(inside) != "" {
		os.Unsetenv(inside)
		return true, isolate.LoopbackUp()
	}
	self := exec.Command("/proc/self/exe", os.Args[1:]...)
	self.Env = append(os.Environ(), inside+"=1")
	self.Stdout, self.Stderr = os.Stdout, os.Stderr
	self.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: unix.SIGKILL}
	if err := self.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "bench: on the host's network: a network of its own needs root (%v)\n", err)
		return true, nil
	}
	if self.Wait() != nil {
		os.Exit(1) // it has said why
	}
	return false, nil
}
