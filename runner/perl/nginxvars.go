package perl

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// nginxVars are the scalars of package Test::Nginx::Util under their Perl names. A name without an entry is undef.
type nginxVars map[string]string

var workerUser = lazyregexp.New(`^\w[-\w]+(?:\s+\w[-\w]+)?\n?$`)

// loadVars gives the variables the values that they have once the module is loaded, by the environment at that
// moment: preambles set some of it in BEGIN blocks. It hands back what the module warns about, and sets
// TEST_NGINX_SERVER_ROOT in env. ServerRoot is where to put it other than t/servroot below dir; empty for that.
func loadVars(env map[string]string, dir, serverRoot string) (v nginxVars, warnings []string, err error) {
	v = nginxVars{}
	for name, variable := range map[string]string{
		"ReusePort": "REUSE_PORT", "UseHttp3": "USE_HTTP3", "UseHttp2": "USE_HTTP2", "UseHup": "USE_HUP",
		"UseRr": "USE_RR", "Verbose": "VERBOSE", "ValgrindExitOnFirstErr": "VALGRIND_EXIT_ON_FIRST_ERR",
		"LoadModules": "LOAD_MODULES", "UseValgrind": "USE_VALGRIND", "UseStap": "USE_STAP",
		"StapOutFile": "STAP_OUT", "EventType": "EVENT_TYPE", "PostponeOutput": "POSTPONE_OUTPUT",
		"CheckAccumErrLog": "CHECK_ACCUM_ERR_LOG", "Http3SSLCrt": "HTTP3_CRT", "Http3SSLCrtKey": "HTTP3_KEY",
		"WorkerUser": "WORKER_USER", "Randomize": "RANDOMIZE", "BuildSlaveName": "BUILDSLAVE",
		"ForceRestartOnTest": "FORCE_RESTART_ON_TEST",
	} {
		if s, ok := env["TEST_NGINX_"+variable]; ok {
			v[name] = s
		}
	}
	if s, ok := env["LD_PRELOAD"]; ok {
		v["ld_preload"] = s
	}
	if _, ok := v["ForceRestartOnTest"]; !ok {
		v["ForceRestartOnTest"] = "1"
	}
	or := func(variable, fallback string) string {
		if s := env[variable]; truth(s) {
			return s
		}
		return fallback
	}
	for name, value := range map[string]string{
		"LatestNginxVersion": "0.008039", "Profiling": "0", "RepeatEach": "1", "MAX_PROCESSES": "10",
		"ServerAddr": "127.0.0.1", "ServerName": "localhost", "ValgrindExtraTimeout": "0.3", "FirstTime": "1",
		"ServerConfigHttp3": "", "Workers": "1", "WorkerConnections": "64", "DaemonEnabled": "on",
		"NoRootLocation": "0", "ConfigPreamble": "",
		"NoNginxManager":       or("TEST_NGINX_NO_NGINX_MANAGER", "0"),
		"NoShuffle":            or("TEST_NGINX_NO_SHUFFLE", "0"),
		"Timeout":              or("TEST_NGINX_TIMEOUT", "3"),
		"QuicIdleTimeout":      or("TEST_NGINX_QUIC_IDLE_TIMEOUT", "0.6"),
		"CheckLeak":            or("TEST_NGINX_CHECK_LEAK", "0"),
		"Benchmark":            or("TEST_NGINX_BENCHMARK", "0"),
		"BenchmarkWarmup":      or("TEST_NGINX_BENCHMARK_WARMUP", "0"),
		"NginxBinary":          or("TEST_NGINX_BINARY", "nginx"),
		"LogLevel":             or("TEST_NGINX_LOG_LEVEL", "debug"),
		"MasterProcessEnabled": or("TEST_NGINX_MASTER_PROCESS", "off"),
		"ServerPort":           or("TEST_NGINX_SERVER_PORT", or("TEST_NGINX_PORT", "1984")),
		"TestNginxSleep":       or("TEST_NGINX_SLEEP", "0.015"),
	} {
		v[name] = value
	}
	if err := v.check(); err != nil {
		return nil, nil, err
	}
	if truth(v["UseHttp3"]) {
		v["WorkerConnections"] = "1024"
	}
	warnings = v.settle()
	if err := v.place(env, dir, serverRoot); err != nil {
		return nil, nil, err
	}
	return v, warnings, nil
}

// check refuses what the module dies of.
func (v nginxVars) check() error {
	if truth(v["UseHttp2"]) && truth(v["UseHttp3"]) {
		return errors.New("TEST_NGINX_USE_HTTP2 and TEST_NGINX_USE_HTTP3 are both set (unset one of them)")
	}
	if truth(v["UseHttp3"]) {
		_, crt := v["Http3SSLCrt"]
		_, key := v["Http3SSLCrtKey"]
		if !crt || !key {
			return errors.New("TEST_NGINX_USE_HTTP3 needs a certificate and its key " +
				"(set TEST_NGINX_HTTP3_CRT and TEST_NGINX_HTTP3_KEY)")
		}
	}
	if user, ok := v["WorkerUser"]; ok && !workerUser.MatchString(user) {
		return fmt.Errorf("bad value %q in TEST_NGINX_WORKER_USER (write a user name, or a user and a group)", user)
	}
	return nil
}

// settle switches off the modes that other modes exclude, and says so.
func (v nginxVars) settle() (warnings []string) {
	names := map[string]string{"Benchmark": "TEST_NGINX_BENCHMARK", "CheckLeak": "TEST_NGINX_CHECK_LEAK",
		"UseHup": "TEST_NGINX_USE_HUP", "UseValgrind": "TEST_NGINX_USE_VALGRIND", "UseStap": "TEST_NGINX_USE_STAP"}
	for _, rule := range []struct {
		winner string
		losers []string
	}{
		{"Benchmark", []string{"UseStap", "UseValgrind", "UseHup", "CheckLeak"}},
		{"CheckLeak", []string{"UseStap", "UseValgrind", "UseHup"}},
		{"UseHup", []string{"UseStap"}},
		{"UseValgrind", []string{"UseStap"}},
	} {
		if !truth(v[rule.winner]) {
			continue
		}
		for _, loser := range rule.losers {
			if truth(v[loser]) {
				warnings = append(warnings, fmt.Sprintf("WARNING: %s and %s are both set and the former wins.\n",
					names[rule.winner], names[loser]))
				delete(v, loser)
			}
		}
	}
	if truth(v["UseValgrind"]) || truth(v["UseStap"]) {
		v["DaemonEnabled"] = "off"
		if !truth(v["UseValgrind"]) {
			v["MasterProcessEnabled"] = "off"
		}
	}
	return warnings
}

// place decides on the port and on where the server's files go.
func (v nginxVars) place(env map[string]string, dir, root string) error {
	v["ServerPortForClient"] = v["ServerPort"]
	if p := env["TEST_NGINX_CLIENT_PORT"]; truth(p) {
		v["ServerPortForClient"] = p
	}
	switch {
	case truth(v["Randomize"]):
		port, err := freePort()
		if err != nil {
			return err
		}
		v["ServerPort"], v["ServerPortForClient"] = port, port
		if root == "" {
			root = filepath.Join(dir, "t/servroot_"+port)
		}
	case root == "" && truth(env["TEST_NGINX_SERVROOT"]):
		root = env["TEST_NGINX_SERVROOT"]
	case root == "":
		root = filepath.Join(dir, "t/servroot")
	}
	env["TEST_NGINX_SERVER_ROOT"] = root
	v["ServRoot"] = root
	for name, path := range map[string]string{"LogDir": "logs", "ErrLogFile": "logs/error.log",
		"AccLogFile": "logs/access.log", "HtmlDir": "html", "ConfDir": "conf", "ConfFile": "conf/nginx.conf",
		"PidFile": "logs/nginx.pid", "CacheDir": "cache"} {
		v[name] = filepath.Join(root, path)
	}
	return nil
}

// freePort finds a TCP port that nothing listens on, above those that stream servers get by default.
func freePort() (string, error) {
	const tries = 1000
	for range tries {
		port := strconv.Itoa(1988 + rand.IntN(63547))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port, nil
		}
	}
	return "", fmt.Errorf("no free port found for TEST_NGINX_RANDOMIZE in %d tries (unset it, or free some ports)", tries)
}

// truth is what Perl thinks of a string.
func truth(s string) bool { return s != "" && s != "0" }
