package nginx

import (
	"debug/elf"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ngxtest/ngxtest/internal/lazyregexp"
)

var (
	sanitizerLibrary = lazyregexp.New(`\b(?:lib(?:a|l|ub)san\.so|libclang_rt\.(?:asan|lsan|ubsan))`)
	sanitizerSymbol  = lazyregexp.New(`^__(?:asan_init|lsan_\w+|ubsan_handle_\w+)$`)
)

// Sanitized says whether AddressSanitizer, LeakSanitizer or UndefinedBehaviorSanitizer is to be expected in an nginx: the
// environment (NAME=value) has options for one or loads one first, or one of the files, the binary and its modules, was
// built with one.
func Sanitized(env []string, files ...string) bool {
	for _, name := range []string{"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"} {
		if _, set := lookup(env, name); set {
			return true
		}
	}
	for _, name := range []string{"LD_PRELOAD", "TEST_NGINX_LD_PRELOAD"} {
		if preload, _ := lookup(env, name); sanitizerLibrary.MatchString(preload) {
			return true
		}
	}
	for _, f := range files {
		if builtWithSanitizer(f) {
			return true
		}
	}
	return false
}

// NoLeakCheck returns env (NAME=value) with LeakSanitizer told to find no leaks: it makes of each a failure of the process.
func NoLeakCheck(env []string) []string {
	env = slices.Clone(env)
	for _, name := range []string{"ASAN_OPTIONS", "LSAN_OPTIONS"} {
		options, _ := lookup(env, name)
		env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		env = append(env, name+"="+strings.TrimPrefix(options+":detect_leaks=0", ":"))
	}
	return env
}

type elfKey struct {
	path    string
	size    int64
	changed time.Time
}

var sanitizerBuilt sync.Map // elfKey to bool

// builtWithSanitizer looks into a program or library, once as long as it stays the same. What cannot be read is no reason.
func builtWithSanitizer(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	key := elfKey{path, info.Size(), info.ModTime()}
	if known, ok := sanitizerBuilt.Load(key); ok {
		return known.(bool)
	}
	found := namesSanitizer(path)
	sanitizerBuilt.Store(key, found)
	return found
}

func namesSanitizer(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	libraries, _ := f.ImportedLibraries()
	if sanitizerLibrary.MatchString(strings.Join(libraries, " ")) {
		return true
	}
	symbols, _ := f.DynamicSymbols() // of a runtime that is linked into the program, too
	for _, s := range symbols {
		if sanitizerSymbol.MatchString(s.Name) {
			return true
		}
	}
	return false
}
