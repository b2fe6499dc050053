package nginx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// Build is what `nginx -V` says of a binary.
type Build struct {
	Path      string // as it was probed
	Output    string // all that -V printed
	Version   string // "1.22.1"; of an OpenResty the first three parts, "1.21.4"
	Canonical string // "1.022001"
	OpenSSL   string // canonical, of the one that it was built with; "" when built without
	PCRE      int    // 2 for PCRE2, 1 for PCRE, 0 for none, as Test::Nginx guesses it
	OpenResty bool
	Arguments []string // of configure, unquoted: "--prefix=/usr/share/nginx"
}

// Argument returns the value of a configure argument: Argument("--prefix") is "/usr/share/nginx". ok says whether the
// argument is there at all.
func (b Build) Argument(name string) (value string, ok bool) {
	for _, a := range b.Arguments {
		if a == name {
			return "", true
		}
		if v, found := strings.CutPrefix(a, name+"="); found {
			return v, true
		}
	}
	return "", false
}

// Name is the program and its version as -V names them: "nginx 1.22.1", "openresty 1.27.1.2", whose last part Version lacks.
func (b Build) Name() string {
	if m := calledItself.FindStringSubmatch(b.Output); m != nil {
		return m[1] + " " + m[2]
	}
	return "nginx " + b.Version
}

// BuiltIn are the names of the modules of others that are built in, which are those of their directories at configure's time:
// "ngx_lua-0.10.28", "echo-nginx-module".
func (b Build) BuiltIn() []string {
	var names []string
	for _, a := range b.Arguments {
		if dir, ok := strings.CutPrefix(a, "--add-module="); ok {
			names = append(names, filepath.Base(dir))
		}
	}
	return names
}

type probeKey struct {
	path    string
	size    int64
	changed time.Time
}

var (
	probed  = map[probeKey]Build{}
	probing sync.Mutex
)

// probeTimeout is far more than any nginx needs to print its version.
const probeTimeout = 20 * time.Second

// Probe runs `binary -V`, once for each binary as long as the file stays the same.
func Probe(ctx context.Context, binary string) (Build, error) {
	info, err := os.Stat(binary)
	if err != nil {
		return Build{}, err
	}
	key := probeKey{binary, info.Size(), info.ModTime()}
	probing.Lock()
	defer probing.Unlock()
	if b, ok := probed[key]; ok {
		return b, nil
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, "-V")
	// with what a script has started
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	cmd.Env = NoLeakCheck(os.Environ())
	if err := cmd.Run(); err != nil {
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			return Build{}, ctx.Err()
		case ctx.Err() != nil:
			return Build{}, fmt.Errorf("%s -V does not end within %s (name nginx in TEST_NGINX_BINARY or --nginx)", binary, probeTimeout)
		}
		return Build{}, fmt.Errorf("failed to get the version of nginx: %s -V: %w: %s", binary, err, firstLine(out.String()))
	}
	b, err := ParseBuild(out.String())
	if err != nil {
		return Build{}, fmt.Errorf("%s: %w (name nginx in TEST_NGINX_BINARY or --nginx)", binary, err)
	}
	b.Path = binary
	probed[key] = b
	return b, nil
}

var (
	opensslVersion = lazyregexp.New(`built with OpenSSL (\d+)\.(\d+)\.(\d+)([a-z])?`)
	nginxVersion   = lazyregexp.New(`(?:nginx|openresty+?)[^/]*/(\d+)\.(\d+)\.(\d+)`)
	anyVersion     = lazyregexp.New(`\w+/(\d+)\.(\d+)\.(\d+)`)
	shortVersion   = lazyregexp.New(`nginx version: .*/(\d)\.(\d+)(?:\.\d+)+`)
	calledItself   = lazyregexp.New(`nginx version: (\w+)/([\w.]+)`)
	openrestyName  = lazyregexp.New(`nginx version: openresty`)
)

// ParseBuild reads what `nginx -V` prints.
func ParseBuild(output string) (Build, error) {
	m := nginxVersion.FindStringSubmatch(output)
	if m == nil {
		m = anyVersion.FindStringSubmatch(output)
	}
	if m == nil {
		return Build{}, fmt.Errorf(`failed to parse the output of "nginx -V": %q`, firstLine(output))
	}
	b := Build{
		Output:    output,
		Version:   m[1] + "." + m[2] + "." + m[3],
		Canonical: Canonical(number(m[1]), number(m[2]), number(m[3])),
		PCRE:      pcre(output),
		OpenResty: openrestyName.MatchString(output),
	}
	if m := opensslVersion.FindStringSubmatch(output); m != nil {
		b.OpenSSL = CanonicalOpenSSL(number(m[1]), number(m[2]), number(m[3]), m[4])
	}
	if _, text, ok := strings.Cut(output, "configure arguments:"); ok {
		text, _, _ = strings.Cut(text, "\n")
		b.Arguments = splitArguments(text)
	}
	return b, nil
}

// pcre follows Test::Nginx: nginx uses PCRE2 from 1.25 on unless it is told not to, and whoever mentions pcre has it.
func pcre(output string) int {
	version := 0
	if m := shortVersion.FindStringSubmatch(output); m != nil {
		version = number(m[1])*100 + number(m[2])
	}
	switch {
	case version >= 125 && !strings.Contains(output, "--without-pcre2"):
		return 2
	case strings.Contains(output, "pcre"):
		return 1
	}
	return 0
}

// splitArguments splits at blanks outside of '...' and takes the quotes off: -V prints arguments that have blanks as
// --with-cc-opt='-g -O2'.
func splitArguments(text string) []string {
	var args []string
	var arg strings.Builder
	quoted, any := false, false
	for _, r := range text {
		switch {
		case r == '\'':
			quoted, any = !quoted, true
		case !quoted && (r == ' ' || r == '\t'):
			if any {
				args = append(args, arg.String())
			}
			arg.Reset()
			any = false
		default:
			arg.WriteRune(r)
			any = true
		}
	}
	if any {
		args = append(args, arg.String())
	}
	return args
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
