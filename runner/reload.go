package runner

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/nginx"
)

// reloads reports whether the block's configuration goes to the nginx that runs already.
func (r *blockRun) reloads() bool { return r.byReload() && r.server != nil && !r.server.Exited() }

// byReload reports whether blocks take over the nginx of the block before. One whose nginx has to fail at its start does not,
// and none does where a sanitizer tells what a process has lost when it ends.
func (r *blockRun) byReload() bool {
	return r.Settings.UseHup && !r.block.Has("must_die") && !r.sanitized()
}

// reload has the running nginx take the block's configuration. dryRun is as with start.
func (r *blockRun) reload(config string) (dryRun string, err error) {
	const limit = 10 * time.Second
	if err := r.configure(config, r.root.PrepareReload); err != nil {
		return "", err
	}
	old, err := r.server.Reload(r.ctx, r.stretch(limit))
	if err != nil && r.watch != nil {
		r.watch.Refused()
	}
	r.finishReloaded()
	r.log.log.Skip = nginx.OldWorkers(old)
	var refused *nginx.StartError
	switch {
	case errors.As(err, &refused) && r.block.Has("reload_fails"):
		r.log.log.Skip = nil // they are the ones that go on serving
		err = nil
	case errors.As(err, &refused) && refused.MissingDirective != "" && r.env["TEST_NGINX_IGNORE_MISSING_DIRECTIVES"] != "":
		dryRun, err = "the lack of directive "+refused.MissingDirective, nil
	}
	r.shutdownLogs(true)
	return dryRun, err
}

var onlyDigits = lazyregexp.New(`^[0-9]+\n?$`)

// hup is what the configuration has for reloads.
func (r *blockRun) hup(c *nginxconf.Conf) error {
	if postpone, set := r.env["TEST_NGINX_POSTPONE_OUTPUT"]; set {
		if !onlyDigits.MatchString(postpone) {
			return fmt.Errorf("TEST_NGINX_POSTPONE_OUTPUT: bad value: %s (want a number of bytes)", postpone)
		}
		c.PostponeOutput = postpone
	}
	if !r.byReload() {
		return nil
	}
	const alphabet, length = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789#@-_^", 10
	version := make([]byte, length)
	for i := range version {
		version[i] = alphabet[rand.IntN(len(alphabet))]
	}
	c.ConfigVersion = string(version)
	return nil
}
