package nginxconf

import (
	"fmt"
	"strconv"
	"strings"
)

// BailOut is an error that ends the run of a test file, with the words that Test::Nginx bails out with.
type BailOut struct {
	Text string // to the letter, without a newline
	Hint string // what to do about it
}

func (e *BailOut) Error() string {
	if e.Hint == "" {
		return e.Text
	}
	return e.Text + " (" + e.Hint + ")"
}

// Expander replaces $TEST_NGINX_x in the texts of one block. Its zero value knows no variable.
type Expander struct {
	Name string // of the block, file in front: how errors begin
	Env  func(name string) (value string, ok bool)

	// RandPort returns a port that nothing listens on and for which taken is false. It is asked once for each
	// $TEST_NGINX_RAND_PORT_n; the environment is never asked for those.
	RandPort func(taken func(port int) bool) (int, error)
	// ServerPort is the port of the default server, which RandPort may not choose.
	ServerPort string

	ports map[string]int
}

// Expand returns text with its variables replaced. Names are as long as they can be: $TEST_NGINX_PORT_X is not
// $TEST_NGINX_PORT. The first variable that has no value is a *BailOut.
func (e *Expander) Expand(text string) (string, error) {
	const start = "$TEST_NGINX_"
	var expanded strings.Builder
	for {
		at := strings.Index(text, start)
		if at < 0 {
			return expanded.String() + text, nil
		}
		behind := text[at+len(start):]
		rest := strings.TrimLeft(behind, "_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
		expanded.WriteString(text[:at])
		if len(rest) == len(behind) {
			expanded.WriteString(start)
			text = rest
			continue
		}
		value, err := e.value(text[at+1 : len(text)-len(rest)])
		expanded.WriteString(value)
		if err != nil {
			return expanded.String() + rest, err
		}
		text = rest
	}
}

// isRandPort tells TEST_NGINX_RAND_PORT_n from other names.
func isRandPort(name string) bool {
	n, ok := strings.CutPrefix(name, "TEST_NGINX_RAND_PORT_")
	return ok && n != "" && strings.Trim(n, "0123456789") == ""
}

func (e *Expander) value(name string) (string, error) {
	if isRandPort(name) {
		port, err := e.port(name)
		return strconv.Itoa(port), err
	}
	if e.Env != nil {
		if value, ok := e.Env(name); ok {
			return value, nil
		}
	}
	return "", &BailOut{
		Text: fmt.Sprintf("%s - No environment %s defined.", e.Name, name),
		Hint: fmt.Sprintf("set %s in the environment, or $ENV{%s} before run_tests()", name, name),
	}
}

func (e *Expander) port(name string) (int, error) {
	if port, ok := e.ports[name]; ok {
		return port, nil
	}
	bail := &BailOut{Text: fmt.Sprintf("%s - Cannot find an available listening port number for %s.", e.Name, name)}
	if e.RandPort == nil {
		bail.Hint = "there is no source of ports"
		return 0, bail
	}
	port, err := e.RandPort(e.taken)
	if err != nil {
		bail.Hint = err.Error()
		return 0, bail
	}
	if e.ports == nil {
		e.ports = map[string]int{}
	}
	e.ports[name] = port
	return port, nil
}

func (e *Expander) taken(port int) bool {
	if strconv.Itoa(port) == e.ServerPort {
		return true
	}
	for _, p := range e.ports {
		if p == port {
			return true
		}
	}
	return false
}
