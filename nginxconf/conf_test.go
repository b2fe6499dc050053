package nginxconf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

// The files in testdata are what Perl's Test::Nginx 0.33 writes for a block with these values, except for the paths.
// http2_new and http2_hup come from nginx 1.26.3; all else from 1.22.1 or 1.18.0.
func TestRenderIsWhatTestNginxWrites(t *testing.T) {
	const location = "    location /t { return 200; }\n"
	const without = "configure arguments: --without-http_fastcgi_module --without-http_scgi_module --without-http_uwsgi_module"
	for name, conf := range map[string]Conf{
		"defaults":       {},
		"settings":       {Workers: 2, WorkerConnections: 256, LogLevel: "warn", MasterProcess: "on", ServerPort: "1985"},
		"error_log_file": {ErrorLog: "/srv/err-7.log", LogLevel: "info"},
		"env_to_nginx":   {EnvToNginx: []string{"FOO", "BAR=1", "BAZ=a b"}},
		"main": {
			LoadModules: []string{"/usr/lib/nginx/modules/ndk_http_module.so", "/usr/lib/nginx/modules/ngx_http_echo_module.so"},
			MainConfig:  "    env PATH;\n    thread_pool a threads=1;\n", PostMainConfig: "    env HOME;\n",
		},
		"modules_only":         {LoadModules: []string{"/usr/lib/nginx/modules/ngx_http_echo_module.so"}},
		"temp_paths":           {HTTPConfig: "    proxy_temp_path /srv/p;\n    client_body_temp_path /srv/c;\n"},
		"own_proxy_temp":       {HTTPConfig: "    proxy_temp_path /srv/p;\n"},
		"without_modules":      {ConfigureSettings: without},
		"preamble":             {ConfigPreamble: "    set $a b;\n    set $c d;", NoRootLocation: true},
		"server_name":          {ServerName: "a.example"},
		"server_name_section":  {ServerName: `it's \d`},
		"events_user":          {EventType: "poll", User: "nobody nogroup"},
		"reuseport":            {ReusePort: true},
		"hup":                  {MasterProcess: "on", ConfigVersion: "V", PostponeOutput: "1"},
		"hup_plain":            {MasterProcess: "on", ConfigVersion: "V", PostponeOutput: "1", HTTPConfig: "    postpone_output 10;\n"},
		"postpone_without_hup": {PostponeOutput: "1"},
		"http2_old":            {HTTP2: true, ReusePort: true, NginxVersion: "1.018000", ConfigureSettings: without},
		"http2_new":            {HTTP2: true, NginxVersion: "1.026003", ConfigureSettings: without},
		"http2_hup":            {HTTP2: true, NginxVersion: "1.026003", ConfigureSettings: without, MasterProcess: "on", ConfigVersion: "V"},
		"http3":                {HTTP3: true, HTTP3Certificate: "/srv/c.crt", HTTP3Key: "/srv/c.key", KeepaliveTimeout: 600},
		"http3_section":        {HTTP3: true, ReusePort: true, KeepaliveTimeout: 1250},
		"daemon_off":           {Daemon: "off"},
		"check_leak":           {AccessLog: "off", LogLevel: "warn"},
	} {
		t.Run(name, func(t *testing.T) {
			conf.ServRoot = "/srv/run/t/servroot"
			if conf.Config == "" {
				conf.Config = location
			}
			if conf.User == "" {
				conf.User = "root"
			}
			want, err := os.ReadFile(filepath.Join("testdata", name+".conf"))
			if err != nil {
				t.Fatal(err)
			}
			if got := Render(conf); got != string(want) {
				t.Error(udiff.Unified("Test::Nginx", "Render", string(want), got))
			}
		})
	}
}

func TestRenderWithoutUser(t *testing.T) {
	if text := Render(Conf{ServRoot: "/srv"}); strings.Contains(text, "user ") {
		t.Errorf("a user directive that nobody asked for:\n%s", text)
	}
}

func TestNginxWithoutProxy(t *testing.T) {
	text := Render(Conf{ServRoot: "/srv", ConfigureSettings: "--without-http_proxy_module"})
	if strings.Contains(text, "proxy_temp_path") || !strings.Contains(text, "client_body_temp_path") || !strings.Contains(text, "scgi_temp_path") {
		t.Errorf("the temp paths do not fit an nginx without proxy module:\n%s", text)
	}
}

func TestHTTP3WinsOverHTTP2(t *testing.T) {
	if text := Render(Conf{HTTP2: true, HTTP3: true}); strings.Contains(text, "http2") {
		t.Errorf("both are on:\n%s", text)
	}
}

func TestHTTP2IsWrittenAsNginxKnowsIt(t *testing.T) {
	for version, want := range map[string]string{
		"1.022001": "listen          1984 http2;\n",
		"1.025000": "listen          1984 http2;\n",
		"1.025001": "listen          1984;http2 on;\n",
	} {
		if text := Render(Conf{HTTP2: true, NginxVersion: version}); !strings.Contains(text, want) {
			t.Errorf("nginx %s: no %q in:\n%s", version, want, text)
		}
	}
}

func TestRenderCollector(t *testing.T) {
	conf := Conf{ServRoot: "/srv/run/t/servroot", Config: "location /t { return 200; }\n"}
	plain := Render(conf)
	conf.Collector = "/tmp/x/collect.sock"
	got := Render(conf)
	server := strings.Index(got, "    server {\n        listen unix:/tmp/x/collect.sock;")
	if server < strings.Index(got, "# End test case config.") {
		t.Fatalf("no server behind that of the test:\n%s", got)
	}
	if got[:server] != plain[:server] {
		t.Errorf("the text of the test moves:\n%s", udiff.Unified("without", "with", plain, got))
	}
}
