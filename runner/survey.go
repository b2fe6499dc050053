package runner

import (
	"cmp"
	"fmt"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// survey is what reading a file's text tells of how it can run beside others. It only looks: a file that evaluates to
// something else than what stands there may have to be told with --host-lane.
type survey struct {
	Blocks int
	Waits  int      // how often it seems to wait for a clock
	Host   string   // why it has to run on the host's network; "": it need not
	Disk   bool     // see Job.Disk
	Needs  []string // names of the services that it talks to
	Shared []string // paths that other files may use too: those that share one do not run beside each other
}

// neighbourhood is what is there outside of lanes, which tests may talk to.
type neighbourhood struct {
	listening map[int]bool // ports on which somebody listens, TCP or UDP
	routed    bool         // there is a way to other hosts
	env       map[string]string
	services  []Service // that each lane has
	bare      bool      // lanes are on the host's network themselves, each with ports of its own
}

// surveyFile reads a test file. One that cannot be read has nothing to tell: whoever runs it says why.
func (n neighbourhood) surveyFile(path string) survey {
	text, err := os.ReadFile(path)
	if err != nil {
		return survey{}
	}
	return n.survey(string(text))
}

func (n neighbourhood) survey(text string) survey {
	s := survey{Blocks: max(1, strings.Count(text, "\n=== ")+strings.Count(text, "\n- name:"))}
	s.Waits = waits(text)
	s.Disk = strings.Contains(text, "aio") || strings.Contains(text, "directio") || strings.Contains(text, "max_size") ||
		strings.Contains(text, "use_temp_path")
	expanded := n.expand(text)
	own := n.opened(expanded)
	for _, service := range n.services {
		if !own[service.Port] && mentions(expanded, strconv.Itoa(service.Port)) {
			s.Needs = append(s.Needs, service.Name)
		}
		own[service.Port] = true
	}
	if n.bare {
		s.Host = n.named(text)
	} else {
		s.Host = n.outside(expanded, own)
	}
	for path := range sharedPaths(text) {
		if path = strings.TrimRight(path, "./"); path != "/tmp" && !slices.Contains(s.Shared, path) {
			s.Shared = append(s.Shared, path)
		}
	}
	return s
}

// address is that of a resolver.
var address = lazyregexp.New(`^\d{1,3}(?:\.\d{1,3}){3}$`)

// outside says what the file talks to that is out of a lane's reach; "": nothing. What nobody on the host listens to is as
// well refused in a lane.
func (n neighbourhood) outside(text string, own map[int]bool) string {
	if len(n.listening) == 0 && !n.routed {
		return ""
	}
	for _, find := range []func(string) iter.Seq2[string, int]{connections, addresses} {
		for host, port := range find(text) {
			switch {
			case local(host) && n.listening[port] && !own[port]:
				return fmt.Sprintf("it talks to port %d, which another server on this host has", port)
			case !local(host) && n.routed:
				return fmt.Sprintf("it talks to %s:%d, another host", host, port)
			}
		}
	}
	for word := range numbers(text) { // "port = 6379", and what else there is
		if port, _ := strconv.Atoi(word); n.listening[port] && !own[port] {
			return fmt.Sprintf("it names port %d, which another server on this host has", port)
		}
	}
	for words := range resolverWords(text) {
		if at := n.resolver(words, own); at != "" {
			return fmt.Sprintf("it asks the resolver at %s", at)
		}
	}
	return ""
}

// named says which port or path the file names that it would share with others without a network of its own; "": none.
func (n neighbourhood) named(text string) string {
	text = withoutComments(text)
	if m := fixed.FindString(text); m != "" {
		return fmt.Sprintf("it has %q in it, and there are no namespaces here", strings.TrimSpace(m))
	}
	return ""
}

// fixed is what keeps a file from running with other ports, or another server root, than the usual ones.
var fixed = lazyregexp.New(`\blisten\s+[^;\n$]*\d+\s*[^;\n]*;|\bservroot\b|\b1984\b|:\d{4,5}\b|\b\w+_listen(?::|\n)|` +
	`\bserver_port(?:_for_client)?\s*\(\s*['"\d$]|TEST_NGINX_(?:SERVER_|CLIENT_)?PORT['"]?\s*\}\s*(?:\|\||//)?=|(?:connect|setpeername)\([^)$]*,\s*\d+`)

// expand puts values in the place of variables, as far as they are known, and leaves out comments and assignments.
func (n neighbourhood) expand(text string) string {
	values := map[string]string{}
	preamble, _, _ := strings.Cut(text, "\n__DATA__")
	for a := range assignments(preamble) {
		if _, set := n.env[a.name]; !set || a.operator == "=" {
			values[a.name] = a.value
		}
	}
	return replaceVariables(withoutComments(withoutAssignments(text)), func(name string) string {
		return cmp.Or(values[name], n.env[name])
	})
}

// mentions reports whether a number stands in the text.
func mentions(text, number string) bool {
	for word := range numbers(text) {
		if word == number {
			return true
		}
	}
	return false
}

// local reports whether a host is this one, or a lane.
func local(host string) bool {
	return strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "0.") || host == "255.255.255.255"
}

// resolver returns which of the resolvers of a directive a lane does not have.
func (n neighbourhood) resolver(words string, own map[int]bool) string {
	for word := range strings.FieldsSeq(words) {
		host, at, given := strings.Cut(word, ":")
		if !address.MatchString(host) {
			continue // a parameter, or an IPv6 address
		}
		port := 53
		if given {
			port, _ = strconv.Atoi(at)
		}
		if local(host) && n.listening[port] && !own[port] || !local(host) && n.routed {
			return word
		}
	}
	return ""
}

// opened are the ports that are the file's own.
func (n neighbourhood) opened(text string) map[int]bool {
	own := map[int]bool{}
	base := 1984
	for _, name := range []string{"TEST_NGINX_SERVER_PORT", "TEST_NGINX_PORT"} {
		if port, err := strconv.Atoi(n.env[name]); err == nil {
			base = port
			break
		}
	}
	for i := range 4 { // servers of stream and dgram suites follow
		own[base+i] = true
	}
	for port := range openedPorts(text) {
		own[port] = true
	}
	return own
}

// lookAround finds out what is there outside of lanes, and takes note of what is in them.
func lookAround(env map[string]string, services []Service) neighbourhood {
	n := neighbourhood{listening: map[int]bool{}, env: env, services: services}
	listening(n.listening)
	for table, head := range map[string]int{"/proc/net/route": 1, "/proc/net/ipv6_route": 0} {
		text, _ := os.ReadFile(table)
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			f := strings.Fields(line)
			if i >= head && len(f) > 0 && f[0] != "lo" && f[len(f)-1] != "lo" {
				n.routed = true
			}
		}
	}
	return n
}
