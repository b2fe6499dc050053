// Package nginxconf writes the nginx.conf of a test block and the files that go with it. It knows neither blocks nor
// processes: plain Go values go in, text comes out, and only WriteUserFiles touches the disk.
//
// # The text
//
// Suites rely on the text that Test::Nginx has always written (some read their own nginx.conf, many error messages
// hold its line numbers), so it is kept to the byte. From top to bottom:
//
//	worker_processes, daemon, master_process     Workers, Daemon, MasterProcess
//	error_log FILE LEVEL, pid                    ErrorLog, LogLevel
//	env NAME                                     seven fixed names, then EnvToNginx; one with blanks is put in '...'
//	load_module ...; main_config                 all on one line, LoadModules first
//	http {
//	    access_log, the five *_temp_path         on one line; those of modules that nginx was built without, and
//	                                             proxy's and client_body's when HTTPConfig has its own, leave a gap
//	    default_type, keepalive_timeout          68000ms, unless KeepaliveTimeout says else
//	    http_config
//	    server {
//	        listen PORT [http2] [reuseport];     "http2 on;" follows on the same line where nginx knows it
//	        listen PORT [...] reuseport quic;    HTTP/3 only, else a comment that keeps the line numbers equal
//	        server_name '...'                    as it is given: quotes in it are not escaped
//	        ssl_* for HTTP/3, client_max_body_size
//	        preamble, config                     between comment lines that say so
//	        location / { root; index }           unless NoRootLocation
//	    }
//	    server { listen; server_name Test-Nginx; location = /ver }    only with ConfigVersion, then postpone_output
//	}
//	post_main_config
//	events { accept_mutex off; worker_connections; use EVENT }
//	env ASAN_OPTIONS, MOCKNOEAGAIN_VERBOSE, MOCKNOEAGAIN
//	user NAME                                    only with User
//
// Texts of sections are set in as they are, without indentation, after expansion of variables (see Expander).
//
// # Where it differs from Test::Nginx on purpose
//
// "http2 on;" is written from nginx 1.25.1 on, which is the first that knows it; Test::Nginx writes it from 1.19.9 on
// and cannot start those in between. An EnvToNginx entry with blanks is quoted once in every configuration;
// Test::Nginx quotes it once more for each block, so that only the first block starts. proxy_temp_path is left out for an
// nginx without the proxy module, which Test::Nginx cannot start at all.
package nginxconf
