package valgrind

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseAnswer(t *testing.T) {
	a := ParseAnswer(string(recorded(t, "changed.txt")))
	if a.Errors != 0 || !strings.Contains(a.Text, "n_errs_found 0") {
		t.Errorf("%d errors", a.Errors)
	}
	same(t, "changed.txt", briefs(a.Records), []string{
		"Leak_IndirectlyLost 10+0 in 2 (+10 in +2) | copy_label:6 < vault_open ffi",
		"Leak_StillReachable 26+0 in 4 (+8 in +1) | copy_label:6 < vault_open ffi",
		"Leak_StillReachable 96+0 in 4 (+24 in +1) | vault_open:8 < vault_open ffi",
		"Leak_DefinitelyLost 100+0 in 2 (+50 in +1) | vault_open:8 < vault_open ffi",
		"Leak_IndirectlyLost 120+0 in 2 (+120 in +2) | vault_open:8 < vault_open ffi",
		"Leak_DefinitelyLost 48+130 in 2 (+48 in +2) | vault_open:8 < vault_open ffi",
		"Leak_DefinitelyLost 200+0 in 2 (+100 in +1) | leak:12 < leak ffi",
		"Leak_StillReachable 300+0 in 4 (+90 in +1) | vault_open:8 < vault_open ffi",
		"Leak_DefinitelyLost 400+0 in 4 (+200 in +2) | leak:12 < leak ffi",
	})
	if a := ParseAnswer("n_errs_found 12 n_errs_shown 903 (vgdb-error 999999999) t/a.t 3\n"); a.Errors != 12 {
		t.Errorf("%d errors", a.Errors)
	}
	last := ParseAnswer(string(recorded(t, "last.txt")))
	same(t, "last.txt", briefs(last.Records), []string{
		"InvalidRead | use_after_free:14 < use_after_free ffi | Address 0x54463d1 is 1 b [16] | Block was alloc'd at [16]"})
	if a := ParseAnswer("monitor command not recognised\n"); a.Errors != -1 || len(a.Records) != 0 {
		t.Errorf("%+v", a)
	}
}

// ready makes a program that stands for vgdb, and the pipe of this process and of another.
func ready(t *testing.T, script string) Vgdb {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, pid := range []int{os.Getpid(), 1 << 30} {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("vgdb-from-vgdb-to-%d-by-me-on-host", pid)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Vgdb{Program: program, Prefix: filepath.Join(dir, "vgdb")}
}

func TestAsk(t *testing.T) {
	me := os.Getpid()
	v := ready(t, `echo "n_errs_found 3 n_errs_shown 1 (x) $*"`)
	a, err := v.LeakCheck(context.Background(), me, Changed, "t/a.t:1\nTEST 1")
	want := fmt.Sprintf("--pid=%d --vgdb-prefix=%s --max-invoke-ms=1 -c v.info n_errs_found t/a.t:1?TEST 1 -c leak_check full kinds all changed", me, v.Prefix)
	if err != nil || a.Errors != 3 || !strings.Contains(a.Text, want) {
		t.Errorf("%+v, %v; want %s", a, err, want)
	}
	if a, err := v.LastError(context.Background(), me, "m"); err != nil || !strings.HasSuffix(a.Text, "-c v.info n_errs_found m -c v.info last_error\n") {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err = v.ErrorCount(context.Background(), me, strings.Repeat("m", 500)); err != nil || len(a.Text) > 400+len(v.Prefix) {
		t.Errorf("%d bytes, %v", len(a.Text), err)
	}
	if got := v.Processes(); len(got) != 2 || !slices.Contains(got, me) {
		t.Errorf("processes %d", got)
	}
}

func TestAskNoAnswer(t *testing.T) {
	me := os.Getpid()
	for _, test := range []struct {
		name, script string
		pid          int
		want         string
	}{
		{"not under valgrind", "true", me + 1, "not under valgrind"},
		{"gone", "true", 1 << 30, "is gone"},
		{"vgdb fails", "echo sending command x >&2; echo vgdb error: no FIFO found >&2; echo >&2; exit 1", me, "vgdb error: no FIFO found"},
		{"vgdb fails without a word", "exit 3", me, "exit status 3"},
		{"stopped", "exec sleep 60", me, "within 100ms"},
		{"stopped, and vgdb does not end", "trap '' TERM; sleep 2 & wait; wait", me, "within 100ms"},
	} {
		v := ready(t, test.script)
		if strings.Contains(test.want, "within") {
			v.Timeout = 100 * time.Millisecond
		}
		_, err := v.ErrorCount(context.Background(), test.pid, "m")
		if !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want %q", test.name, err, test.want)
		}
	}
	if _, err := (Vgdb{}).ErrorCount(context.Background(), me, ""); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("without vgdb: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ready(t, "exec sleep 60").ErrorCount(ctx, me, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// A worker that gave up root can not open the pipe that root made, and Valgrind ends it when it is asked.
func TestAskOtherUser(t *testing.T) {
	v := ready(t, "echo n_errs_found 0 ")
	old := procDir
	defer func() { procDir = old }()
	procDir = t.TempDir()
	if err := os.MkdirAll(filepath.Join(procDir, itoa(os.Getpid())), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		uid  int
		want bool
	}{{os.Getuid(), true}, {0, true}, {os.Getuid() + 33, false}} {
		status := fmt.Sprintf("Name:\tnginx\nUid:\t0\t%d\t0\t0\n", test.uid)
		if err := os.WriteFile(filepath.Join(procDir, itoa(os.Getpid()), "status"), []byte(status), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := v.ErrorCount(context.Background(), os.Getpid(), "")
		if (err == nil) != test.want || err != nil && !strings.Contains(err.Error(), "let it keep its user") {
			t.Errorf("as user %d: %v", test.uid, err)
		}
	}
}
