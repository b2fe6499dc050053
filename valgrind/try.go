package valgrind

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var (
	// refusedEntry is how Valgrind says that it cannot read a suppression file: file, line and why.
	refusedEntry = expression(`(?m)FATAL: in suppressions file "(.*)" near line (\d+):\n(?:==\d+==)?\s*(.*)$`)
	// saidBy is what Valgrind puts before its messages.
	saidBy = expression(`^(valgrind: |==\d+== )`)
)

// Try runs a command that does nothing under what the user has added, options and suppression files, and returns why
// Valgrind refuses one of them. It checks more than can be known here, and would end each process at its start with a
// message that nobody connects with the options. Without anything of the user's there is nothing to try.
func (p Plan) Try(ctx context.Context) error {
	nothing, err := exec.LookPath("true")
	if err != nil || !p.own {
		return nil
	}
	cmd := exec.CommandContext(ctx, p.Args[0], append(p.Args[1:len(p.Args):len(p.Args)], nothing)...)
	out, err := cmd.CombinedOutput()
	if cmd.Process != nil {
		removeProfiles(cmd.Process.Pid)
	}
	if err == nil || ctx.Err() != nil {
		return nil
	}
	said := strings.TrimSpace(string(out))
	if m := refusedEntry().FindStringSubmatch(said); m != nil {
		return fmt.Errorf("%s:%s: valgrind refuses this suppression: %s (correct it, or leave it out)", asSeen(m[1]), m[2], m[3])
	}
	why, _, _ := strings.Cut(said, "\n")
	if why = saidBy().ReplaceAllString(why, ""); why == "" {
		why = err.Error()
	}
	return fmt.Errorf("valgrind options %q: %s (correct them)", p.options, why)
}

// removeProfiles removes what tools such as Massif leave where they run, of a process that did nothing.
func removeProfiles(pid int) {
	names, _ := filepath.Glob(fmt.Sprintf("*.out.%d", pid))
	for _, name := range names {
		_ = os.Remove(name)
	}
}

// asSeen is a path as somebody in the current directory would write it.
func asSeen(path string) string {
	cwd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
