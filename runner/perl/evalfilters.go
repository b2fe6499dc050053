package perl

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/regex"
	"github.com/ngxtest/ngxtest/runner/thread"
)

// preludes hold the evals, so that the text that they evaluate finds itself where suites expect it: in its package, under
// strict, with the variables of that package and $self or $block in reach.
var preludes = map[string]string{
	"eval_list": `package Test::Base::Filter;
use strict;
use warnings;
our $arguments;
$ngxtest::eval_list = sub { my $self = shift; my @got = eval(shift); return $@ if $@; return @got };
$ngxtest::eval_scalar = sub { my $self = shift; my $got = eval(shift); return ($got, $@) };
`,
	"eval_util": `package Test::Nginx::Util;
use strict;
use warnings;
use Cwd qw(cwd);
use List::Util qw(shuffle);
use Scalar::Util qw(looks_like_number);
use Time::HiRes qw(sleep);
use File::Spec ();
use POSIX qw(SIGQUIT SIGKILL SIGTERM SIGHUP);
our ($` + strings.Join(utilScalars, ", $") + `);
our (@CleanupHandlers, @TestCleanupHandlers, @BlockPreprocessors, @EnvToNginx);
$ngxtest::eval_util = sub { my ($block, $name) = (shift, shift); my $got = eval(shift); return ($got, $@) };
`,
}

// evaluator returns one of the subs of the preludes.
func (h *host) evaluator(name string) (*interp.Code, error) {
	code, ok := h.evaluators[name]
	if !ok {
		text := preludes["eval_list"]
		if name == "eval_util" {
			text = preludes[name]
		}
		out, err := h.eval(text+"$ngxtest::"+name, interp.EvalOptions{Package: "main", File: "ngxtest", Want: interp.ScalarContext})
		if err != nil {
			return nil, err
		}
		code, ok = out.Last().(*interp.Code)
		h.evaluators[name] = code
	}
	if !ok {
		return nil, errors.New("the evaluator " + name + " is gone (the file has changed a variable of package ngxtest)")
	}
	return code, nil
}

// evaluate calls one of the subs of the preludes.
func (h *host) evaluate(name string, args ...interp.Value) ([]interp.Value, error) {
	code, err := h.evaluator(name)
	if err != nil {
		return nil, err
	}
	out, err := h.in.CallSub(code, interp.ListContext, args...)
	return out.Values(), err
}

// evalFilter gives what the text returns in list context, or the text of its error.
func evalFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	return c.host.evaluate("eval_list", c.self(), v)
}

func (c filterCall) self() interp.Value {
	return c.host.filterObject(c.host.helperClass("Filter"), c.block)
}

// captured evaluates a text with the given handles captured.
func (c filterCall) captured(v interp.Value, stdout, stderr *strings.Builder) ([]interp.Value, error) {
	h := c.host
	if stdout != nil {
		h.stdout.capture = stdout
		defer func() { h.stdout.capture = nil }()
	}
	if stderr != nil {
		h.stderr.capture = stderr
		defer func() { h.stderr.capture = nil }()
	}
	out, err := h.evaluate("eval_scalar", c.self(), v)
	for len(out) < 2 {
		out = append(out, nil)
	}
	return out, err
}

func evalAllFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	var stdout, stderr strings.Builder
	out, err := c.captured(v, &stdout, &stderr)
	return append(out[:2:2], stdout.String(), stderr.String()), err
}

func evalStdoutFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	var stdout strings.Builder
	_, err := c.captured(v, &stdout, nil)
	return one(stdout.String()), err
}

func evalStderrFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	var stderr strings.Builder
	_, err := c.captured(v, nil, &stderr)
	return one(stderr.String()), err
}

// regexpFilter makes a pattern of the text, with the variables in it replaced. One of several lines has the flags xism
// unless others are given.
func regexpFilter(c filterCall, v interp.Value) ([]interp.Value, error) {
	text, flags := interp.Str(v), c.arg
	first := strings.IndexByte(text, '\n')
	if first >= 0 && strings.IndexByte(text[first+1:], '\n') >= 0 {
		if !c.hasArg {
			flags = "xism"
		}
	} else {
		text = strings.TrimSuffix(text, "\n")
	}
	if !truth(flags) {
		flags = ""
	}
	out, err := c.host.eval("qr{"+text+"}"+flags, interp.EvalOptions{
		Package: "Test::Base::Filter", Want: interp.ListContext, Strict: true,
	})
	return out.Values(), err
}

// execPerlFilter runs the text as a program of its own, which takes a perl on the machine.
func execPerlFilter(c filterCall, in []interp.Value) ([]interp.Value, error) {
	perl, err := exec.LookPath("perl")
	if err != nil {
		return nil, errors.New("the exec_perl_stdout filter needs perl, and there is none (install perl)")
	}
	f, err := os.CreateTemp("", "ngxtest-*.pl")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.WriteString(joinValues("", in)); err != nil {
		return nil, err
	}
	cmd := exec.Command(perl, f.Name())
	cmd.Dir = c.host.dir()
	for k, v := range c.host.in.Env() {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	back := thread.Usual()
	out, err := cmd.CombinedOutput()
	back()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		return nil, fmt.Errorf("cannot run perl: %w", err)
	}
	return one(string(out)), nil
}

// splitText is Perl's split without a limit: a pattern that matches nothing at the start makes no empty field there,
// groups are fields too, and empty fields at the end go.
func splitText(pattern, s string) ([]string, error) {
	re, err := regex.Compile(pattern, "")
	if err != nil {
		return nil, err
	}
	var fields []string
	start, at := 0, 0
	for at <= len(s) && s != "" {
		m, err := re.Find(s, at)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		if m[1] == m[0] { // an empty match splits between characters
			if m[0] >= len(s) {
				break
			}
			if m[0] == start {
				at = m[0] + 1
				if m, err = re.Find(s, at); err != nil {
					return nil, err
				}
				if m == nil || m[0] >= len(s) && m[1] == m[0] {
					break
				}
			}
		}
		fields = append(fields, s[start:m[0]])
		for g := 1; g < len(m)/2; g++ {
			if m[2*g] < 0 {
				fields = append(fields, "")
				continue
			}
			fields = append(fields, s[m[2*g]:m[2*g+1]])
		}
		start = m[1]
		at = start
	}
	fields = append(fields, s[start:])
	for len(fields) > 0 && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	return fields, nil
}
