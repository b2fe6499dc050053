package interp

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// outside are the words of programs that could change files, start processes or wait.
var outside = []string{"open", "unlink", "system", "exec", "fork", "`", "qx", "mkdir", "rmdir", "rename", "sleep", "kill", "link",
	"tmp", "truncate", "chmod", "chown", "utime", "temp", "write", "copy", "move", "path", "tree", "pipe", "select", "alarm", "dev", "glob", "<*"}

// FuzzRun looks for programs on which the interpreter itself fails. Programs that touch files or processes are left out.
func FuzzRun(f *testing.F) {
	programs, _ := filepath.Glob("testdata/*.pl")
	for _, p := range programs {
		if src, err := os.ReadFile(p); err == nil {
			for _, line := range strings.Split(string(src), "\n") {
				f.Add(line)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, word := range outside {
			if strings.Contains(src, word) {
				return
			}
		}
		in := New(Options{MaxSteps: 20000, MaxMemory: 1 << 28})
		err := in.RunText("f.t", src, 1, "main")
		var u *Unsupported
		if errors.As(err, &u) && strings.HasPrefix(u.Construct, "a fault of the evaluator") {
			t.Errorf("%v", err)
		}
	})
}
