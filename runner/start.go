package runner

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/check"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// start stops the nginx of the block before and starts one on this block's configuration. dryRun is not empty where the
// configuration has a directive that nginx lacks and the user wants such blocks to be skipped: it is the reason.
func (r *blockRun) start(config string) (dryRun string, err error) {
	command, err := r.command(config)
	if err != nil {
		return "", err
	}
	started := time.Now()
	server, refused, err := r.launch(command)
	if command.Fork != nil && err != nil && r.ctx.Err() == nil && (refused == nil || refused.MissingDirective == "") {
		if command, err = r.chill(config); err != nil {
			return "", err
		}
		if server, refused, err = r.launch(command); err == nil {
			r.stayCold(errCold)
		}
	}
	r.server = server
	if r.watch != nil && r.server != nil {
		r.watch.Started(r.server.Pid)
		r.measure(time.Since(started))
		r.memoryErrors(r.watch.Errors()) // of the start: they belong to no request
	}
	if refused != nil && refused.MissingDirective != "" && r.env["TEST_NGINX_IGNORE_MISSING_DIRECTIVES"] != "" {
		return "the lack of directive " + refused.MissingDirective, nil
	}
	return "", err
}

// launch starts nginx. What it says goes to stderr, but not where it ends at once: its words are in the error then.
func (r *blockRun) launch(c nginx.Command) (server *nginx.Process, refused *nginx.StartError, err error) {
	words, _ := c.Stderr.(*passOn)
	if words != nil {
		words.hold()
	}
	server, err = nginx.Start(r.ctx, c)
	ended := errors.As(err, &refused)
	if words != nil {
		words.release(ended)
	}
	return server, refused, err
}

// command writes all that nginx reads, and says how to start it.
func (r *blockRun) command(config string) (nginx.Command, error) {
	r.stop()
	r.shutdownLogs(r.byReload())
	if err := r.configure(config, r.prepareRoot); err != nil {
		return nginx.Command{}, err
	}
	c := nginx.Command{
		Binary: r.build.Path, Build: r.build, Root: r.root,
		Env: r.environ(r.block.Has("no_mockeagain")),
	}
	if r.env["MOCKEAGAIN"] != "" && nginx.Preloads(c.Env, "mockeagain.so") && r.env["TEST_NGINX_EVENT_TYPE"] != "poll" {
		r.warn("Warning: " + r.name + " TEST_NGINX_EVENT_TYPE should be poll")
	}
	if r.watch != nil {
		c.Wrap, c.Foreground, c.Env = r.watch.Args(), true, r.watch.Env(c.Env)
		if !r.watch.Sanitized() {
			r.warmStart(&c, *r.lastConf)
		}
	} else if r.sanitized() {
		c.Env = nginx.NoLeakCheck(c.Env)
	}
	if !r.block.Has("suppress_stderr") {
		words := &passOn{f: r.fileRun}
		if r.watch != nil {
			words.rest = r.watch.Said
		}
		c.Stderr = words
	}
	if err := r.instrument(&c); err != nil {
		return c, err
	}
	return c, r.record(&c)
}

// prepareRoot makes the server root as every block finds it.
func (r *blockRun) prepareRoot() error {
	if r.ground != nil {
		return r.ground.Prepare()
	}
	return r.root.Prepare()
}

// configure writes all that nginx reads. prepare makes the server root ready for it.
func (r *blockRun) configure(config string, prepare func() error) error {
	r.config = &config
	if err := prepare(); err != nil {
		return err
	}
	if code := r.block.Value("post_setup_server_root"); code.True() {
		if _, err := r.eval(code.String()); err != nil {
			return fmt.Errorf("post_setup_server_root failed: %w", err)
		}
	}
	if err := r.writeUserFiles(); err != nil {
		return err
	}
	if err := r.watchMemory(); err != nil {
		return err
	}
	conf, err := r.conf(config)
	if err != nil {
		return err
	}
	if !r.block.Has("config") && r.lastConf != nil { // the block goes on with the configuration of the one before
		conf.HTTPConfig, conf.MainConfig, conf.LoadModules = r.lastConf.HTTPConfig, r.lastConf.MainConfig, r.lastConf.LoadModules
		conf.PostMainConfig = r.lastConf.PostMainConfig
	}
	r.lastConf = &conf
	return r.root.WriteConf(nginxconf.Render(conf))
}

// conf is what the block's nginx.conf depends on.
func (r *blockRun) conf(config string) (nginxconf.Conf, error) {
	s, env := r.Settings, r.env
	text := func(section string) (string, error) {
		v := r.block.Value(section)
		if !v.Defined() {
			return "", nil
		}
		return r.expander.Expand(v.String())
	}
	var errs []error
	expand := func(section string) string {
		t, err := text(section)
		errs = append(errs, err)
		return t
	}
	c := nginxconf.Conf{
		ServRoot: string(r.root), Workers: s.Workers, MasterProcess: s.MasterProcess, LogLevel: s.LogLevel,
		EnvToNginx: s.EnvToNginx, ConfigPreamble: s.ConfigPreamble, Config: config,
		NoRootLocation: s.NoRootLocation, ServerPort: s.ServerPort, ServerName: s.ServerName,
		WorkerConnections: s.WorkerConnections, EventType: env["TEST_NGINX_EVENT_TYPE"],
		ReusePort:    spec.Text(env["TEST_NGINX_REUSE_PORT"]).True(),
		NginxVersion: r.build.Canonical, ConfigureSettings: r.build.Output,
		HTTPConfig: expand("http_config"), MainConfig: expand("main_config"),
		PostMainConfig: expand("post_main_config"), ErrorLog: expand("error_log_file"),
	}
	if err := errors.Join(errs...); err != nil {
		return c, err
	}
	r.confHTTP(&c)
	if err := r.hup(&c); err != nil {
		return c, err
	}
	c.LoadModules = r.loadModules(c.MainConfig)
	if r.stapOff() == "" {
		c.Daemon, c.MasterProcess = "off", "off"
	}
	if s.UseRr {
		c.Daemon = "off"
	}
	if r.watch != nil {
		c.Daemon = "off"
		if r.hasLua = r.luaLoaded(c.LoadModules, c.MainConfig); r.hasLua {
			c.Collector, c.LeakCheck = socketName(r.watch.Socket()), r.watch.Sanitized()
		}
	}
	if r.trace != nil {
		c.Prelude = r.trace.Prelude()
		if r.hasLua = r.luaLoaded(c.LoadModules, c.MainConfig); r.hasLua {
			c.Collector = socketName(r.trace.Socket())
		}
	}
	if v := r.block.Value("server_name"); v.Defined() {
		c.ServerName = v.String()
	}
	if v := r.block.Value("log_level"); v.True() {
		c.LogLevel = v.String()
	}
	if r.load() != "" {
		c.LogLevel, c.AccessLog = "warn", "off" // logs would be what is measured
	}
	if filter := r.HTTPConfigFilter; filter != nil {
		values, err := filter(spec.Text(c.HTTPConfig))
		if err != nil {
			return c, fmt.Errorf("filter of http_config: %w", err)
		}
		if len(values) > 0 {
			c.HTTPConfig = values[0].String()
		}
	}
	user, set := env["TEST_NGINX_WORKER_USER"]
	var err error
	c.User, err = nginxconf.WorkerUser(user, set, os.Geteuid())
	return c, err
}

// writeUserFiles writes what the user_files section asks for.
func (r *blockRun) writeUserFiles() error {
	files, err := userFiles(r.block.Value("user_files"))
	if err != nil {
		return fmt.Errorf("%s:%d: user_files: %w", r.File, r.block.LineOf("user_files"), err)
	}
	return nginxconf.WriteUserFiles(r.name, r.root.HTMLDir(), files, r.expander.Expand)
}

// userFiles reads the section's value: text with titles, or an array of [name, body, date].
func userFiles(v spec.Value) ([]nginxconf.UserFile, error) {
	switch {
	case !v.True():
		return nil, nil
	case !v.IsRef():
		return nginxconf.ParseUserFiles(v.String()), nil
	case v.Kind != spec.List:
		return nil, errors.New("wrong type of value (want text with >>> titles, or an array of [name, body, date])")
	}
	var files []nginxconf.UserFile
	for i, file := range v.List {
		if file.Kind != spec.List || len(file.List) == 0 {
			return nil, fmt.Errorf("entry %d is no [name, body, date] (want an array for each file)", i+1)
		}
		part := func(i int) string {
			if i < len(file.List) {
				return file.List[i].String()
			}
			return ""
		}
		files = append(files, nginxconf.UserFile{Name: part(0), Body: part(1), Date: part(2)})
	}
	return files, nil
}

// mustDie runs a block whose nginx has to fail at start, once for each repeat.
func (r *blockRun) mustDie(config string) error {
	if r.block.Has("stap") {
		return fmt.Errorf("%s - --- stap cannot be used with --- must_die", r.name)
	}
	command, err := r.command(config)
	if err != nil {
		return err
	}
	for i := range r.Settings.RepeatEach {
		r.place.Repeat, r.place.Repeats = i+1, r.Settings.RepeatEach
		server, refused, err := r.launch(command)
		exit, err := exitOf(err)
		if err != nil {
			return err
		}
		died := r.check.MustDie(exit)
		r.result(r.at(), r.block, died)
		result, err := r.check.Logs(i, "")
		r.result(r.at(), r.block, result)
		if failing(died) || failing(result) {
			x := report.Exchange{Log: notable(r.log.seen())}
			if refused != nil {
				x.Nginx = refused.Words
			}
			if len(x.Log)+len(x.Nginx) > 0 {
				r.tell(report.Event{Kind: report.Exchanged, Place: r.at(), Exchange: &x})
			}
		}
		if err != nil {
			return err
		}
		if server != nil {
			r.warn(fmt.Sprintf("WARNING: %s - nginx must die but it does not; killing it (req %d)", r.name, i))
			r.server = server
			r.stop()
		}
	}
	return nil
}

// exitOf is how a start ended, in the terms of must_die. What is no end of nginx remains an error.
func exitOf(err error) (check.Exit, error) {
	var refused *nginx.StartError
	switch {
	case err == nil:
		return check.Exit{}, nil
	case errors.As(err, &refused):
		return check.Exit{Status: refused.Status}, nil
	}
	return check.Exit{Failed: true}, err
}

// environ is what nginx gets of the environment of the file, which its blocks may change but seldom do. The list is not to be
// written to.
func (f *fileRun) environ(noMockeagain bool) []string {
	if f.environment == nil || f.listedWithout != noMockeagain || !maps.Equal(f.env, f.listed) {
		f.listed, f.listedWithout = maps.Clone(f.env), noMockeagain
		f.environment = slices.Clip(nginx.PreloadEnv(environ(f.env), noMockeagain))
	}
	return f.environment
}

// environ is an environment as processes get it, sorted.
func environ(env spec.Env) []string {
	list := make([]string, 0, len(env))
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	slices.Sort(list)
	return list
}

// passOn hands on what nginx prints on its standard error.
type passOn struct {
	f       *fileRun
	rest    func(string) string // what of it is to be handed on; nil: all
	mu      sync.Mutex
	holding bool
	held    []byte
}

func (p *passOn) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.holding {
		p.held = append(p.held, b...)
	} else {
		p.tell(b)
	}
	return len(b), nil
}

func (p *passOn) tell(b []byte) {
	text := string(b)
	if p.rest != nil {
		text = p.rest(text)
	}
	for line := range strings.Lines(text) {
		p.f.warn(line)
	}
}

// hold keeps back what comes, until release hands it on or forgets it.
func (p *passOn) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holding = true
}

func (p *passOn) release(forget bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !forget {
		p.tell(p.held)
	}
	p.holding, p.held = false, nil
}
