package perl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// A relay is what Test::Nginx::Socket::Lua::Stream and ::Dgram add to a suite: servers in a stream block, and an
// HTTP location that talks to them and passes on what they answer, so that the rest of the runner only ever sees
// HTTP. The texts are those that nginx has always been given for such suites, byte for byte: line numbers in the
// error messages of nginx, which tests look for, depend on them.
type relay struct {
	prefix string // of the section names: stream, dgram
	udp    bool
	port   int64
	addr   string
	dir    string   // of the suite
	files  []string // data files written so far
}

// relayBlock is what a relay needs to know of a block. Every method is about the first value of a section.
type relayBlock interface {
	name() string
	text(section string) (string, bool) // false when the section is not there or undefined
	set(section, text string)           // one defined value
	unset(section string)               // one undefined value
	copy(from, to string)               // the first value of one section becomes that of the other
}

// luaText collects lines of a configuration with their indentation.
type luaText struct{ strings.Builder }

func (t *luaText) lines(indent int, lines ...string) {
	for _, l := range lines {
		if l != "" {
			t.WriteString(strings.Repeat(" ", indent))
		}
		t.WriteString(l + "\n")
	}
}

// apply does what the module's block preprocessor does. Timeout is the suite's own, in seconds.
func (r *relay) apply(b relayBlock, timeout string) error {
	server, hasServer := b.text(r.prefix + "_server_config")
	outer, hasOuter := b.text(r.prefix + "_config")
	if hasServer || hasOuter {
		main := r.mainConfig(b, outer, server)
		if old, ok := b.text("main_config"); ok {
			main = old + main
		}
		b.set("main_config", main)

		location, err := r.location(b, timeout)
		if err != nil {
			return err
		}
		if old, ok := b.text("config"); ok {
			location = old + location
		}
		b.set("config", location)
		if _, ok := b.text("request"); !ok {
			b.set("request", "GET /t\n")
		}
	}
	for _, kind := range []string{"response", "response_like"} {
		from := r.prefix + "_" + kind
		to := strings.Replace(kind, "response", "response_body", 1)
		if _, ok := b.text(from); !ok {
			continue
		}
		if _, ok := b.text(to); ok {
			return croak("%s: conflicting %s and %s sections\n", b.name(), from, to)
		}
		b.copy(from, to)
	}
	return nil
}

// mainConfig is the stream block with one server for each of the server sections.
func (r *relay) mainConfig(b relayBlock, outer, server string) string {
	var t luaText
	t.WriteString("stream {\n" + outer + "\n")
	for n := 1; n <= 3; n++ {
		if n > 1 {
			var ok bool
			if server, ok = b.text(numbered(r.prefix+"_server_config", n)); !ok {
				continue
			}
		}
		listen := strconv.FormatInt(r.port+int64(n-1), 10)
		switch {
		case !r.udp: // the section's name has been misspelt for so long that suites rely on it
			option, _ := b.text(numbered("steam_listen_option", n))
			listen += " " + strings.TrimSuffix(option, "\n")
		case n == 1:
			listen += " udp"
		}
		t.WriteString("    server {\n        listen " + listen + ";\n\n" + server + "\n    }\n")
	}
	t.WriteString("}\n")
	return t.String()
}

func numbered(section string, n int) string {
	if n == 1 {
		return section
	}
	return section + strconv.Itoa(n)
}

// location is the HTTP side: it connects to each server in turn, sends, and prints what came back.
func (r *relay) location(b relayBlock, timeout string) (string, error) {
	socket := "tcp"
	if r.udp {
		socket = "udp"
	}
	var t luaText
	t.lines(12, "lua_socket_log_errors off;", "", "location = /t {")
	t.lines(16, "content_by_lua_block {")
	t.lines(20, "local sock, err = ngx.socket."+socket+"()", "assert(sock, err)", "")
	for n := 1; n <= 3; n++ {
		if n > 1 {
			if _, ok := b.text(numbered(r.prefix+"_server_config", n)); !ok {
				continue
			}
		}
		r.connect(&t, n)
		if err := r.send(&t, b, n); err != nil {
			return "", err
		}
		if n == 1 {
			r.limit(&t, b, timeout)
		}
		r.receive(&t, n)
		r.print(&t, b, n)
	}
	t.lines(16, "}")
	t.lines(12, "}")
	return t.String(), nil
}

func (r *relay) connect(t *luaText, n int) {
	method := "connect"
	if r.udp {
		method = "setpeername"
	}
	t.lines(20,
		fmt.Sprintf(`local ok, err = sock:%s("%s", %d)`, method, r.addr, r.port+int64(n-1)),
		"if not ok then", `    ngx.say("connect to stream server error: ", err)`, "    return", "end")
}

// send writes the request of server n to a file and the code that sends it. A datagram server is always sent
// something, for it has nothing to answer otherwise.
func (r *relay) send(t *luaText, b relayBlock, n int) error {
	indent := 20
	what := ""
	data, ok := b.text(numbered(r.prefix+"_request", n))
	switch {
	case ok:
		file, err := r.dataFile(data)
		if err != nil {
			return err
		}
		if n == 3 {
			indent = 24
		}
		t.lines(indent, "local f = assert(io.open('"+file+"', 'r'))",
			`local data = assert(f:read("*a"))`, "assert(f:close())")
		what = "data"
	case !r.udp:
		return nil
	case n == 1:
		if code, ok := b.text("gen_dgram_request"); ok {
			t.WriteString(code)
			return nil
		}
		what = "'trigger dgram req'"
	default:
		what = fmt.Sprintf("'trigger dgram req %d'", n)
	}
	t.lines(indent, "local bytes, err = sock:send("+what+")", "if not bytes then",
		`    ngx.say("send stream request error: ", err)`, "    return", "end")
	return nil
}

// limit lets a block that expects a timeout have it in the location instead of the client.
func (r *relay) limit(t *luaText, b relayBlock, timeout string) {
	if _, ok := b.text("abort"); !ok {
		return
	}
	if own, ok := b.text("timeout"); ok {
		timeout = parseTime(own)
	}
	t.lines(20, "", "sock:settimeout("+interp.FormatNumber(interp.Num(timeout)*1000)+")")
	b.unset("timeout")
	b.unset("abort")
}

func (r *relay) receive(t *luaText, n int) {
	indent, call := 20, "receive()"
	if !r.udp {
		call = `receive("*a")`
		t.lines(0, "")
		if n > 1 {
			indent = 24
		}
	}
	t.lines(indent, "local data, err = sock:"+call, "if not data then")
	if n == 1 {
		t.lines(indent, "    sock:close()")
	}
	t.lines(indent, `    ngx.say("receive stream response error: ", err)`, "    return", "end")
}

// print passes the answer on, if the block wants to see any.
func (r *relay) print(t *luaText, b relayBlock, n int) {
	wanted := false
	for _, s := range []string{"response_body", "response_body_like", r.prefix + "_response", r.prefix + "_response_like"} {
		_, ok := b.text(s)
		wanted = wanted || ok
	}
	if !wanted {
		return
	}
	if _, ok := b.text("log_" + r.prefix + "_response"); ok && n == 1 {
		t.lines(20, `print("stream response: ", data)`, `ngx.say("received ", #data, " bytes of response data.")`)
		return
	}
	indent := 20
	if n > 1 {
		indent = 24
	}
	t.lines(indent, "ngx.print(data)")
}

// relayDir is where requests lie for the location to read, below the directory of the suite.
const relayDir = "t/tmp"

// dataFile writes a file with the first name that is not taken: other files of the same suite may run at the same time.
func (r *relay) dataFile(data string) (string, error) {
	const most = 100000
	for n := 1; n < most; n++ {
		if err := os.MkdirAll(filepath.Join(r.dir, relayDir), 0o777); err != nil {
			return "", err
		}
		name := fmt.Sprintf("%s/data%d.txt", relayDir, n)
		f, err := os.OpenFile(filepath.Join(r.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case errors.Is(err, fs.ErrNotExist): // whoever needs the directory no more has just removed it
			n--
			continue
		case err != nil:
			return "", err
		}
		r.files = append(r.files, name)
		_, err = f.WriteString(data)
		return name, errors.Join(err, f.Close())
	}
	return "", fmt.Errorf("%s is full of data files (remove them)", relayDir)
}

// remove takes away the data files, and their directory when nothing else is in it.
func (r *relay) remove() {
	for _, name := range r.files {
		os.Remove(filepath.Join(r.dir, name))
	}
	if len(r.files) > 0 {
		os.Remove(filepath.Join(r.dir, relayDir))
	}
}
