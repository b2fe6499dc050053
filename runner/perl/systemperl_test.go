package perl

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// loadProgram loads a file of that text.
func loadProgram(ctx context.Context, t *testing.T, text string, o Options) error {
	t.Helper()
	o.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(o.Dir, "a.t"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if o.Env == nil {
		o.Env = spec.Env{"PATH": os.Getenv("PATH"), "LC_ALL": "C"}
	}
	return Load(ctx, "a.t", o, func(s *spec.Suite) error {
		for _, b := range s.Blocks {
			if err := s.Preprocess(b); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	useSocket = "use Test::Nginx::Socket 'no_plan';\n"
	aBlock    = "run_tests();\n__DATA__\n=== TEST 1\n--- request\nGET /\n"
)

func TestHowPerlEnds(t *testing.T) {
	for _, test := range []struct {
		name, text string
		limit      float64
		want       string // the error; empty: none
	}{
		{name: "run", text: useSocket + aBlock},
		{name: "die", text: useSocket + "sub f {\ndie 'gone' }\nf();\n", want: "a.t:3: gone"},
		{name: "syntax", text: useSocket + "if (1 {\n}\n", want: "a.t:2: syntax error"},
		{name: "exit", text: useSocket + "exit 3;\n", want: "the file called exit(3)"},
		{name: "bail out", text: useSocket + "bail_out('enough');\n", want: "Bail out!  enough"},
		{name: "module", text: "use strict;\nuse Nowhere::AtAll;\n", want: "a.t:2: the Perl module Nowhere::AtAll is not installed"},
		{name: "preprocessor", text: useSocket + "add_block_preprocessor(sub {\n die 'bad block' });\n" + aBlock, want: "a.t:3: bad block"},
		{name: "killed", text: useSocket + "ok 1;\nkill 9, $$;\n", want: "a.t:2: perl has ended: signal: killed"},
		{name: "garbage", text: useSocket + "ok 1;\nopen my $f, '>&=4';\nsyswrite $f, 'garbage' x 9;\nsleep 60;\n",
			want: "something other than a message came from perl"},
		{name: "loop", text: useSocket + "my $n = 0;\nwhile (1) {\n$n++;\n}\n", limit: 0.005,
			want: "a.t:"},
		{name: "memory", text: useSocket + "my @a;\nwhile (1) {\npush @a, 'x' x 1e5;\n}\n", limit: 0.1,
			want: "stopped: more memory in use than the limit allows"},
		{name: "print", text: useSocket + "ok 1;\nexec 'sh', '-c', 'exit 7';\n", want: "perl has ended with exit status 7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := loadProgram(context.Background(), t, test.text, Options{Evaluator: System, Limit: test.limit})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("the error is %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %v, want one with %q", err, test.want)
			}
		})
	}
}

// An endless loop is found in the line where it is.
func TestPerlThatLoops(t *testing.T) {
	err := loadProgram(context.Background(), t, useSocket+"ok 1;\n\n1 while 1;\n", Options{Evaluator: System, Limit: 0.01})
	var stopped *interp.Stopped
	if !errors.As(err, &stopped) || stopped.File != "a.t" || stopped.Line != 4 {
		t.Errorf("the error is %v, want it in a.t:4", err)
	}
}

func TestInterruptEndsPerl(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pid := 0
	err := loadProgram(ctx, t, useSocket+"diag $$;\nsleep 3600;\n", Options{Evaluator: System, Sink: Sink{Diag: func(s string) {
		for _, c := range strings.TrimSpace(strings.TrimPrefix(s, "# ")) {
			pid = pid*10 + int(c-'0')
		}
		cancel()
	}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if pid == 0 || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		t.Errorf("process %d is still there", pid)
	}
}

func TestAutoHandsOver(t *testing.T) {
	const formats = useSocket + "print \"once\\n\";\nformat STDOUT =\n@<<<\n'x'\n.\nok 1, 'by perl';\n" + aBlock
	var sent, printed []string
	o := Options{HandedOver: func(s string) { sent = append(sent, s) },
		Sink: Sink{Stdout: func(s string) { printed = append(printed, s) }}}
	if err := loadProgram(context.Background(), t, formats, o); err != nil {
		t.Error(err)
	}
	if len(sent) != 1 || sent[0] != "format" || strings.Join(printed, "") != "once\n" {
		t.Errorf("sent over for %q, printed %q", sent, printed)
	}

	o.Env = spec.Env{"PATH": "/nowhere"}
	err := loadProgram(context.Background(), t, formats, o)
	if err == nil || !strings.Contains(err.Error(), "unsupported Perl: format (there is no perl in PATH") {
		t.Errorf("without perl the error is %v", err)
	}

	o.Evaluator = System
	if err := loadProgram(context.Background(), t, useSocket+aBlock, o); err == nil || !strings.HasPrefix(err.Error(), "a.t: there is no perl in PATH") {
		t.Errorf("--perl=system without perl: %v", err)
	}

	sent, o.Env, o.Evaluator = nil, nil, Auto
	if err := loadProgram(context.Background(), t, useSocket+aBlock, o); err != nil || sent != nil {
		t.Errorf("a file that is no trouble: %v, sent over for %q", err, sent)
	}
}
