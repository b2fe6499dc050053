package perl

import (
	"fmt"
	"strings"
	"syscall"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// utilScalars are the scalars of Test::Nginx::Util.
var utilScalars = strings.Fields(`ConfigVersion FilterHttpConfig RandPorts NoLongString FirstTime ReusePort UseHttp3 UseHttp2
	UseHup UseRr Verbose ld_preload ValgrindExitOnFirstErr LatestNginxVersion NoNginxManager Profiling InSubprocess RepeatEach
	MAX_PROCESSES LoadModules NoShuffle UseValgrind UseStap StapOutFile EventType PostponeOutput Timeout QuicIdleTimeout
	CheckLeak Benchmark BenchmarkWarmup CheckAccumErrLog ServerAddr ServerName Http3SSLCrt Http3SSLCrtKey
	ValgrindExtraTimeout ServerConfigHttp3 WorkerUser StapOutFileHandle PrevBlock ErrLogFilePos Randomize NginxBinary Workers
	WorkerConnections LogLevel MasterProcessEnabled DaemonEnabled ServerPort ServerPortForClient NoRootLocation TestNginxSleep
	BuildSlaveName ForceRestartOnTest ChildPid UdpServerPid TcpServerPid ConfigPreamble RunTestHelper CheckErrorLog
	CheckShutdownErrorLog NginxVersion PcreVersion NginxRawVersion OpenSSLVersion PrevConfig ServRoot LogDir ErrLogFile
	AccLogFile HtmlDir ConfDir ConfFile PidFile CacheDir`)

var utilNames = strings.Fields(`expand_env_in_text use_http2 use_http3 env_to_nginx is_str check_accum_error_log is_running
	$NoLongString no_long_string $ServerAddr server_addr $ServerName server_name parse_time $UseStap verbose sleep_time
	stap_out_fh stap_out_fname bail_out add_cleanup_handler add_test_cleanup_handler access_log_data error_log_data
	setup_server_root run_customer_init_script write_config_file get_canon_version get_nginx_version trim show_all_chars
	parse_headers run_tests get_pid_from_pidfile $ServerPortForClient $ServerPort $NginxVersion $PcreVersion $PidFile $ServRoot
	$ConfFile $RunTestHelper $CheckErrorLog $CheckShutdownErrorLog $FilterHttpConfig $NoNginxManager $RepeatEach $CheckLeak
	$Benchmark $BenchmarkWarmup add_block_preprocessor timeout worker_connections workers master_on master_off config_preamble
	repeat_each master_process_enabled log_level no_shuffle no_root_location html_dir server_root server_port
	server_port_for_client no_nginx_manager use_hup is_udp_port_used is_tcp_port_used`)

var socketNames = strings.Fields(`env_to_nginx is_str plan run_tests run_test repeat_each config_preamble worker_connections
	master_process_enabled no_long_string workers master_on master_off log_level no_shuffle no_root_location use_hup server_name
	server_addr server_root html_dir server_port server_port_for_client timeout no_nginx_manager check_accum_error_log
	add_block_preprocessor bail_out add_test_cleanup_handler add_cleanup_handler add_response_body_check`)

// util is a scalar of Test::Nginx::Util.
func (h *host) util(name string) *interp.Scalar { return h.in.ScalarVar("Test::Nginx::Util::" + name) }

// defineNginx defines Test::Nginx::Socket and its family.
func (h *host) defineNginx() {
	const lua = "Test::Nginx::Socket::Lua"
	module := func(name string, load ...func()) {
		h.in.DefineModule(name, func(*interp.Interp) {
			for _, f := range load {
				f()
			}
		}, nil)
	}
	util, initLua := h.once(h.loadUtil), h.once(h.loadLua)
	module("Test::Nginx::Util", util)
	module("Test::Nginx::Socket", util, func() { h.lwp = false })
	module(lua, util, initLua, func() { h.lwp = false })
	module(lua+"::Stream", util, initLua, func() { h.addRelay("stream", "TEST_NGINX_STREAM_PORT", false) })
	module(lua+"::Dgram", util, initLua, func() { h.addRelay("dgram", "TEST_NGINX_DGRAM_PORT", true) })
	module("Test::Nginx::LWP", util, func() { h.lwp = true })
	h.isa("Test::Nginx::LWP", "Test::Base")
	h.isa("Test::Nginx::Socket", "Test::Base")
	h.isa(lua, "Test::Nginx::Socket")
	h.isa(lua+"::Stream", lua)
	h.isa(lua+"::Dgram", lua)

	h.define("Test::Nginx::Util", h.settings())
	h.define("Test::Nginx::Util", map[string]native{
		"import":      h.importUtil,
		"run_tests()": h.runTests,
		"is_str(@)":   h.isStr, "bail_out(@)": h.bailOut,
		"add_block_preprocessor(&)":   h.handler("Test::Nginx::Util::BlockPreprocessors", true),
		"add_cleanup_handler($)":      h.handler("Test::Nginx::Util::CleanupHandlers", true),
		"add_test_cleanup_handler($)": h.handler("Test::Nginx::Util::TestCleanupHandlers", true),

		"expand_env_in_text($$$)": h.expandEnv, "use_http2($)": h.useHTTP("http2"), "use_http3($)": h.useHTTP("http3"),
		"parse_time($)": func(c *interp.Call) (interp.List, error) {
			if c.Arg(0) == nil {
				return list(nil), nil
			}
			return list(parseTime(c.Str(0))), nil
		},
		"is_running($)": func(c *interp.Call) (interp.List, error) {
			pid := int(interp.Int(c.Arg(0)))
			return list(truthValue(pid > 0 && syscall.Kill(pid, 0) == nil)), nil
		},
		"is_tcp_port_used($)": h.portUsed("tcp"), "is_udp_port_used($)": h.portUsed("udp"),
		"gen_rand_port(;$$)": func(*interp.Call) (interp.List, error) {
			port, err := freePort()
			return list(port), err
		},
		"access_log_data()": h.logData("AccLogFile"), "error_log_data()": h.logData("ErrLogFile"),
		"get_canon_version(@)": canonVersion, "get_canon_version_for_OpenSSL(@)": canonVersion,
		"get_nginx_version()":     h.version(func() interp.Value { return known(h.opts.NginxVersion) }),
		"get_pcre_version()":      h.version(func() interp.Value { return int64(h.opts.PcreVersion) }),
		"get_pid_from_pidfile($)": h.pidFromFile,
		"trim($)":                 collapse, "show_all_chars($)": showAll, "parse_headers($)": parseHeaders,
		"can_run":   h.canRun,
		"cleanup()": func(*interp.Call) (interp.List, error) { return nil, nil },
		"AUTOLOAD":  missing,
	})
	h.exports("Test::Nginx::Util", utilNames...)
	h.define("Test::Nginx::Socket", map[string]native{
		"add_response_body_check($)": h.handler("Test::Nginx::Socket::ResponseBodyChecks", false),
		"set_http_config_filter($)": func(c *interp.Call) (interp.List, error) {
			h.util("FilterHttpConfig").Set(c.Arg(0))
			return list(c.Arg(0)), nil
		},
		"run_test($)": missing,
		"AUTOLOAD":    missing,
	})
	_ = h.in.Import("Test::More", "Test::Nginx::Socket", "plan")
	_ = h.in.Import("Test::Nginx::Util", "Test::Nginx::Socket", functions(utilNames)...)
	for _, name := range socketNames {
		_ = h.in.Import("Test::Nginx::Socket", "Test::Nginx::LWP", name)
	}
	for _, name := range []string{"RepeatEach", "ServerPort", "ServerPortForClient", "ServRoot", "ConfFile", "PidFile", "NoNginxManager"} {
		_ = h.in.Import("Test::Nginx::Util", "Test::Nginx::LWP", "$"+name)
	}
	h.exports("Test::Nginx::Socket", socketNames...)
	h.exports("Test::Nginx::LWP", socketNames...)
}

func functions(names []string) (out []string) {
	for _, n := range names {
		if n[0] != '$' && !notHere[n] {
			out = append(out, n)
		}
	}
	return out
}

// notHere are functions that only make sense inside of Test::Nginx's own run.
var notHere = map[string]bool{"setup_server_root": true, "run_customer_init_script": true, "write_config_file": true}

func missing(c *interp.Call) (interp.List, error) {
	return nil, &interp.Unsupported{Construct: "the function " + c.Asked}
}

// once makes a function that does f the first time only.
func (h *host) once(f func()) func() {
	done := false
	return func() {
		if !done {
			done = true
			f()
		}
	}
}

// loadUtil is what happens when Test::Nginx::Util is loaded.
func (h *host) loadUtil() {
	vars, warnings, err := loadVars(h.in.Env(), h.dir(), h.opts.ServerRoot)
	if err != nil {
		_ = h.stop(fmt.Errorf("%s: %w", h.path, err))
		return
	}
	for _, w := range warnings {
		_, _ = h.stderr.Write([]byte(w))
	}
	for _, name := range utilScalars {
		if value, ok := vars[name]; ok {
			h.util(name).Set(value)
		}
	}
	h.in.ScalarVar("Test::Nginx::Util::VERSION").Set("0.33")
	h.in.ScalarVar("Test::Nginx::Socket::VERSION").Set("0.33")
}

// loadLua is what happens when Test::Nginx::Socket::Lua is loaded.
func (h *host) loadLua() {
	code := h.in.Env()["TEST_NGINX_INIT_BY_LUA"]
	if !truth(code) {
		return
	}
	h.util("FilterHttpConfig").Set(h.in.NewCode("Test::Nginx::Socket::Lua", func(c *interp.Call) (interp.List, error) {
		return list(initByLua(str(c.Arg(0)), code)), nil
	}))
}

func (h *host) importUtil(c *interp.Call) (interp.List, error) {
	if h.fatal != nil {
		return nil, h.stop(h.fatal)
	}
	names := functions(utilNames)
	for _, n := range utilNames {
		if n[0] == '$' {
			names = append(names, n)
		}
	}
	if len(c.Args) > 1 {
		names = nil
		for _, v := range c.Args.Values()[1:] {
			names = append(names, str(v))
		}
	}
	return nil, h.in.Import("Test::Nginx::Util", c.Package, names...)
}

// handler registers code: in front of what is there, or behind it.
func (h *host) handler(array string, front bool) native {
	return func(c *interp.Call) (interp.List, error) {
		a := h.in.ArrayVar(array)
		if front {
			a.Assign(append(one(c.Arg(0)), a.Values()...))
		} else {
			a.Push(c.Arg(0))
		}
		return list(int64(a.Len())), nil
	}
}

func (h *host) addPreprocessor(code *interp.Code) {
	a := h.in.ArrayVar("Test::Nginx::Util::BlockPreprocessors")
	a.Assign(append([]interp.Value{code}, a.Values()...))
}

// settings are the functions that set something, or tell what it is.
func (h *host) settings() map[string]native {
	subs := map[string]native{}
	for name, variable := range map[string]string{
		"server_addr": "ServerAddr", "server_name": "ServerName", "timeout": "Timeout", "server_port": "ServerPort",
		"server_port_for_client": "ServerPortForClient", "worker_connections": "WorkerConnections", "workers": "Workers",
		"log_level": "LogLevel",
	} {
		v := h.util(variable)
		subs[name+"(@)"] = func(c *interp.Call) (interp.List, error) {
			if len(c.Args) > 0 {
				v.Set(c.Arg(0))
			}
			return list(v.Get()), nil
		}
	}
	for name, variable := range map[string]string{
		"no_long_string": "NoLongString", "no_shuffle": "NoShuffle", "no_nginx_manager": "NoNginxManager", "use_hup": "UseHup",
		"no_root_location": "NoRootLocation", "check_accum_error_log": "CheckAccumErrLog",
	} {
		v := h.util(variable)
		subs[name+"()"] = func(*interp.Call) (interp.List, error) {
			v.Set(int64(1))
			return list(int64(1)), nil
		}
	}
	for name, variable := range map[string]string{
		"html_dir()": "HtmlDir", "server_root()": "ServRoot", "verbose": "Verbose", "sleep_time": "TestNginxSleep",
		"stap_out_fh": "StapOutFileHandle", "stap_out_fname": "StapOutFile",
	} {
		v := h.util(variable)
		subs[name] = func(*interp.Call) (interp.List, error) { return list(v.Get()), nil }
	}
	leak := func() bool { return interp.Truth(h.util("CheckLeak").Get()) }
	subs["repeat_each(@)"] = func(c *interp.Call) (interp.List, error) {
		v := h.util("RepeatEach")
		if len(c.Args) > 0 {
			if leak() || interp.Truth(h.util("Benchmark").Get()) {
				return nil, nil
			}
			v.Set(c.Arg(0))
		}
		return list(v.Get()), nil
	}
	master := func(on bool) native {
		return func(*interp.Call) (interp.List, error) {
			if !on {
				h.util("MasterProcessEnabled").Set("off")
			} else if !leak() {
				h.util("MasterProcessEnabled").Set("on")
			}
			return nil, nil
		}
	}
	subs["master_on()"], subs["master_off()"] = master(true), master(false)
	subs["master_process_enabled(@)"] = func(c *interp.Call) (interp.List, error) {
		v := h.util("MasterProcessEnabled")
		switch {
		case leak():
			return nil, nil
		case len(c.Args) > 0 && interp.Truth(c.Arg(0)):
			v.Set("on")
		case len(c.Args) > 0:
			v.Set("off")
		}
		return list(v.Get()), nil
	}
	subs["config_preamble($)"] = func(c *interp.Call) (interp.List, error) {
		h.util("ConfigPreamble").Set(c.Arg(0))
		return list(c.Arg(0)), nil
	}
	subs["env_to_nginx(@)"] = h.envToNginx
	return subs
}

var variableName = lazyregexp.New(`^[A-Za-z_]`)

func (h *host) envToNginx(c *interp.Call) (interp.List, error) {
	if len(c.Args) == 0 {
		return nil, fmt.Errorf("env_to_nginx: no arguments specified")
	}
	for _, v := range c.Args.Values() {
		name := str(v)
		if !variableName.MatchString(name) || strings.Contains(name, "\n") {
			return nil, fmt.Errorf("env_to_nginx: bad argument value: %s", name)
		}
		h.in.ArrayVar("Test::Nginx::Util::EnvToNginx").Push(name)
	}
	return nil, nil
}

// isStr is is_str: like for a pattern, else is.
func (h *host) isStr(c *interp.Call) (interp.List, error) {
	if interp.Ref(c.Arg(1)) == "Regexp" {
		return h.like(c)
	}
	return h.is(c)
}
