package nginx

import (
	"bytes"
	"debug/elf"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

var (
	sanitizerLibrary = lazyregexp.New(`\b(?:lib(?:a|l|ub)san\.so|libclang_rt\.(?:asan|lsan|ubsan))`)
	sanitizerNames   = [][]byte{[]byte("__asan_init"), []byte("__lsan_"), []byte("__ubsan_handle_")}
)

// AsksForSanitizer says whether an environment leads one to expect AddressSanitizer, LeakSanitizer or
// UndefinedBehaviorSanitizer in an nginx: it has options for one or loads one first.
func AsksForSanitizer(env map[string]string) bool {
	for _, name := range []string{"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"} {
		if _, set := env[name]; set {
			return true
		}
	}
	for _, name := range []string{"LD_PRELOAD", "TEST_NGINX_LD_PRELOAD"} {
		if preload := env[name]; preload != "" && sanitizerLibrary.MatchString(preload) {
			return true
		}
	}
	return false
}

// Sanitized says whether one of the files, a binary and its modules, was built with one of these sanitizers.
func Sanitized(files ...string) bool { return slices.ContainsFunc(files, builtWithSanitizer) }

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
	names := f.Section(".dynstr") // of the runtime, where it is linked into the program
	if names == nil {
		return false
	}
	text, err := names.Data()
	return err == nil && slices.ContainsFunc(sanitizerNames, func(name []byte) bool { return bytes.Contains(text, name) })
}
