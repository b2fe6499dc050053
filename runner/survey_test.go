package runner

import (
	"os"
	"slices"
	"testing"
)

// On this host somebody listens on 53, 6379 and 11211, and there is a way to other hosts.
func TestSurvey(t *testing.T) {
	around := neighbourhood{
		listening: map[int]bool{53: true, 6379: true, 11211: true, 1984: true, 12345: true}, routed: true,
		env:      map[string]string{"TEST_NGINX_MEMCACHED_PORT": "11211", "TEST_NGINX_RESOLVER": "127.0.0.1"},
		services: []Service{{Name: "five", Port: 5000}},
	}
	file := func(preamble, data string) string {
		return preamble + "\nrun_tests();\n__DATA__\n=== TEST 1: a\n" + data
	}
	for name, c := range map[string]struct{ text, host string }{
		"no port":            {file("", "--- config\nlocation /t { return 200; }\n"), ""},
		"its own server":     {file("", "proxy_pass http://127.0.0.1:1984;\nproxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;"), ""},
		"a port it opens":    {file("", "server { listen 127.0.0.1:6379; }\nlocation /t { proxy_pass http://127.0.0.1:6379; }"), ""},
		"a peer":             {file("", "--- tcp_listen: 11211\n--- config\nmemc_pass 127.0.0.1:11211;"), ""},
		"nobody's port":      {file("", `sock:connect("127.0.0.1", 7777)`), ""},
		"a service":          {file("", "memc_pass 127.0.0.1:$TEST_NGINX_MEMCACHED_PORT;"), "it talks to port 11211, which another server on this host has"},
		"a lane's service":   {file("", "proxy_pass http://127.0.0.1:5000;"), ""},
		"in Lua":             {file("", `red:connect("127.0.0.1", 6379)`), "it talks to port 6379, which another server on this host has"},
		"a variable in Lua":  {file("", "local port = 6379"), "it names port 6379, which another server on this host has"},
		"only a comment":     {file("# needs 6379\n", "# redis at 127.0.0.1:6379"), ""},
		"only a default":     {file("$ENV{TEST_NGINX_REDIS_PORT} ||= 6379;", "--- config\nreturn 200;"), ""},
		"a default in use":   {file("$ENV{TEST_NGINX_REDIS_PORT} ||= 6379;", "redis_pass 127.0.0.1:$TEST_NGINX_REDIS_PORT;"), "it talks to port 6379, which another server on this host has"},
		"used by Perl":       {file("my $c = qq{ proxy_pass 127.0.0.1:$ENV{TEST_NGINX_MEMCACHED_PORT}; };", ""), "it talks to port 11211, which another server on this host has"},
		"opened by Perl":     {file("$ENV{TEST_NGINX_P} ||= 12345;\nmy $c = qq{ listen 127.0.0.1:$ENV{TEST_NGINX_P} ssl; };", "proxy_pass 127.0.0.1:12345;"), ""},
		"another host":       {file("", "proxy_pass http://example.org:8080;"), "it talks to example.org:8080, another host"},
		"another address":    {file("", `sock:connect("10.1.2.3", 80)`), "it talks to 10.1.2.3:80, another host"},
		"a resolver":         {file("", "resolver $TEST_NGINX_RESOLVER ipv6=off;"), "it asks the resolver at 127.0.0.1"},
		"a far resolver":     {file("$ENV{TEST_NGINX_RESOLVER} = '8.8.8.8';", "resolver $TEST_NGINX_RESOLVER;"), "it asks the resolver at 8.8.8.8"},
		"a resolver unused":  {file("$ENV{TEST_NGINX_RESOLVER} = '8.8.8.8';", "--- config\nreturn 200;"), ""},
		"its own resolver":   {file("", "--- udp_listen: 1953\n--- config\nresolver 127.0.0.1:1953;"), ""},
		"YAML, with a peer":  {"tests:\n- name: a\n  tcp_listen: 6379\n  config: proxy_pass http://127.0.0.1:6379;\n", ""},
		"YAML, with a host":  {"tests:\n- name: a\n  config: proxy_pass http://127.0.0.1:6379;\n", "it talks to port 6379, which another server on this host has"},
		"an address to bind": {file("", "listen 0.0.0.0:6379;\nproxy_pass http://0.0.0.0:6379;"), ""},
	} {
		if got := around.survey(c.text).Host; got != c.host {
			t.Errorf("%s: on the host because %q, want %q", name, got, c.host)
		}
	}
	around.routed = false
	if got := around.survey(file("", "proxy_pass http://example.org:8080;")).Host; got != "" {
		t.Errorf("another host, and no way there: %q, want a lane", got)
	}
	if got := around.survey(file("", "proxy_pass http://127.0.0.1:5000;")).Needs; !slices.Equal(got, []string{"five"}) {
		t.Errorf("services %q, want the one on 5000", got)
	}
	if got := around.survey(file("", "listen 5000;\nproxy_pass http://127.0.0.1:5000;")).Needs; got != nil {
		t.Errorf("services %q, want none: the file opens that port itself", got)
	}
	s := around.survey(file("", "error_log /tmp/a.log;\n=== TEST 2: b\nlisten unix:/tmp/b.sock; # in /tmp.\n"))
	if s.Blocks != 2 || !slices.Equal(s.Shared, []string{"/tmp/a.log", "/tmp/b.sock"}) {
		t.Errorf("%d blocks, paths %q", s.Blocks, s.Shared)
	}
}

// BenchmarkSurvey reads all files of this project, as a run of them does before it starts.
func BenchmarkSurvey(b *testing.B) {
	around := neighbourhood{listening: map[int]bool{53: true, 6379: true}, routed: true}
	var texts []string
	blocks := 0
	for _, path := range suiteFiles(b) {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	for b.Loop() {
		for _, text := range texts {
			blocks += around.survey(text).Blocks
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(blocks), "ns/block")
}
