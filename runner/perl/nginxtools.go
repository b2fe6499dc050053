package perl

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// The small tools of Test::Nginx::Util that test files use.

// known is a version, undef when it is not known.
func known(s string) interp.Value {
	if s == "" {
		return nil
	}
	return s
}

// probed are the options with the versions of nginx in them.
func (h *host) probed() *Options {
	if probe := h.opts.Probe; probe != nil {
		h.opts.Probe = nil
		probe(&h.opts)
	}
	return &h.opts
}

// defineVersions gives the variables that hold versions their values, which they have from run_tests on.
func (h *host) defineVersions() {
	for name, value := range map[string]func(*Options) interp.Value{
		"NginxVersion":   func(o *Options) interp.Value { return known(o.NginxVersion) },
		"OpenSSLVersion": func(o *Options) interp.Value { return known(o.OpenSSLVersion) },
		"PcreVersion": func(o *Options) interp.Value {
			if o.NginxVersion == "" {
				return nil
			}
			return int64(o.PcreVersion)
		},
	} {
		interp.SetLater(h.util(name), func() interp.Value { return value(h.probed()) })
	}
}

func (h *host) version(f func() interp.Value) native {
	return func(*interp.Call) (interp.List, error) {
		if h.probed().NginxVersion == "" {
			return nil, h.stop(fmt.Errorf("%s: there is no nginx whose version could be told (set TEST_NGINX_BINARY)", h.path))
		}
		return list(f()), nil
	}
}

// canonVersion writes 1, 22, 1 as 1.022001. A letter behind it, as OpenSSL has one, counts from a.
func canonVersion(c *interp.Call) (interp.List, error) {
	text := fmt.Sprintf("%d.%03d%03d", interp.Int(c.Arg(0)), interp.Int(c.Arg(1)), interp.Int(c.Arg(2)))
	if letter := c.Arg(3); letter != nil && str(letter) != "" {
		text += fmt.Sprintf("%03d", int(str(letter)[0])-'a')
	}
	return list(text), nil
}

var blankRun = lazyregexp.New(`[ \t\n\r\f\v]{2,}`)

// collapse is trim(): a text on one line, with single blanks.
func collapse(c *interp.Call) (interp.List, error) {
	if c.Arg(0) == nil {
		return list(nil), nil
	}
	s := strings.ReplaceAll(strings.Trim(c.Str(0), perlSpace), "\n", " ")
	return list(blankRun.ReplaceAllString(s, " ")), nil
}

func showAll(c *interp.Call) (interp.List, error) {
	return list(strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(c.Str(0))), nil
}

var headerColon = lazyregexp.New(`[ \t\n\r\f\v]*:[ \t\n\r\f\v]*`)

// parseHeaders makes a hash of header lines; one behind an exclamation mark has no value.
func parseHeaders(c *interp.Call) (interp.List, error) {
	headers := interp.NewHash()
	for _, line := range linesOf(c.Str(0)) {
		line = strings.Trim(line, perlSpace)
		if name, ok := strings.CutPrefix(line, "!"); ok {
			headers.Put(strings.TrimLeft(name, perlSpace), nil)
			continue
		}
		var name string
		var value interp.Value
		if m := headerColon.FindStringIndex(line); m != nil {
			name, value = line[:m[0]], line[m[1]:]
		} else {
			name = line
		}
		headers.Put(name, value)
	}
	return list(headers), nil
}

var envVariable = lazyregexp.New(`\$(TEST_NGINX_[_A-Z0-9]+)`)
var randomPort = lazyregexp.New(`^TEST_NGINX_RAND_PORT_[0-9]+$`)

// expandEnv is expand_env_in_text(text, name, ports).
func (h *host) expandEnv(c *interp.Call) (interp.List, error) {
	if c.Arg(0) == nil {
		return nil, nil
	}
	ports, _ := c.Arg(2).(*interp.Hash)
	var failed error
	text := envVariable.ReplaceAllStringFunc(c.Str(0), func(name string) string {
		name = name[1:]
		if !randomPort.MatchString(name) {
			value, ok := h.in.Env()[name]
			if !ok && failed == nil {
				failed = h.stop(&BailOut{Reason: fmt.Sprintf("%s - No environment %s defined.", c.Str(1), name)})
			}
			return value
		}
		if ports != nil && ports.Get(name) != nil {
			return str(ports.Get(name))
		}
		port, err := freePort()
		if err != nil && failed == nil {
			failed = err
		}
		if ports != nil {
			ports.Put(name, port)
		}
		return port
	})
	return list(text), failed
}

// useHTTP is use_http2 and use_http3: whether a block asks for that version.
func (h *host) useHTTP(version string) native {
	return func(c *interp.Call) (interp.List, error) {
		object, ok := c.Arg(0).(*interp.Hash)
		if !ok {
			return list(nil), nil
		}
		b := block{object: object}
		asked := b.first(version) != nil || interp.Truth(h.util("UseH"+version[1:]).Get())
		if b.first("no_"+version) != nil || !asked {
			return list(nil), nil
		}
		return list(int64(1)), nil
	}
}

// portUsed looks in /proc/net whether a port is taken.
func (h *host) portUsed(protocol string) native {
	return func(c *interp.Call) (interp.List, error) {
		name := "/proc/net/" + protocol
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, croak("Could not open %s. %s", name, osError(err))
		}
		for _, line := range linesOf(string(data)) {
			fields := strings.Fields(line)
			if len(fields) < 2 {
				continue
			}
			_, port, _ := strings.Cut(fields[1], ":")
			if n, err := strconv.ParseInt(port, 16, 32); err == nil && n == interp.Int(c.Arg(0)) {
				return list(int64(1)), nil
			}
		}
		return list(int64(0)), nil
	}
}

// logData returns the lines of a log; of the error log those that were not returned before.
func (h *host) logData(variable string) native {
	return func(*interp.Call) (interp.List, error) {
		f, err := os.Open(h.abs(str(h.util(variable).Get())))
		if err != nil {
			return list(nil), nil
		}
		defer f.Close()
		once := variable == "ErrLogFile" && !interp.Truth(h.util("CheckAccumErrLog").Get())
		if once {
			if _, err := f.Seek(h.logSeen, io.SeekStart); err != nil {
				return nil, err
			}
		}
		data, err := io.ReadAll(f)
		if err != nil {
			return nil, err
		}
		if once {
			h.logSeen += int64(len(data))
		}
		return list(interp.NewArray(texts(linesOf(string(data)))...)), nil
	}
}

func (h *host) pidFromFile(c *interp.Call) (interp.List, error) {
	data, err := os.ReadFile(str(h.util("PidFile").Get()))
	if err != nil {
		return nil, h.stop(&BailOut{Reason: fmt.Sprintf("%s - Failed to open the pid file %s for reading: %s", c.Str(0),
			str(h.util("PidFile").Get()), osError(err))})
	}
	return list(strings.TrimSuffix(string(data), "\n")), nil
}

// canRun finds a program in PATH and the working directory; undef when there is none.
func (h *host) canRun(c *interp.Call) (interp.List, error) {
	name := c.Str(0)
	candidates := []string{name}
	if !strings.Contains(name, "/") {
		candidates = nil
		for _, dir := range append(filepath.SplitList(h.in.Env()["PATH"]), ".") {
			if dir != "" {
				candidates = append(candidates, filepath.Join(dir, name))
			}
		}
	}
	for _, path := range candidates {
		if _, err := exec.LookPath(h.abs(path)); err == nil {
			return list(path), nil
		}
	}
	return list(nil), nil
}
