package wire

import (
	"fmt"
	"strings"
)

// Curl says how a request that was built is sent by curl.
type Curl struct {
	Protocol string // http or https
	Address  string // host:port
	Timeout  string // seconds
	Options  string // one more argument; "": none
	Version  int    // 2 or 3: HTTP/2 or HTTP/3; else HTTP/1
	BodyFile string // where the caller writes the request's body, if it has one
}

var (
	curlLine    = expression(`(?im)^[\t\n\v\f\r ]*(\w+)[\t\n\v\f\r ]+(\S+)[\t\n\v\f\r ]+HTTP/(\S+)\r?\n`)
	curlLine09  = expression(`(?im)^[\t\n\v\f\r ]*(\w+)[\t\n\v\f\r ]+([^\n]*\S)[\t\n\v\f\r ]*\r?\n`)
	curlHeaders = expression(`(?s)^(.*?)\r?\n\r?\n`)
)

// Command returns the arguments of a curl that sends the request, curl itself first, and the body for BodyFile. curl's own
// User-Agent, Accept and Host are taken out; Connection is left to it.
func (c Curl) Command(request string) (args []string, body string, err error) {
	m, err := readMessage(request)
	if err != nil {
		return nil, "", err
	}
	args = []string{"curl", "-i", "-H", "User-Agent:", "-H", "Accept:", "-H", "Host:", "-sS"}
	protocol := c.Protocol
	switch c.Version {
	case 2:
		args = append(args, "--http2-prior-knowledge")
	case 3:
		args = append(args, "--http3-only", "-k")
		protocol = "https"
	}
	switch m.method {
	case "HEAD":
		args = append(args, "-I")
	case "GET":
	default:
		args = append(args, "-X", m.method)
	}
	if m.version != "1.1" {
		args = append(args, "-0")
	}
	typed := false
	for _, h := range m.lines {
		args = append(args, "-H", h)
		name, _, _ := strings.Cut(h, ":")
		typed = typed || strings.EqualFold(strings.TrimSpace(name), "content-type")
	}
	if m.body != "" {
		if m.version >= "1.0" && !typed {
			args = append(args, "-H", "Content-Type: ")
		}
		args = append(args, "--data-binary", "@"+c.BodyFile)
	}
	args = append(args, "--connect-timeout", c.Timeout, "--max-time", c.Timeout)
	if c.Options != "" {
		args = append(args, c.Options)
	}
	return append(args, protocol+"://"+c.Address+m.uri), m.body, nil
}

// message is a request of text as Test::Nginx hands it to curl.
type message struct {
	method, uri string
	version     string   // 1.1, 1.0, or 0.9 where the request line has none
	lines       []string // of the header, without the Connection that is for HTTP/1
	body        string
}

func readMessage(request string) (message, error) {
	m := message{version: "0.9"}
	if at := curlLine().FindStringSubmatchIndex(request); at != nil {
		m.method, m.uri, m.version, m.body = request[at[2]:at[3]], request[at[4]:at[5]], request[at[6]:at[7]], request[at[1]:]
	} else if at := curlLine09().FindStringSubmatchIndex(request); at != nil {
		m.method, m.uri, m.body = request[at[2]:at[3]], request[at[4]:at[5]], request[at[1]:]
	} else {
		return m, fmt.Errorf("no request line in %q", request)
	}
	if m.version < "1.0" {
		return m, nil
	}
	header := curlHeaders().FindStringSubmatch(m.body)
	if header == nil {
		return m, fmt.Errorf("no end of the headers in %q", request)
	}
	m.body = m.body[len(header[0]):]
	for _, line := range strings.Split(header[1], "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		if line != "" && !strings.EqualFold(strings.TrimSpace(name), "connection") {
			m.lines = append(m.lines, line)
		}
	}
	return m, nil
}

// isPlainWord says whether a shell takes a word as it is, without quotes.
func isPlainWord(s string) bool {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"
	return s != "" && strings.Trim(s, plain) == ""
}

// Shell returns arguments as a shell takes them.
func Shell(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		if quoted[i] = a; !isPlainWord(a) {
			quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
