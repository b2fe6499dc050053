package check

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

var shutdownAssertion = lazyregexp.New(`\bAssertion .*? failed\.\n?$`)

// ShutdownLogs checks shutdown_error_log and no_shutdown_error_log, once nginx has quit and its log is complete. dryRun says that nginx
// did not quit (HUP mode, TEST_NGINX_NO_CLEAN); the tests become skips then.
func (b *Block) ShutdownLogs(dryRun bool) (Result, error) {
	j := judge{Block: b}
	has := logCheck{section: "shutdown_error_log", file: "error.log"}
	hasNot := logCheck{section: "no_shutdown_error_log", file: "error.log"}
	if !b.Spec.Has(has.section) && !b.Spec.Has(hasNot.section) {
		return j.Result, nil
	}
	var err error
	if has.needles, err = j.needles(has.section); err != nil {
		return j.Result, err
	}
	if hasNot.needles, err = j.needles(hasNot.section); err != nil {
		return j.Result, err
	}
	lines := j.read(b.ErrorLog, atOnce)
	if dryRun {
		j.dry = "dry_run"
	}
	j.has(has, lines)
	if b.Spec.Has(has.section) {
		for _, line := range lines {
			if strings.Contains(line, "Assertion ") && shutdownAssertion.MatchString(line) {
				j.fail(has.section, b.Name+" - "+strings.TrimSuffix(line, "\n"))
			}
		}
	}
	if dryRun {
		j.dry = "1"
	}
	j.hasNot(hasNot, lines)
	return j.Result, nil
}
