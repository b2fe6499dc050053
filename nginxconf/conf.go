package nginxconf

import (
	"cmp"
	"fmt"
	"strings"
)

// Conf is everything that the text depends on. Texts of sections are expanded and filtered already. A zero field
// means Test::Nginx's default.
type Conf struct {
	ServRoot string // absolute path of the server root, without a slash at the end

	Workers           int      // worker_processes; 0: 1
	Daemon            string   // on or off; "": on
	MasterProcess     string   // on or off; "": off
	ErrorLog          string   // file; "" or "0": logs/error.log below ServRoot
	LogLevel          string   // "": debug
	AccessLog         string   // file or off; "": logs/access.log below ServRoot
	EnvToNginx        []string // names or NAME=value
	LoadModules       []string // files for load_module
	MainConfig        string
	HTTPConfig        string
	ConfigPreamble    string
	Config            string
	PostMainConfig    string
	NoRootLocation    bool
	ServerPort        string // "": 1984
	ServerName        string // "": localhost
	ReusePort         bool
	WorkerConnections int    // 0: 64, with HTTP3 1024
	EventType         string // of `use` in events{}; "": no such line
	User              string // of the user directive, see WorkerUser; "": no such line

	HTTP2             bool
	HTTP3             bool
	HTTP3Certificate  string // ssl_certificate; "" with its key when the block's own config brings one
	HTTP3Key          string
	KeepaliveTimeout  int    // milliseconds; 0: 68000
	ConfigVersion     string // what /ver answers when configurations are changed by HUP; "": no such server
	Collector         string // unix socket of a server that makes Lua collect its garbage; "": no such server
	LeakCheck         bool   // that server has LeakSanitizer look for leaks, too
	Prelude           string // Lua on one line, with a semicolon at its end, that runs before the code of init_by_lua; "": none
	PostponeOutput    string // bytes; used with ConfigVersion, and dropped when HTTPConfig has the directive itself
	NginxVersion      string // canonical, "1.022001"; says how HTTP2 is written
	ConfigureSettings string // what nginx -V prints; says which temp paths there are
}

const fixedEnv = `env MOCKEAGAIN_VERBOSE;
env MOCKEAGAIN;
env MOCKEAGAIN_WRITE_TIMEOUT_PATTERN;
env LD_PRELOAD;
env LD_LIBRARY_PATH;
env DYLD_INSERT_LIBRARIES;
env DYLD_FORCE_FLAT_NAMESPACE;
`

// Render returns the text of nginx.conf.
func Render(c Conf) string {
	var b strings.Builder
	b.Grow(4 << 10) // a usual one
	c.main(&b)
	c.http(&b)
	c.events(&b)
	return b.String()
}

func (c Conf) main(b *strings.Builder) {
	errorLog := c.ErrorLog
	if errorLog == "" || errorLog == "0" {
		errorLog = c.ServRoot + "/logs/error.log"
	}
	fmt.Fprintf(b, "worker_processes  %d;\n", cmp.Or(c.Workers, 1))
	fmt.Fprintf(b, "daemon %s;\n", cmp.Or(c.Daemon, "on"))
	fmt.Fprintf(b, "master_process %s;\n", cmp.Or(c.MasterProcess, "off"))
	fmt.Fprintf(b, "error_log %s %s;\n", errorLog, cmp.Or(c.LogLevel, "debug"))
	fmt.Fprintf(b, "pid       %s/logs/nginx.pid;\n", c.ServRoot)
	b.WriteString(fixedEnv)
	for _, v := range c.EnvToNginx {
		if strings.ContainsFunc(v, isBlank) {
			v = "'" + v + "'"
		}
		fmt.Fprintf(b, "env %s;\n", v)
	}
	b.WriteString("#env LUA_PATH;\n#env LUA_CPATH;\n\n")
	for _, m := range c.LoadModules {
		fmt.Fprintf(b, "load_module %s; ", m)
	}
	b.WriteString(c.MainConfig + "\n\n")
}

func (c Conf) http(b *strings.Builder) {
	accessLog := cmp.Or(c.AccessLog, c.ServRoot+"/logs/access.log")
	fmt.Fprintf(b, "http {\n    access_log %s; %s\n", accessLog, strings.Join(c.tempPaths(), " "))
	b.WriteString("    #access_log off;\n\n    default_type text/plain;\n")
	fmt.Fprintf(b, "    keepalive_timeout  %dms;\n\n", cmp.Or(c.KeepaliveTimeout, 68000))
	httpConfig, preluded := c.HTTPConfig, c.Prelude == ""
	if !preluded {
		httpConfig, preluded = prelude(httpConfig, c.Prelude, c.ServRoot)
	}
	b.WriteString(httpConfig + "\n")
	c.server(b)
	if c.ConfigVersion != "" {
		c.versionServer(b)
	}
	if c.Collector != "" {
		c.collectorServer(b)
	}
	if !preluded {
		fmt.Fprintf(b, "    init_by_lua_block { %s }\n", c.Prelude)
	}
	fmt.Fprintf(b, "}\n\n%s\n\n#timer_resolution 100ms;\n\n", c.PostMainConfig)
}

// tempPaths returns the directives in the order in which they stand on their line; one that is left out is "".
func (c Conf) tempPaths() []string {
	names := []string{"client_body", "proxy", "fastcgi", "scgi", "uwsgi"}
	for i, name := range names {
		switch { // there is no client_body module to be built without
		case name == "client_body" && hasWord(c.HTTPConfig, "client_body_temp_path"),
			name == "proxy" && hasWord(c.HTTPConfig, "proxy_temp_path"),
			strings.Contains(c.ConfigureSettings, "--without-http_"+name+"_module"):
			names[i] = ""
		default:
			names[i] = fmt.Sprintf("%s_temp_path %s/%s_temp;", name, c.ServRoot, name)
		}
	}
	return names
}

// hasWord says whether the word is in text and no part of a longer one. Every configuration is asked, and a regular expression
// would have to be compiled in each process that writes one.
func hasWord(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(word)
		if (at == 0 || !inWord(text[at-1])) && (end == len(text) || !inWord(text[end])) {
			return true
		}
		from = at + 1
	}
}

func inWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// listen returns the options of the listen directive and the http2 directive behind it.
func (c Conf) listen() (options, http2 string) {
	if c.HTTP2 && !c.HTTP3 {
		// Canonical versions have the same width up to nginx 10.
		if c.NginxVersion >= "1.025001" {
			http2 = "http2 on;"
		} else {
			options = " http2"
		}
	}
	if c.ReusePort {
		options += " reuseport"
	}
	return options, http2
}

func (c Conf) server(b *strings.Builder) {
	port := cmp.Or(c.ServerPort, "1984")
	options, http2 := c.listen()
	fmt.Fprintf(b, "    server {\n        listen          %s%s;%s\n", port, options, http2)
	if c.HTTP3 {
		if !c.ReusePort {
			options += " reuseport"
		}
		fmt.Fprintf(b, "        listen          %s%s quic;\n", port, options)
	} else {
		b.WriteString("        #placeholder\n")
	}
	fmt.Fprintf(b, "        server_name     '%s';\n", cmp.Or(c.ServerName, "localhost"))
	fmt.Fprintf(b, "        %s\n", c.http3Settings())
	b.WriteString("        client_max_body_size 30M;\n        #client_body_buffer_size 4k;\n\n")
	fmt.Fprintf(b, "        # Begin preamble config...\n%s\n        # End preamble config...\n\n", c.ConfigPreamble)
	fmt.Fprintf(b, "        # Begin test case config...\n%s\n        # End test case config.\n\n", c.Config)
	if !c.NoRootLocation {
		fmt.Fprintf(b, "        location / {\n            root %s/html;\n", c.ServRoot)
		b.WriteString("            index index.html index.htm;\n        }\n")
	}
	b.WriteString("    }\n")
}

func (c Conf) http3Settings() string {
	if !c.HTTP3 || c.HTTP3Certificate == "" && c.HTTP3Key == "" {
		return ""
	}
	return fmt.Sprintf("ssl_protocols TLSv1.3;ssl_certificate %s;ssl_certificate_key %s;", c.HTTP3Certificate, c.HTTP3Key)
}

// versionServer is what a reload is recognised by: it answers with the version of its configuration.
func (c Conf) versionServer(b *strings.Builder) {
	options, http2 := c.listen()
	fmt.Fprintf(b, "    server {\n        listen          %s%s; %s\n", cmp.Or(c.ServerPort, "1984"), options, http2)
	b.WriteString("        server_name     'Test-Nginx';\n\n        location = /ver {\n")
	fmt.Fprintf(b, "            return 200 '%s';\n        }\n    }\n\n", c.ConfigVersion)
	if c.PostponeOutput != "" && !hasWord(c.HTTPConfig, "postpone_output") {
		fmt.Fprintf(b, "\n    postpone_output %s;\n", c.PostponeOutput)
	}
	b.WriteString("\n")
}

// collectorServer is for leak checks: garbage would look like memory in use. It stands last, so that line numbers of what
// the test brought stay what they are, logs nothing where tests look, and runs none of the Lua that http_config may have
// for all locations.
func (c Conf) collectorServer(b *strings.Builder) {
	check := ""
	if c.LeakCheck {
		check = leakCheck
	}
	fmt.Fprintf(b, `    server {
        listen unix:%s;
        access_log off;
        error_log /dev/null emerg;
        location / {
            rewrite_by_lua_block { return }
            access_by_lua_block { return }
            content_by_lua_block {
                collectgarbage()
                collectgarbage()
%s                ngx.print(ngx.worker.pid())
            }
            header_filter_by_lua_block { return }
            body_filter_by_lua_block { return }
            log_by_lua_block { return }
        }
    }
`, c.Collector, check)
}

// leakCheck is Lua that calls LeakSanitizer. Before, it has all libraries stay to the end: their functions have no names
// any more once they are gone, and what their variables point at would look lost. 0x1005 is RTLD_LAZY, RTLD_NOLOAD and
// RTLD_NODELETE.
const leakCheck = `                local ok, ffi = pcall(require, "ffi")
                if ok then
                    pcall(ffi.cdef, [[
                        void *ngxtest_keep(const char *, int) __asm__("dlopen");
                        int __lsan_do_recoverable_leak_check(void);
                    ]])
                    for line in io.lines("/proc/self/maps") do
                        local library = string.match(line, "(/%S+%.so[%w.]*)$")
                        if library then
                            pcall(ffi.C.ngxtest_keep, library, 0x1005)
                        end
                    end
                    pcall(function() ffi.C.__lsan_do_recoverable_leak_check() end)
                end
`

func (c Conf) events(b *strings.Builder) {
	connections := c.WorkerConnections
	switch {
	case connections != 0:
	case c.HTTP3:
		connections = 1024
	default:
		connections = 64
	}
	fmt.Fprintf(b, "events {\n    accept_mutex off;\n\n    worker_connections  %d;\n", connections)
	if c.EventType != "" {
		fmt.Fprintf(b, "    use %s;\n", c.EventType)
	}
	b.WriteString("}\nenv ASAN_OPTIONS;\nenv MOCKNOEAGAIN_VERBOSE;\nenv MOCKNOEAGAIN;\n")
	if c.User != "" {
		fmt.Fprintf(b, "user %s;\n", c.User)
	}
}
