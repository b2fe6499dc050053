package runner

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/regex"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// chooseHTTP settles by which version of HTTP the block's requests go, by Test::Nginx's rules and with its warnings: a section wins
// over the environment, and what cannot be had with HTTP/2 or HTTP/3 over the environment too.
func (r *blockRun) chooseHTTP() (err error) {
	three, err := r.wantsHTTP(3)
	if err != nil {
		return err
	}
	two := false
	if !three {
		if two, err = r.wantsHTTP(2); err != nil {
			return err
		}
	}
	switch {
	case three:
		// Half of what nginx allows, as curl has it; but nginx moves no timer by less than 300 ms.
		const least = 320 * time.Millisecond
		r.http.Version, r.http.KeepAlive = 3, max(r.quicIdle()/2, least)
	case two:
		r.http.Version = 2
	default:
		return nil
	}
	if err := r.hasHTTP(r.http.Version); err != nil {
		section := "http" + strconv.Itoa(r.http.Version)
		return &spec.Problem{File: r.job.File, Line: cmp.Or(r.block.LineOf(section), r.block.Line), Msg: section + ": " + err.Error()}
	}
	return r.curlSections()
}

// wantsHTTP decides on one version, 2 or 3.
func (r *blockRun) wantsHTTP(version int) (bool, error) {
	own := "http" + strconv.Itoa(version)
	other := "http" + strconv.Itoa(5-version)
	switch {
	case r.block.Has("no_" + own):
		return false, nil
	case r.block.Has(own):
		against := []string{"raw_request", "pipelined_requests"}
		if version == 3 {
			against = append(against, other)
		}
		for _, section := range against {
			if v := r.block.Value(section); v.True() || section == other && v.Defined() {
				return false, fmt.Errorf("cannot use --- %s with --- %s (take one of them out)", own, section)
			}
		}
		return true, nil
	case !r.asksHTTP(version):
		return false, nil
	}
	reason := r.unfit(version)
	switch {
	case reason != "":
		r.warn(fmt.Sprintf("WARNING: %s - %s", r.name, reason))
	case r.block.Value("request").Defined():
		return true, nil
	}
	return false, nil
}

// asksHTTP reports whether the environment asks for a version. Load is made over HTTP/1.
func (f *fileRun) asksHTTP(version int) bool {
	variable := map[int]string{2: "TEST_NGINX_USE_HTTP2", 3: "TEST_NGINX_USE_HTTP3"}[version]
	return f.load() == "" && spec.Text(f.env[variable]).True()
}

var http10 = lazyregexp.New(`HTTP/1\.0`)

// notHTTP2 is what nginx's HTTP/2 cannot do or, where nginx is its own client, a port that talks HTTP/2 alone.
var notHTTP2 = lazyregexp.New(`proxy_pass.*:\$(?:server_port|TEST_NGINX_SERVER_PORT)|ngx.req.raw_header|lua_check_client_abort` +
	`|ngx.req.socket|ngx.req.read_body`)

// unfit says why a block keeps to HTTP/1 although the environment asks for another version; "" where nothing speaks against it.
func (r *blockRun) unfit(version int) string {
	text := func(section string) string {
		if v := r.block.Value(section); !v.IsRef() {
			return v.String()
		}
		return ""
	}
	name := fmt.Sprintf("HTTP/%d", version)
	other := "http" + strconv.Itoa(5-version)
	switch {
	case r.block.Value("raw_request").True():
		return "raw_request is for HTTP/1, so it does not use " + name
	case r.block.Value("pipelined_requests").True():
		return "pipelined_requests are for HTTP/1, so it does not use " + name
	case !r.block.Value("request").Defined():
		return ""
	case http10.MatchString(text("request")):
		return "explicitly requires HTTP 1.0, so it does not use " + name
	case r.block.Has(other):
		return fmt.Sprintf("explicitly requires HTTP/%d, so it does not use %s", 5-version, name)
	case version == 3:
		return ""
	}
	for _, section := range []string{"config", "user_files", "http_config"} {
		if found := notHTTP2.FindString(text(section)); found != "" {
			return fmt.Sprintf("%s: %s does not go with %s, so it uses HTTP/1", section, found, name)
		}
	}
	return ""
}

// hasHTTP reports that this nginx can talk a version.
func (f *fileRun) hasHTTP(version int) error {
	module := fmt.Sprintf("--with-http_v%d_module", version)
	if _, ok := f.build.Argument(module); ok || f.Settings.NoNginxManager {
		return nil
	}
	hint := ""
	if version == 3 {
		hint = ", as those of nginx 1.25 and later may be"
	}
	return fmt.Errorf("nginx %s (%s) cannot talk HTTP/%d (take one that is built %s%s)", f.build.Version, f.build.Path, version, module, hint)
}

// canHTTP refuses a whole file whose environment asks for what nginx does not have.
func (f *fileRun) canHTTP() error {
	for version := 2; version <= 3; version++ {
		if !f.asksHTTP(version) {
			continue
		}
		if err := f.hasHTTP(version); err != nil {
			return fmt.Errorf("%s: TEST_NGINX_USE_HTTP%d: %w", f.job.File, version, err)
		}
	}
	return nil
}

// curlSections reads the sections that are named for curl, which Test::Nginx runs.
func (r *blockRun) curlSections() (err error) {
	if v := r.block.Value("curl_options"); v.Defined() {
		if r.http.Curl, err = wire.ParseCurlOptions(v.String()); err != nil {
			return &spec.Problem{File: r.job.File, Line: r.block.LineOf("curl_options"), Msg: "curl_options: " + err.Error()}
		}
	}
	if v := r.block.Value("curl_protocol"); v.Defined() {
		protocol := strings.TrimSpace(v.String())
		if protocol != "http" && protocol != "https" {
			return &spec.Problem{File: r.job.File, Line: r.block.LineOf("curl_protocol"),
				Msg: fmt.Sprintf("curl_protocol: %s (want http or https)", protocol)}
		}
		r.http.TLS = protocol == "https"
	}
	expected := r.block.Value("curl_error")
	if !expected.Defined() {
		return nil
	}
	if expected.Kind == spec.Regexp {
		pattern, err := regex.Compile(expected.Str, expected.Flags)
		if err != nil {
			return &spec.Problem{File: r.job.File, Line: r.block.LineOf("curl_error"), Msg: "curl_error: " + err.Error()}
		}
		r.http.Expects = func(text string) bool {
			matches, err := pattern.Match(text)
			return matches && err == nil
		}
		return nil
	}
	r.http.Expects = func(text string) bool { return strings.Contains(text, expected.String()) }
	return nil
}

// expectsTimeout reports whether the test waits for the time to run out.
func (r *blockRun) expectsTimeout() bool {
	return r.http.Expects != nil && r.http.Expects(wire.TimeoutExample)
}

// transfer sends a request of the block.
func (r *blockRun) transfer(ctx context.Context, req wire.Request, o wire.Options) wire.Exchange {
	if r.http.Version == 0 {
		return wire.Do(ctx, req, o)
	}
	return r.http.Do(ctx, req, o)
}

// confHTTP is what the configuration has for HTTP/2 and HTTP/3.
func (r *blockRun) confHTTP(c *nginxconf.Conf) {
	c.HTTP2, c.HTTP3 = r.http.Version == 2, r.http.Version == 3
	if !c.HTTP3 {
		return
	}
	if r.asksHTTP(3) && !r.block.Has("http3") {
		c.HTTP3Certificate, c.HTTP3Key = r.env["TEST_NGINX_HTTP3_CRT"], r.env["TEST_NGINX_HTTP3_KEY"]
	}
	c.KeepaliveTimeout = int(r.quicIdle().Milliseconds())
}

// quicIdle is how long nginx keeps a QUIC connection on which nothing happens.
func (r *blockRun) quicIdle() time.Duration {
	const usual, valgrind = 600 * time.Millisecond, 300 * time.Millisecond
	idle := usual
	if v := spec.Text(r.env["TEST_NGINX_QUIC_IDLE_TIMEOUT"]); v.True() {
		idle = wire.Seconds(v.String())
	}
	if v := r.block.Value("quic_max_idle_timeout"); v.True() {
		idle = wire.Seconds(v.String())
	}
	if r.setup.Valgrind != "" {
		idle += valgrind
	}
	return idle
}
