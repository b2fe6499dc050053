package valgrind

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Tool is the valgrind program of this machine.
type Tool struct {
	Path         string
	Major, Minor int
	Version      string // "3.19.0", with what the vendor added
	// Vgdb is the path of the vgdb program, "" when it is missing: then processes can not be asked while they live.
	Vgdb string
}

// ErrMissing says that there is no valgrind, and how to get it.
var ErrMissing = errors.New("valgrind is not installed (to get it: apt-get install valgrind, dnf install valgrind or apk add valgrind)")

var versionText = expression(`^valgrind-((\d+)\.(\d+)\S*)`)

// Find looks for valgrind under the name, which may be a path; "" is the valgrind of PATH. It asks the program for its
// version, so that a broken installation is told here.
func Find(ctx context.Context, name string) (Tool, error) {
	if name == "" {
		name = "valgrind"
	}
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrNotFound) && name == "valgrind" {
		return Tool{}, ErrMissing
	}
	if err != nil {
		return Tool{}, fmt.Errorf("%s: %w", name, err)
	}
	said, err := exec.CommandContext(ctx, path, "--version").CombinedOutput()
	m := versionText().FindSubmatch(said)
	if m == nil {
		if err == nil {
			err = fmt.Errorf("its version is %q", strings.TrimSpace(string(said)))
		}
		return Tool{}, fmt.Errorf("%s --version does not answer as valgrind does: %w (reinstall valgrind)", path, err)
	}
	t := Tool{Path: path, Version: string(m[1]), Major: int(number(string(m[2]))), Minor: int(number(string(m[3])))}
	if vgdb, err := exec.LookPath(strings.TrimSuffix(path, "valgrind") + "vgdb"); err == nil {
		t.Vgdb = vgdb
	} else if vgdb, err := exec.LookPath("vgdb"); err == nil {
		t.Vgdb = vgdb
	}
	return t, nil
}

// AtLeast says whether the version is this one or a later one. An unknown version counts as late enough.
func (t Tool) AtLeast(major, minor int) bool {
	return t.Major == 0 || t.Major > major || t.Major == major && t.Minor >= minor
}

func (t Tool) program() string {
	if t.Path == "" {
		return "valgrind"
	}
	return t.Path
}
