package nginx

import (
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

var mockeagain = lazyregexp.New(`[^ ]+mockeagain.so`)

// PreloadEnv returns env (NAME=value) with LD_PRELOAD as Test::Nginx hands it to nginx: TEST_NGINX_LD_PRELOAD goes in
// front; without, mockeagain.so is taken out of it where a block says no_mockeagain; and it is always there, if empty.
func PreloadEnv(env []string, noMockeagain bool) []string {
	preload, set := lookup(env, "LD_PRELOAD")
	if noMockeagain {
		if at := mockeagain.FindStringIndex(preload); at != nil {
			preload = preload[:at[0]] + preload[at[1]:]
		}
	}
	own, ownSet := lookup(env, "TEST_NGINX_LD_PRELOAD")
	switch {
	case ownSet && (set || !noMockeagain):
		preload = own + " " + preload
	case ownSet:
		preload = own
	case !set && noMockeagain:
		return env
	}
	env = slices.DeleteFunc(slices.Clone(env), func(v string) bool { return strings.HasPrefix(v, "LD_PRELOAD=") })
	return append(env, "LD_PRELOAD="+preload)
}

// Preloads reports whether env (NAME=value) has nginx preload a library with this in its name.
func Preloads(env []string, name string) bool {
	preload, _ := lookup(env, "LD_PRELOAD")
	return strings.Contains(preload, name)
}

// lookup returns the value of a variable of env; the last one counts.
func lookup(env []string, name string) (string, bool) {
	for _, v := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value, true
		}
	}
	return "", false
}
