package system

import (
	"context"
	_ "embed" // the shim modules
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// Options say what program to run, and in what surroundings.
type Options struct {
	Perl   string   // the executable
	Script string   // the file to run, as $0 is to be; or, with Text, what to call it in messages
	Text   string   // a program in place of the file
	Dir    string   // the working directory
	Inc    []string // directories to look for modules in before perl's own
	Behind []string // and behind them

	// In has the native subs, and is the mirror of what both sides see. Its Env is perl's environment.
	In      *interp.Interp
	Scalars []string // the variables that both sides see, by their full names
	Arrays  []string
	Modules []string // of In, that are never looked for on disk

	Stdout, Stderr func(string) // what perl and its children print
	Called         func()       // whenever perl calls
	Over           func()       // when the program has come to its end, before its END blocks
	Limits         Limits
}

// Session is a program in a running perl.
type Session struct {
	*tables
	ctx  context.Context
	o    Options
	proc *process

	env    map[string]string // as perl knows it
	vars   map[string]string // the variables, as they were written last
	at     place             // of the last call
	ending *ending           // how it has ended; nil: it has not said so
	failed error             // why nothing more can be said to perl
}

type place struct {
	file string
	line int
}

// ending is how a program has ended.
type ending struct {
	status int
	death  string // what it died of; empty when it did not
}

//go:embed boot.pl
var bootText string

//go:embed shims.pl
var shimsText string

// Find returns the perl that is first in a PATH.
func Find(path string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if dir == "" {
			dir = "."
		}
		file := filepath.Join(dir, "perl")
		if info, err := os.Stat(file); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", exec.ErrNotFound
}

// Start starts perl. The program runs no further than to its shims until Run.
func Start(ctx context.Context, o Options) (*Session, error) {
	s := &Session{tables: newTables(o.In), ctx: ctx, o: o, env: map[string]string{}, vars: map[string]string{}, at: place{file: o.Script}}
	s.tables.call = s.callBack
	// The text behind -M is perl's: it reads the boot text from the pipe and evaluates it, before the file's first line is read.
	const loader = `-MXSLoader ();BEGIN{open $ngxtest::from,'<&=3' or die;binmode $ngxtest::from;sysread $ngxtest::from,$ngxtest::n,6;` +
		`$ngxtest::n=unpack 'x2N',$ngxtest::n;$ngxtest::t='';1 while length $ngxtest::t<$ngxtest::n&&` +
		`sysread $ngxtest::from,$ngxtest::t,$ngxtest::n-length $ngxtest::t,length $ngxtest::t;eval $ngxtest::t;die $@ if $@}`
	args := []string{}
	for _, dir := range o.Inc {
		args = append(args, "-I"+dir)
	}
	args = append(args, loader)
	if o.Text != "" {
		args = append(args, "-e", o.Text)
	} else {
		args = append(args, "--", o.Script)
	}
	maps.Copy(s.env, o.In.Env())
	var env []string
	for _, k := range slices.Sorted(maps.Keys(s.env)) {
		env = append(env, k+"="+s.env[k])
	}
	proc, err := start(ctx, o.Perl, args, env, o.Dir, o.Limits, o.Stdout, o.Stderr)
	if err != nil {
		return nil, err
	}
	s.proc = proc
	return s, nil
}

// Run lets the program run to its end, and returns how it ended: nil, *interp.Exit, *interp.Die, *interp.Stopped or an error of
// perl's own.
func (s *Session) Run() error {
	defer s.proc.end()
	if err := s.boot(); err != nil {
		return s.over(err)
	}
	_, err := s.listen()
	return s.over(err)
}

// boot sends the shims and what they are made from.
func (s *Session) boot() error {
	if err := s.proc.send([]byte(bootText + shimsText)); err != nil {
		return err
	}
	return s.say('B', func(e *encoder) {
		e.values([]interp.Value{stringList(s.o.Scalars), stringList(s.o.Arrays), stringList(s.o.Modules), stringList(s.o.Behind), s.o.Script})
		e.value(s.describe(s.o.Modules))
	})
}

func stringList(list []string) *interp.Array {
	a := interp.NewArray()
	for _, s := range list {
		a.Push(s)
	}
	return a
}

// describe lists the packages of some modules: for each its subs with their prototypes, what it exports and what it is made from.
func (s *Session) describe(modules []string) *interp.Hash {
	all := interp.NewHash()
	for _, m := range modules {
		for _, pkg := range s.in.Packages(m) {
			subs := interp.NewHash()
			for name, code := range s.in.Subs(pkg) {
				about := interp.NewArray(nil, nil)
				if proto, ok := code.Proto(); ok {
					about.At(0).Set(proto)
				}
				if full := code.Name(); full != pkg+"::"+name && !strings.HasSuffix(full, "::__ANON__") {
					about.At(1).Set(full)
				}
				subs.Put(name, about)
			}
			all.Put(pkg, interp.NewHash("subs", subs, "EXPORT", s.in.ArrayVar(pkg+"::EXPORT"), "EXPORT_OK", s.in.ArrayVar(pkg+"::EXPORT_OK"),
				"EXPORT_TAGS", s.in.HashVar(pkg+"::EXPORT_TAGS"), "ISA", s.in.ArrayVar(pkg+"::ISA"),
				"VERSION", s.in.ScalarVar(pkg+"::VERSION").Get()))
		}
	}
	return all
}

// say sends a message of a kind, with what has changed.
func (s *Session) say(kind byte, rest func(*encoder)) error {
	if s.failed != nil {
		return s.failed
	}
	body := s.encoder()
	rest(body)
	vars := s.changedVars(body)
	e := &encoder{tables: s.tables}
	e.text('s', string(kind))
	e.buf = append(e.buf, s.changedEnv()...)
	e.buf = append(e.buf, vars...)
	e.buf = append(e.buf, body.changedObjects()...)
	return s.proc.send(append(e.buf, body.buf...))
}

func (s *Session) changedEnv() []byte {
	now := s.in.Env()
	changed := interp.NewHash()
	for k, v := range now {
		if old, ok := s.env[k]; !ok || old != v {
			changed.Put(k, v)
			s.env[k] = v
		}
	}
	for k := range s.env {
		if _, ok := now[k]; !ok {
			changed.Put(k, nil)
			delete(s.env, k)
		}
	}
	e := &encoder{tables: s.tables}
	e.value(changed)
	return e.buf
}

// changedVars writes the variables that have changed. Objects in them are met by e.
func (s *Session) changedVars(e *encoder) []byte {
	changed := &encoder{}
	n := 0
	note := func(name string, v interp.Value) {
		one := &encoder{tables: s.tables, met: e.met, hasMet: e.hasMet}
		one.value(v)
		e.met = one.met
		if now := string(one.buf); now != s.vars[name] {
			s.vars[name] = now
			n++
			changed.text('s', name)
			changed.buf = append(changed.buf, one.buf...)
		}
	}
	for _, name := range s.o.Scalars {
		note(name, s.in.ScalarVar(name).Get())
	}
	for _, name := range s.o.Arrays {
		note("@"+name, s.in.ArrayVar(name))
	}
	count := &encoder{}
	count.tag('a', 2*n)
	return append(count.buf, changed.buf...)
}

// take reads what every message begins with, and puts it to work.
func (s *Session) take(message []byte) (kind byte, d *decoder, err error) {
	d = &decoder{tables: s.tables, buf: message}
	if word := d.text(); len(word) == 1 {
		kind = word[0]
	} else {
		return 0, d, errGarbage
	}
	env, _ := d.value().(*interp.Hash)
	if env == nil {
		return 0, d, errGarbage
	}
	for _, k := range env.Keys() {
		if v := env.Get(k); v == nil {
			delete(s.in.Env(), k)
			delete(s.env, k)
		} else {
			s.in.Env()[k] = text(v)
			s.env[k] = text(v)
		}
	}
	vars := d.list()
	for i := 0; i+1 < len(vars); i += 2 {
		s.setVar(text(vars[i]), vars[i+1])
	}
	objects := d.list()
	for i := 0; i+1 < len(objects); i += 2 {
		if id := int(interp.Int(objects[i])); id < len(s.objects) {
			fill(s.objects[id], objects[i+1])
			e := s.encoder()
			e.content(s.objects[id])
			s.sent[id] = string(e.buf)
		}
	}
	return kind, d, d.err
}

func (s *Session) setVar(name string, v interp.Value) {
	e := s.encoder()
	if array, ok := strings.CutPrefix(name, "@"); ok {
		if a, ok := v.(*interp.Array); ok {
			s.in.ArrayVar(array).Assign(a.Values())
		}
		e.value(s.in.ArrayVar(array))
	} else {
		s.in.ScalarVar(name).Set(v)
		e.value(v)
	}
	s.vars[name] = string(e.buf)
}

// listen answers calls until perl has said something that is an answer, or its last word.
func (s *Session) listen() (interp.List, error) {
	for {
		if s.failed != nil {
			return nil, s.failed
		}
		message, err := s.proc.receive()
		var kind byte
		var d *decoder
		if err == nil {
			kind, d, err = s.take(message)
		}
		if err != nil {
			return nil, s.fail(err)
		}
		s.proc.out.forward()
		if kind != 'E' { // perl has printed what it died of
			s.proc.err.forward()
		}
		switch kind {
		case 'R':
			return interp.NewList(d.list()...), d.err
		case 'D':
			return nil, interp.NewDie(d.value())
		case 'C':
			if s.o.Called != nil {
				s.o.Called()
			}
			if err := s.native(d); err != nil {
				return nil, s.fail(err)
			}
		case 'E':
			s.ended(d)
			if s.o.Over != nil && s.ending.status == 0 {
				s.o.Over()
			}
			if err := s.say('R', func(e *encoder) { e.values(nil) }); err != nil {
				return nil, s.fail(err)
			}
		case 'Z':
			s.ended(d)
			s.failed = &interp.Exit{Code: s.ending.status}
			return nil, s.failed
		default:
			return nil, s.fail(errGarbage)
		}
	}
}

// fail notes that the session cannot go on.
func (s *Session) fail(err error) error {
	if s.failed != nil {
		return s.failed
	}
	s.failed = err
	var stopped *interp.Stopped
	switch {
	case s.ctx.Err() != nil:
		s.failed = &interp.Stopped{Reason: "stopped: " + context.Cause(s.ctx).Error(), File: s.at.file, Line: s.at.line, Err: s.ctx.Err()}
	case errors.As(err, &stopped):
		stopped.File, stopped.Line = s.at.file, s.at.line
		kind, d, err := s.take(s.proc.where())
		if err == nil && kind == 'T' {
			stopped.File, stopped.Line = d.text(), int(interp.Int(d.value()))
		} else {
			stopped.Reason += fmt.Sprintf(", in a single operation such as a regular expression, somewhere behind line %d", s.at.line)
		}
	case !errors.Is(err, io.EOF):
		s.proc.kill()
		s.failed = fmt.Errorf("%s:%d: %w (this is the place that perl was last heard from)", s.at.file, s.at.line, err)
	}
	return s.failed
}

// over waits until perl is gone, and says what its end means.
func (s *Session) over(err error) error {
	if waited := s.proc.wait(); waited != nil {
		s.failed = nil
		err = s.fail(waited)
	}
	s.proc.out.forward()
	stderr := s.proc.err.take()
	s.tell(stderr)
	switch {
	case s.ctx.Err() != nil:
		return &interp.Stopped{Reason: "stopped: " + context.Cause(s.ctx).Error(), File: s.at.file, Line: s.at.line, Err: s.ctx.Err()}
	case s.ending == nil && (err == nil || errors.Is(err, io.EOF)):
		return s.lost(stderr)
	case s.ending == nil || !isExit(err):
		return err
	case s.ending.death != "":
		return interp.NewDie(s.ending.death)
	case s.ending.status == 0:
		return nil
	}
	return err
}

func isExit(err error) bool {
	var exit *interp.Exit
	return errors.As(err, &exit)
}

func (s *Session) tell(stderr string) {
	if stderr != "" && s.o.Stderr != nil {
		s.o.Stderr(stderr)
	}
}

// ended reads how the program has ended. What it died of is kept, and not passed on with the rest of what it printed.
func (s *Session) ended(d *decoder) {
	status, exited := int(interp.Int(d.value())), interp.Truth(d.value())
	if s.ending != nil { // END blocks may change the status, and exit
		s.ending.status = status
		if exited {
			s.ending.death = ""
		}
		return
	}
	s.ending = &ending{status: status, death: d.text()}
	stderr := s.proc.err.take()
	if rest, ok := strings.CutSuffix(stderr, s.ending.death); ok {
		stderr = rest
	} else {
		s.ending.death = lastPlace(stderr)
	}
	if exited || status == 0 {
		s.ending.death = ""
	}
	s.tell(stderr)
}

var placed = lazyregexp.New(` at \S+ line \d+`)

// lastPlace is the last line of a text that tells where something happened.
func lastPlace(text string) string {
	lines := strings.Split(text, "\n")
	for _, line := range slices.Backward(lines) {
		if placed.MatchString(line) {
			return line + "\n"
		}
	}
	return ""
}

// lost is the end of a perl that has said no last word.
func (s *Session) lost(stderr string) error {
	what := "perl is gone without a word"
	switch state := s.proc.state; {
	case strings.Contains(stderr, "Out of memory"):
		what = "perl ran out of memory"
	case state != nil && state.ExitCode() < 0:
		what = "perl has ended: " + state.String()
	case state != nil:
		if state.ExitCode() == 0 {
			return nil
		}
		if text := lastPlace(stderr); text != "" {
			return interp.NewDie(text)
		}
		what = fmt.Sprintf("perl has ended with exit status %d and run no END block", state.ExitCode())
	}
	return fmt.Errorf("%s:%d: %s (this is the place that it was last heard from)", s.at.file, s.at.line, what)
}
