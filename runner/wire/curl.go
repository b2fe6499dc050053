package wire

import (
	"fmt"
	"regexp"
	"strings"
)

// Curl says how a request that was built is sent by curl.
type Curl struct {
	Protocol string // http or https
	Address  string // host:port
	Timeout  string // seconds
	Options  string // one more argument; "": none
	BodyFile string // where the caller writes the request's body, if it has one
}

var (
	curlLine    = regexp.MustCompile(`(?im)^[\t\n\v\f\r ]*(\w+)[\t\n\v\f\r ]+(\S+)[\t\n\v\f\r ]+HTTP/(\S+)\r?\n`)
	curlLine09  = regexp.MustCompile(`(?im)^[\t\n\v\f\r ]*(\w+)[\t\n\v\f\r ]+([^\n]*\S)[\t\n\v\f\r ]*\r?\n`)
	curlHeaders = regexp.MustCompile(`(?s)^(.*?)\r?\n\r?\n`)
	plainWord   = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)
)

// Command returns the arguments of a curl that sends the request, curl itself first, and the body for BodyFile. curl's own
// User-Agent, Accept and Host are taken out; Connection is left to it.
func (c Curl) Command(request string) (args []string, body string, err error) {
	method, uri, version, rest := "", "", "0.9", ""
	if m := curlLine.FindStringSubmatchIndex(request); m != nil {
		method, uri, version, rest = request[m[2]:m[3]], request[m[4]:m[5]], request[m[6]:m[7]], request[m[1]:]
	} else if m := curlLine09.FindStringSubmatchIndex(request); m != nil {
		method, uri, rest = request[m[2]:m[3]], request[m[4]:m[5]], request[m[1]:]
	} else {
		return nil, "", fmt.Errorf("no request line in %q", request)
	}
	args = []string{"curl", "-i", "-H", "User-Agent:", "-H", "Accept:", "-H", "Host:", "-sS"}
	switch method {
	case "HEAD":
		args = append(args, "-I")
	case "GET":
	default:
		args = append(args, "-X", method)
	}
	if version != "1.1" {
		args = append(args, "-0")
	}
	if version >= "1.0" {
		m := curlHeaders.FindStringSubmatch(rest)
		if m == nil {
			return nil, "", fmt.Errorf("no end of the headers in %q", request)
		}
		rest = rest[len(m[0]):]
		typed := false
		for _, h := range strings.Split(m[1], "\r\n") {
			name, _, _ := strings.Cut(h, ":")
			name = strings.ToLower(strings.TrimSpace(name))
			if name != "connection" && h != "" {
				args = append(args, "-H", h)
			}
			typed = typed || name == "content-type"
		}
		if rest != "" && !typed {
			args = append(args, "-H", "Content-Type: ")
		}
	}
	if rest != "" {
		args = append(args, "--data-binary", "@"+c.BodyFile)
	}
	args = append(args, "--connect-timeout", c.Timeout, "--max-time", c.Timeout)
	if c.Options != "" {
		args = append(args, c.Options)
	}
	return append(args, c.Protocol+"://"+c.Address+uri), rest, nil
}

// Shell returns arguments as a shell takes them.
func Shell(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		if quoted[i] = a; !plainWord.MatchString(a) {
			quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
