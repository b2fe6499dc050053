package runner

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/check"
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// stapRun is the SystemTap script of a block while it runs.
type stapRun struct {
	dir    string // of its files, unless the user wants the output elsewhere
	script string // path
	out    string // path
	output *os.File
}

// stapOff is why a block's script does not run where the environment asks for scripts; "": it does.
func (r *blockRun) stapOff() string {
	switch {
	case !r.Settings.UseStap || !r.block.Has("stap") || r.block.Has("must_die") || r.trace != nil:
		return "env TEST_NGINX_USE_STAP is not set"
	case r.Settings.UseHup:
		return "use_hup() and TEST_NGINX_USE_STAP are both set and the former wins"
	case r.Settings.NoNginxManager:
		return "nginx is not started here"
	}
	return ""
}

// instrument has c start nginx under SystemTap with the block's script, if that is to run.
func (r *blockRun) instrument(c *nginx.Command) error {
	if r.check.Stap.Off = r.stapOff(); r.check.Stap.Off != "" {
		return nil
	}
	program, err := stapProgram(r.env)
	if err != nil {
		return err
	}
	script := r.block.Value("stap")
	if !script.True() {
		return fmt.Errorf("%s:%d: --- stap has no script (write one, or take the section away)", r.File, r.block.LineOf("stap"))
	}
	s := &stapRun{}
	r.stap = s
	if s.dir, err = os.MkdirTemp("", "ngxtest-stap-"); err != nil {
		return err
	}
	s.script, s.out = filepath.Join(s.dir, "script.stp"), filepath.Join(s.dir, "out")
	if err := os.WriteFile(s.script, []byte(r.stapScript(script.String())), 0o666); err != nil {
		return err
	}
	asked := r.Settings.StapOut
	if !r.block.Has("stap_out") && !r.block.Has("stap_out_like") && !r.block.Has("stap_out_unlike") {
		asked = os.Stderr.Name()
	}
	switch {
	case asked == os.Stdout.Name() || asked == os.Stderr.Name():
		s.out, r.check.Stap.Off = os.Stderr.Name(), "TEST_NGINX_TAP_OUT is set to "+asked
	case asked != "":
		if s.out, err = filepath.Abs(asked); err != nil {
			return err
		}
	}
	if r.check.Stap.Off == "" {
		if s.output, err = os.OpenFile(s.out, os.O_RDONLY|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
			return fmt.Errorf("TEST_NGINX_STAP_OUT: %w", err)
		}
		const least = 200 * time.Millisecond
		r.check.Stap = check.Stap{Output: s.output, Wait: max(least, wire.Seconds(r.env["TEST_NGINX_SLEEP"]))}
	}
	const compiling = 5 * time.Minute // the script becomes a module of the kernel first
	c.Timeout = compiling
	c.Under, c.Env = s.under(program, c.Env, r.block.Has("suppress_stderr")), r.stapEnv(c.Env)
	if r.block.Has("suppress_stderr") {
		c.Stderr = &passOn{f: r.fileRun} // nginx's own words are left out by the shell
	}
	r.warn(r.name)
	return nil
}

// under makes the command line of SystemTap: it starts nginx once the probes are in place, and ends when nginx does. What it
// runs it runs without the variables that tell the linker what to load.
func (s *stapRun) under(program string, env []string, quiet bool) func([]string) []string {
	var words []string
	for _, kv := range env {
		if strings.HasPrefix(kv, "LD_PRELOAD=") || strings.HasPrefix(kv, "LD_LIBRARY_PATH=") {
			name, value, _ := strings.Cut(kv, "=")
			words = append(words, name+"="+wire.Shell([]string{value}))
		}
	}
	prefix, suffix := strings.Join(append(words, "exec "), " "), " > /dev/null"
	if quiet {
		suffix += " 2> /dev/null"
	}
	return func(nginx []string) []string {
		return []string{program, "-c", prefix + wire.Shell(nginx) + suffix, "-o", s.out, s.script}
	}
}

// stapEnv is the environment of SystemTap. Scripts speak of the process "nginx", which it looks up in PATH.
func (r *blockRun) stapEnv(env []string) []string {
	env = slices.Clone(env)
	for i, kv := range env {
		if path, ok := strings.CutPrefix(kv, "PATH="); ok {
			env[i] = "PATH=" + filepath.Dir(r.build.Path) + ":" + path
		}
	}
	return env
}

// endStap ends the block's script, and nginx with it.
func (r *blockRun) endStap() {
	if r.stap == nil {
		return
	}
	r.stop()
	if r.stap.output != nil {
		r.stap.output.Close()
	}
	if r.stap.dir != "" {
		os.RemoveAll(r.stap.dir)
	}
}

// The shorthands of Test::Nginx for scripts.
var stapMacros = []struct {
	form *lazyregexp.Regexp
	full string
}{
	{lazyregexp.New(`(?m)^S\(([^)]+)\)`), `probe process("nginx").statement("*@$1")`},
	{lazyregexp.New(`(?m)^F\(([^)]+)\)`), `probe process("nginx").function("$1")`},
	{lazyregexp.New(`(?m)^M\(([-\w]+)\)`), `probe process("nginx").mark("$1")`},
	{lazyregexp.New(`\bT\(\)`), `println("Fire ", pp())`},
}

var stapLibrary = lazyregexp.New(`\$LIB([_A-Z0-9]+)_PATH\b`)

// stapScript is a block's script as SystemTap is to read it.
func (r *blockRun) stapScript(script string) string {
	if m := stapLibrary.FindStringSubmatch(script); m != nil {
		all := regexp.MustCompile(`(?i)\$LIB` + m[1] + `_PATH\b`)
		script = all.ReplaceAllLiteralString(script, r.library("lib"+strings.ToLower(m[1])))
	}
	for _, macro := range stapMacros {
		script = macro.form.ReplaceAllString(script, macro.full)
	}
	return script
}

// library is the path of a library that nginx or one of its modules is linked with. One that is part of nginx is where nginx is.
func (r *blockRun) library(name string) string {
	form := regexp.MustCompile(`/\S*/` + regexp.QuoteMeta(name) + `[^\s/]*?\.so(?:\.\d+)*`)
	for _, file := range append([]string{r.build.Path}, r.loadModules("")...) {
		if linked, err := exec.CommandContext(r.ctx, "ldd", file).Output(); err == nil {
			if path := form.FindString(string(linked)); path != "" {
				return path
			}
		}
	}
	return r.build.Path
}

// stapProgram is what runs SystemTap scripts here.
func stapProgram(env spec.Env) (string, error) {
	for _, name := range []string{"stap-nginx", "stap"} {
		if path, ok := nginx.LookPath(name, env["PATH"]); ok {
			return path, nil
		}
	}
	return "", errors.New("TEST_NGINX_USE_STAP is set, but neither stap-nginx nor stap is in PATH (install SystemTap, or unset the " +
		"variable: the scripts' tests are skips then)")
}
