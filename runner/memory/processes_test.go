package memory

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/valgrind"
)

// asked stands for vgdb. Each process that it asks says that one block more is lost, with its pid in the name of a function;
// a process that is listed in the file ends when it is asked.
const asked = `#!/bin/sh
pid=${1#--pid=}
if grep -qx $pid ENDING; then
	kill -9 $pid
	echo "vgdb: error reading from $pid" >&2
	exit 1
fi
cat <<EOF
n_errs_found 0 ngxtest
==$pid== 10 (+10) bytes in 1 (+1) blocks are definitely lost in loss record 1 of 1
==$pid==    at 0x1: malloc (vg_replace_malloc.c:1)
==$pid==    by 0x2: process_$pid (a.c:1)
==$pid==
EOF
`

// family starts a master with so many workers and returns their pids.
func family(t *testing.T, workers int) (master int, pids []string) {
	t.Helper()
	c := exec.Command("sh", "-c", fmt.Sprintf("for i in $(seq %d); do sleep 100 & echo $!; done; echo; wait; wait; exec sleep 100", workers))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "" {
		pids = append(pids, lines.Text())
	}
	t.Cleanup(func() {
		for _, pid := range pids {
			_ = exec.Command("kill", pid).Run()
		}
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c.Process.Pid, pids
}

// A worker that ends while it is asked, as the old one does behind a reload, is no failure; one that is new has not grown.
func TestCheckFollowsProcesses(t *testing.T) {
	dir := t.TempDir()
	master, pids := family(t, 3)
	old, stays, born := pids[0], pids[1], pids[2]
	write := func(name, text string, mode os.FileMode) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return name
	}
	w := &Watch{
		master: true, pid: master,
		vgdb: valgrind.Vgdb{
			Prefix:  filepath.Join(dir, "vgdb"),
			Program: write("vgdb.sh", strings.Replace(asked, "ENDING", write("ending", "", 0o600), 1), 0o700),
		},
	}
	w.of = &generations{last: w}
	pipe := func(pid string) { write("vgdb-from-vgdb-to-"+pid+"-by-me", "", 0o600) }
	pipe(old)
	pipe(stays)
	if _, err := w.check(context.Background()); err == nil || !strings.Contains(err.Error(), born) {
		t.Errorf("a process that lives and cannot be asked: %v; want it named", err)
	}
	pipe(born)
	write("ending", old+"\n", 0o600)

	functions := func(records []valgrind.Record) string {
		var names []string
		for _, r := range records {
			names = append(names, r.Stack[1].Function)
		}
		return strings.Join(names, " ")
	}
	first := make([]int, 2)
	look := func(want, fresh string, moved bool) {
		t.Helper()
		c, err := w.check(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if functions(c.records) != want || functions(c.fresh) != fresh || c.moved != moved {
			t.Errorf("grown %q, fresh %q, moved %v; want %q, %q, %v", functions(c.records), functions(c.fresh), c.moved, want, fresh, moved)
		}
	}
	_, _ = fmt.Sscan(old+" "+stays, &first[0], &first[1])
	w.asked, w.patience = first, 10*time.Second
	look("process_"+stays, "process_"+born, true)
	look("process_"+stays+" process_"+born, "", false)
}
