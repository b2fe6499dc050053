package perl

import (
	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

var (
	timeMillis  = lazyregexp.New(`([^_a-zA-Z])ms(\n?)$`)
	timeSeconds = lazyregexp.New(`([^_a-zA-Z])s(\n?)$`)
)

// parseTime turns a time with an optional unit, "500ms" or "2s", into seconds, as Test::Nginx's parse_time does.
// What has no unit is handed back as it is.
func parseTime(s string) string {
	if timeMillis.MatchString(s) {
		return interp.FormatNumber(interp.Num(timeMillis.ReplaceAllString(s, "$1$2")) / 1000)
	}
	return timeSeconds.ReplaceAllString(s, "$1$2")
}
