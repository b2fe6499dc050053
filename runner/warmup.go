package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/warm"
)

// warmed is a worker's warm nginx, and what it was made for.
type warmed struct {
	server *warm.Server // nil: none
	key    string
	wanted string          // the key of the block of the moment
	off    map[string]bool // by key: one that is of no use
	rest   bool            // none for the moment
}

// Close ends what the worker has running.
func (w *Worker) Close() {
	if w.warmed.server != nil {
		w.warmed.server.Close()
	}
	w.warmed.server, w.warmed.key = nil, ""
}

// Standing reports whether a session is that of what the worker keeps from one block to the next.
func (w *Worker) Standing(session int) bool {
	return w.warmed.server != nil && w.warmed.server.Session() == session
}

// warmStart has the block's nginx forked from a warm one, where that is possible: the same program with the same modules,
// environment and options. Its configuration is there already.
func (r *blockRun) warmStart(c *nginx.Command, conf nginxconf.Conf) {
	modules, possible := r.canWarm(c.Env, conf)
	if !possible {
		return
	}
	key := strings.Join(slices.Concat(c.Env, []string{"", conf.MasterProcess, ""}, modules), "\x00")
	r.warmed.wanted = key
	if r.warmed.off[key] || r.warmed.rest {
		return
	}
	if r.warmed.server == nil || r.warmed.key != key {
		r.Close()
		if err := r.warmUp(c, conf, modules); err != nil {
			if r.ctx.Err() == nil {
				r.stayCold(err)
			}
			return
		}
		r.warmed.key = key
	}
	server, dir := r.warmed.server, r.watch.Dir()
	c.Fork = func(args, env []string, cwd string, stderr *os.File) (int, error) {
		return server.Fork(dir, args, env, cwd, stderr)
	}
}

// chill makes a block ready to be started anew, whose nginx was forked and did not start.
func (r *blockRun) chill(config string) (nginx.Command, error) {
	if err := r.watch.Close(); err != nil {
		return nginx.Command{}, err
	}
	r.warmed.rest = true
	defer func() { r.warmed.rest = false }()
	return r.command(config)
}

// stayCold notes that a warm nginx is of no use to blocks like this one.
func (r *blockRun) stayCold(why error) {
	if r.warmed.off == nil {
		r.warmed.off = map[string]bool{}
	}
	r.warmed.off[r.warmed.wanted] = true
	r.Close()
	r.tell(report.Event{Kind: report.Info, Text: report.Bytes(fmt.Sprintf("Valgrind is started anew for each block: %v", why))})
}

var (
	loadModule = lazyregexp.New(`(?m)^[^#\n]*?\bload_module\s+([^;\s]+)\s*;`)
	luaPath    = lazyregexp.New(`(?m)^\s*lua_package_c?path\s+("[^"\n]*"|'[^'\n]*')\s*;`)
	unforkable = lazyregexp.New(`--trace-children=no|--track-fds`)
)

// canWarm says whether a warm nginx can be used at all, and returns the modules that it needs.
func (r *blockRun) canWarm(env []string, conf nginxconf.Conf) (modules []string, possible bool) {
	if r.setup.Cold || r.blocks < 2 && r.warmed.server == nil || r.Settings.UseHup || unforkable.MatchString(r.setup.Valgrind) {
		return nil, false
	}
	if subreaper() != nil { // an orphan would be somebody else's child
		return nil, false
	}
	for _, v := range env { // its variables would not be what they were before the warm-up
		if preload, ok := strings.CutPrefix(v, "LD_PRELOAD="); ok && strings.TrimSpace(preload) != "" {
			return nil, false
		}
	}
	modules = slices.Clone(conf.LoadModules)
	for _, m := range loadModule.FindAllStringSubmatch(conf.MainConfig, -1) {
		modules = append(modules, strings.Trim(m[1], `"'`))
	}
	for _, m := range modules {
		// Perl's interpreter lives in a library of its own, whose variables stay.
		if !filepath.IsAbs(m) || strings.Contains(filepath.Base(m), "perl") {
			return nil, false
		}
	}
	return modules, true
}

// warmUp starts the nginx that blocks like this one are forked from.
func (r *blockRun) warmUp(c *nginx.Command, conf nginxconf.Conf, modules []string) error {
	dir, err := os.MkdirTemp("", "ngxtest-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(r.ctx, r.stretch(time.Minute))
	defer cancel()
	library, err := warm.Library(ctx, dir)
	if err != nil {
		return err
	}
	root := nginx.Servroot(filepath.Join(dir, "root"))
	if err := root.Prepare(); err != nil {
		return err
	}
	sockets := []string{socketName(filepath.Join(dir, "a")), socketName(filepath.Join(dir, "b"))}
	if err := root.WriteConf(nginxconf.Render(r.exercises(conf, root, modules, sockets))); err != nil {
		return err
	}
	r.warmed.server, err = warm.Start(ctx, warm.Options{
		Library: library, Setup: r.memory.Setup("", conf.MasterProcess == "on"), Binary: c.Binary, Root: string(c.Root), Env: c.Env,
		Modules: modules, WarmRoot: string(root), PidFile: root.PidFile(),
		Exercise: func(ctx context.Context) {
			for _, socket := range []string{sockets[0], sockets[1], sockets[0]} {
				exercise(ctx, socket)
			}
		},
	})
	if err != nil {
		return err
	}
	r.measure(r.warmed.server.Took())
	return nil
}

// exercises is a configuration that uses what tests use: what runs there runs fast later.
func (r *blockRun) exercises(conf nginxconf.Conf, root nginx.Servroot, modules, sockets []string) nginxconf.Conf {
	c := nginxconf.Conf{
		ServRoot: string(root), Daemon: "off", MasterProcess: "off", ErrorLog: os.DevNull, LogLevel: conf.LogLevel,
		EnvToNginx: conf.EnvToNginx, LoadModules: modules, User: conf.User, WorkerConnections: conf.WorkerConnections,
		EventType: conf.EventType, NginxVersion: conf.NginxVersion, ConfigureSettings: conf.ConfigureSettings,
		ServerPort: "unix:" + sockets[0], NoRootLocation: true,
		Config: "location / { return 200 warm; }\n",
	}
	if r.hasLua {
		c.HTTPConfig = strings.Join(luaPath.FindAllString(conf.HTTPConfig, -1), "\n")
		c.Collector = sockets[1]
		c.Config = "location /sub { return 200 warm; }\nlocation / { content_by_lua_block {" + luaExercise + "} }\n"
	}
	return c
}

// luaExercise fails nowhere: what a version of the module lacks is left out.
const luaExercise = `
    local function try(f, ...) return pcall(f, ...) end
    try(function() ngx.req.read_body() end)
    try(function() return ngx.re.match("warm 1", [[(\w+) (\d)]], "jo"), ngx.re.gsub("warm", "a", "b", "jo") end)
    try(function() return ngx.location.capture("/sub").body end)
    try(function() ngx.thread.wait(ngx.thread.spawn(function() ngx.sleep(0.001) end)) end)
    try(function() ngx.timer.at(0, function() end) end)
    try(function() ngx.header["X-Warm"] = ngx.md5(ngx.var.uri) .. tostring(ngx.now()) end)
    ngx.say("warm")
    ngx.print(string.format("%s %d", "warm", 1))
`

// exercise makes a request and waits for its end.
func exercise(ctx context.Context, socket string) {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return
	}
	defer c.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(end)
	}
	fmt.Fprint(c, "GET /t?a=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	_, _ = io.Copy(io.Discard, c)
}

// errCold says why a warm nginx is not used any more.
var errCold = errors.New("an nginx that was forked from a warm one did not start, one that was started anew did")
