package warm

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed preload/fork.c
var source string

// ErrNoCompiler says that there is no C compiler.
var ErrNoCompiler = errors.New("there is no C compiler (to get one: apt-get install gcc libc6-dev, dnf install gcc or apk add build-base)")

const prefix = "warm-" + runtime.GOARCH + "-"

// IsLibrary reports whether a file that a process has mapped is such a library.
func IsLibrary(file string) bool {
	return strings.HasPrefix(filepath.Base(file), prefix) && strings.Contains(filepath.Dir(file), "ngxtest")
}

// Library returns the path of the library to preload, compiled if need be. It is kept in the user's cache directory, or in dir
// where there is none.
func Library(ctx context.Context, dir string) (string, error) {
	if cache, err := os.UserCacheDir(); err == nil {
		if cache = filepath.Join(cache, "ngxtest"); os.MkdirAll(cache, 0o700) == nil {
			dir = cache
		}
	}
	sum := sha256.Sum256([]byte(source))
	name := filepath.Join(dir, fmt.Sprintf("%s%x.so", prefix, sum[:8]))
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		return name, nil
	}
	compiler, err := Compiler()
	if err != nil {
		return "", err
	}
	made, err := os.CreateTemp(dir, "warm-*.so")
	if err != nil {
		return "", err
	}
	made.Close()
	defer os.Remove(made.Name())
	args := append(compiler[1:len(compiler):len(compiler)], "-O2", "-shared", "-fPIC", "-o", made.Name(), "-x", "c", "-", "-ldl")
	cmd := exec.CommandContext(ctx, compiler[0], args...)
	cmd.Stdin = strings.NewReader(source)
	if said, err := cmd.CombinedOutput(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\n")
		return "", fmt.Errorf("%s: %w: %s", compiler[0], err, line)
	}
	if err := os.Chmod(made.Name(), 0o755); err != nil {
		return "", err
	}
	return name, os.Rename(made.Name(), name) // two that compile at once do not meet
}

// Compiler is the command that compiles C: that of CC, or what is in PATH.
func Compiler() ([]string, error) {
	if words := strings.Fields(os.Getenv("CC")); len(words) > 0 {
		if _, err := exec.LookPath(words[0]); err == nil {
			return words, nil
		}
	}
	for _, name := range []string{"cc", "gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			return []string{path}, nil
		}
	}
	return nil, ErrNoCompiler
}
