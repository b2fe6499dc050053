package perl

import (
	"strings"
	"testing"
)

func TestLoadVars(t *testing.T) {
	env := map[string]string{
		"TEST_NGINX_PORT": "2000", "TEST_NGINX_TIMEOUT": "0", "TEST_NGINX_NO_SHUFFLE": "1", "TEST_NGINX_USE_HUP": "1",
		"TEST_NGINX_USE_STAP": "1", "TEST_NGINX_LOG_LEVEL": "warn", "LD_PRELOAD": "m.so", "TEST_NGINX_CLIENT_PORT": "2001",
		"TEST_NGINX_FORCE_RESTART_ON_TEST": "0",
	}
	v, warnings, err := loadVars(env, "/suite", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"ServerPort": "2000", "ServerPortForClient": "2001", "Timeout": "3", "NoShuffle": "1", "UseHup": "1",
		"LogLevel": "warn", "ld_preload": "m.so", "ServRoot": "/suite/t/servroot", "HtmlDir": "/suite/t/servroot/html",
		"ErrLogFile": "/suite/t/servroot/logs/error.log", "ForceRestartOnTest": "0", "WorkerConnections": "64",
	} {
		if v[name] != want {
			t.Errorf("%s is %q, want %q", name, v[name], want)
		}
	}
	if _, ok := v["UseStap"]; ok || len(warnings) != 1 || !strings.Contains(warnings[0], "TEST_NGINX_USE_STAP") {
		t.Errorf("UseStap is %q, warnings %q: HUP mode excludes stap", v["UseStap"], warnings)
	}
	if got := env["TEST_NGINX_SERVER_ROOT"]; got != "/suite/t/servroot" {
		t.Errorf("TEST_NGINX_SERVER_ROOT is %q", got)
	}
}

func TestLoadVarsPlaces(t *testing.T) {
	for _, c := range []struct{ env, value, option, want string }{
		{"TEST_NGINX_SERVROOT", "/tmp/sr", "", "/tmp/sr"},
		{"TEST_NGINX_SERVROOT", "/tmp/sr", "/mine", "/mine"},
		{"TEST_NGINX_RANDOMIZE", "1", "", "/suite/t/servroot_"},
	} {
		v, _, err := loadVars(map[string]string{c.env: c.value}, "/suite", c.option)
		if err != nil || !strings.HasPrefix(v["ServRoot"], c.want) {
			t.Errorf("%s=%s: ServRoot %q (%v), want %q", c.env, c.value, v["ServRoot"], err, c.want)
		}
	}
}

func TestLoadVarsRefuses(t *testing.T) {
	for _, env := range []map[string]string{
		{"TEST_NGINX_USE_HTTP2": "1", "TEST_NGINX_USE_HTTP3": "1"},
		{"TEST_NGINX_USE_HTTP3": "1", "TEST_NGINX_HTTP3_CRT": "x"},
		{"TEST_NGINX_WORKER_USER": "a b c"},
	} {
		if _, _, err := loadVars(env, "/suite", ""); err == nil || !strings.Contains(err.Error(), "TEST_NGINX_") {
			t.Errorf("%v: error %v, want one that names the variable", env, err)
		}
	}
}
