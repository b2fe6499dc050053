package check

import (
	"fmt"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
)

// Versions are what skip and todo sections are held against, in the form of $NginxVersion: "1.022001".
type Versions struct {
	Nginx      string
	OpenSSL    string // "" when nginx was built without it
	BuildSlave string // TEST_NGINX_BUILDSLAVE
	Load       bool   // blocks are not tested but run under load, unless they have no_check_leak
}

// Decision says what to do with a block.
type Decision struct {
	// Skip says that nginx is not even started, Todo that it is started. With either, Tests are all that each repeat consists
	// of, and nothing is sent.
	Skip  bool
	Todo  bool
	Tests []tap.Test
}

// decision is the state that the sections change one after the other, each over what the one before left.
type decision struct {
	*Block
	versions Versions

	skip       bool
	count      int // of tests; -1 when no section has said it
	reason     string
	todo       bool
	todoReason string
}

// Decide reads skip_eval, skip_nginx, skip_nginx2, skip_slave, skip_openssl, todo_nginx and todo. eval evaluates the Perl text of
// skip_eval. An error is a bail-out.
func (b *Block) Decide(v Versions, eval func(code string) (spec.Value, error)) (Decision, error) {
	const unsaid = "various reasons"
	d := decision{Block: b, versions: v, count: -1, reason: unsaid, todoReason: unsaid, skip: v.Load && !b.Loadable()}
	steps := []func() error{
		func() error { return d.skipEval(eval) },
		d.skipNginx,
		d.skipOpenSSL,
		d.todoNginx,
		d.todoAlways,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return Decision{}, err
		}
	}
	switch {
	case d.skip && d.count >= 0:
		return Decision{Skip: true, Tests: d.tests(true, "skip", d.reason)}, nil
	case d.todo:
		return Decision{Todo: true, Tests: d.tests(false, "todo & skip", d.todoReason)}, nil
	}
	return Decision{}, nil
}

// Loadable reports whether the block is to be put under load where a run does that.
func (b *Block) Loadable() bool {
	return !b.Spec.Has("no_check_leak") && !b.Spec.Has("reload_fails") && !b.Spec.Has("http2")
}

// tests are the count tests of the decision; one where no section says how many.
func (d *decision) tests(ok bool, directive, reason string) []tap.Test {
	if d.count < 0 {
		d.count = 1
	}
	out := make([]tap.Test, d.count)
	for i := range out {
		out[i] = tap.Test{OK: ok, Directive: directive, Reason: d.Name + " - " + reason}
	}
	return out
}

// Parts of the patterns, white space as Perl's x flag has it left out.
const (
	ws        = `[\t\n\v\f\r ]*`
	howMany   = `^` + ws + `([0-9]+)` + ws + `:` + ws
	condition = `([<>]=?)` + ws + `([0-9]+)\.([0-9]+)\.([0-9]+)`
	because   = `(?:` + ws + `:` + ws + `([^\n]*))?` + ws + `$`
)

var (
	skipEvalSpec    = lazyregexp.New(`(?s)` + howMany + `(.*)`)
	skipNginxSpec   = lazyregexp.New(howMany + condition + because)
	skipNginx2Spec  = lazyregexp.New(howMany + condition + ws + `(or|and)` + ws + condition + because)
	skipSlaveSpec   = lazyregexp.New(howMany + `([0-9A-Za-z_]+)` + ws + `(?:([0-9A-Za-z_]+)` + ws + `)?(?:([0-9A-Za-z_]+)` + ws + `)?` + because)
	skipOpenSSLSpec = lazyregexp.New(howMany + condition + `([a-z])?` + because)
	todoNginxSpec   = lazyregexp.New(`^` + ws + condition + because)
)

// match holds a section against its form. found is false when the block has no such section.
func (d *decision) match(section string, form *lazyregexp.Regexp, example string) (m []string, found bool, err error) {
	v := d.Spec.Value(section)
	if !v.Defined() {
		return nil, false, nil
	}
	m = form.FindStringSubmatch(v.String())
	if m == nil {
		return nil, true, d.errorf("bad %s: %q (write it as %q)", section, v.String(), example)
	}
	return m, true, nil
}

func (d *decision) skipEval(eval func(string) (spec.Value, error)) error {
	m := skipEvalSpec.FindStringSubmatch(d.Spec.Value("skip_eval").String())
	if m == nil {
		return nil // Test::Nginx passes over one that it cannot read
	}
	v, err := eval(m[2])
	if err != nil {
		return d.errorf("skip_eval: %w", err)
	}
	d.count, d.reason, d.skip = atoi(m[1]), "skip_eval", v.True()
	return nil
}

func (d *decision) skipNginx() error {
	nginx := d.versions.Nginx
	m, found, err := d.match("skip_nginx", skipNginxSpec, "2: < 1.7.10: reason")
	if err != nil {
		return err
	}
	if found {
		d.count = atoi(m[1])
		d.reason = m[6]
		if d.reason == "" || d.reason == "0" {
			d.reason = fmt.Sprintf("nginx version %s %s.%s.%s", m[2], m[3], m[4], m[5])
		}
		d.skip = d.skip || compare(nginx, m[2:6])
		return nil
	}
	m, found, err = d.match("skip_nginx2", skipNginx2Spec, "2: < 1.7.10 or > 1.9.0: reason")
	if err != nil {
		return err
	}
	if found {
		first, second := compare(nginx, m[2:6]), compare(nginx, m[7:11])
		d.count = atoi(m[1])
		d.because(skipNginx2Spec, "skip_nginx2", 11, m[11])
		d.skip = d.skip || nginx == "" || first && second || m[6] == "or" && (first || second)
		return nil
	}
	return d.skipSlave()
}

func (d *decision) skipSlave() error {
	slave := d.versions.BuildSlave
	if slave == "" {
		return nil
	}
	m, found, err := d.match("skip_slave", skipSlaveSpec, "2: name1 name2: reason")
	if err != nil || !found {
		return err
	}
	d.count = atoi(m[1])
	d.because(skipSlaveSpec, "skip_slave", 5, m[5])
	d.skip = d.skip || m[2] == "all" || m[2] == slave || m[3] == slave || m[4] == slave
	return nil
}

// because sets the reason to a group of a section's form: what was said before is forgotten, also when the group took no part.
func (d *decision) because(form *lazyregexp.Regexp, section string, group int, reason string) {
	if form.FindStringSubmatchIndex(d.Spec.Value(section).String())[2*group] < 0 {
		reason = "various reasons"
	}
	d.reason = reason
}

func (d *decision) skipOpenSSL() error {
	m, found, err := d.match("skip_openssl", skipOpenSSLSpec, "2: < 1.1.1: reason")
	if err != nil || !found {
		return err
	}
	built := d.versions.OpenSSL
	d.count = atoi(m[1])
	d.reason = m[7]
	switch {
	case d.reason != "" && d.reason != "0":
	case built == "":
		d.reason = "Not built with OpenSSL"
	default:
		d.reason = fmt.Sprintf("OpenSSL version %s %s.%s.%s%s", m[2], m[3], m[4], m[5], m[6])
	}
	d.skip = d.skip || built == "" || compare(built, m[2:7])
	return nil
}

func (d *decision) todoNginx() error {
	m, found, err := d.match("todo_nginx", todoNginxSpec, "< 1.7.10: reason")
	if err != nil || !found {
		return err
	}
	d.todo = compare(d.versions.Nginx, m[1:5])
	if todoNginxSpec.FindStringSubmatchIndex(d.Spec.Value("todo_nginx").String())[2*5] >= 0 {
		d.todoReason = m[5]
	}
	return nil
}

func (d *decision) todoAlways() error {
	m, found, err := d.match("todo", skipEvalSpec, "2: reason")
	if err != nil || !found {
		return err
	}
	d.todo, d.count, d.todoReason = true, atoi(m[1]), m[2]
	return nil
}

// compare holds a version against a condition: operator, three numbers, and perhaps the letter that OpenSSL had. An unknown version
// counts as older than any.
func compare(version string, condition []string) bool {
	op := condition[0]
	if version == "" {
		return op[0] == '<'
	}
	text := fmt.Sprintf("%d.%03d%03d", atoi(condition[1]), atoi(condition[2]), atoi(condition[3]))
	if len(condition) > 4 && condition[4] != "" {
		text += fmt.Sprintf("%03d", condition[4][0]-'a')
	}
	have, _ := strconv.ParseFloat(version, 64)
	want, _ := strconv.ParseFloat(text, 64)
	switch op {
	case "<":
		return have < want
	case "<=":
		return have <= want
	case ">":
		return have > want
	}
	return have >= want
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
