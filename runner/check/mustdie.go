package check

import (
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Exit is how the nginx command ended that starts nginx.
type Exit struct {
	Failed bool // it could not be executed at all
	Status int  // as wait(2) has it: exit code << 8, plus the signal, plus 128 for a core dump
}

const mustDie = "must_die"

// MustDie makes the test of --- must_die. The error log is checked next, with Logs.
func (b *Block) MustDie(exit Exit) Result {
	j := judge{Block: b}
	want := b.Spec.Value(mustDie)
	code, core := exit.Status>>8, exit.Status&128 != 0
	if exit.Status > 128<<8 {
		// The shell between says 128 + signal.
		code, core = code>>8, code&128 != 0
	}
	switch {
	case exit.Failed:
		j.fail(mustDie, b.Name+" - failed to execute the nginx command line")
	case core:
		j.fail(mustDie, b.Name+" - nginx core dumped")
	case want.Kind == spec.Number || want.Kind == spec.Bytes && numeric(want.Str):
		j.is(mustDie, want, spec.Text(strconv.Itoa(code)), b.Name+" - die with the expected exit code")
	default:
		j.isnt(mustDie, strconv.Itoa(exit.Status), "0", b.Name+" - die as expected")
	}
	return j.Result
}

var numberText = lazyregexp.New(`^[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:inf|infinity|nan))$`)

// numeric is Perl's looks_like_number.
func numeric(s string) bool { return numberText.MatchString(strings.Trim(s, white)) }
